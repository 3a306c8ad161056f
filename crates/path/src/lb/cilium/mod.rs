//! Cilium's own addresses for Services (LB-IPAM), announced on the local network (L2) or by BGP.

use bulkhead_model::object::{AnnouncementProtocol, CiliumAnnouncement, CiliumPool, Service};
use bulkhead_model::{Labels, ObjectRef};
use bulkhead_snapshot::NodeId;

use super::claim::{self, Claim};
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Asked, Member, Setup, Variant, nodes};
use crate::about::{derived, open, stated};
use crate::reason::{ASSUMED_ADVERTISEMENTS, ASSUMED_INTERFACES, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "cilium-lb-ipam",
    title: "Cilium LB-IPAM",
    variants: &[LAYER2, BGP],
    reads: &[
        "Service spec.loadBalancerClass io.cilium/*, annotations lbipam.cilium.io/*, io.cilium/*",
        "CiliumLoadBalancerIPPool spec.blocks",
        "CiliumL2AnnouncementPolicy, CiliumBGPPeeringPolicy, CiliumBGPClusterConfig: selectors of nodes and Services",
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
    read: |asked| Ok(read(asked)),
};

const LAYER2: Variant = Variant {
    name: "layer2",
    habits: Habits {
        arrives: stated(Arrives::Address, "docs.cilium.io, L2 announcements: the node answers ARP and balances itself"),
        nodes: stated(
            Nodes::One,
            "docs.cilium.io, L2 announcements: one node at a time answers, by a lease for each Service",
        ),
        local: stated(
            LocalNodes::Same,
            "docs.cilium.io, L2 announcements: not compatible with externalTrafficPolicy Local; addresses may be announced by nodes without pods, which drop",
        ),
        without: derived(Without::Stays, "the lease has nothing to do with endpoints"),
        follows: derived(Follows::NeedNot, "the lease has nothing to do with endpoints"),
        source: derived(Source::Client, "packets arrive as they were sent"),
        health: derived(Health::None, "nothing outside of the cluster checks"),
    },
};

const BGP: Variant = Variant {
    name: "bgp",
    habits: Habits {
        nodes: stated(Nodes::Every, "docs.cilium.io, BGP control plane: every node that a peering selects"),
        local: stated(
            LocalNodes::Ready,
            "cilium/cilium pull request 25477: with Local a node advertises while it has an active endpoint",
        ),
        without: stated(Without::Withdrawn, "cilium/cilium pull request 25477"),
        follows: stated(Follows::Promptly, "cilium/cilium pull request 25477: endpoints are watched"),
        health: open(Health::None, "routers do not check"),
        ..LAYER2.habits
    },
};

fn claims(asked: &Asked<'_>) -> Option<Claim> {
    let named = claim::named(asked, &["io.cilium/*"], &["lbipam.cilium.io/*", "io.cilium/lb-ipam*"]);
    if named.is_some() {
        return named;
    }
    let address = asked.ingress.address?;
    let holds = |pool: &&CiliumPool| {
        let mut blocks = pool.blocks.iter().filter_map(|block| block.known());
        !pool.disabled && blocks.any(|block| block.contains(address))
    };
    let pool = asked.network.snapshot().cilium_pools.iter().find(holds)?;
    let object = ObjectRef::cluster("CiliumLoadBalancerIPPool", pool.name.clone());
    Some(claim::pool(object, "spec.blocks", &address.to_string(), pool.position))
}

fn read(asked: &Asked<'_>) -> Setup {
    let all = &asked.network.snapshot().cilium_announcements;
    let labels = labels_of(asked.service);
    let mine: Vec<&CiliumAnnouncement> = all.iter().filter(|own| is_about(own, &labels)).collect();
    if all.is_empty() {
        return Setup::new(&LAYER2, nodes::every(asked)).assuming(Some(Reason::new(ASSUMED_ADVERTISEMENTS)));
    }
    let layer2 = mine.iter().any(|own| own.protocol == AnnouncementProtocol::Layer2);
    let nodes: Vec<NodeId> =
        nodes::matching(asked, |node| mine.iter().any(|own| own.nodes.matches(&node.labels) != Some(false))).to_vec();
    let interfaces: Vec<&str> = mine.iter().flat_map(|own| &own.interfaces).map(smol_str::SmolStr::as_str).collect();
    let assumption = || Reason::new(ASSUMED_INTERFACES).with("interfaces", interfaces.join(", "));
    let variant = if layer2 || mine.is_empty() { &LAYER2 } else { &BGP };
    Setup::new(variant, nodes.into()).assuming((!interfaces.is_empty()).then(assumption))
}

fn is_about(announcement: &CiliumAnnouncement, labels: &Labels) -> bool {
    let services = &announcement.services;
    announcement.load_balancers
        && (services.is_empty() || services.iter().any(|selector| selector.matches(labels) != Some(false)))
}

/// A Service's labels, and those by which Cilium's selectors may name it.
fn labels_of(service: &Service) -> Labels {
    let labels = service.labels.clone();
    let labels = labels.with("io.kubernetes.service.namespace", service.name.namespace.clone());
    labels.with("io.kubernetes.service.name", service.name.name.clone())
}
