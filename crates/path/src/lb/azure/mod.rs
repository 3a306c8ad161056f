//! Load balancers of Azure. Floating IP, the default, leaves the destination as it is.

use super::claim;
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Member, Setup, Variant, nodes};
use crate::about::{open, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "azure",
    title: "Azure Load Balancer",
    variants: &[FLOATING, NODE_PORT],
    reads: &["Node spec.providerID azure://", "Service annotations service.beta.kubernetes.io/azure-*"],
    example: &[
        crate::about::NODES,
        super::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    runs: None,
    claim: |asked| {
        let named = claim::named(asked, &[], &["service.beta.kubernetes.io/azure-*"]);
        named.or_else(|| claim::cloud(asked, |id| id.starts_with("azure:")))
    },
    read: |asked| {
        let disabled = asked.service.annotations.get(NO_FLOATING_IP).is_some_and(|value| value == "true");
        let variant = if disabled { &NODE_PORT } else { &FLOATING };
        Ok(Setup::new(variant, nodes::targets(asked)))
    },
};

const NO_FLOATING_IP: &str = "service.beta.kubernetes.io/azure-disable-load-balancer-floating-ip";

const FLOATING: Variant = Variant {
    name: "floating-ip",
    habits: Habits {
        arrives: stated(
            Arrives::Address,
            "cloud-provider-azure: rules have floating IP unless the annotation azure-disable-load-balancer-floating-ip says otherwise",
        ),
        nodes: stated(
            Nodes::Every,
            "learn.microsoft.com, AKS, standard load balancer: all nodes are in the backend pool",
        ),
        local: stated(LocalNodes::Ready, "learn.microsoft.com, AKS: with Local the probe is healthCheckNodePort"),
        without: open(Without::Stays, "not stated"),
        follows: stated(Follows::ByHealthCheck, "learn.microsoft.com, AKS: health probes"),
        source: stated(Source::Client, "learn.microsoft.com, Azure Load Balancer: it passes flows through"),
        health: stated(Health::Node, "learn.microsoft.com, AKS: probes come from 168.63.129.16 to the node"),
    },
};

const NODE_PORT: Variant = Variant {
    name: "without-floating-ip",
    habits: Habits {
        arrives: stated(
            Arrives::NodePort,
            "cloud-provider-azure: without floating IP the rule's backend port is the nodePort",
        ),
        ..FLOATING.habits
    },
};
