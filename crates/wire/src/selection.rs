//! How people name whom they ask about: `deploy/shop/web`, `ns/shop`, `203.0.113.0/24`, `-l app=web`, `--port 80/UDP`.

use std::net::IpAddr;

use bulkhead_analysis::model::{
    IpNet, Issue, Name, NamespacedName, Operator, PortNumber, PortRange, Protocol, Requirement,
};
use bulkhead_analysis::policy::reach::PortRanges;
use bulkhead_analysis::reachability::Selects;

use crate::notation::read_protocol;

/// Kinds of workloads by the names that kubectl takes.
const WORKLOADS: [(&[&str], &str); 7] = [
    (&["deployment", "deployments", "deploy"], "Deployment"),
    (&["statefulset", "statefulsets", "sts"], "StatefulSet"),
    (&["daemonset", "daemonsets", "ds"], "DaemonSet"),
    (&["replicaset", "replicasets", "rs"], "ReplicaSet"),
    (&["replicationcontroller", "replicationcontrollers", "rc"], "ReplicationController"),
    (&["job", "jobs"], "Job"),
    (&["cronjob", "cronjobs", "cj"], "CronJob"),
];

/// Reads what `--from` and `--to` take. A name without a namespace is in the one that `-n` names.
pub fn read_selection(text: &str, namespaces: &[String]) -> Result<Selects, Box<Issue>> {
    let only = match namespaces {
        [only] => Some(only.as_str()),
        _ => None,
    };
    select(text, only).ok_or_else(|| misuse("selectionNotation", text))
}

fn select(text: &str, only: Option<&str>) -> Option<Selects> {
    if text == "outside" {
        return Some(Selects::Outside);
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(Selects::Address(address));
    }
    if let Ok(net) = text.parse::<IpNet>() {
        return Some(Selects::Block(net.trunc()));
    }
    let (kind, rest) = text.split_once('/')?;
    let kind = kind.to_ascii_lowercase();
    let single = |make: fn(Name) -> Selects| (!rest.is_empty() && !rest.contains('/')).then(|| make(rest.into()));
    let name = || {
        let (namespace, name) = rest.split_once('/').or_else(|| Some((only?, rest)))?;
        let is_name = !namespace.is_empty() && !name.is_empty() && !name.contains('/');
        is_name.then(|| NamespacedName::new(namespace, name))
    };
    match kind.as_str() {
        "pod" | "pods" | "po" => name().map(Selects::Pod),
        "namespace" | "namespaces" | "ns" | "project" => single(Selects::Namespace),
        "workspace" | "workspaces" => single(Selects::Workspace),
        "node" | "nodes" | "no" => single(Selects::Node),
        "workload" => name().map(|name| Selects::Workload { kind: None, name }),
        other => {
            let (_, kind) = WORKLOADS.into_iter().find(|(names, _)| names.contains(&other))?;
            name().map(|name| Selects::Workload { kind: Some(Name::new_static(kind)), name })
        }
    }
}

/// Reads what `-l` takes, as kubectl does.
pub fn read_labels(text: &str) -> Result<Vec<Requirement>, Box<Issue>> {
    let wrong = || misuse("labelSelectorNotation", text);
    split_at_commas(text).into_iter().map(|part| requirement(part.trim()).ok_or_else(wrong)).collect()
}

/// Parts between commas that are in no parentheses.
fn split_at_commas(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

fn requirement(text: &str) -> Option<Requirement> {
    if let Some(key) = text.strip_prefix('!') {
        return is_label(key.trim()).then(|| Requirement::expression(key.trim(), Operator::DoesNotExist, Vec::new()));
    }
    for (sign, make) in [("!=", not_in as fn(Vec<Name>) -> Operator), ("==", Operator::In), ("=", Operator::In)] {
        if let Some((key, value)) = text.split_once(sign) {
            let (key, value) = (key.trim(), value.trim());
            let value_is_fine = value.is_empty() || is_label(value);
            return (is_label(key) && value_is_fine).then(|| {
                let values = vec![Name::from(value)];
                Requirement::expression(key, make(values.clone()), values)
            });
        }
    }
    let mut words = text.splitn(3, char::is_whitespace);
    match (words.next()?, words.next(), words.next()) {
        (key, None, None) => is_label(key).then(|| Requirement::expression(key, Operator::Exists, Vec::new())),
        (key, Some(operator @ ("in" | "notin")), Some(values)) if is_label(key) => {
            let list = values.trim().strip_prefix('(')?.strip_suffix(')')?;
            let mut values: Vec<Name> = list.split(',').map(|value| Name::from(value.trim())).collect();
            values.sort_unstable();
            values.dedup();
            let all_fine = values.iter().all(|value| value.is_empty() || is_label(value));
            let operator = if operator == "in" { Operator::In(values.clone()) } else { not_in(values.clone()) };
            all_fine.then(|| Requirement::expression(key, operator, values))
        }
        _ => None,
    }
}

fn not_in(values: Vec<Name>) -> Operator {
    Operator::NotIn(values)
}

/// Whether a text can be a label's key or value.
fn is_label(text: &str) -> bool {
    let is_fine = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    !text.is_empty() && text.chars().all(is_fine)
}

/// Reads what `--port` takes: `80`, `8000-8080`, either with `/PROTOCOL`; TCP unless said.
pub fn read_ports(texts: &[String]) -> Result<Option<PortRanges>, Box<Issue>> {
    let ranges: Vec<(Protocol, PortRange)> =
        texts.iter().map(|text| read_port_range(text)).collect::<Result<_, _>>()?;
    Ok((!ranges.is_empty()).then(|| ranges.into_iter().collect()))
}

fn read_port_range(text: &str) -> Result<(Protocol, PortRange), Box<Issue>> {
    if let Some((_, protocol)) = text.split_once('/') {
        read_protocol(protocol)?;
    }
    port_range(text).ok_or_else(|| misuse("portsNotation", text))
}

/// Reads `80` or `8000-8080`, either with `/PROTOCOL`.
pub fn port_range(text: &str) -> Option<(Protocol, PortRange)> {
    let (range, protocol) = match text.split_once('/') {
        Some((range, protocol)) => (range, read_protocol(protocol).ok()?),
        None => (text, Protocol::Tcp),
    };
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let number = |text: &str| text.parse::<PortNumber>().ok().filter(|number| *number > 0);
    let range = number(first).zip(number(last)).and_then(|(first, last)| PortRange::new(first, last));
    range.map(|range| (protocol, range))
}

fn misuse(code: &'static str, text: &str) -> Box<Issue> {
    Box::new(Issue::error(code).with("value", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selections() {
        let read = |text: &str| select(text, Some("shop"));
        let web = || NamespacedName::new("shop", "web");
        assert_eq!(read("deploy/shop/web"), Some(Selects::Workload { kind: Some("Deployment".into()), name: web() }));
        assert_eq!(read("workload/web"), Some(Selects::Workload { kind: None, name: web() }));
        assert_eq!(read("pod/shop/web"), Some(Selects::Pod(web())));
        assert_eq!(read("ns/shop"), Some(Selects::Namespace("shop".into())));
        assert_eq!(read("10.0.0.9/8"), Some(Selects::Block("10.0.0.0/8".parse().unwrap())));
        assert_eq!(read("outside"), Some(Selects::Outside));
        for text in ["", "web", "pod/a/b/c", "ns/", "ns/a/b", "thing/shop/web", "node/", "10.0.0.0/33"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(select("deploy/web", None), None);
    }

    #[test]
    fn labels() {
        let read =
            |text: &str| read_labels(text).map(|list| list.into_iter().map(|it| it.operator).collect::<Vec<_>>());
        let names = |list: &[&str]| list.iter().map(|name| Name::from(*name)).collect::<Vec<_>>();
        assert_eq!(
            read("app=web,tier!=back,env in (b, a),x notin (y),here,!gone").unwrap(),
            [
                Operator::In(names(&["web"])),
                Operator::NotIn(names(&["back"])),
                Operator::In(names(&["a", "b"])),
                Operator::NotIn(names(&["y"])),
                Operator::Exists,
                Operator::DoesNotExist,
            ]
        );
        for text in ["", "a b", "=x", "a in b", "a in (b", "!", "a,,b", "a(b)"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ports() {
        let read = |text: &str| read_ports(&[text.to_owned()]);
        assert!(read("80").unwrap().unwrap().contains(Protocol::Tcp, 80));
        assert!(read("8000-8080/udp").unwrap().unwrap().contains(Protocol::Udp, 8080));
        for text in ["", "0", "70000", "9-8", "80/ICMP", "http", "-"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
