//! Application Load Balancers of Google Cloud, by GKE's controllers for Ingresses and Gateways.

use bulkhead_model::object::GatewayClass;

use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{
    Aliases, Elsewhere, ForGateways, ForIngress, GatewaysBy, Member, TargetsBy, as_usual, never_by_cluster_ip,
    nobody_further, watches_everything,
};
use crate::about::{open, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "gce",
    title: "Google Cloud Application Load Balancer",
    habits: Habits {
        runs: stated(Runs::Outside, "cloud.google.com, GKE Ingress"),
        upstream: stated(
            Upstream::Targets,
            "cloud.google.com, container-native load balancing: pods with network endpoint groups, else nodePorts",
        ),
        seen: stated(
            Seen::OutsideAddress,
            "cloud.google.com, firewall rules for load balancers: global external ones connect from 130.211.0.0/22 and 35.191.0.0/16, regional and internal ones from the proxy-only subnet",
        ),
        without_class: open(
            WithoutClass::Ignored,
            "cloud.google.com, GKE Ingress: without the annotation it serves them, unless another controller does",
        ),
    },
    reads: &[
        "Ingress annotation kubernetes.io/ingress.class gce, gce-internal",
        "Service annotation cloud.google.com/neg",
        "GatewayClass spec.controllerName networking.gke.io/gateway",
    ],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: Some(ForIngress::Elsewhere {
        controller: "k8s.io/ingress-gce",
        classes: &["gce"],
        by: Elsewhere::Outside { targets: NEG, addresses: FRONTENDS },
        told: as_usual,
    }),
    gateways: Some(ForGateways {
        controllers: &["networking.gke.io/gateway"],
        by: GatewaysBy::Elsewhere(|_, class, _| Ok(of_class(class))),
        watches: watches_everything,
        aliases: Aliases::Followed,
    }),
    by_cluster_ip: never_by_cluster_ip,
    further: nobody_further,
};

const NEG: TargetsBy = TargetsBy::PodsIfServiceHas("cloud.google.com/neg", "ingress\": true|ingress\":true");

/// Where Google's front ends and health checks come from.
const FRONTENDS: &[&str] = &["130.211.0.0/22", "35.191.0.0/16"];

/// Global external ones come from the front ends; where the proxy-only subnet of the others lies, no object says.
fn of_class(class: &GatewayClass) -> Elsewhere {
    let global = class.name.contains("global-external") || class.name.contains("gxlb");
    Elsewhere::Outside { targets: TargetsBy::Pods, addresses: if global { FRONTENDS } else { &[] } }
}
