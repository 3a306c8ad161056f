//! NGINX Gateway Fabric: since 2.0 a Deployment of NGINX for each Gateway, beside it; before that one for all.

use bulkhead_model::object::Gateway;
use bulkhead_snapshot::{PodId, Snapshot};

use super::flag::container_of;
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{
    Aliases, ForGateways, GatewaysBy, Member, never_by_cluster_ip, nobody_further, pods, pods_with_gateway_label,
    watches_everything,
};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "nginx-gateway-fabric",
    title: "NGINX Gateway Fabric",
    habits: Habits {
        runs: stated(
            Runs::PodsBesideGateway,
            "docs.nginx.com, NGINX Gateway Fabric, architecture: since 2.0 a data plane for each Gateway",
        ),
        upstream: stated(
            Upstream::Endpoints,
            "docs.nginx.com, NGINX Gateway Fabric, architecture: upstreams are the endpoints",
        ),
        seen: derived(Seen::Pod, "NGINX opens the connection"),
        without_class: derived(WithoutClass::NoIngress, "it serves no Ingresses"),
    },
    reads: &[
        "GatewayClass spec.controllerName gateway.nginx.org/nginx-gateway-controller",
        "label gateway.networking.k8s.io/gateway-name of pods; before 2.0 pods of the image nginx-gateway-fabric",
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
        controllers: &["gateway.nginx.org/*"],
        by: GatewaysBy::Pods(of_gateway),
        watches: watches_everything,
        aliases: Aliases::Followed,
    }),
    by_cluster_ip: never_by_cluster_ip,
    further: nobody_further,
};

fn of_gateway(snapshot: &Snapshot, gateway: &Gateway) -> Vec<PodId> {
    let own = pods_with_gateway_label(snapshot, gateway);
    if !own.is_empty() {
        return own;
    }
    pods(snapshot, |pod| {
        let with_nginx = pod.containers.iter().any(|container| container.name == "nginx");
        with_nginx && container_of(pod, "nginx-gateway-fabric").is_some()
    })
}
