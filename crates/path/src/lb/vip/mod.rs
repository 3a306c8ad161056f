//! Any load balancer that leaves the destination as it is (`ipMode: VIP`) and that nobody recognises. That it leaves packets as they are is
//! assumed, unless the user names it.

use bulkhead_model::object::IpMode;

use super::claim::Claim;
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Member, Setup, Variant, nodes, not_modelled};
use crate::about::{derived, stated};
use crate::reason::{ASSUMED_PASSES_ON, Reason};

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
        (takes && not_modelled::shown(asked).is_none()).then(Claim::fallback)
    },
    read: |asked| {
        // The API server writes ipMode VIP where nobody said anything, so that it shows nothing by itself.
        let named = asked.network.load_balancer_override().is_some();
        let address = asked.ingress.address.filter(|_| !named);
        let assumption = address.map(|address| Reason::new(ASSUMED_PASSES_ON).with("address", address));
        Ok(Setup::new(&VARIANT, nodes::every(asked)).assuming(assumption))
    },
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
    source: derived(Source::Client, "KEP-1860; the API server's default of ipMode is VIP, so that it is an assumption"),
    health: stated(Health::Node, "Kubernetes API, healthCheckNodePort"),
};
