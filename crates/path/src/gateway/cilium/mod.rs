//! Cilium's own Ingresses and Gateways: Envoy on every node, whose packets have the identity `ingress`.

use bulkhead_policy::Identity;

use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{
    Aliases, Elsewhere, ForGateways, ForIngress, GatewaysBy, Member, as_usual, never_by_cluster_ip, nobody_further,
    watches_everything,
};
use crate::about::stated;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "cilium-gateway",
    title: "Cilium Ingress and Gateway API",
    habits: Habits {
        runs: stated(
            Runs::EveryNode,
            "docs.cilium.io, Ingress support: packets are intercepted on the node and handed to its Envoy",
        ),
        upstream: stated(Upstream::Endpoints, "docs.cilium.io, Ingress support"),
        seen: stated(
            Seen::Identity,
            "docs.cilium.io, Ingress and network policy: identity ingress; a rule needs fromEntities: [ingress]",
        ),
        without_class: stated(
            WithoutClass::Ignored,
            "docs.cilium.io, Ingress support: only the class cilium, unless it is the default",
        ),
    },
    reads: &[
        "IngressClass spec.controller cilium.io/ingress-controller",
        "GatewayClass spec.controllerName io.cilium/gateway-controller",
    ],
    example: &[crate::about::NODES, crate::about::SHOP, include_str!("example.yaml")],
    ingress: Some(ForIngress::Elsewhere {
        controller: "cilium.io/ingress-controller",
        classes: &["cilium"],
        by: INGRESS,
        told: as_usual,
    }),
    gateways: Some(ForGateways {
        controllers: &["io.cilium/gateway-controller"],
        by: GatewaysBy::Elsewhere(|_, _, _| Ok(INGRESS)),
        watches: watches_everything,
        aliases: Aliases::Followed,
    }),
    by_cluster_ip: never_by_cluster_ip,
    further: nobody_further,
};

const INGRESS: Elsewhere = Elsewhere::Nodes { identity: Identity::Ingress };
