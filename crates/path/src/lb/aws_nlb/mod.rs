//! Network Load Balancers of AWS, by the AWS Load Balancer Controller, by EKS Auto Mode or by the older cloud provider.
//!
//! Whether the client's address arrives, is an attribute of the target group with a default that hangs on targets and protocol.

use super::claim::{self, Claim};
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Asked, Member, Setup, Variant, nodes};
use crate::about::{derived, stated};
use bulkhead_model::Protocol;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "aws-nlb",
    title: "AWS Network Load Balancer",
    variants: &[INSTANCE, INSTANCE_OWN, IP, IP_OWN],
    reads: &[
        "Service spec.loadBalancerClass service.k8s.aws/nlb, eks.amazonaws.com/nlb",
        "Service annotations service.beta.kubernetes.io/aws-load-balancer-type, -nlb-target-type, -target-group-attributes",
    ],
    example: &[
        crate::about::NODES,
        super::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    runs: None,
    claim: claims,
    read: |asked| Ok(Setup::new(variant(asked), nodes::targets(asked))),
};

const TYPE: &str = "service.beta.kubernetes.io/aws-load-balancer-type";
const TARGETS: &str = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type";
const ATTRIBUTES: &str = "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes";
const CLASSES: [&str; 2] = ["service.k8s.aws/nlb", "eks.amazonaws.com/nlb"];

/// Where the defaults of `preserve_client_ip` are from.
const PRESERVES: &str =
    "docs.aws.amazon.com, Edit target group attributes for your Network Load Balancer, client IP preservation";

const INSTANCE: Variant = Variant {
    name: "instance",
    habits: Habits {
        arrives: stated(
            Arrives::NodePort,
            "aws-load-balancer-controller docs/guide/service/nlb.md: instance targets are nodePorts",
        ),
        nodes: stated(Nodes::Every, "aws-load-balancer-controller docs/guide/service/nlb.md"),
        local: stated(
            LocalNodes::Ready,
            "aws-load-balancer-controller docs/guide/service/annotations.md: with Local the health check is healthCheckNodePort",
        ),
        without: stated(
            Without::Stays,
            "docs.aws.amazon.com, NLB health checks: with no healthy target it sends to all (fail open)",
        ),
        follows: stated(Follows::ByHealthCheck, "docs.aws.amazon.com, NLB health checks"),
        source: stated(Source::ClientOfSameFamily, PRESERVES),
        health: stated(Health::Node, "aws-load-balancer-controller docs/guide/service/annotations.md"),
    },
};

const INSTANCE_OWN: Variant = Variant {
    name: "instance-without-preserve-client-ip",
    habits: Habits { source: stated(Source::Own, PRESERVES), ..INSTANCE.habits },
};

const IP: Variant = Variant {
    name: "ip-with-preserve-client-ip",
    habits: Habits {
        arrives: stated(Arrives::Pod, "aws-load-balancer-controller docs/guide/service/nlb.md: ip targets are pods"),
        nodes: derived(Nodes::OfEndpoint, "the pod's address is one of its node's interfaces"),
        local: derived(LocalNodes::Same, "kube-proxy has no part in it"),
        health: stated(
            Health::Pod,
            "docs.aws.amazon.com, NLB health checks: from the private addresses of the load balancer",
        ),
        source: stated(Source::ClientOfSameFamily, PRESERVES),
        ..INSTANCE.habits
    },
};

const IP_OWN: Variant = Variant { name: "ip", habits: Habits { source: stated(Source::Own, PRESERVES), ..IP.habits } };

fn claims(asked: &Asked<'_>) -> Option<Claim> {
    if let Some(named) = claim::named(asked, &CLASSES, &[TARGETS]) {
        return Some(named);
    }
    let kind = asked.service.annotations.get(TYPE);
    let is_nlb = kind.is_some_and(|kind| matches!(kind.as_str(), "nlb" | "nlb-ip" | "external"));
    is_nlb.then(|| claim::named(asked, &[], &[TYPE])).flatten()
}

fn variant(asked: &Asked<'_>) -> &'static Variant {
    let annotations = &asked.service.annotations;
    let to_pods = annotations.get(TYPE).is_some_and(|kind| kind == "nlb-ip")
        || annotations.get(TARGETS).is_some_and(|targets| targets == "ip");
    match (to_pods, preserves(asked).unwrap_or_else(|| !to_pods || is_datagrams(asked))) {
        (false, true) => &INSTANCE,
        (false, false) => &INSTANCE_OWN,
        (true, true) => &IP,
        (true, false) => &IP_OWN,
    }
}

/// `preserve_client_ip.enabled` among the attributes, which stand between commas.
fn preserves(asked: &Asked<'_>) -> Option<bool> {
    let attributes = asked.service.annotations.get(ATTRIBUTES)?;
    let value = attributes.split(',').find_map(|pair| pair.trim().strip_prefix("preserve_client_ip.enabled="))?;
    value.trim().parse().ok()
}

/// For UDP the address is always preserved.
fn is_datagrams(asked: &Asked<'_>) -> bool {
    asked.service.ports.iter().any(|port| port.protocol == Protocol::Udp)
}
