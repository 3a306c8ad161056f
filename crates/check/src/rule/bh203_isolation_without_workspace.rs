//! A project whose isolation switch is on and that belongs to no workspace, or to one that is not there: KubeSphere's controller
//! leaves such a project alone.

use bulkhead_model::{ObjectRef, Severity};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::tenancy::{is_switched_on, workspace_of, workspaces};

pub(super) static RULE: Rule = Rule {
    id: "BH203",
    name: "isolation-without-workspace",
    severity: Severity::Warning,
    messages: &["BH203", "BH203.missing"],
    find,
};

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let workspaces = workspaces(cluster.snapshot);
    let on = cluster.snapshot.namespaces.rows().iter().filter(|namespace| is_switched_on(namespace));
    let finding = on.filter_map(|namespace| {
        let finding = match workspace_of(namespace) {
            None => RULE.finding(),
            // Where the input has no workspace at all, they were not dumped.
            Some(name) if !workspaces.is_empty() && !workspaces.contains_key(name) => {
                RULE.finding_of("BH203.missing").with("workspace", name)
            }
            Some(_) => return None,
        };
        let object = ObjectRef::cluster("Namespace", namespace.name.clone());
        Some(finding.at(namespace.position).about(&object).in_field("metadata.labels[\"kubesphere.io/workspace\"]"))
    });
    finding.collect()
}
