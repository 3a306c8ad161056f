//! Envoy Gateway: a fleet of Envoy for each Gateway, in the controller's namespace or beside the Gateway, or one for a class.

use bulkhead_model::object::Gateway;
use bulkhead_snapshot::{PodId, Snapshot};

use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{Aliases, ForGateways, GatewaysBy, Member, never_by_cluster_ip, nobody_further, pods, watches_everything};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "envoy-gateway",
    title: "Envoy Gateway",
    habits: Habits {
        runs: stated(
            Runs::PodsOfController,
            "gateway.envoyproxy.io, deployment mode: in the controller's namespace; gateway namespace mode: beside the Gateway",
        ),
        upstream: stated(
            Upstream::Endpoints,
            "gateway.envoyproxy.io, EnvoyProxy spec.routingType: endpoints unless it says Service",
        ),
        seen: derived(Seen::Pod, "Envoy opens the connection"),
        without_class: derived(WithoutClass::NoIngress, "it serves no Ingresses"),
    },
    reads: &[
        "GatewayClass spec.controllerName gateway.envoyproxy.io/*",
        "labels gateway.envoyproxy.io/owning-gateway-name, -namespace, owning-gatewayclass of pods",
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
        controllers: &["gateway.envoyproxy.io/*"],
        by: GatewaysBy::Pods(of_gateway),
        watches: watches_everything,
        aliases: Aliases::Followed,
    }),
    by_cluster_ip: never_by_cluster_ip,
    further: nobody_further,
};

/// Its own fleet; else that of its class, where Gateways are merged.
fn of_gateway(snapshot: &Snapshot, gateway: &Gateway) -> Vec<PodId> {
    let own = pods(snapshot, |pod| {
        pod.labels.get("gateway.envoyproxy.io/owning-gateway-name") == Some(&gateway.name.name)
            && pod.labels.get("gateway.envoyproxy.io/owning-gateway-namespace") == Some(&gateway.name.namespace)
    });
    if !own.is_empty() {
        return own;
    }
    pods(snapshot, |pod| pod.labels.get("gateway.envoyproxy.io/owning-gatewayclass") == Some(&gateway.class))
}
