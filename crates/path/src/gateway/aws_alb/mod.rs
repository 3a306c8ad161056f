//! Application Load Balancers of AWS, by the AWS Load Balancer Controller: outside of the cluster, to nodePorts or to pods.

use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{
    Aliases, Elsewhere, ForGateways, ForIngress, GatewaysBy, Member, TargetsBy, never_by_cluster_ip, nobody_further,
    watches_everything,
};
use crate::about::stated;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "aws-alb",
    title: "AWS Application Load Balancer",
    habits: Habits {
        runs: stated(Runs::Outside, "aws-load-balancer-controller docs/how-it-works.md"),
        upstream: stated(
            Upstream::Targets,
            "aws-load-balancer-controller docs/guide/ingress/annotations.md, target-type: instance (the default) is the nodePort, ip is the pod",
        ),
        seen: stated(
            Seen::OutsideAddress,
            "docs.aws.amazon.com, Application Load Balancers: connections come from the private addresses of its interfaces; the client is in X-Forwarded-For",
        ),
        without_class: stated(
            WithoutClass::Ignored,
            "aws-load-balancer-controller docs/guide/ingress/ingress_class.md",
        ),
    },
    reads: &[
        "IngressClass spec.controller ingress.k8s.aws/alb",
        "Ingress annotation alb.ingress.kubernetes.io/target-type",
        "GatewayClass spec.controllerName gateway.k8s.aws/alb",
    ],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: Some(ForIngress::Elsewhere { controller: "ingress.k8s.aws/alb", classes: &["alb"], by: BY }),
    gateways: Some(ForGateways {
        controllers: &["gateway.k8s.aws/alb", "gateway.k8s.aws/nlb"],
        by: GatewaysBy::Elsewhere(|_| BY),
        watches: watches_everything,
        aliases: Aliases::Followed,
    }),
    by_cluster_ip: never_by_cluster_ip,
    further: nobody_further,
};

const BY: Elsewhere =
    Elsewhere::Outside { targets: TargetsBy::PodsIf("alb.ingress.kubernetes.io/target-type", "ip"), addresses: &[] };
