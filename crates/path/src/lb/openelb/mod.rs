//! OpenELB (`pkg/speaker`). Which of several nodes announces an address may change at any time, so that each is a way in.

use std::net::IpAddr;

use bulkhead_model::ObjectRef;
use bulkhead_model::object::{Eip, Service, TrafficPolicy};
use bulkhead_snapshot::{NodeId, Snapshot};

use super::claim::{self, Claim};
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::nodes::Counting;
use super::{Asked, Member, Setup, Variant, nodes};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "openelb",
    title: "OpenELB",
    variants: &[LAYER2, BGP, VIP],
    reads: &[
        "Service annotations lb.kubesphere.io/v1alpha1, eip.openelb.kubesphere.io/v1alpha2, protocol.openelb.kubesphere.io/v1alpha1",
        "Eip spec.address, spec.protocol",
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
    read: |asked| {
        let protocol = asked.service.annotations.get(PROTOCOL);
        let protocol = protocol.or_else(|| eip_of(asked).map(|eip| &eip.protocol)).map(smol_str::SmolStr::as_str);
        let variant = MEMBER.variants.iter().find(|variant| Some(variant.name) == protocol).unwrap_or(&UNKNOWN);
        let local = asked.service.external_traffic_policy == TrafficPolicy::Local;
        Ok(Setup { with_endpoint: local.then(|| sharing(asked)), ..Setup::new(variant, nodes::every(asked)) })
    },
};

const CLAIM: (&str, &str) = ("lb.kubesphere.io/v1alpha1", "openelb");
const EIP: &str = "eip.openelb.kubesphere.io/v1alpha2";
const PROTOCOL: &str = "protocol.openelb.kubesphere.io/v1alpha1";

/// Where the facts are from.
const MANAGER: &str = "openelb pkg/speaker/manager.go, getServiceNodes: every Node object, ready or not; with Local those in the Endpoints of all Services of the Eip";
const STALE: &str = "openelb pkg/speaker/manager.go, layer2/memberlist.go, up to May 2025 (pull request 465): a node that lost its endpoint is not withdrawn; none eligible withdraws nothing";

const LAYER2: Variant = Variant {
    name: "layer2",
    habits: Habits {
        nodes: stated(
            Nodes::One,
            "openelb pkg/speaker/layer2/memberlist.go: the least hash of node and address among the members that are alive",
        ),
        ..COMMON
    },
};

const BGP: Variant = Variant {
    name: "bgp",
    habits: Habits {
        nodes: stated(Nodes::Every, "openelb pkg/speaker/bgp/bgp/path.go: every node is a next hop, by its InternalIP"),
        ..COMMON
    },
};

const VIP: Variant = Variant {
    name: "vip",
    habits: Habits {
        arrives: stated(
            Arrives::HeldAddress,
            "openelb pkg/speaker/vip/keepalived.go: the VRRP master has the address on its NIC",
        ),
        nodes: stated(
            Nodes::One,
            "openelb pkg/speaker/vip/keepalived.go: the VRRP master has the address on its NIC; kube-proxy does the rest",
        ),
        ..COMMON
    },
};

const UNKNOWN: Variant = Variant { name: "unknown", habits: COMMON };

const COMMON: Habits = Habits {
    arrives: stated(Arrives::Address, "openelb pkg/speaker: no speaker rewrites packets"),
    nodes: stated(Nodes::Every, MANAGER),
    local: stated(LocalNodes::Ready, MANAGER),
    without: stated(Without::Stays, STALE),
    follows: stated(Follows::MayLag, STALE),
    source: derived(Source::Client, "packets arrive as they were sent"),
    health: derived(Health::None, "nothing outside of the cluster checks"),
};

fn claims(asked: &Asked<'_>) -> Option<Claim> {
    let service = asked.service;
    if service.annotations.get(CLAIM.0).is_some_and(|value| value == CLAIM.1) {
        return claim::named(asked, &[], &[CLAIM.0]);
    }
    let eip = eip_of(asked)?;
    let field = if service.annotations.get(EIP).is_some() { "metadata.name" } else { "spec.address" };
    let address = asked.ingress.address.map_or_else(String::new, |address| address.to_string());
    Some(claim::pool(ObjectRef::cluster("Eip", eip.name.clone()), field, &address, eip.position))
}

/// The Eip that the Service names, else the one that has the address.
fn eip_of<'s>(asked: &Asked<'s>) -> Option<&'s Eip> {
    let snapshot: &'s Snapshot = asked.network.snapshot();
    let service: &Service = asked.service;
    let named = service.annotations.get(EIP);
    let holds = |eip: &Eip, address: IpAddr| eip.addresses.known().is_some_and(|addresses| addresses.contains(address));
    let mut eips = snapshot.eips.iter().filter(|eip| !eip.disabled);
    eips.find(|eip| match named {
        Some(name) => eip.name == *name,
        None => asked.ingress.address.is_some_and(|address| holds(eip, address)),
    })
}

/// With Local, the nodes with endpoints of any Service that has the same address: one set for all of them.
fn sharing(asked: &Asked<'_>) -> Vec<NodeId> {
    let network = asked.network;
    let Some(address) = asked.ingress.address else { return nodes::with_endpoint(asked, Counting::Ready) };
    let services = network.services().with_load_balancer_address(address);
    let of = |id: bulkhead_snapshot::ServiceId| {
        let service = &network.snapshot().services[id];
        nodes::with_endpoint(&Asked { id, service, ..*asked }, Counting::Ready)
    };
    let mut nodes: Vec<NodeId> = services.into_iter().chain([asked.id]).flat_map(of).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
