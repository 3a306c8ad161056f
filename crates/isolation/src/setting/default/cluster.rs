//! The snapshot with what several parts of a plan ask of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_model::object::SelectorManifest;
use bulkhead_model::object::{
    Namespace, NamespaceNetworkPolicy, NetworkPolicy, PeerManifest, Pod, Service, ServicePort,
};
use bulkhead_model::{IssueCode, Labels, Name, NamespacedName, PortNumber, PortRef};
use bulkhead_snapshot::Snapshot;

use crate::plan::{Settings, is_ours};
use crate::{names, workspace};

/// A snapshot and the settings, indexed.
#[derive(Debug)]
pub(super) struct Cluster<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) settings: &'s Settings,
    entries: BTreeMap<&'s Name, Vec<&'s NamespaceNetworkPolicy>>,
    ours: BTreeMap<&'s Name, Vec<&'s NetworkPolicy>>,
}

impl<'s> Cluster<'s> {
    pub(super) fn new(snapshot: &'s Snapshot, settings: &'s Settings) -> Self {
        let mut entries: BTreeMap<&Name, Vec<&NamespaceNetworkPolicy>> = BTreeMap::new();
        for entry in &snapshot.namespace_network_policies {
            entries.entry(&entry.name.namespace).or_default().push(entry);
        }
        let mut ours: BTreeMap<&Name, Vec<&NetworkPolicy>> = BTreeMap::new();
        let named_ours = |policy: &&Arc<NetworkPolicy>| is_ours(policy) && names::is_of_switches(&policy.name.name);
        for policy in snapshot.network_policies.iter().filter(named_ours) {
            ours.entry(&policy.name.namespace).or_default().push(policy);
        }
        Self { snapshot, settings, entries, ours }
    }

    /// The entries of a namespace.
    pub(super) fn entries(&self, namespace: &Name) -> &[&'s NamespaceNetworkPolicy] {
        self.entries.get(namespace).map_or(&[], Vec::as_slice)
    }

    /// The policies of a namespace that this crate has written.
    pub(super) fn ours(&self, namespace: &Name) -> &[&'s NetworkPolicy] {
        self.ours.get(namespace).map_or(&[], Vec::as_slice)
    }

    /// A namespace that an object says to exist. One that is only mentioned has unknown labels.
    pub(super) fn namespace(&self, name: &str) -> Option<&'s Namespace> {
        let id = self.snapshot.namespace(name)?;
        Some(&self.snapshot.namespaces[id]).filter(|namespace| namespace.declared)
    }

    /// Whether a namespace belongs to the system and to no tenant. What anyone else runs there must never count as the
    /// cluster's own.
    pub(super) fn is_system(&self, namespace: &str) -> bool {
        let labels = self.namespace(namespace).map(workspace::of);
        labels.is_some_and(|workspace| workspace.is_none_or(|workspace| workspace == names::SYSTEM_WORKSPACE))
            || (labels.is_none() && namespace == "kube-system")
    }

    /// The Service of that name.
    pub(super) fn service(&self, name: &NamespacedName) -> Option<&'s Service> {
        self.snapshot.service(name).map(|id| &self.snapshot.services[id])
    }

    /// The active pods of a namespace.
    pub(super) fn pods(&self, namespace: &Name) -> impl Iterator<Item = &'s Pod> + use<'s> {
        let rows = self.snapshot.pods.rows();
        let first = rows.partition_point(|pod| pod.name.namespace < *namespace);
        let last = rows.partition_point(|pod| pod.name.namespace <= *namespace);
        rows.get(first..last).unwrap_or_default().iter().map(Arc::as_ref).filter(|pod| pod.is_active())
    }

    /// The active pods that a Service selects.
    pub(super) fn selected(&self, service: &'s Service) -> impl Iterator<Item = &'s Pod> + use<'s> {
        let selector = service.selector.as_ref();
        let wanted = move |labels: &Labels| {
            selector.is_some_and(|selector| selector.iter().all(|(key, value)| labels.get(key) == Some(value)))
        };
        self.pods(&service.name.namespace).filter(move |pod| wanted(&pod.labels))
    }

    /// The numbers that a Service's port has on its pods: one for a number, as many as the pods differ for a name. Empty where no
    /// pod declares the name.
    pub(super) fn target_numbers(&self, service: &'s Service, port: &ServicePort) -> Vec<PortNumber> {
        let PortRef::Name(name) = &port.target_port else {
            return match &port.target_port {
                PortRef::Number(number) => vec![*number],
                PortRef::Name(_) => Vec::new(),
            };
        };
        let mut numbers: Vec<PortNumber> =
            self.selected(service).filter_map(|pod| pod.named_port(name, port.protocol)).collect();
        numbers.extend(self.endpoint_numbers(service, port));
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The numbers that the EndpointSlices give for a port, for a dump without pods.
    fn endpoint_numbers(&self, service: &Service, port: &ServicePort) -> Vec<PortNumber> {
        let slices = self.snapshot.service(&service.name).map_or(&[][..], |id| self.snapshot.endpoint_slices(id));
        let used = slices.iter().filter(|slice| !slice.endpoints.is_empty());
        let ports = used.flat_map(|slice| &slice.ports);
        ports
            .filter(|have| have.name == port.name && have.protocol == port.protocol)
            .filter_map(|have| have.port)
            .collect()
    }
}

/// The pods of a namespace, found by the label that the API server sets; without a selector all of them.
pub(super) fn namespace_peer(name: &Name, pods: Option<SelectorManifest>) -> PeerManifest {
    PeerManifest::Pods { pods, namespaces: Some(SelectorManifest::label(names::METADATA_NAME, name.clone())) }
}

/// The pods of a namespace that have certain labels.
pub(super) fn pods_peer(namespace: &Name, labels: &Labels) -> PeerManifest {
    PeerManifest::Pods {
        pods: Some(SelectorManifest { match_labels: labels.clone(), match_expressions: Vec::new() }),
        namespaces: Some(SelectorManifest::label(names::METADATA_NAME, namespace.clone())),
    }
}

/// Why an entry means nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: IssueCode,
    pub(super) field: String,
    pub(super) arguments: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(super) fn new(code: IssueCode, field: impl Into<String>) -> Self {
        Self { code, field: field.into(), arguments: Vec::new() }
    }

    #[allow(clippy::needless_pass_by_value)] // callers hand over what they have, mostly temporaries
    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }
}
