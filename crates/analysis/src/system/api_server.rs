//! The API server calls webhooks and aggregated APIs: as a process of each control-plane node, or through konnectivity's agents.

use std::collections::BTreeSet;

use bulkhead_allowlist::{Client, ExposureTarget, Sides};
use bulkhead_model::object::ApiCallback;
use bulkhead_model::{Issue, Name, NamespacedName, ObjectRef, PortRef};
use bulkhead_path::DoorKind;
use bulkhead_snapshot::Snapshot;

use super::{Asking, SystemKind, SystemNeed, Takes};

/// Labels of control-plane nodes.
const LABELS: [&str; 2] = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

impl Asking<'_> {
    /// One need for each Service of the project that the API server calls.
    pub(super) fn api_server(&self) -> Vec<SystemNeed> {
        let own = |callback: &&ApiCallback| callback.service.namespace == *self.namespace;
        let mut asked = BTreeSet::new();
        let callbacks = self.snapshot().callbacks.iter().filter(own);
        let once = callbacks.filter(|callback| asked.insert((callback.service.clone(), callback.port)));
        once.map(|callback| self.callback(callback)).collect()
    }

    fn callback(&self, callback: &ApiCallback) -> SystemNeed {
        let clients = api_servers(self.snapshot());
        let takes = if clients.is_empty() {
            Takes::Unknown(Issue::note("systemApiServerUnknown"))
        } else {
            let target = ExposureTarget::Service(callback.service.clone());
            let ports = vec![PortRef::Number(callback.port)];
            self.entries(target, ports, DoorKind::ClusterIp, clients, Sides::Ingress)
        };
        let object = Some(ObjectRef::cluster(callback.kind, callback.name.clone()));
        SystemNeed { kind: SystemKind::ApiServer, object, takes }
    }
}

/// Who calls for the API server: konnectivity's agents where they run, else the control-plane nodes, by their labels and by the
/// endpoints of `default/kubernetes`.
fn api_servers(snapshot: &Snapshot) -> Vec<Client> {
    let agents =
        snapshot.pods.rows().iter().filter(|pod| {
            pod.is_active() && pod.labels.get("k8s-app").is_some_and(|value| value == "konnectivity-agent")
        });
    let agents: Vec<Client> = agents.map(|pod| Client::Pod(pod.name.clone())).collect();
    if !agents.is_empty() {
        return agents;
    }
    let service = snapshot.service(&NamespacedName::new("default", "kubernetes"));
    let slices = service.map_or(&[][..], |service| snapshot.endpoint_slices(service));
    let endpoints: BTreeSet<_> =
        slices.iter().flat_map(|slice| &slice.endpoints).map(|endpoint| endpoint.address).collect();
    let is_one = |node: &&bulkhead_model::object::Node| {
        LABELS.iter().any(|label| node.labels.get(label).is_some())
            || node.addresses.iter().any(|address| endpoints.contains(&address.address))
    };
    let nodes: BTreeSet<Name> = snapshot.nodes.rows().iter().filter(is_one).map(|node| node.name.clone()).collect();
    nodes.into_iter().map(Client::Node).collect()
}
