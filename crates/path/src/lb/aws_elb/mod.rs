//! Classic Load Balancers of AWS: what the cloud provider makes of a Service that says nothing else.

use super::claim;
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Member, Setup, Variant, aws};
use crate::about::{open, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "aws-elb",
    title: "AWS Classic Load Balancer",
    variants: &[VARIANT],
    reads: &["Node spec.providerID aws://", "Service annotations service.beta.kubernetes.io/aws-load-balancer-*"],
    example: &[super::SHOP, include_str!("example.yaml"), crate::about::KUBE_PROXY, crate::about::CALICO],
    runs: None,
    claim: |asked| {
        let types = ["service.beta.kubernetes.io/aws-load-balancer-type"];
        let other = types.iter().any(|key| asked.service.annotations.get(key).is_some());
        (!other).then(|| claim::cloud(asked, |id| id.starts_with("aws:"))).flatten()
    },
    read: |asked| Ok(Setup::new(&VARIANT, aws::targets(asked))),
};

const VARIANT: Variant = Variant {
    name: "",
    habits: Habits {
        arrives: stated(
            Arrives::NodePort,
            "cloud-provider-aws docs/service_controller.md: listeners send to nodePorts of instances",
        ),
        nodes: stated(
            Nodes::Every,
            "cloud-provider-aws docs/service_controller.md; with target-node-labels those with the labels",
        ),
        local: stated(LocalNodes::Ready, "cloud-provider-aws: with Local the health check is healthCheckNodePort"),
        without: open(Without::Stays, "not stated for this load balancer"),
        follows: stated(Follows::ByHealthCheck, "cloud-provider-aws"),
        source: stated(
            Source::Own,
            "docs.aws.amazon.com, Classic Load Balancers: connections to instances are its own; PROXY protocol carries the client in the payload",
        ),
        health: stated(Health::Node, "cloud-provider-aws"),
    },
};
