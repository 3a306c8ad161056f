//! An object as it is kept: only those of its fields that anything here asks for.

use bulkhead_analysis::model::object::{
    ConfigMap, EndpointSlice, ExposureObject, Namespace, NamespaceNetworkPolicy, NetworkPolicy, Node, Pod, Service,
    Workload, Workspace, WorkspaceAllowlist, WorkspaceTemplate,
};
use bulkhead_analysis::model::{Labels, Name, NamespacedName};
use bulkhead_analysis::snapshot::{Input, Objects, read};
use bulkhead_store::{List, Object, ObjectKey, Resource};
use serde_json::Value;

use crate::source::Kind;

/// An object as it is kept. Most of them are pods: what is larger stands apart, so that a row has room for a pod and no more.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kept {
    Namespace(Namespace),
    Workspace(Workspace),
    WorkspaceTemplate(WorkspaceTemplate),
    Node(Node),
    ConfigMap(ConfigMap),
    DaemonSet(Box<Workload>),
    Service(Box<Service>),
    EndpointSlice(EndpointSlice),
    Pod(Pod),
    NetworkPolicy(NetworkPolicy),
    Entry(Box<NamespaceNetworkPolicy>),
    Allowlist(Box<WorkspaceAllowlist>),
    Exposure(Box<ExposureObject>),
    /// An object of another kind.
    Other(Box<Objects>),
}

/// An object that is kept, and which one of its name it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) kept: Kept,
    pub(crate) uid: Option<Name>,
    pub(crate) version: Name,
    pub(crate) generation: Option<i64>,
    pub(crate) terminating: bool,
    /// Of our own kinds.
    pub(crate) status: Option<Box<Value>>,
}

/// The objects of a list, as they are kept. One that cannot be read is there, without anything to keep.
#[derive(Clone, Debug)]
pub struct Listed {
    kind: Option<Kind>,
    pub(crate) rows: Vec<(NamespacedName, Option<Row>)>,
    /// The version of all of them together.
    pub(crate) resource_version: String,
}

impl Listed {
    /// A list of a kind, of which nothing was read so far.
    pub(crate) fn new(resource: &Resource) -> Self {
        let of = |source: &&crate::source::Source| source.is_of(resource);
        let kind = crate::source::SOURCES.iter().find(of).map(|source| source.kind);
        Self { kind, rows: Vec::new(), resource_version: String::new() }
    }

    /// Reads a part of the list.
    pub(crate) fn add(&mut self, objects: &[Object]) {
        let Some(kind) = self.kind else { return };
        self.rows.extend(objects.iter().map(|object| (name_of(&object.key()), Row::read(kind, object))));
    }

    /// The whole list.
    pub(crate) fn whole(resource: &Resource, list: &List) -> Self {
        let mut listed = Self::new(resource);
        listed.add(&list.items);
        Self { resource_version: list.resource_version.clone(), ..listed }
    }
}

/// The name of an object within its kind; without a namespace that is empty.
pub(crate) fn name_of(key: &ObjectKey) -> NamespacedName {
    NamespacedName::new(key.namespace.as_deref().unwrap_or_default(), key.name.as_str())
}

/// The same for a store.
pub(crate) fn key_of(name: &NamespacedName) -> ObjectKey {
    ObjectKey::namespaced(name.namespace.as_str(), name.name.as_str())
}

impl Row {
    /// Reads an object of a kind; `None` for one that has no name or that cannot be read, which then counts as missing.
    pub(crate) fn read(kind: Kind, object: &Object) -> Option<Self> {
        let text = serde_json::to_vec(&object.0).ok()?;
        let objects = read(&[Input { name: "watch", text: &text }]);
        let kept = take(kind, objects)?;
        let is_ours = kind == Kind::NetworkPolicy || kind.with_status().is_some();
        Some(Self {
            kept,
            uid: object.uid().filter(|_| is_ours).map(Name::from),
            version: object.resource_version().filter(|_| is_ours).unwrap_or_default().into(),
            generation: object.generation(),
            terminating: object.is_terminating(),
            status: kind.with_status().and_then(|_| object.0.get("status").cloned().map(Box::new)),
        })
    }
}

fn take(kind: Kind, mut objects: Objects) -> Option<Kept> {
    Some(match kind {
        Kind::Namespace => Kept::Namespace(objects.namespaces.pop()?),
        Kind::Workspace => Kept::Workspace(objects.workspaces.pop()?),
        Kind::WorkspaceTemplate => Kept::WorkspaceTemplate(objects.workspace_templates.pop()?),
        Kind::Node => Kept::Node(objects.nodes.pop()?),
        Kind::ConfigMap => Kept::ConfigMap(objects.config_maps.pop()?),
        Kind::DaemonSet => Kept::DaemonSet(Box::new(objects.workloads.pop()?)),
        Kind::Service => Kept::Service(Box::new(objects.services.pop()?)),
        Kind::EndpointSlice => Kept::EndpointSlice(objects.endpoint_slices.pop()?),
        Kind::Pod => Kept::Pod(objects.pods.pop()?),
        Kind::NetworkPolicy => Kept::NetworkPolicy(objects.network_policies.pop()?),
        Kind::Entry => Kept::Entry(Box::new(objects.namespace_network_policies.pop()?)),
        Kind::Allowlist => Kept::Allowlist(Box::new(objects.workspace_allowlists.pop()?)),
        Kind::Exposure => Kept::Exposure(Box::new(objects.exposures.pop()?)),
        Kind::Surroundings(_) => {
            // What is kept is held against what comes: only what the object says is to be compared.
            (objects.sources, objects.issues, objects.skipped) = Default::default();
            Kept::Other(Box::new(objects))
        }
    })
}

fn cloned((key, value): (&Name, &Name)) -> (Name, Name) {
    (key.clone(), value.clone())
}

impl Kept {
    /// What of it decides about policies that are none of an Exposure's. Readiness, places and programs of pods change all the time.
    pub(crate) fn without_ways(&self) -> Self {
        let mut kept = self.clone();
        match &mut kept {
            Self::Pod(pod) => {
                pod.ready = None;
                pod.terminating = false;
                pod.scheduling = None;
                pod.node = None;
                if !pod.host_network {
                    pod.addresses = Vec::new();
                }
                let ports_only = pod.containers.iter().filter(|container| !container.ports.is_empty()).cloned();
                pod.containers = ports_only
                    .map(|mut container| {
                        (container.image, container.arguments, container.environment) = Default::default();
                        container
                    })
                    .collect();
            }
            Self::Node(node) => {
                node.labels = Labels::default();
                node.ready = None;
                node.taints = Vec::new();
                let snat = bulkhead_analysis::isolation::names::SNAT_NODE_IPS;
                node.annotations = node.annotations.iter().filter(|(key, _)| *key == snat).map(cloned).collect();
            }
            Self::EndpointSlice(slice) => {
                for endpoint in &mut slice.endpoints {
                    endpoint.hint_nodes = Vec::new();
                    endpoint.hint_zones = Vec::new();
                }
            }
            _ => {}
        }
        kept
    }

    /// Adds the object to those of a snapshot.
    pub(crate) fn put(&self, objects: &mut Objects) {
        match self {
            Self::Namespace(it) => objects.namespaces.push(it.clone()),
            Self::Workspace(it) => objects.workspaces.push(it.clone()),
            Self::WorkspaceTemplate(it) => objects.workspace_templates.push(it.clone()),
            Self::Node(it) => objects.nodes.push(it.clone()),
            Self::ConfigMap(it) => objects.config_maps.push(it.clone()),
            Self::DaemonSet(it) => objects.workloads.push(it.as_ref().clone()),
            Self::Service(it) => objects.services.push(it.as_ref().clone()),
            Self::EndpointSlice(it) => objects.endpoint_slices.push(it.clone()),
            Self::Pod(it) => objects.pods.push(it.clone()),
            Self::NetworkPolicy(it) => objects.network_policies.push(it.clone()),
            Self::Entry(it) => objects.namespace_network_policies.push(it.as_ref().clone()),
            Self::Allowlist(it) => objects.workspace_allowlists.push(it.as_ref().clone()),
            Self::Exposure(it) => objects.exposures.push(it.as_ref().clone()),
            Self::Other(it) => objects.append(it.as_ref().clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_room_for_a_pod_and_little_more() {
        assert!(size_of::<Kept>() <= size_of::<Pod>() + 8, "{}", size_of::<Kept>());
    }
}
