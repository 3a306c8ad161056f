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
use bulkhead_analysis::path::Family;

use super::Built;
use super::observer::PASSING;
use crate::cluster::{Cluster, Cni, NODE_PORTS, Pod, Proxy, external_cidr, service_cidr, table_family};

/// Puts these policies, and no others, into force.
pub(crate) fn enforce(cluster: &Cluster, built: &Built, policies: &[PolicyManifest]) -> Result<()> {
    // flannel alone enforces nothing.
    if cluster.cni == Cni::Flannel {
        return Ok(());
    }
    for (node, namespace) in built.nodes.iter().enumerate() {
        for &family in &cluster.families {
            namespace.nft(&rules(cluster, node, family, policies)?)?;
        }
    }
    Ok(())
}

/// The rules of one node, which has to do with its own pods only.
fn rules(cluster: &Cluster, node: usize, family: Family, policies: &[PolicyManifest]) -> Result<String> {
    let ip = table_family(family);
    let (mut dispatch, mut to_host, mut passing, mut chains) =
        (String::new(), String::new(), String::new(), String::new());
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
                // Behind IPVS nobody sees any more by which interface a packet came.
                let _ = writeln!(passing, "{ip} saddr {} jump {chain}", cluster.pod_address(pod, family));
            } else {
                let _ = writeln!(passing, "{match_interface} \"{interface}\" jump {chain}");
            }
            let _ = writeln!(chains, "chain {chain} {{");
            for policy in selecting {
                let list = if direction == Direction::Ingress { &policy.ingress } else { &policy.egress };
                for rule in list.iter().flatten() {
                    chains.push_str(&allow(&Judged { cluster, family, policy, pod, match_address }, rule)?);
                }
            }
            chains.push_str("drop\n}\n");
        }
    }
    // Felix's chains come before kube-proxy's in iptables mode and after its refusals in nftables mode.
    let priority = match cluster.proxy {
        Proxy::Iptables | Proxy::Ipvs => -1,
        Proxy::Nftables => 1,
    };
    // In ipvs mode, packets to Services only pass through INPUT: they are judged in OUTPUT, once they are translated.
    let (to_services, behind_ipvs) = match cluster.proxy {
        Proxy::Iptables | Proxy::Nftables => (String::new(), String::new()),
        Proxy::Ipvs => (
            format!(
                "{ip} daddr {{ {}, {} }} accept\nmeta l4proto {{ tcp, udp }} th dport {} accept\n",
                service_cidr(family),
                external_cidr(family),
                NODE_PORTS.replace(':', "-")
            ),
            format!(
                "chain output {{ type filter hook output priority {priority};\nmeta mark & {PASSING} != {PASSING} accept\n\
                 ct direction reply accept\nct state related accept\n{passing} }}\n"
            ),
        ),
    };
    // Neighbours are asked for whatever policies say (felix/rules/static.go).
    let neighbours = match family {
        Family::V4 => "",
        Family::V6 => "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n",
    };
    // Requests are judged anew each time: a port that is used again finds its old connection in the kernel's table.
    // The other direction of a pod still has its say, so allowed packets return instead of being accepted.
    Ok(format!(
        "table {ip} enforcement {{ }}\ndelete table {ip} enforcement\ntable {ip} enforcement {{\n{chains}\
         chain forward {{ type filter hook forward priority {priority};\nct direction reply accept\nct state related accept\n{dispatch} }}\n\
         chain input {{ type filter hook input priority {priority};\n{neighbours}ct direction reply accept\nct state related accept\n{to_services}{to_host} }}\n{behind_ipvs}}}"
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

/// Whose packets a rule judges, and by which of their addresses.
struct Judged<'a> {
    cluster: &'a Cluster,
    family: Family,
    policy: &'a PolicyManifest,
    pod: &'a Pod,
    match_address: &'static str,
}

/// What one rule lets through: every peer of the family with every port.
fn allow(judged: &Judged<'_>, rule: &RuleManifest) -> Result<String> {
    let ip = table_family(judged.family);
    let of_family = rule.peers.iter().filter_map(|peer| addresses(judged, peer));
    let peers: Vec<String> = of_family.map(|peer| format!("{ip} {} {peer}", judged.match_address)).collect();
    let mut ports = Vec::new();
    for port in &rule.ports {
        ports.extend(port_match(judged, port)?);
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

/// A set of addresses: of a block, or of the pods that a peer selects; `None` where none is of the family.
fn addresses(judged: &Judged<'_>, peer: &PeerManifest) -> Option<String> {
    let is_six = |cidr: &str| cidr.contains(':');
    match peer {
        PeerManifest::Block(block) if is_six(&block.cidr) != (judged.family == Family::V6) => None,
        PeerManifest::Block(block) if block.except.is_empty() => Some(block.cidr.clone()),
        PeerManifest::Block(block) => {
            let (ip, except) = (table_family(judged.family), block.except.join(", "));
            Some(format!("{} {ip} {} != {{ {except} }}", block.cidr, judged.match_address))
        }
        PeerManifest::Pods { pods, namespaces } => {
            let in_namespace = |pod: &Pod| match namespaces {
                Some(selector) => matches(selector, &[("kubernetes.io/metadata.name", pod.namespace)]),
                None => judged.policy.name.namespace == pod.namespace,
            };
            let is_peer = |pod: &&Pod| {
                !pod.host_network
                    && in_namespace(pod)
                    && pods.as_ref().is_none_or(|selector| matches(selector, &[("app", pod.app)]))
            };
            let address = |pod: &Pod| judged.cluster.pod_address(pod, judged.family).to_string();
            let found: Vec<String> = judged.cluster.pods.iter().filter(is_peer).map(address).collect();
            (!found.is_empty()).then(|| format!("{{ {} }}", found.join(", ")))
        }
    }
}

/// A port, by number, or by what the pod calls so that the packet is for: on the way out that is each of the others.
fn port_match(judged: &Judged<'_>, port: &PortManifest) -> Result<Option<String>> {
    let protocol = port.protocol.as_ref().map_or_else(|| "tcp".to_owned(), |name| name.to_ascii_lowercase());
    let number = |pod: &Pod, name: &str| {
        let named = |port: &&crate::cluster::ContainerPort| {
            port.name == name && port.protocol.name().eq_ignore_ascii_case(&protocol)
        };
        pod.ports.iter().find(named).map(|port| port.number)
    };
    Ok(match (&port.port, port.end_port) {
        (None, _) => Some(format!("meta l4proto {protocol}")),
        (Some(IntOrString::Int(first)), None) => Some(format!("{protocol} dport {first}")),
        (Some(IntOrString::Int(first)), Some(last)) => Some(format!("{protocol} dport {first}-{last}")),
        (Some(IntOrString::String(name)), None) if judged.match_address == "saddr" => {
            number(judged.pod, name).map(|number| format!("{protocol} dport {number}"))
        }
        (Some(IntOrString::String(name)), None) => {
            let with_own_network = judged.cluster.pods.iter().filter(|pod| !pod.host_network);
            let named = with_own_network.filter_map(|pod| {
                let number = number(pod, name)?;
                Some(format!("{} . {number}", judged.cluster.pod_address(pod, judged.family)))
            });
            let named: Vec<String> = named.collect();
            let ip = table_family(judged.family);
            (!named.is_empty()).then(|| format!("{ip} daddr . {protocol} dport {{ {} }}", named.join(", ")))
        }
        (Some(IntOrString::String(name)), Some(_)) => bail!("the port {name} has a name and an endPort"),
    })
}
