//! Load balancers of Tencent Cloud (CLB), by TKE.

use super::claim;
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Member, Setup, Variant, nodes};
use crate::about::{derived, open, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "tencent",
    title: "Tencent Cloud CLB",
    variants: &[NODE, DIRECT],
    reads: &[
        "Node spec.providerID qcloud://",
        "Service annotations service.cloud.tencent.com/*, service.kubernetes.io/qcloud-*, service.kubernetes.io/tke-*",
    ],
    example: &[
        crate::about::NODES,
        super::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    runs: None,
    claim: |asked| {
        let annotations =
            ["service.cloud.tencent.com/*", "service.kubernetes.io/qcloud-*", "service.kubernetes.io/tke-*"];
        claim::named(asked, &[], &annotations).or_else(|| claim::cloud(asked, |id| id.starts_with("qcloud:")))
    },
    read: |asked| {
        let direct = asked.service.annotations.get(DIRECT_ACCESS).is_some_and(|value| value == "true");
        Ok(Setup::new(if direct { &DIRECT } else { &NODE }, nodes::targets(asked)))
    },
};

const DIRECT_ACCESS: &str = "service.cloud.tencent.com/direct-access";

const NODE: Variant = Variant {
    name: "node",
    habits: Habits {
        arrives: derived(
            Arrives::NodePort,
            "cloud.tencent.com, TKE: without direct access the backends are nodes and nodePorts",
        ),
        nodes: stated(Nodes::Every, "cloud.tencent.com, TKE: all nodes are backends"),
        local: derived(LocalNodes::Ready, "Kubernetes API, healthCheckNodePort"),
        without: open(Without::Stays, "not stated"),
        follows: derived(Follows::ByHealthCheck, "Kubernetes API, healthCheckNodePort"),
        source: stated(
            Source::Client,
            "cloud.tencent.com, TKE: the client's address is lost on the node, by its source NAT",
        ),
        health: derived(Health::Node, "health checks go where packets go"),
    },
};

const DIRECT: Variant = Variant {
    name: "direct-access",
    habits: Habits {
        arrives: stated(
            Arrives::Pod,
            "cloud.tencent.com, TKE, annotation direct-access: the load balancer is connected to the pods",
        ),
        nodes: derived(Nodes::OfEndpoint, "the pod has an interface in the network"),
        local: derived(LocalNodes::Same, "kube-proxy has no part in it"),
        source: stated(Source::Client, "cloud.tencent.com, TKE: with direct access the pod sees the client"),
        health: derived(Health::Pod, "health checks go where packets go"),
        ..NODE.habits
    },
};
