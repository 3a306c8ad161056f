//! A random cluster as the YAML that the reader reads.

use std::fmt::Write as _;

use crate::cluster::{Cluster, NAMESPACES, NetworkPolicy, Peer, Pod, Port, Rule, Selector};

pub(crate) fn yaml(cluster: &Cluster) -> String {
    let mut documents = Vec::new();
    for (name, labels) in NAMESPACES.iter().zip(&cluster.namespaces) {
        let labels: Vec<_> = labels.iter().chain([&("kubernetes.io/metadata.name", *name)]).copied().collect();
        documents
            .push(format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {}}}\n", map(&labels)));
    }
    for (at, node) in cluster.nodes.iter().enumerate() {
        let addresses: Vec<String> =
            node.addresses.iter().map(|address| format!("{{type: InternalIP, address: {}}}", text(address))).collect();
        let metadata = format!("{{name: n{at}, labels: {}}}", map(&node.labels));
        let status = format!("{{addresses: [{}]}}", addresses.join(", "));
        documents.push(format!("apiVersion: v1\nkind: Node\nmetadata: {metadata}\nstatus: {status}\n"));
    }
    let mut pods: Vec<(String, String)> = cluster.pods.iter().enumerate().map(|(at, value)| pod(at, value)).collect();
    pods.sort();
    documents.extend(pods.into_iter().map(|(_, document)| document));
    documents.extend(cluster.policies.iter().enumerate().map(|(at, policy)| network_policy(at, policy)));
    documents.extend(cluster.cluster_policies.iter().enumerate().map(|(at, policy)| policy.yaml(at)));
    documents.join("---\n")
}

pub(crate) fn text(value: &str) -> String {
    format!("\"{value}\"")
}

fn map(pairs: &[(&str, &str)]) -> String {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for pair in pairs {
        if !seen.iter().any(|(key, _)| *key == pair.0) {
            seen.push(*pair);
        }
    }
    let pairs: Vec<String> = seen.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    format!("{{{}}}", pairs.join(", "))
}

fn pod(at: usize, pod: &Pod) -> (String, String) {
    let mut spec = String::new();
    if let Some(node) = pod.node {
        writeln!(spec, "  nodeName: n{node}").unwrap();
    }
    if pod.host_network {
        spec.push_str("  hostNetwork: true\n");
    }
    let ports: Vec<String> = pod
        .ports
        .iter()
        .map(|(name, number, protocol)| format!("{{name: {name}, containerPort: {number}, protocol: {protocol}}}"))
        .collect();
    let addresses: Vec<String> = pod.addresses.iter().map(|address| format!("{{ip: {}}}", text(address))).collect();
    let namespace = NAMESPACES[pod.namespace];
    let document = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: pod-{at}, namespace: {namespace}, labels: {}}}\nspec:\n{spec}  \
         containers: [{{name: main, image: app, ports: [{}]}}]\nstatus: {{phase: {}, podIPs: [{}]}}\n",
        map(&pod.labels),
        ports.join(", "),
        pod.phase,
        addresses.join(", "),
    );
    (format!("{namespace}/pod-{at}"), document)
}

fn network_policy(at: usize, policy: &NetworkPolicy) -> String {
    let mut out = format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: policy-{at}, namespace: {}}}\nspec:\n  \
         podSelector: {}\n",
        NAMESPACES[policy.namespace],
        selector(&policy.subject)
    );
    if let Some(types) = &policy.types {
        writeln!(out, "  policyTypes: [{}]", types.join(", ")).unwrap();
    }
    if policy.unknown_field {
        out.push_str("  ingres: []\n");
    }
    for (key, peers, rules) in [("ingress", "from", &policy.ingress), ("egress", "to", &policy.egress)] {
        if let Some(rules) = rules {
            let rules: Vec<String> = rules.iter().map(|value| format!("  - {}\n", rule(peers, value))).collect();
            match rules.is_empty() {
                true => writeln!(out, "  {key}: []").unwrap(),
                false => write!(out, "  {key}:\n{}", rules.concat()).unwrap(),
            }
        }
    }
    out
}

fn rule(key: &str, rule: &Rule) -> String {
    let mut fields = Vec::new();
    if !rule.peers.is_empty() {
        fields.push(format!("{key}: [{}]", rule.peers.iter().map(peer).collect::<Vec<_>>().join(", ")));
    }
    if !rule.ports.is_empty() {
        fields.push(format!("ports: [{}]", rule.ports.iter().map(port).collect::<Vec<_>>().join(", ")));
    }
    if rule.unknown_field {
        fields.push("port: 80".to_owned());
    }
    format!("{{{}}}", fields.join(", "))
}

fn peer(peer: &Peer) -> String {
    match peer {
        Peer::Nothing => "{}".to_owned(),
        Peer::Block { cidr, except } if except.is_empty() => format!("{{ipBlock: {{cidr: {}}}}}", text(cidr)),
        Peer::Block { cidr, except } => {
            let except: Vec<String> = except.iter().map(|cidr| text(cidr)).collect();
            format!("{{ipBlock: {{cidr: {}, except: [{}]}}}}", text(cidr), except.join(", "))
        }
        Peer::Pods { namespaces, pods } => {
            let namespaces = namespaces.as_ref().map(|value| format!("namespaceSelector: {}", selector(value)));
            let pods = pods.as_ref().map(|value| format!("podSelector: {}", selector(value)));
            format!("{{{}}}", namespaces.into_iter().chain(pods).collect::<Vec<_>>().join(", "))
        }
    }
}

fn port(port: &Port) -> String {
    let protocol = port.protocol.map(|protocol| format!("protocol: {protocol}"));
    let number = port.port.map(|port| format!("port: {port}"));
    let end = port.end.map(|end| format!("endPort: {end}"));
    format!("{{{}}}", protocol.into_iter().chain(number).chain(end).collect::<Vec<_>>().join(", "))
}

pub(crate) fn selector(selector: &Selector) -> String {
    let mut fields = Vec::new();
    if !selector.labels.is_empty() {
        fields.push(format!("matchLabels: {}", map(&selector.labels)));
    }
    let expressions: Vec<String> = selector
        .expressions
        .iter()
        .map(|(key, operator, values)| match values.is_empty() {
            true => format!("{{key: {key}, operator: {operator}}}"),
            false => format!("{{key: {key}, operator: {operator}, values: [{}]}}", values.join(", ")),
        })
        .collect();
    if !expressions.is_empty() {
        fields.push(format!("matchExpressions: [{}]", expressions.join(", ")));
    }
    format!("{{{}}}", fields.join(", "))
}
