//! KubeSphere's tenancy objects: Workspace, WorkspaceTemplate and the allowlist entry, NamespaceNetworkPolicy.
//!
//! The schema is a superset of KubeSphere's `network.kubesphere.io/v1alpha1` and `tenant.kubesphere.io` (v1alpha1, v1alpha2,
//! v1beta1). No admission ever checked an entry there, so its fields are kept as they were written: a cidr is a text, a port
//! may be any number, and a missing list is not an empty one. What an entry means is `isolation`'s affair.

use jiff::Timestamp;

use super::manifest::{IpBlockManifest, PortManifest};
use crate::{LabelSelector, Labels, Name, NamespacedName, Position, Readable};

/// A Workspace (`tenant.kubesphere.io/v1alpha1` and `v1beta1`): a tenant, who owns projects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its name.
    pub name: Name,
    /// Its annotations; KubeSphere 4 keeps the isolation switch here.
    pub annotations: Labels,
    /// `spec.networkIsolation`, KubeSphere 3's switch; `None` where it is missing.
    pub network_isolation: Option<Readable<bool>>,
    /// Where it stands.
    pub position: Position,
}

/// A WorkspaceTemplate (`tenant.kubesphere.io/v1alpha2` and `v1beta1`), from which KubeSphere makes each cluster's Workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceTemplate {
    /// Its name, which is also the Workspace's.
    pub name: Name,
    /// `spec.template.spec.networkIsolation`; `None` where it is missing.
    pub network_isolation: Option<Readable<bool>>,
    /// Those of `spec.overrides` that change the switch, in their order.
    pub overrides: Vec<WorkspaceOverride>,
    /// Where it stands.
    pub position: Position,
}

/// One cluster's own value of a template's isolation switch (`path: /spec/networkIsolation`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceOverride {
    /// `clusterName`.
    pub cluster: Name,
    /// `value`.
    pub network_isolation: Readable<bool>,
}

/// A NamespaceNetworkPolicy: one allowlist entry of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceNetworkPolicy {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// Its labels (KubeSphere 4 sorts entries by `kubesphere.io/policy-type` and `kubesphere.io/policy-traffic`).
    pub labels: Labels,
    /// Its annotations (alias and description).
    pub annotations: Labels,
    /// `spec.policyTypes` as text; `None` where it is missing.
    pub policy_types: Option<Vec<Name>>,
    /// `spec.ingress`; `None` where it is missing, which is not the same as empty.
    pub ingress: Option<Vec<AllowlistRule>>,
    /// `spec.egress`; `None` where it is missing, which is not the same as empty.
    pub egress: Option<Vec<AllowlistRule>>,
    /// `spec.podSelector`, ours: the pods of the project that the entry is for; `None` means all of them. Readable as a whole.
    pub pod_selector: Option<LabelSelector>,
    /// `spec.expires`, ours: from when on the entry no longer counts.
    pub expires: Option<Timestamp>,
    /// The first part of `spec` that has the wrong type. Nobody knows what the entry means then.
    pub unreadable: Option<Position>,
    /// The first field of `spec` that nobody knows. KubeSphere's API drops such fields, with what they should have said.
    pub unknown_field: Option<Position>,
    /// Where it stands.
    pub position: Position,
}

/// One rule of an entry. No peers, or no ports: the list is missing or empty, which KubeSphere treats alike here.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AllowlistRule {
    /// `from` or `to`.
    pub peers: Vec<AllowlistPeer>,
    /// `ports`.
    pub ports: Vec<PortManifest>,
}

/// One peer of a rule. Exactly one of the fields ought to be there; nothing ever made sure of that.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AllowlistPeer {
    /// `namespace.name`: every pod of a project, or those that `namespace_pods` selects.
    pub namespace: Option<Name>,
    /// `namespace.podSelector`, ours. Readable as a whole.
    pub namespace_pods: Option<LabelSelector>,
    /// `service`: the pods behind a Service.
    pub service: Option<NamespacedName>,
    /// `ipBlock`: addresses.
    pub block: Option<IpBlockManifest>,
    /// `ipRange`, ours: addresses from a first to a last one.
    pub range: Option<IpRangeManifest>,
}

/// A range of addresses, as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct IpRangeManifest {
    /// `first`.
    pub first: String,
    /// `last`, which is part of the range.
    pub last: String,
}
