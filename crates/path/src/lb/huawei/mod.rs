//! Elastic Load Balance of Huawei Cloud, by CCE. Shared ones send to nodes; for dedicated ones it hangs on the cluster's network.

use super::claim;
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Member, Setup, Variant, nodes};
use crate::about::{derived, open, stated};
use crate::reason::{LOAD_BALANCER_TARGETS_UNKNOWN, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "huawei",
    title: "Huawei Cloud ELB",
    variants: &[NODE],
    reads: &["Service annotations kubernetes.io/elb.*"],
    example: &[
        crate::about::NODES,
        super::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    runs: None,
    claim: |asked| claim::named(asked, &[], &["kubernetes.io/elb.*"]),
    read: |asked| {
        // In a CCE Turbo cluster a dedicated one (`performance`) may be connected to the pods.
        let dedicated = asked.service.annotations.get(CLASS).is_some_and(|class| class == "performance");
        let unknown = || {
            let unknown = Reason::new(LOAD_BALANCER_TARGETS_UNKNOWN).with("implementation", MEMBER.title);
            unknown.with("field", CLASS)
        };
        if dedicated { Err(unknown()) } else { Ok(Setup::new(&NODE, nodes::targets(asked))) }
    },
};

const CLASS: &str = "kubernetes.io/elb.class";

const NODE: Variant = Variant {
    name: "node",
    habits: Habits {
        arrives: derived(
            Arrives::NodePort,
            "support.huaweicloud.com, CCE: backends are nodes and nodePorts; a dedicated load balancer may have pods instead",
        ),
        nodes: stated(Nodes::Every, "support.huaweicloud.com, CCE: with Cluster (node level forwarding off) any node"),
        local: stated(LocalNodes::Ready, "support.huaweicloud.com, CCE: with Local the nodes of the pods"),
        without: open(Without::Stays, "not stated"),
        follows: derived(Follows::MayLag, "backends are changed by the controller"),
        source: derived(
            Source::Client,
            "support.huaweicloud.com, CCE: with Cluster the client's address is lost on the node, by its source NAT",
        ),
        health: derived(Health::Node, "health checks go where packets go"),
    },
};
