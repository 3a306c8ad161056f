//! An entry of the allowlist in a project that nothing isolates: it opens what is open, and KubeSphere 3 deletes it.

use bulkhead_model::object::NamespaceNetworkPolicy;
use bulkhead_model::{ObjectRef, Severity};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::tenancy::{is_switched_on, is_workspace_on, workspace_of, workspaces};

pub(super) static RULE: Rule =
    Rule { id: "BH204", name: "entry-without-isolation", severity: Severity::Warning, messages: &["BH204"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let idle = cluster.snapshot.namespace_network_policies.iter().filter(|entry| is_idle(cluster, entry));
    let finding = idle.map(|entry| {
        let object = ObjectRef::namespaced("NamespaceNetworkPolicy", &entry.name);
        RULE.finding().at(entry.position).about(&object).with("namespace", &entry.name.namespace)
    });
    finding.collect()
}

/// Whether the switches of an entry's project and workspace are known, and off.
fn is_idle(cluster: &Cluster<'_>, entry: &NamespaceNetworkPolicy) -> bool {
    let Some(id) = cluster.snapshot.namespace(&entry.name.namespace) else { return false };
    let namespace = &cluster.snapshot.namespaces[id];
    if !namespace.declared || is_switched_on(namespace) {
        return false;
    }
    match workspace_of(namespace) {
        None => true,
        Some(name) => {
            let workspaces = workspaces(cluster.snapshot);
            let has_template = cluster.snapshot.workspace_templates.iter().any(|template| template.name == *name);
            workspaces
                .get(name)
                .map_or(!has_template && !workspaces.is_empty(), |it| is_workspace_on(it) == Some(false))
        }
    }
}
