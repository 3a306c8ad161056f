//! An isolation switch that switches nothing: another key than KubeSphere's, or a value that is not exactly `enabled`.

use bulkhead_model::{Labels, Name, ObjectRef, Position, Severity};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::tenancy::{ENABLED, NETWORK_ISOLATE, WORKSPACE_ISOLATE};

pub(super) static RULE: Rule =
    Rule { id: "BH201", name: "isolation-switch", severity: Severity::Error, messages: &["BH201", "BH201.key"], find };

/// Values that KubeSphere's consoles write for "off".
const OFF: [&str; 2] = ["", "disabled"];

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let namespaces = cluster.snapshot.namespaces.rows().iter();
    let namespaces = namespaces.flat_map(|it| {
        let object = ObjectRef::cluster("Namespace", it.name.clone());
        of_object(&object, &it.annotations, it.position, &[NETWORK_ISOLATE])
    });
    let workspaces = cluster.snapshot.workspaces.iter().flat_map(|it| {
        let object = ObjectRef::cluster("Workspace", it.name.clone());
        // The second spelling stands in the text of KubeSphere 4's extension, the first in its examples.
        of_object(&object, &it.annotations, it.position, &[NETWORK_ISOLATE, WORKSPACE_ISOLATE])
    });
    namespaces.chain(workspaces).collect()
}

fn of_object(object: &ObjectRef, annotations: &Labels, position: Position, keys: &[&str]) -> Vec<Finding> {
    let about = |(key, value): (&Name, &Name)| {
        let finding = match (keys.contains(&key.as_str()), looks_like_a_switch(key)) {
            (true, _) if value == ENABLED || OFF.contains(&value.as_str()) => return None,
            (true, _) => RULE.finding(),
            (false, true) => RULE.finding_of("BH201.key"),
            (false, false) => return None,
        };
        let finding = finding.at(position).about(object).in_field(format!("metadata.annotations[\"{key}\"]"));
        Some(finding.with("key", key).with("value", value).with("right", NETWORK_ISOLATE))
    };
    annotations.iter().filter_map(about).collect()
}

/// Whether a key of KubeSphere's speaks of isolation: `kubesphere.io/workspace-isolate`, `kubesphere.io/networkIsolation`.
fn looks_like_a_switch(key: &str) -> bool {
    let Some((domain, name)) = key.split_once('/') else { return false };
    domain.ends_with("kubesphere.io") && name.to_ascii_lowercase().contains("isolat")
}
