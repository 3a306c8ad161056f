//! Any other implementation of the Gateway API that deploys pods for a Gateway: by the label that the API wants on them.

use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{
    Aliases, ForGateways, GatewaysBy, Member, never_by_cluster_ip, nobody_further, pods_with_gateway_label,
    watches_everything,
};
use crate::about::{derived, open, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "gateway-api",
    title: "another implementation of Gateway API",
    habits: Habits {
        runs: stated(
            Runs::PodsBesideGateway,
            "Gateway API, GEP-1762: resources of a Gateway have the label gateway.networking.k8s.io/gateway-name",
        ),
        upstream: open(Upstream::Endpoints, "implementations differ; the backend's policy sees the same"),
        seen: derived(Seen::Pod, "the pod opens the connection"),
        without_class: derived(WithoutClass::NoIngress, "it serves no Ingresses"),
    },
    reads: &["label gateway.networking.k8s.io/gateway-name of pods"],
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
        controllers: &[],
        by: GatewaysBy::Pods(pods_with_gateway_label),
        watches: watches_everything,
        aliases: Aliases::Followed,
    }),
    by_cluster_ip: never_by_cluster_ip,
    further: nobody_further,
};
