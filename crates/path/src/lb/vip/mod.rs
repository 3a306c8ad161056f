//! Any load balancer that leaves the destination as it is (`ipMode: VIP`) and that nobody recognises.

use bulkhead_model::object::IpMode;

use super::claim::Claim;
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Member, Setup, Variant, nodes};
use crate::about::{derived, stated};

/// Its name.
pub(super) const NAME: &str = "vip";

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: NAME,
    title: "a load balancer of ipMode VIP",
    variants: &[VARIANT],
    reads: &["Service status.loadBalancer.ingress"],
    example: &[
        crate::about::NODES,
        super::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    runs: None,
    claim: |asked| {
        let takes = asked.ingress.address.is_some() && asked.ingress.ip_mode == IpMode::Vip;
        takes.then(Claim::fallback)
    },
    read: |asked| Ok(Setup::new(&VARIANT, nodes::every(asked))),
};

const VARIANT: Variant = Variant { name: "", habits: HABITS };

const HABITS: Habits = Habits {
    arrives: stated(
        Arrives::Address,
        "KEP-1860: with ipMode VIP packets are delivered to the node with the address as destination",
    ),
    nodes: derived(Nodes::Every, "nothing in the input says which nodes announce the address"),
    local: stated(
        LocalNodes::Ready,
        "Kubernetes API, externalTrafficPolicy Local: load balancers keep nodes without endpoints out by healthCheckNodePort",
    ),
    without: derived(Without::Stays, "a load balancer whose targets are all unhealthy may send to all of them"),
    follows: stated(Follows::ByHealthCheck, "Kubernetes API, healthCheckNodePort"),
    source: stated(Source::Client, "KEP-1860"),
    health: stated(Health::Node, "Kubernetes API, healthCheckNodePort"),
};
