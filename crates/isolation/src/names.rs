//! The names that KubeSphere and Kubernetes gave to things, and ours.

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
/// What the names of all policies of this crate begin with.
pub const POLICY_PREFIX: &str = "nsnp-";
/// The policy that isolates.
pub const BASE_POLICY: &str = "nsnp-network-isolate";
/// Label that says whose an object is.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// Its value on what is ours.
pub const MANAGER: &str = "bulkhead";
