//! The names that KubeSphere and Kubernetes gave to things, and ours.

use bulkhead_model::{Name, NamespacedName};

/// Annotation of a Namespace, and of a `tenant.kubesphere.io/v1beta1` Workspace: the isolation switch.
pub const NETWORK_ISOLATE: &str = "kubesphere.io/network-isolate";
/// Another spelling of the Workspace's annotation, from the text (not the examples) of KubeSphere 4's extension.
pub const WORKSPACE_ISOLATE: &str = "kubesphere.io/workspace-isolate";
/// The only value of a switch that means "on"; case counts.
pub const ENABLED: &str = "enabled";
/// Label of a Namespace: the Workspace that it belongs to.
pub const WORKSPACE_LABEL: &str = "kubesphere.io/workspace";
/// Label of a Namespace: its own name, where KubeSphere has set it. Anyone who may patch the Namespace may change it.
pub const NAMESPACE_LABEL: &str = "kubesphere.io/namespace";
/// Label of a Namespace: its own name, set by the API server and unchangeable (Kubernetes 1.21).
pub const METADATA_NAME: &str = "kubernetes.io/metadata.name";
/// Annotation of a Node: addresses that stand for clients behind source NAT, separated by `;`.
pub const SNAT_NODE_IPS: &str = "kubesphere.io/snat-node-ips";
/// The Workspace of the system's own namespaces.
pub const SYSTEM_WORKSPACE: &str = "system-workspace";
/// What the names of the policies of projects and their entries begin with.
pub const POLICY_PREFIX: &str = "nsnp-";
/// What the names of the policies of allowlists of workspaces begin with: never as an entry's, whatever the entry is called.
pub const WORKSPACE_POLICY_PREFIX: &str = "wsal-";
/// What the names of the policies of Exposures begin with; a number may follow.
const EXPOSURE_POLICY_PREFIX: &str = "exposure";
/// Label of an Exposure's policy: a word for what the Exposure asked for when it was made.
pub const ASKED_LABEL: &str = "network.bulkhead.dev/asked";
/// The policy that isolates.
pub const BASE_POLICY: &str = "nsnp-network-isolate";
/// Label that says whose an object is.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// Its value on what is ours.
pub const MANAGER: &str = "bulkhead";

/// Whether a policy is called as one that a plan makes. Only such are changed or deleted, and only those with our label.
pub fn is_of_a_plan(policy: &str) -> bool {
    is_of_switches(policy) || exposure_of_policy(policy).is_some()
}

/// Whether a policy is called as one that switches, entries and allowlists of workspaces make.
pub(crate) fn is_of_switches(policy: &str) -> bool {
    policy.starts_with(POLICY_PREFIX) || policy.starts_with(WORKSPACE_POLICY_PREFIX)
}

/// The policy that an entry of a project means.
pub fn policy_of_entry(entry: &NamespacedName) -> NamespacedName {
    NamespacedName::new(entry.namespace.clone(), Name::from(format!("{POLICY_PREFIX}{}", entry.name)))
}

/// The policy that an allowlist of a workspace means in every project that it is for.
pub fn policy_of_allowlist(allowlist: &str) -> Name {
    Name::from(format!("{WORKSPACE_POLICY_PREFIX}{allowlist}"))
}

/// The policies of an Exposure, counted from 1: one for each selector of its target that needs one. The number stands before the name, so
/// that no two Exposures have a policy of the same name.
pub fn policy_of_exposure(exposure: &NamespacedName, number: usize) -> NamespacedName {
    let number = if number > 1 { number.to_string() } else { String::new() };
    let name = format!("{EXPOSURE_POLICY_PREFIX}{number}-{}", exposure.name);
    NamespacedName::new(exposure.namespace.clone(), Name::from(name))
}

/// The name of the Exposure that a policy is called after.
pub fn exposure_of_policy(policy: &str) -> Option<&str> {
    let rest = policy.strip_prefix(EXPOSURE_POLICY_PREFIX)?;
    rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).strip_prefix('-')
}
