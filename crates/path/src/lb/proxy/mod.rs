//! A load balancer that opens connections of its own (`ipMode: Proxy`, KEP-1860) and that nobody recognises: no node has rules for
//! its address. With `--load-balancer proxy` it is taken to send to the nodePorts.

use bulkhead_model::object::IpMode;

use super::claim::Claim;
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Member, Setup, Variant, nodes};
use crate::about::{open, stated};
use crate::reason::{LOAD_BALANCER_PROXIES, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "proxy",
    title: "a load balancer of ipMode Proxy",
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
        let takes = asked.ingress.address.is_some() && asked.ingress.ip_mode == IpMode::Proxy;
        takes.then(Claim::fallback)
    },
    read: |asked| {
        let address = || asked.ingress.address.map_or_else(String::new, |address| address.to_string());
        // Neither its own address nor its choice of a target is in a snapshot, unless the user says so.
        asked
            .network
            .load_balancer_override()
            .map(|_| Setup::new(&VARIANT, nodes::targets(asked)))
            .ok_or_else(|| Reason::new(LOAD_BALANCER_PROXIES).with("address", address()))
    },
};

const VARIANT: Variant = Variant { name: "", habits: HABITS };

const HABITS: Habits = Habits {
    arrives: open(
        Arrives::NodePort,
        "KEP-1860 leaves it to the load balancer whether it sends to nodes or to pods; with --load-balancer proxy nodePorts are meant",
    ),
    nodes: stated(Nodes::Every, "kubernetes.io, Using Source IP: load balancers of the first kind send to any node"),
    local: stated(LocalNodes::Ready, "Kubernetes API, healthCheckNodePort"),
    without: open(Without::Stays, "load balancers differ"),
    follows: stated(Follows::ByHealthCheck, "Kubernetes API, healthCheckNodePort"),
    source: stated(
        Source::Own,
        "kubernetes.io, Using Source IP: the source is the load balancer's address; PROXY protocol carries the client in the payload only",
    ),
    health: stated(Health::Node, "Kubernetes API, healthCheckNodePort"),
};
