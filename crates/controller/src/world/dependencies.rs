//! What the policies of every project depend on: DNS, the API server, NodeLocal DNS, KubeSphere's settings, and the Nodes that an
//! administrator marked.

use std::collections::BTreeSet;

use bulkhead_analysis::model::object::Service;
use bulkhead_analysis::model::{Labels, Name, NamespacedName};

use super::World;
use crate::kept::Kept;
use crate::source::Kind;

/// The objects that every project depends on.
#[derive(Debug, Default)]
pub(super) struct Common {
    /// What is in [`Common::objects`] may be out of date.
    pub(super) outdated: bool,
    objects: Vec<Kept>,
    services: BTreeSet<NamespacedName>,
    /// Services that the settings name as DNS.
    pub(super) extra_services: BTreeSet<NamespacedName>,
}

impl Common {
    /// Whether pods or endpoints of a namespace may be behind one of the Services.
    pub(super) fn is_home(&self, namespace: &str) -> bool {
        self.all_services().any(|service| service.namespace == namespace)
    }

    /// Keeps in mind that a Service is one of them, or is not.
    pub(super) fn note_service(&mut self, name: &NamespacedName, is_one: bool) {
        if is_one {
            self.services.insert(name.clone());
        } else {
            self.services.remove(name);
        }
    }

    fn all_services(&self) -> impl Iterator<Item = &NamespacedName> {
        self.services.iter().chain(&self.extra_services)
    }
}

impl World {
    /// Says which Services are DNS besides those that are called so.
    pub(crate) fn also_dns(&mut self, services: impl IntoIterator<Item = NamespacedName>) {
        self.common.extra_services.extend(services);
    }

    /// Brings what every project depends on up to date; whether it changed.
    pub(crate) fn refresh_common(&mut self) -> bool {
        if !std::mem::take(&mut self.common.outdated) {
            return false;
        }
        let objects: Vec<Kept> = self.common_objects().iter().map(Kept::without_ways).collect();
        let changed = objects != self.common.objects;
        self.common.objects = objects;
        changed
    }

    /// What every project depends on, as of the last [`Self::refresh_common`].
    pub(super) fn common(&self) -> &[Kept] {
        &self.common.objects
    }

    fn common_objects(&self) -> Vec<Kept> {
        let mut objects = Vec::new();
        let marked = |kept: &&Kept| matches!(kept, Kept::Node(node) if !node.annotations.is_empty());
        let nodes = self.inside(Kind::Node, "").map(|(_, row)| &row.kept).filter(marked);
        objects.extend(nodes.cloned());
        for kind in [Kind::ConfigMap, Kind::DaemonSet] {
            objects.extend(self.all(kind).map(|(_, row)| row.kept.clone()).filter(is_settings));
        }
        let mut namespaces: BTreeSet<Name> = objects.iter().filter_map(namespace_of).collect();
        for name in self.common.all_services() {
            namespaces.insert(name.namespace.clone());
            objects.extend(self.service_with_pods(name));
        }
        let known =
            namespaces.iter().filter_map(|name| self.row(Kind::Namespace, &NamespacedName::new("", name.clone())));
        objects.extend(known.map(|row| row.kept.clone()));
        objects
    }

    /// A Service, its slices and its pods.
    pub(super) fn service_with_pods(&self, name: &NamespacedName) -> Vec<Kept> {
        let Some(Kept::Service(service)) = self.row(Kind::Service, name).map(|row| &row.kept) else {
            return Vec::new();
        };
        let slices = self.inside(Kind::EndpointSlice, &name.namespace).map(|(_, row)| &row.kept);
        let of_service =
            |kept: &&Kept| matches!(kept, Kept::EndpointSlice(slice) if slice.service.as_ref() == Some(&name.name));
        let pods = self.inside(Kind::Pod, &name.namespace).map(|(_, row)| &row.kept);
        let selected = |kept: &&Kept| matches!(kept, Kept::Pod(pod) if selects(service, &pod.labels));
        let mut objects = vec![Kept::Service(service.clone())];
        objects.extend(slices.filter(of_service).cloned());
        objects.extend(pods.filter(selected).cloned());
        objects
    }
}

fn selects(service: &Service, labels: &Labels) -> bool {
    let selector = service.selector.as_ref();
    selector.is_some_and(|selector| selector.iter().all(|(key, value)| labels.get(key) == Some(value)))
}

/// Whether a ConfigMap or a DaemonSet is one that policies depend on.
fn is_settings(kept: &Kept) -> bool {
    let is_node_local = bulkhead_analysis::isolation::is_named_as_node_local_dns;
    match kept {
        Kept::ConfigMap(map) => map.name.name == "kubesphere-config" || is_node_local(&map.name.name),
        Kept::DaemonSet(workload) => is_node_local(&workload.name.name),
        _ => false,
    }
}

fn namespace_of(kept: &Kept) -> Option<Name> {
    match kept {
        Kept::ConfigMap(map) => Some(map.name.namespace.clone()),
        Kept::DaemonSet(workload) => Some(workload.name.namespace.clone()),
        _ => None,
    }
}
