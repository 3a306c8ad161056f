//! An object as it is kept: only those of its fields that anything here asks for.

use std::sync::Arc;

use bulkhead_analysis::model::object::{
    ConfigMap, EndpointSlice, ExposureObject, Namespace, NamespaceNetworkPolicy, NetworkPolicy, Node, Pod, Service,
    Workload, Workspace, WorkspaceAllowlist, WorkspaceTemplate,
};
use bulkhead_analysis::model::{Labels, Name, NamespacedName, Position, SourceId};
use bulkhead_analysis::snapshot::{Input, Objects, read};
use bulkhead_store::{List, Object, ObjectKey, Resource};
use serde_json::Value;

use crate::source::Kind;

/// An object as it is kept. It stands apart: the table of rows is never full, and what it has room for costs memory; and whoever needs
/// everything as it is now shares it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kept {
    Namespace(Arc<Namespace>),
    Workspace(Arc<Workspace>),
    WorkspaceTemplate(Arc<WorkspaceTemplate>),
    Node(Arc<Node>),
    ConfigMap(Arc<ConfigMap>),
    DaemonSet(Arc<Workload>),
    Service(Arc<Service>),
    EndpointSlice(Arc<EndpointSlice>),
    Pod(Arc<Pod>),
    NetworkPolicy(Arc<NetworkPolicy>),
    Entry(Arc<NamespaceNetworkPolicy>),
    Allowlist(Arc<WorkspaceAllowlist>),
    Exposure(Arc<ExposureObject>),
    /// An object of another kind.
    Other(Arc<Objects>),
}

/// An object that is kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) kept: Kept,
    pub(crate) terminating: bool,
    /// Of the kinds that are written.
    identity: Option<Box<Identity>>,
}

/// Which one of its name an object is.
#[derive(Clone, Debug, PartialEq)]
struct Identity {
    uid: Option<Name>,
    version: Name,
    generation: Option<i64>,
    /// Of our own kinds, as text: that of an Exposure has an entry for every node, which read take many times the memory.
    status: Option<Box<str>>,
}

/// The objects of a list, as they are kept. One that cannot be read is not there, or without anything to keep.
#[derive(Clone, Debug)]
pub struct Listed {
    resource: Resource,
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
        Self { resource: resource.clone(), kind, rows: Vec::new(), resource_version: String::new() }
    }

    /// Reads a part of the list, in JSON.
    pub(crate) fn add(&mut self, text: &str) {
        // Those that there are many of are read at once, and nothing that is not kept is made of them.
        let read_all = || read(&[Input { name: "list", text: text.as_bytes() }]);
        match self.kind {
            Some(Kind::Pod) => self.rows.extend(read_all().pods.into_iter().map(|mut pod| {
                Arc::make_mut(&mut pod).position = ALONE;
                (pod.name.clone(), Some(Row::unwritten(pod.terminating, Kept::Pod(pod))))
            })),
            Some(Kind::EndpointSlice) => self.rows.extend(read_all().endpoint_slices.into_iter().map(|mut slice| {
                Arc::make_mut(&mut slice).position = ALONE;
                (slice.name.clone(), Some(Row::unwritten(false, Kept::EndpointSlice(slice))))
            })),
            _ => self.add_objects(&List::read(&self.resource, text).unwrap_or_default().items),
        }
    }

    fn add_objects(&mut self, objects: &[Object]) {
        let Some(kind) = self.kind else { return };
        self.rows.extend(objects.iter().map(|object| (name_of(&object.key()), Row::read(kind, object))));
    }

    /// The whole list.
    pub(crate) fn whole(resource: &Resource, list: &List) -> Self {
        let mut listed = Self::new(resource);
        listed.add_objects(&list.items);
        Self { resource_version: list.resource_version.clone(), ..listed }
    }
}

/// Where an object stands that is read alone.
const ALONE: Position = Position { source: SourceId(0), line: 1 };

/// The name of an object within its kind; without a namespace that is empty.
pub(crate) fn name_of(key: &ObjectKey) -> NamespacedName {
    NamespacedName::new(key.namespace.as_deref().unwrap_or_default(), key.name.as_str())
}

/// The same for a store.
pub(crate) fn key_of(name: &NamespacedName) -> ObjectKey {
    ObjectKey::namespaced(name.namespace.as_str(), name.name.as_str())
}

impl Row {
    /// Of a kind that is not written, and whose going makes no difference but to itself.
    fn unwritten(terminating: bool, kept: Kept) -> Self {
        Self { kept, terminating, identity: None }
    }

    /// Reads an object of a kind; `None` for one that has no name or that cannot be read, which then counts as missing.
    pub(crate) fn read(kind: Kind, object: &Object) -> Option<Self> {
        let text = serde_json::to_vec(&object.0).ok()?;
        let objects = read(&[Input { name: "watch", text: &text }]);
        let kept = take(kind, objects)?;
        let has_status = kind.with_status().is_some();
        let identity = || Identity {
            uid: object.uid().map(Name::from),
            version: object.resource_version().unwrap_or_default().into(),
            generation: object.generation(),
            status: object.0.get("status").filter(|_| has_status).map(|status| status.to_string().into()),
        };
        let is_written = kind == Kind::NetworkPolicy || has_status;
        let identity = is_written.then(|| Box::new(identity()));
        Some(Self { kept, terminating: object.is_terminating(), identity })
    }

    /// `metadata.uid`.
    pub(crate) fn uid(&self) -> Option<&Name> {
        self.identity.as_ref()?.uid.as_ref()
    }

    /// `metadata.resourceVersion`.
    pub(crate) fn version(&self) -> &str {
        self.identity.as_ref().map(|identity| identity.version.as_str()).unwrap_or_default()
    }

    /// `metadata.generation`.
    pub(crate) fn generation(&self) -> Option<i64> {
        self.identity.as_ref()?.generation
    }

    /// The status.
    pub(crate) fn status(&self) -> Option<Value> {
        serde_json::from_str(self.identity.as_ref()?.status.as_ref()?).ok()
    }
}

fn take(kind: Kind, mut objects: Objects) -> Option<Kept> {
    Some(match kind {
        Kind::Namespace => Kept::Namespace(Arc::new(objects.namespaces.pop()?)),
        Kind::Workspace => Kept::Workspace(Arc::new(objects.workspaces.pop()?)),
        Kind::WorkspaceTemplate => Kept::WorkspaceTemplate(Arc::new(objects.workspace_templates.pop()?)),
        Kind::Node => Kept::Node(Arc::new(objects.nodes.pop()?)),
        Kind::ConfigMap => Kept::ConfigMap(Arc::new(objects.config_maps.pop()?)),
        Kind::DaemonSet => Kept::DaemonSet(Arc::new(objects.workloads.pop()?)),
        Kind::Service => Kept::Service(Arc::new(objects.services.pop()?)),
        Kind::EndpointSlice => Kept::EndpointSlice(objects.endpoint_slices.pop()?),
        Kind::Pod => Kept::Pod(objects.pods.pop()?),
        Kind::NetworkPolicy => Kept::NetworkPolicy(objects.network_policies.pop()?),
        Kind::Entry => Kept::Entry(Arc::new(objects.namespace_network_policies.pop()?)),
        Kind::Allowlist => Kept::Allowlist(Arc::new(objects.workspace_allowlists.pop()?)),
        Kind::Exposure => Kept::Exposure(Arc::new(objects.exposures.pop()?)),
        Kind::Surroundings(_) => {
            // What is kept is held against what comes: only what the object says is to be compared.
            (objects.sources, objects.issues, objects.skipped) = Default::default();
            Kept::Other(Arc::new(objects))
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
                let pod = Arc::make_mut(pod);
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
                let node = Arc::make_mut(node);
                node.labels = Labels::default();
                node.ready = None;
                node.taints = Vec::new();
                let snat = bulkhead_analysis::isolation::names::SNAT_NODE_IPS;
                node.annotations = node.annotations.iter().filter(|(key, _)| *key == snat).map(cloned).collect();
            }
            Self::EndpointSlice(slice) => {
                for endpoint in &mut Arc::make_mut(slice).endpoints {
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
            Self::Namespace(it) => objects.namespaces.push(it.as_ref().clone()),
            Self::Workspace(it) => objects.workspaces.push(it.as_ref().clone()),
            Self::WorkspaceTemplate(it) => objects.workspace_templates.push(it.as_ref().clone()),
            Self::Node(it) => objects.nodes.push(it.as_ref().clone()),
            Self::ConfigMap(it) => objects.config_maps.push(it.as_ref().clone()),
            Self::DaemonSet(it) => objects.workloads.push(it.as_ref().clone()),
            Self::Service(it) => objects.services.push(it.as_ref().clone()),
            Self::EndpointSlice(it) => objects.endpoint_slices.push(Arc::clone(it)),
            Self::Pod(it) => objects.pods.push(Arc::clone(it)),
            Self::NetworkPolicy(it) => objects.network_policies.push(Arc::clone(it)),
            Self::Entry(it) => objects.namespace_network_policies.push(it.as_ref().clone()),
            Self::Allowlist(it) => objects.workspace_allowlists.push(it.as_ref().clone()),
            Self::Exposure(it) => objects.exposures.push(it.as_ref().clone()),
            Self::Other(it) => objects.append(it.as_ref().clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A list and a watch must tell the same of an object, or every new list would look like a change.
    #[test]
    fn a_list_is_read_as_its_objects_are() {
        let pod = json!({
            "metadata": {"name": "web-0", "namespace": "shop", "labels": {"app": "web"}, "uid": "u", "deletionTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"nodeName": "n1", "containers": [{"name": "web", "image": "web:1", "ports": [{"containerPort": 80}]}]},
            "status": {"podIP": "10.1.0.1", "phase": "Running"},
        });
        let slice = json!({
            "metadata": {"name": "web-1", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
            "addressType": "IPv4", "ports": [{"port": 80}], "endpoints": [{"addresses": ["10.1.0.1"], "nodeName": "n1"}],
        });
        let namespace = json!({"metadata": {"name": "shop", "labels": {"a": "b"}}});
        let kinds = [
            (Kind::Pod, "pods", pod, "Pod", "v1"),
            (Kind::EndpointSlice, "endpointslices.discovery.k8s.io", slice, "EndpointSlice", "discovery.k8s.io/v1"),
            (Kind::Namespace, "namespaces", namespace, "Namespace", "v1"),
        ];
        for (kind, resource, item, name, version) in kinds {
            let mut listed = Listed::new(&crate::source::resource(resource));
            let page = json!({"kind": format!("{name}List"), "apiVersion": version, "metadata": {"resourceVersion": "7"}, "items": [item]});
            listed.add(&page.to_string());
            let mut object = Object::from_value(item).unwrap();
            object.0.insert("kind".to_owned(), name.into());
            object.0.insert("apiVersion".to_owned(), version.into());
            let row = Row::read(kind, &object);
            assert!(row.is_some());
            assert_eq!(listed.rows, [(name_of(&object.key()), row)]);
        }
    }

    #[test]
    fn the_table_has_room_for_no_object() {
        assert!(size_of::<Row>() <= 32, "{}", size_of::<Row>());
    }
}
