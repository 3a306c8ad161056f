//! MetalLB (`speaker`), in layer 2 and BGP mode.

use bulkhead_model::ObjectRef;
use bulkhead_model::object::{AnnouncementProtocol, Container, MetalLbAdvertisement, MetalLbPool};
use bulkhead_snapshot::NodeId;

use super::claim::{self, Claim};
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Asked, Member, Setup, Variant, nodes};
use crate::about::{derived, stated};
use crate::reason::{ASSUMED_ADVERTISEMENTS, ASSUMED_INTERFACES, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "metallb",
    title: "MetalLB",
    variants: &[LAYER2, BGP, BOTH],
    reads: &[
        "Service annotations metallb.io/*, metallb.universe.tf/*",
        "IPAddressPool spec.addresses",
        "L2Advertisement, BGPAdvertisement: ipAddressPools, ipAddressPoolSelectors, nodeSelectors, interfaces",
        "the speaker's pods, and their argument --lb-class",
    ],
    example: &[
        crate::about::NODES,
        super::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    runs: Some(is_speaker),
    claim: claims,
    read: |asked| Ok(read(asked)),
};

const LAYER2: Variant = Variant {
    name: "layer2",
    habits: Habits {
        nodes: stated(
            Nodes::One,
            "metallb speaker/layer2_controller.go, ShouldAnnounce: the first by hash among the eligible nodes with a speaker",
        ),
        ..COMMON
    },
};

const BGP: Variant = Variant {
    name: "bgp",
    habits: Habits {
        nodes: stated(
            Nodes::Every,
            "metallb speaker/bgp_controller.go: every node with a speaker that the advertisement selects",
        ),
        ..COMMON
    },
};

/// Advertised both ways.
const BOTH: Variant = Variant { name: "layer2,bgp", habits: BGP.habits };

const COMMON: Habits = Habits {
    arrives: stated(Arrives::Address, "metallb website, usage: kube-proxy takes the packets over on the node"),
    nodes: stated(Nodes::Every, "metallb speaker/bgp_controller.go"),
    local: stated(
        LocalNodes::Serving,
        "metallb speaker, nodesWithEndpoint: endpoints that are serving (epslices.EndpointCanServe)",
    ),
    without: stated(
        Without::Withdrawn,
        "metallb speaker, ShouldAnnounce: without an endpoint that serves nobody announces; of Services that share an address any one's will do, as the speaker announces addresses by Service (layer2/announcer.go)",
    ),
    follows: stated(Follows::Promptly, "metallb speaker watches EndpointSlices"),
    source: derived(Source::Client, "packets arrive as they were sent"),
    health: derived(Health::None, "nothing outside of the cluster checks"),
};

fn claims(asked: &Asked<'_>) -> Option<Claim> {
    if let Some(named) = claim::named(asked, &[], &["metallb.io/*", "metallb.universe.tf/*"]) {
        return Some(named);
    }
    if let Some(class) = claim::argument(asked, MEMBER.name, is_speaker, "--lb-class") {
        // It handles Services of that class only.
        return claim::named(asked, &[class], &[]);
    }
    let pool = pool_of(asked)?;
    let address = asked.ingress.address?.to_string();
    Some(claim::pool(ObjectRef::namespaced("IPAddressPool", &pool.name), "spec.addresses", &address, pool.position))
}

fn pool_of<'s>(asked: &Asked<'s>) -> Option<&'s MetalLbPool> {
    let address = asked.ingress.address?;
    let pools = &asked.network.snapshot().metallb_pools;
    pools.iter().find(|pool| pool.addresses.iter().filter_map(|range| range.known()).any(|set| set.contains(address)))
}

fn read(asked: &Asked<'_>) -> Setup {
    let able = nodes::without_excluded(asked, nodes::running(asked, MEMBER.name), || ignores_exclusion(asked));
    let all = &asked.network.snapshot().metallb_advertisements;
    let mine: Vec<&MetalLbAdvertisement> = all.iter().filter(|own| advertises(own, pool_of(asked))).collect();
    if all.is_empty() {
        // Without an advertisement nothing is announced; more likely they were not dumped.
        return Setup::new(&LAYER2, able).assuming(Some(Reason::new(ASSUMED_ADVERTISEMENTS)));
    }
    let by = |protocol| mine.iter().any(|own| own.protocol == protocol);
    let variant = match (by(AnnouncementProtocol::Layer2), by(AnnouncementProtocol::Bgp)) {
        (true, true) => &BOTH,
        (false, true) => &BGP,
        (_, false) => &LAYER2,
    };
    let node = |id: &NodeId| &asked.network.snapshot().nodes[*id];
    let selects = |id: &NodeId| mine.iter().any(|own| nodes::selected(&own.node_selectors, node(id)));
    let by_all = mine.iter().any(|own| own.node_selectors.is_empty());
    let nodes = if by_all { able } else { able.iter().copied().filter(selects).collect() };
    let interfaces: Vec<&str> = mine.iter().flat_map(|own| &own.interfaces).map(smol_str::SmolStr::as_str).collect();
    let assumption = || Reason::new(ASSUMED_INTERFACES).with("interfaces", interfaces.join(", "));
    Setup::new(variant, nodes).assuming((!interfaces.is_empty()).then(assumption))
}

/// Whether an advertisement is about a pool (`ipAddressPools` or selectors; neither means every pool). Where the pool is not known
/// it may be.
fn advertises(advertisement: &MetalLbAdvertisement, pool: Option<&MetalLbPool>) -> bool {
    let Some(pool) = pool else { return true };
    let everything = advertisement.pools.is_empty() && advertisement.pool_selectors.is_empty();
    everything
        || advertisement.pools.contains(&pool.name.name)
        || advertisement.pool_selectors.iter().any(|selector| selector.matches(&pool.labels) != Some(false))
}

/// A pod of the DaemonSet `speaker`.
fn is_speaker(container: &Container) -> bool {
    container.image.contains("metallb/speaker") || container.name == "speaker"
}

/// Speakers keep away from nodes whose label excludes them from load balancers, unless they are told not to.
fn ignores_exclusion(asked: &Asked<'_>) -> bool {
    let pods = &asked.network.snapshot().pods;
    let ignores =
        |container: &Container| container.arguments.iter().any(|argument| argument.starts_with("--ignore-exclude-lb"));
    asked.pods_of(MEMBER.name).iter().any(|pod| pods[*pod].containers.iter().any(ignores))
}
