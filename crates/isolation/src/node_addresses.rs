//! The addresses in `kubesphere.io/snat-node-ips` of all Nodes: nobody but an administrator writes them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use bulkhead_model::object::PeerManifest;
use bulkhead_model::{IpNet, Issue, ObjectRef};
use bulkhead_snapshot::Snapshot;

use crate::{code, names};

/// The peers that KubeSphere 3.4.1 makes of the annotation: split at `;`, sorted as text, duplicates kept, and everything left out
/// that is not just an address (a space around it suffices).
pub(crate) fn as_kubesphere_reads_them(snapshot: &Snapshot) -> Vec<PeerManifest> {
    let annotations = snapshot.nodes.rows().iter().filter_map(|node| node.annotations.get(names::SNAT_NODE_IPS));
    let mut texts: Vec<&str> = annotations.flat_map(|annotation| annotation.split(';')).collect();
    texts.sort_unstable();
    texts.into_iter().filter_map(single_address).map(PeerManifest::cidr).collect()
}

fn single_address(text: &str) -> Option<String> {
    // Go's `To4` also counts an IPv4-mapped IPv6 address as IPv4.
    let is_v4 = match text.parse::<IpAddr>().ok()? {
        IpAddr::V4(_) => true,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().is_some(),
    };
    Some(format!("{text}/{}", if is_v4 { 32 } else { 128 }))
}

/// The same addresses, trimmed, each once, in order; blocks are welcome, junk is an issue. So is a block with host bits: it may
/// stand for the one address (as nodes' addresses are often written) or for all of them.
pub(crate) fn as_they_were_meant(snapshot: &Snapshot, issues: &mut Vec<Issue>) -> Vec<PeerManifest> {
    let mut nets = BTreeSet::new();
    for node in snapshot.nodes.rows() {
        let Some(annotation) = node.annotations.get(names::SNAT_NODE_IPS) else { continue };
        for text in annotation.split(';').map(str::trim).filter(|text| !text.is_empty()) {
            match net(text) {
                Some(net) => drop(nets.insert(net)),
                None => issues.push(
                    Issue::warning(code::NODE_ADDRESS_INVALID)
                        .at(node.position)
                        .about(ObjectRef::cluster("Node", node.name.clone()))
                        .in_field(format!("metadata.annotations[{}]", names::SNAT_NODE_IPS))
                        .with("value", text),
                ),
            }
        }
    }
    nets.into_iter().map(PeerManifest::cidr).collect()
}

fn net(text: &str) -> Option<IpNet> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse::<IpNet>().ok().filter(|net| net.trunc() == *net).or_else(address)
}
