//! The part of the `txt` format about whom workloads are exposed to besides those of the input.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_analysis::model::{LabelSelector, Name, Operator, Requirement, Written};
use bulkhead_analysis::netpol_analyzer::{
    Connection, ExposedWorkload, Exposure, Names, Peer, Potential, PotentialPorts, Representative,
};

use super::{ALL_CONNECTIONS, peer, ports, ports_by_protocol};

const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// Workload, arrow, other side, ports.
type Line = [String; 4];

/// The whole part. Connections with addresses are said again, for workloads that are exposed to anybody else.
pub(super) fn exposures(exposed: &[ExposedWorkload], connections: &[Connection]) -> String {
    let (mut egress, mut ingress, mut unprotected) = (Vec::new(), Vec::new(), Vec::new());
    let with_addresses = with_addresses(connections);
    for workload in exposed {
        let name = peer(&workload.workload);
        egress.extend(lines(&name, "=>", &workload.egress));
        ingress.extend(lines(&name, "<=", &workload.ingress));
        for (arrow, addresses, ports) in with_addresses.get(&workload.workload).into_iter().flatten() {
            let lines = if *arrow == "=>" { &mut egress } else { &mut ingress };
            lines.push([name.clone(), (*arrow).to_owned(), addresses.clone(), ports.clone()]);
        }
        for (direction, exposure) in [("Ingress", &workload.ingress), ("Egress", &workload.egress)] {
            if !exposure.is_protected {
                unprotected.push(format!("{name} is not protected on {direction}"));
            }
        }
    }
    let width = exposed.iter().map(|workload| peer(&workload.workload).len()).max().unwrap_or_default();
    unprotected.sort_unstable();
    let parts = [
        part("Egress Exposure:", &written(egress, width)),
        part("Ingress Exposure:", &written(ingress, width)),
        part("Workloads not protected by network policies:", &unprotected),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("Exposure Analysis Result:\n{}", parts.join("\n"))
}

/// Arrow, addresses, ports.
type WithAddresses = (&'static str, String, String);

/// The connections of each workload with addresses.
fn with_addresses(connections: &[Connection]) -> BTreeMap<&Peer, Vec<WithAddresses>> {
    let mut found: BTreeMap<&Peer, Vec<WithAddresses>> = BTreeMap::new();
    for Connection { from, to, ports: open } in connections {
        if from.is_addresses() {
            found.entry(to).or_default().push(("<=", peer(from), ports(open)));
        } else if to.is_addresses() {
            found.entry(from).or_default().push(("=>", peer(to), ports(open)));
        }
    }
    found
}

fn lines(workload: &str, arrow: &str, exposure: &Exposure) -> Vec<Line> {
    let line = |(to, ports): &(Potential, PotentialPorts)| {
        [workload.to_owned(), arrow.to_owned(), potential(to), potential_ports(ports)]
    };
    exposure.to.iter().map(line).collect()
}

fn written(mut lines: Vec<Line>, width: usize) -> Vec<String> {
    lines.sort_unstable();
    let line = |[workload, arrow, to, ports]: Line| format!("{workload:width$} \t{arrow} \t{to} : {ports}");
    lines.into_iter().map(line).collect()
}

fn part(title: &str, lines: &[String]) -> String {
    if lines.is_empty() { String::new() } else { format!("{title}\n{}\n", lines.join("\n")) }
}

fn potential(potential: &Potential) -> String {
    match potential {
        Potential::EntireCluster => "entire-cluster".to_owned(),
        Potential::Pods(Representative { namespaces, pods }) => format!("{}/{}", namespace(namespaces), pod(pods)),
    }
}

/// `[namespace with {LABELS}]`, or the namespace's name where that is all that is known of it.
fn namespace(selector: &LabelSelector) -> String {
    match selector.requirements.as_slice() {
        [] => "[all namespaces]".to_owned(),
        [only] => only.known().and_then(namespace_name).unwrap_or_else(|| namespace_with(selector)),
        _ => namespace_with(selector),
    }
}

fn namespace_with(selector: &LabelSelector) -> String {
    format!("[namespace with {{{}}}]", labels(selector))
}

fn namespace_name(requirement: &Requirement) -> Option<String> {
    match (&requirement.written, &requirement.operator) {
        (Written::Label, Operator::In(values)) if requirement.key == NAMESPACE_NAME => {
            values.first().map(Name::to_string)
        }
        _ => None,
    }
}

fn pod(selector: &LabelSelector) -> String {
    if selector.is_everything() { "[all pods]".to_owned() } else { format!("[pod with {{{}}}]", labels(selector)) }
}

/// `KEY=VALUE,{Key:KEY,Operator:OPERATOR,Values:[VALUE VALUE],}`: labels first, then expressions, each by their letters.
fn labels(selector: &LabelSelector) -> String {
    let (mut labels, mut expressions) = (Vec::new(), Vec::new());
    for Requirement { key, operator, written } in selector.requirements.iter().filter_map(|it| it.known()) {
        match (written, operator) {
            (Written::Label, Operator::In(values)) => {
                labels.push(format!("{key}={}", values.first().map(Name::as_str).unwrap_or_default()));
            }
            (Written::Label, _) => {}
            (Written::Expression { values }, operator) => {
                let values: Vec<&str> = values.iter().map(Name::as_str).collect();
                let operator = operator_name(operator);
                expressions.push(format!("{{Key:{key},Operator:{operator},Values:[{}],}}", values.join(" ")));
            }
        }
    }
    labels.sort_unstable();
    expressions.sort_unstable();
    labels.append(&mut expressions);
    labels.join(",")
}

fn operator_name(operator: &Operator) -> &'static str {
    match operator {
        Operator::In(_) => "In",
        Operator::NotIn(_) => "NotIn",
        Operator::Exists => "Exists",
        Operator::DoesNotExist => "DoesNotExist",
    }
}

/// Ports as everywhere, with names behind the numbers of their protocol.
fn potential_ports(open: &PotentialPorts) -> String {
    let none = BTreeSet::new();
    let names = match &open.names {
        Names::Only(names) => names,
        Names::AllBut(_) => &none,
    };
    if open.is_all() { ALL_CONNECTIONS.to_owned() } else { ports_by_protocol(&open.ranges, names) }
}
