//! NetworkPolicies as a few lines of text.

use bulkhead_model::object::{Matches, NetworkPolicy, Peer, PolicyPort, PortMatch, Rule};
use bulkhead_model::{IpBlock, LabelSelector, Operator, Position, Readable, Requirement};

pub(crate) fn policy(policy: &NetworkPolicy) -> Vec<String> {
    let isolates = |direction: &str, it: Option<bool>| match it {
        Some(true) => format!(" {direction}"),
        Some(false) => String::new(),
        None => format!(" {direction}?"),
    };
    let mut lines = vec![format!(
        "policy {} @{}{} selects {}{}{}{}",
        policy.name,
        policy.position.line,
        super::show::labels(&policy.labels),
        selector(&policy.pod_selector),
        isolates("Ingress", policy.isolates_ingress),
        isolates("Egress", policy.isolates_egress),
        unknown(policy.unknown_field),
    )];
    lines.extend(policy.ingress.iter().map(|it| rule("from", it)));
    lines.extend(policy.egress.iter().map(|it| rule("to", it)));
    lines
}

fn unknown(position: Option<Position>) -> String {
    position.map(|position| format!(" UNKNOWN FIELD @{}", position.line)).unwrap_or_default()
}

fn rule(word: &str, rule: &Readable<Rule>) -> String {
    let body = readable(rule, |it| {
        let (peers, ports) = (matches(&it.peers, peer), matches(&it.ports, port));
        format!("{word} {peers} on {ports}{}", unknown(it.unknown_field))
    });
    format!("  {body}")
}

fn readable<T>(value: &Readable<T>, show: impl Fn(&T) -> String) -> String {
    match value {
        Readable::Known(value) => show(value),
        Readable::Unreadable { position } => format!("UNREADABLE @{}", position.line),
    }
}

fn matches<T>(list: &Matches<T>, show: impl Fn(&T) -> String) -> String {
    match list {
        Matches::Any => "anything".to_owned(),
        Matches::OneOf(list) => {
            let list: Vec<_> = list.iter().map(|it| readable(it, &show)).collect();
            format!("[{}]", list.join(" | "))
        }
    }
}

fn peer(peer: &Peer) -> String {
    match peer {
        Peer::Pods { namespaces, pods, .. } => {
            let namespaces = namespaces.as_ref().map(|it| format!("ns{} ", selector(it))).unwrap_or_default();
            format!("{namespaces}pods{}", pods.as_ref().map(selector).unwrap_or_default())
        }
        Peer::Block { block, .. } => ip_block(block),
    }
}

fn ip_block(block: &IpBlock) -> String {
    let except: Vec<String> = block.except.iter().map(|net| format!("-{net}")).collect();
    format!("{}{}", block.cidr, except.concat())
}

fn port(port: &PolicyPort) -> String {
    let ports = match &port.port {
        PortMatch::All => String::new(),
        PortMatch::Range(range) if range.first == range.last => format!(" {}", range.first),
        PortMatch::Range(range) => format!(" {}-{}", range.first, range.last),
        PortMatch::Named(name) => format!(" {name}"),
    };
    format!("{}{ports}", port.protocol)
}

fn selector(selector: &LabelSelector) -> String {
    let all: Vec<String> = selector.requirements.iter().map(|it| readable(it, requirement)).collect();
    format!("{{{}}}", all.join(", "))
}

fn requirement(requirement: &Requirement) -> String {
    let key = &requirement.key;
    match &requirement.operator {
        Operator::In(values) => format!("{key}={}", values.join("/")),
        Operator::NotIn(values) => format!("{key}!={}", values.join("/")),
        Operator::Exists => format!("{key}"),
        Operator::DoesNotExist => format!("!{key}"),
    }
}
