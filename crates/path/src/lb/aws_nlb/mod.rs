//! Network Load Balancers of AWS, by the AWS Load Balancer Controller, by EKS Auto Mode or by the older cloud provider.
//!
//! Whether the client's address arrives, is an attribute of the target group with a default that hangs on targets and protocol.

use super::claim::{self, Claim};
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Asked, Member, Setup, Variant, aws};
use crate::about::{derived, stated};
use bulkhead_model::Protocol;
use bulkhead_model::object::{Container, ServicePort};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "aws-nlb",
    title: "AWS Network Load Balancer",
    variants: &[INSTANCE, INSTANCE_OWN, IP, IP_OWN],
    reads: &[
        "Service spec.loadBalancerClass service.k8s.aws/nlb, eks.amazonaws.com/nlb",
        "Service annotations service.beta.kubernetes.io/aws-load-balancer-type, -nlb-target-type, -target-group-attributes, -target-node-labels, -enable-tcp-udp-listener",
        "the argument --default-target-type of the AWS Load Balancer Controller's pods",
    ],
    example: &[
        crate::about::NODES,
        super::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    runs: Some(is_controller),
    claim: claims,
    read: |asked| Ok(Setup::new(variant(asked), aws::targets(asked))),
};

const TYPE: &str = "service.beta.kubernetes.io/aws-load-balancer-type";
const TARGETS: &str = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type";
const ATTRIBUTES: &str = "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes";
const BOTH_PROTOCOLS: &str = "service.beta.kubernetes.io/aws-load-balancer-enable-tcp-udp-listener";
const CLASSES: [&str; 2] = [CONTROLLER_CLASS, "eks.amazonaws.com/nlb"];
/// The class that the AWS Load Balancer Controller serves.
const CONTROLLER_CLASS: &str = "service.k8s.aws/nlb";

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
        nodes: stated(
            Nodes::Every,
            "aws-load-balancer-controller docs/guide/service/nlb.md; with target-node-labels those with the labels (docs/guide/service/annotations.md)",
        ),
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

/// Its listeners each have a target group, so that ports of one Service may differ.
fn variant(asked: &Asked<'_>) -> &'static Variant {
    let to_pods = sends_to_pods(asked);
    let preserves = is_datagrams(asked) || preserves(asked).unwrap_or(!to_pods);
    match (to_pods, preserves) {
        (false, true) => &INSTANCE,
        (false, false) => &INSTANCE_OWN,
        (true, true) => &IP,
        (true, false) => &IP_OWN,
    }
}

/// The target type: the annotation's, else the controller's default (`buildTargetType` in its `pkg/service/model_build_target_group.go`).
/// Services that it has nothing to do with have instances.
fn sends_to_pods(asked: &Asked<'_>) -> bool {
    let annotations = &asked.service.annotations;
    let kind = annotations.get(TYPE).map(smol_str::SmolStr::as_str);
    if kind == Some("nlb-ip") {
        return true;
    }
    if let Some(targets) = annotations.get(TARGETS) {
        return targets == "ip";
    }
    let class = asked.service.load_balancer_class.as_deref();
    let of_controller = class == Some(CONTROLLER_CLASS) || (class.is_none() && kind == Some("external"));
    of_controller && claim::argument(asked, MEMBER.name, is_controller, "--default-target-type") == Some("ip")
}

/// A container of the AWS Load Balancer Controller.
fn is_controller(container: &Container) -> bool {
    container.image.contains("aws-load-balancer-controller")
}

/// `preserve_client_ip.enabled` among the attributes.
fn preserves(asked: &Asked<'_>) -> Option<bool> {
    let attributes = asked.service.annotations.get(ATTRIBUTES)?;
    let (_, value) = aws::pairs(attributes).find(|(key, _)| *key == "preserve_client_ip.enabled")?;
    value.parse().ok()
}

/// For UDP, and for TCP and UDP at one listener, the address is always preserved.
fn is_datagrams(asked: &Asked<'_>) -> bool {
    let Some(port) = asked.port else { return false };
    let both = || {
        let of_udp = |own: &ServicePort| own.port == port.port && own.protocol == Protocol::Udp;
        let joined = asked.service.annotations.get(BOTH_PROTOCOLS).is_some_and(|value| value == "true");
        joined && asked.service.ports.iter().any(of_udp)
    };
    port.protocol == Protocol::Udp || both()
}
