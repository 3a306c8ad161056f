//! `HostEndpoint`s and a `GlobalNetworkPolicy` that looks at a door before its destination is translated.
//!
//! Sources: docs.tigera.io, Apply policy to Kubernetes node ports (`preDNAT` wants `applyOnForward`; `expectedIPs` make selectors match);
//! the same, Pre-DNAT policy: what no rule is about goes on, nothing is denied by itself; felix/rules/static.go,
//! `StaticManglePreroutingChain`: what comes out of a pod of the node is not looked at. The profile `projectcalico-default-allow` keeps
//! everything else of the node open, which a host endpoint without a profile would close.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bulkhead_model::{AddressSet, IpNet, Issue, Name, PortNumber, Protocol};
use bulkhead_path::{Address, Hop, Origin, Outcome, Place, Route, Step, trace};
use bulkhead_snapshot::{NodeId, Snapshot};

use super::Answered;
use crate::client::{self, ClientClass, Members};
use crate::excess::Remedy;
use crate::shared::Shared;

/// The label by which the policy selects host endpoints.
pub const LABEL: (&str, &str) = ("network.bulkhead.dev/host-endpoint", "node");

/// The profile that keeps open what no policy is about.
pub const PROFILE: &str = "projectcalico-default-allow";

/// A node as an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostEndpoint {
    /// The node.
    pub node: Name,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
}

/// Who may come to the doors of an exposure: whoever has no rule may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorPolicy {
    /// Its name.
    pub name: Name,
    /// The doors, in a fixed order, each with everyone who may come to it.
    pub doors: Vec<GuardedDoor>,
}

/// A door as a packet's destination says it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GuardedDoor {
    /// Its address.
    pub at: DoorAddress,
    /// The protocol.
    pub protocol: Protocol,
    /// The port that clients dial.
    pub port: PortNumber,
    /// Who may come to it, as the entry node sees them.
    pub sources: Vec<IpNet>,
}

/// The address of a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DoorAddress {
    /// Any address of any node.
    Nodes,
    /// An address of the Service.
    Service(IpAddr),
}

/// Everyone who comes to each door.
type Doors = BTreeMap<(DoorAddress, Protocol, PortNumber), Vec<IpNet>>;

/// The policy, its host endpoints, and what to know. Nothing where nobody gets in whom it would keep out.
pub(super) fn policy(
    shared: &Shared<'_>,
    answered: &Answered<'_>,
) -> (Option<DoorPolicy>, Vec<HostEndpoint>, Vec<Issue>) {
    let helps = answered.minimal.excess.iter().any(|excess| excess.remedies.contains(&Remedy::HostEndpointPolicy));
    if !helps {
        return (None, Vec::new(), Vec::new());
    }
    let (doors, unknown) = doors(shared, answered);
    if doors.is_empty() {
        return (None, Vec::new(), Vec::new());
    }
    let guarded = doors.into_iter().map(|((at, protocol, port), nets)| {
        let set: AddressSet = nets.into_iter().collect();
        GuardedDoor { at, protocol, port, sources: set.to_nets() }
    });
    let target = &answered.exposure.target;
    let name = format!("bulkhead-{}", target.to_string().replace('/', "-"));
    let policy = DoorPolicy { name: Name::from(name), doors: guarded.collect() };
    let mut issues = vec![Issue::note("nativeHostEndpoints").with("profile", PROFILE)];
    issues.extend((unknown > 0).then(|| Issue::warning("nativeSourceUnknown").with("ways", unknown)));
    (Some(policy), host_endpoints(shared), issues)
}

/// Every node, as a packet may come in by any; with its tunnels' addresses, at which its doors stand, too.
fn host_endpoints(shared: &Shared<'_>) -> Vec<HostEndpoint> {
    let endpoint = |(id, node): (NodeId, &bulkhead_model::object::Node)| HostEndpoint {
        node: node.name.clone(),
        addresses: {
            let stated = node.addresses.iter().map(|own| own.address);
            stated.chain(shared.open.addresses_of_node(id)).collect::<BTreeSet<_>>().into_iter().collect()
        },
    };
    shared.snapshot().nodes.iter().map(endpoint).collect()
}

/// Who of the wanted clients comes to which door, as the entry node sees it; and how many ways there are of which nobody can say.
fn doors(shared: &Shared<'_>, answered: &Answered<'_>) -> (Doors, usize) {
    let (target, snapshot) = (&answered.target, shared.snapshot());
    let classes = client::classes(shared, snapshot, &answered.wanted, &target.services, &target.pods);
    let (mut doors, mut unknown) = (Doors::new(), 0);
    for class in &classes {
        for dial in &target.dials {
            let request = dial.request(&class.origin);
            for route in trace(&shared.open, &request).routes {
                let Some((node, hop)) = translated(&route) else { continue };
                if inside_node(snapshot, class, node) {
                    continue;
                }
                let Some(door) = door_of(shared, hop) else { continue };
                let entry = doors.entry(door).or_default();
                match (route.outcome, &hop.before.source) {
                    (Outcome::Delivered, Address::Known(source)) => {
                        entry.extend(sources(shared, class, *source));
                    }
                    (Outcome::Delivered | Outcome::Undetermined, Address::Unknown(_)) => unknown += 1,
                    _ => {}
                }
            }
        }
    }
    (doors, unknown)
}

/// The node that translates the destination first, and the step.
fn translated(route: &Route) -> Option<(NodeId, &Hop)> {
    let first = route.hops.iter().find(|hop| {
        matches!(hop.step, Step::TranslateDestination(_) | Step::TranslateHostPort | Step::Drop | Step::Reject)
    })?;
    match (&first.step, &first.place) {
        (Step::TranslateDestination(_) | Step::TranslateHostPort, Place::Node(node)) => Some((*node, first)),
        _ => None,
    }
}

/// Whether the packet never comes in from outside of the node that translates it: its own process sent it, or its own pod.
fn inside_node(snapshot: &Snapshot, class: &ClientClass, node: NodeId) -> bool {
    let home = match &class.origin {
        Origin::Address(_) => None,
        Origin::Node(name) => snapshot.node(name),
        Origin::Pod(name) => snapshot.pod(name).and_then(|pod| snapshot.node(snapshot.pods[pod].node.as_ref()?)),
    };
    home == Some(node)
}

/// The door that a packet comes to. A clusterIP is nobody's door from outside.
fn door_of(shared: &Shared<'_>, hop: &Hop) -> Option<(DoorAddress, Protocol, PortNumber)> {
    let address = hop.before.destination.known()?;
    let at = if shared.network.is_node_address(address) { DoorAddress::Nodes } else { DoorAddress::Service(address) };
    Some((at, hop.before.protocol, hop.before.port))
}

/// The addresses that a source stands for: everyone of the class where it is the client's own, the balancer's block, or a node's.
fn sources(shared: &Shared<'_>, class: &ClientClass, source: IpAddr) -> Vec<IpNet> {
    let family = |net: &IpNet| net.addr().is_ipv4() == source.is_ipv4();
    if class.address == Some(source) {
        return match &class.members {
            Members::Addresses(set) => set.to_nets().into_iter().filter(family).collect(),
            Members::Pods(pods) => {
                let addresses = pods.iter().flat_map(|pod| &shared.snapshot().pods[*pod].addresses);
                addresses.map(|own| IpNet::from(*own)).filter(family).collect()
            }
            Members::Origin => vec![IpNet::from(source)],
        };
    }
    if let Some(block) = shared.network.balancer_block_of(source) {
        return vec![block];
    }
    vec![IpNet::from(source)]
}
