//! The kinds of objects that are read: one file each, and the one list of them.

// Readers of objects and of fields have one type each, also those that never fail.
#![allow(clippy::unnecessary_wraps)]

mod address_range;
mod allowlist;
mod api_callback;
mod aws;
mod calico;
mod cilium;
mod cluster_network_policy;
mod config_map;
mod container;
mod endpoint_slice;
mod endpoints;
mod exposure;
mod foreign_policy;
mod gateway_api;
mod gateway_route;
mod ingress;
mod ingress_class;
mod kube_ovn;
mod kubesphere;
mod metallb;
mod monitor;
mod namespace;
mod network_policy;
mod node;
mod not_read;
mod openelb;
mod pod;
mod route;
mod scheduling;
mod service;
mod workload;
mod workspace_allowlist;

pub use self::config_map::{CONFIG_MAPS, is_config_map_read};
pub(crate) use self::node::TUNNEL_ANNOTATIONS;
use super::decode::{Object, Read, Reading};

/// How one kind is read.
#[derive(Debug)]
pub(crate) struct KindReader {
    /// The API group; empty for the core group.
    pub(crate) group: &'static str,
    /// The versions whose fields the reader knows; none where it knows nothing of any.
    pub(crate) versions: &'static [&'static str],
    pub(crate) kind: &'static str,
    pub(crate) scope: Scope,
    /// Puts the object where it belongs. An error has been reported; the object is then not there.
    pub(crate) read: fn(&Object<'_>, &mut Reading<'_>) -> Read<()>,
}

/// Whether a kind's objects live in namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Namespaced,
    Cluster,
}

/// Every kind that is read.
const KINDS: &[&[KindReader]] = &[
    namespace::KINDS,
    node::KINDS,
    pod::KINDS,
    workload::KINDS,
    service::KINDS,
    endpoint_slice::KINDS,
    endpoints::KINDS,
    ingress::KINDS,
    ingress_class::KINDS,
    aws::KINDS,
    gateway_api::KINDS,
    gateway_route::KINDS,
    route::KINDS,
    network_policy::KINDS,
    cluster_network_policy::KINDS,
    foreign_policy::KINDS,
    config_map::KINDS,
    calico::KINDS,
    openelb::KINDS,
    metallb::KINDS,
    cilium::KINDS,
    kube_ovn::KINDS,
    kubesphere::KINDS,
    workspace_allowlist::KINDS,
    exposure::KINDS,
    api_callback::KINDS,
    monitor::KINDS,
    not_read::KINDS,
];

/// The reader of a kind.
pub(crate) fn find(group: &str, kind: &str) -> Option<&'static KindReader> {
    KINDS.iter().flat_map(|kinds| kinds.iter()).find(|reader| reader.kind == kind && reader.group == group)
}

/// Whether anything reads objects of an `apiVersion` and a kind.
pub(crate) fn is_read(api_version: &str, kind: &str) -> bool {
    let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
    find(group, kind).is_some()
}

impl KindReader {
    /// Whether the reader knows the fields of a version.
    pub(crate) fn knows(&self, version: &str) -> bool {
        self.versions.is_empty() || self.versions.contains(&version)
    }

    /// Whether objects of the kind allow or deny traffic: one that cannot be read may say anything.
    pub(crate) fn is_policy(&self) -> bool {
        policies().any(|policy| (policy.group, policy.kind) == (self.group, self.kind))
    }
}

/// The kinds that allow or deny traffic.
fn policies() -> impl Iterator<Item = &'static KindReader> {
    network_policy::KINDS.iter().chain(cluster_network_policy::KINDS).chain(foreign_policy::KINDS)
}

/// The kinds of that name, however it is capitalised, that allow or deny traffic: several groups have a `NetworkPolicy`.
pub(crate) fn policies_named(kind: &str) -> impl Iterator<Item = &'static KindReader> {
    policies().filter(move |policy| policy.kind.eq_ignore_ascii_case(kind))
}

/// Whether a group has kinds that allow or deny traffic.
pub(crate) fn has_policies(group: &str) -> bool {
    group == FORMER_GROUP || policies().any(|policy| policy.group == group)
}

/// The kind that is meant by one that is spelt with other capitals.
pub(crate) fn misspelt(group: &str, kind: &str) -> Option<&'static KindReader> {
    let is_meant = |reader: &&KindReader| reader.group == group && reader.kind.eq_ignore_ascii_case(kind);
    KINDS.iter().flat_map(|kinds| kinds.iter()).find(is_meant)
}

/// The group that `NetworkPolicy` had before Kubernetes 1.16: the same objects in another version.
pub(crate) const FORMER_GROUP: &str = "extensions";

/// Whether objects of a kind are worth reading from a cluster.
pub fn is_wanted(group: &str, kind: &str) -> bool {
    find(group, kind).is_some()
}

/// Every kind that is worth reading from a cluster, by its API group and its name.
pub fn wanted_kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    let read = KINDS.iter().flat_map(|kinds| kinds.iter()).map(|reader| (reader.group, reader.kind));
    read.filter(|(_, kind)| *kind != not_read::KIND)
}

/// Whether any kind of an API group is worth reading from a cluster.
pub fn is_group_wanted(group: &str) -> bool {
    wanted_kinds().any(|(wanted, _)| wanted == group)
}
