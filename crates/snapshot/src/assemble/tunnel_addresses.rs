//! Addresses of tunnels that two nodes have: what comes by them cannot be told to be one's or the other's.

use std::collections::BTreeMap;

use bulkhead_model::object::Node;
use bulkhead_model::{Issue, ObjectRef};

use crate::code;
use crate::read::TUNNEL_ANNOTATIONS;
use crate::snapshot::Snapshot;

pub(super) fn check(snapshot: &mut Snapshot) {
    let mut issues = Vec::new();
    let mut owners: BTreeMap<&str, &Node> = BTreeMap::new();
    for node in snapshot.nodes.rows() {
        for key in TUNNEL_ANNOTATIONS {
            let Some(address) = node.annotations.get(key).and_then(|text| text.split('/').next()) else { continue };
            let owner = owners.entry(address.trim()).or_insert(node);
            if owner.name != node.name && !address.trim().is_empty() {
                let issue = Issue::error(code::TUNNEL_ADDRESS_SHARED).at(node.position);
                let issue = issue.about(ObjectRef::cluster("Node", node.name.clone()));
                let issue = issue.in_field(format!("metadata.annotations[\"{key}\"]"));
                issues.push(issue.with("address", address.trim()).with("other", &owner.name));
            }
        }
    }
    snapshot.issues.extend(issues);
}
