//! NetworkPolicies, enforced at the hook that the engine's profile claims: filter FORWARD of the pod's node, after kube-proxy's
//! destination and before its source translation; what a pod sends to its own node is judged in filter INPUT by its egress policies.
//!
//! This is a second reading of NetworkPolicy, kept so simple that it can be seen to be right: peers become the addresses of the
//! pods they select, and a pod that a policy selects gets a chain that ends in a drop.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use bulkhead_analysis::model::object::{
    Direction, IntOrString, PeerManifest, PolicyManifest, PortManifest, RuleManifest, SelectorManifest,
};

use super::Built;
use crate::cluster::{Cluster, Cni, Pod, Proxy};

/// Puts these policies, and no others, into force.
pub(crate) fn enforce(cluster: &Cluster, built: &Built, policies: &[PolicyManifest]) -> Result<()> {
    // flannel alone enforces nothing.
    if cluster.cni == Cni::Flannel {
        return Ok(());
    }
    for (node, namespace) in built.nodes.iter().enumerate() {
        namespace.nft(&rules(cluster, node, policies)?)?;
    }
    Ok(())
}

/// The rules of one node, which has to do with its own pods only.
fn rules(cluster: &Cluster, node: usize, policies: &[PolicyManifest]) -> Result<String> {
    let (mut dispatch, mut to_host, mut chains) = (String::new(), String::new(), String::new());
    for (index, pod) in cluster.pods.iter().enumerate().filter(|(_, pod)| pod.node == node && !pod.host_network) {
        let interface = cluster.pod_interface(index);
        for (direction, match_interface, match_address) in
            [(Direction::Ingress, "oifname", "saddr"), (Direction::Egress, "iifname", "daddr")]
        {
            let selecting: Vec<&PolicyManifest> = policies
                .iter()
                .filter(|policy| selects(policy, pod) && policy.policy_types.contains(&direction))
                .collect();
            if selecting.is_empty() {
                continue;
            }
            let chain = format!("pod{index}-{}", direction.name().to_ascii_lowercase());
            let _ = writeln!(dispatch, "{match_interface} \"{interface}\" jump {chain}");
            if direction == Direction::Egress {
                let _ = writeln!(to_host, "{match_interface} \"{interface}\" jump {chain}");
            }
            let _ = writeln!(chains, "chain {chain} {{");
            for policy in selecting {
                let list = if direction == Direction::Ingress { &policy.ingress } else { &policy.egress };
                for rule in list.iter().flatten() {
                    chains.push_str(&allow(cluster, policy, rule, pod, match_address)?);
                }
            }
            chains.push_str("drop\n}\n");
        }
    }
    // Felix's chains come before kube-proxy's in iptables mode and after its refusals in nftables mode.
    let priority = match cluster.proxy {
        Proxy::Iptables => -1,
        Proxy::Nftables => 1,
    };
    // Requests are judged anew each time: a port that is used again finds its old connection in the kernel's table.
    // The other direction of a pod still has its say, so allowed packets return instead of being accepted.
    Ok(format!(
        "table ip enforcement {{ }}\ndelete table ip enforcement\ntable ip enforcement {{\n{chains}\
         chain forward {{ type filter hook forward priority {priority};\nct direction reply accept\nct state related accept\n{dispatch} }}\n\
         chain input {{ type filter hook input priority {priority};\nct direction reply accept\nct state related accept\n{to_host} }}\n}}"
    ))
}

fn selects(policy: &PolicyManifest, pod: &Pod) -> bool {
    policy.name.namespace == pod.namespace && matches(&policy.pod_selector, &[("app", pod.app)])
}

/// Only equality: the lab's policies use nothing else.
fn matches(selector: &SelectorManifest, labels: &[(&str, &str)]) -> bool {
    selector.match_expressions.is_empty()
        && selector.match_labels.iter().all(|(key, value)| labels.contains(&(key.as_str(), value.as_str())))
}

/// What one rule lets through: every peer with every port.
fn allow(
    cluster: &Cluster,
    policy: &PolicyManifest,
    rule: &RuleManifest,
    pod: &Pod,
    match_address: &str,
) -> Result<String> {
    let mut peers = Vec::new();
    for peer in &rule.peers {
        peers.push(format!("ip {match_address} {}", addresses(cluster, policy, peer)));
    }
    let mut ports = Vec::new();
    for port in &rule.ports {
        ports.extend(port_match(port, pod)?);
    }
    let any = || vec![String::new()];
    let peers = if rule.peers.is_empty() { any() } else { peers };
    let ports = if rule.ports.is_empty() { any() } else { ports };
    let mut text = String::new();
    for peer in &peers {
        for port in &ports {
            let _ = writeln!(text, "{peer} {port} return");
        }
    }
    Ok(text)
}

/// A set of addresses: of a block, or of the pods that a peer selects. No packet has the address that stands for nobody.
fn addresses(cluster: &Cluster, policy: &PolicyManifest, peer: &PeerManifest) -> String {
    match peer {
        PeerManifest::Block(block) if block.except.is_empty() => block.cidr.clone(),
        PeerManifest::Block(block) => format!("{} ip saddr != {{ {} }}", block.cidr, block.except.join(", ")),
        PeerManifest::Pods { pods, namespaces } => {
            let in_namespace = |pod: &Pod| match namespaces {
                Some(selector) => matches(selector, &[("kubernetes.io/metadata.name", pod.namespace)]),
                None => policy.name.namespace == pod.namespace,
            };
            let is_peer = |pod: &&Pod| {
                !pod.host_network
                    && in_namespace(pod)
                    && pods.as_ref().is_none_or(|selector| matches(selector, &[("app", pod.app)]))
            };
            let mut found: Vec<String> =
                cluster.pods.iter().filter(is_peer).map(|pod| pod.address.to_string()).collect();
            found.push("255.255.255.255".to_owned());
            format!("{{ {} }}", found.join(", "))
        }
    }
}

/// A port, by number or by what the judged pod calls so.
fn port_match(port: &PortManifest, pod: &Pod) -> Result<Option<String>> {
    let protocol = port.protocol.as_ref().map_or_else(|| "tcp".to_owned(), |name| name.to_ascii_lowercase());
    Ok(match (&port.port, port.end_port) {
        (None, _) => Some(format!("meta l4proto {protocol}")),
        (Some(IntOrString::Int(first)), None) => Some(format!("{protocol} dport {first}")),
        (Some(IntOrString::Int(first)), Some(last)) => Some(format!("{protocol} dport {first}-{last}")),
        (Some(IntOrString::String(name)), None) => {
            let named = |port: &&crate::cluster::ContainerPort| {
                port.name == name.as_str() && port.protocol.name().eq_ignore_ascii_case(&protocol)
            };
            pod.ports.iter().find(named).map(|port| format!("{protocol} dport {}", port.number))
        }
        (Some(IntOrString::String(name)), Some(_)) => bail!("the port {name} has a name and an endPort"),
    })
}
