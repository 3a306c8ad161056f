//! Istio: a Deployment for each Gateway, beside it; or pods that somebody deployed, named by the Service that `spec.addresses` gives.

use bulkhead_model::NamespacedName;
use bulkhead_model::object::Gateway;
use bulkhead_snapshot::{PodId, Snapshot};

use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{
    Aliases, ForGateways, GatewaysBy, Member, never_by_cluster_ip, nobody_further, pods, pods_with_gateway_label,
    watches_everything,
};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "istio",
    title: "Istio",
    habits: Habits {
        runs: stated(Runs::PodsBesideGateway, "istio.io, Kubernetes Gateway API, automated and manual deployment"),
        upstream: stated(Upstream::Endpoints, "istio.io, traffic management: Envoy has the endpoints by EDS"),
        seen: derived(Seen::Pod, "the gateway opens the connection"),
        without_class: derived(WithoutClass::NoIngress, "its Ingress support is not modelled"),
    },
    reads: &[
        "GatewayClass spec.controllerName istio.io/gateway-controller",
        "Gateway spec.addresses, where they name a Service",
        "label gateway.networking.k8s.io/gateway-name of pods",
    ],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        super::FRONT,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: None,
    gateways: Some(ForGateways {
        controllers: &["istio.io/gateway-controller"],
        by: GatewaysBy::Pods(of_gateway),
        watches: watches_everything,
        aliases: Aliases::Followed,
    }),
    by_cluster_ip: never_by_cluster_ip,
    further: nobody_further,
};

fn of_gateway(snapshot: &Snapshot, gateway: &Gateway) -> Vec<PodId> {
    let services = gateway.addresses.iter().filter_map(|address| service_of(address));
    let services: Vec<NamespacedName> = services.filter(|name| snapshot.service(name).is_some()).collect();
    if services.is_empty() {
        return pods_with_gateway_label(snapshot, gateway);
    }
    let selectors: Vec<_> = services
        .iter()
        .filter_map(|name| Some((name, snapshot.services[snapshot.service(name)?].selector.as_ref()?)))
        .collect();
    pods(snapshot, |pod| {
        selectors.iter().any(|(name, selector)| {
            pod.name.namespace == name.namespace
                && selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value))
        })
    })
}

/// `NAME.NAMESPACE.svc.…`
fn service_of(address: &str) -> Option<NamespacedName> {
    let mut parts = address.split('.');
    let (name, namespace, svc) = (parts.next()?, parts.next()?, parts.next()?);
    (svc == "svc").then(|| NamespacedName::new(namespace, name))
}
