//! Namespaces that only the objects in them show.

use std::collections::BTreeSet;
use std::sync::Arc;

use bulkhead_model::object::{EndpointSlice, Namespace};
use bulkhead_model::{Labels, Name, NamespacedName, Position};

use crate::snapshot::Snapshot;

/// Adds every namespace that something lives in. It has the one label that the API server sets, and nobody knows others.
pub(super) fn complete(snapshot: &mut Snapshot, slices: &[Arc<EndpointSlice>]) {
    let names = {
        let pods = snapshot.pods.rows().iter().map(|it| &it.name);
        let services = snapshot.services.rows().iter().map(|it| &it.name);
        let workloads = snapshot.workloads.iter().map(|it| &it.name);
        let policies = snapshot.network_policies.iter().map(|it| &it.name);
        let ingresses = snapshot.ingresses.iter().map(|it| &it.name);
        let routes = snapshot.routes.iter().map(|it| &it.name);
        let gateways = snapshot.gateway_api.gateways.iter().map(|it| &it.name);
        let gateways = gateways.chain(snapshot.gateway_api.routes.iter().map(|it| &it.name));
        let config_maps = snapshot.config_maps.keys();
        let slices = slices.iter().map(|it| &it.name);
        let all =
            pods.chain(services).chain(workloads).chain(policies).chain(ingresses).chain(routes).chain(config_maps);
        let unread = snapshot.unread_policies.iter().filter_map(|it| it.object.namespace.clone());
        all.chain(slices)
            .chain(gateways)
            .map(|NamespacedName { namespace, .. }| namespace.clone())
            .chain(unread)
            .collect::<BTreeSet<Name>>()
    };
    let missing: Vec<Namespace> =
        names.into_iter().filter(|name| snapshot.namespace(name).is_none()).map(undeclared).collect();
    let mut all = snapshot.namespaces.rows().to_vec();
    all.extend(missing);
    all.sort_by(|a, b| a.name.cmp(&b.name));
    snapshot.namespaces = all.into();
}

fn undeclared(name: Name) -> Namespace {
    Namespace {
        labels: Labels::default().with("kubernetes.io/metadata.name", name.clone()),
        annotations: Labels::default(),
        declared: false,
        position: Position::NOWHERE,
        name,
    }
}
