//! Every connection that policies allow.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bulkhead_model::AddressSet;
use bulkhead_model::object::Direction;
use bulkhead_policy::reach::{ClassId, Connections, PortRanges};
use bulkhead_snapshot::Snapshot;

use crate::addresses::pieces;
use crate::exposure::{ExposedWorkload, exposed_workloads};
use crate::ingress;
use crate::peer::{AddressRange, Peer};
use crate::world::{Member, World};

/// One connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Connection {
    /// Who opens it.
    pub from: Peer,
    /// To whom.
    pub to: Peer,
    /// The ports; not empty.
    pub ports: PortRanges,
}

/// Every connection, and who there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The connections, in no promised order.
    pub connections: Vec<Connection>,
    /// Every workload, whether it is connected or not.
    pub workloads: Vec<Peer>,
    /// What workloads are exposed to besides, where that was asked.
    pub exposed: Option<Vec<ExposedWorkload>>,
}

impl Listing {
    /// Lists the connections of a cluster.
    pub fn new(snapshot: &Snapshot) -> Self {
        Self::of(&World::new(snapshot))
    }

    /// Lists the connections of a cluster, and what its workloads are exposed to besides.
    pub fn with_exposure(snapshot: &Snapshot) -> Self {
        let world = World::new(snapshot);
        Self { exposed: Some(exposed_workloads(&world)), ..Self::of(&world) }
    }

    fn of(world: &World) -> Self {
        let workloads: Vec<Peer> = world.workloads().map(|member| member.peer.clone()).collect();
        let mut connections = Vec::new();
        if !workloads.is_empty() {
            between_workloads(world, &mut connections);
            with_addresses(world, &mut connections);
            from_ingress_controller(world, &mut connections);
        }
        Self { connections, workloads, exposed: None }
    }
}

fn between_workloads(world: &World, connections: &mut Vec<Connection>) {
    let mut of_class: BTreeMap<ClassId, Vec<&Member>> = BTreeMap::new();
    for member in world.workloads() {
        of_class.entry(member.class).or_default().push(member);
    }
    let mut pairs = world.reach.pairs();
    for (class, senders) in &of_class {
        pairs.from(*class, |to, found| {
            let receivers = of_class.get(&to).map_or(&[][..], Vec::as_slice);
            for (from, to) in senders.iter().flat_map(|from| receivers.iter().map(move |to| (from, to))) {
                add(connections, &from.peer, &to.peer, &found.open);
            }
        });
    }
}

fn with_addresses(world: &World, connections: &mut Vec<Connection>) {
    for direction in [Direction::Ingress, Direction::Egress] {
        let pieces = pieces(&world.snapshot, &world.policies, direction);
        for member in world.workloads() {
            let found = match direction {
                Direction::Ingress => world.reach.from_outside(member.class),
                Direction::Egress => world.reach.to_outside(member.class),
            };
            for piece in &pieces {
                let addresses = Peer::Addresses(*piece);
                let Some(ports) = of_piece(&found, *piece) else { continue };
                match direction {
                    Direction::Ingress => add(connections, &addresses, &member.peer, ports),
                    Direction::Egress => add(connections, &member.peer, &addresses, ports),
                }
            }
        }
    }
}

/// What holds for a piece: no block cuts it, so what holds for its first address.
fn of_piece(found: &[(AddressSet, Connections)], piece: AddressRange) -> Option<&PortRanges> {
    let holds = |(addresses, _): &&(AddressSet, Connections)| addresses.contains(IpAddr::V4(piece.first));
    found.iter().find(holds).map(|(_, connections)| &connections.open)
}

fn from_ingress_controller(world: &World, connections: &mut Vec<Connection>) {
    let Some(controller) = world.members.iter().find(|member| member.peer == Peer::IngressController) else { return };
    let targets = ingress::targets(world);
    for member in world.workloads() {
        if let Some(ports) = targets.get(&member.peer) {
            let allowed = world.reach.between(controller.class, member.class).open;
            add(connections, &controller.peer, &member.peer, &allowed.intersection(ports));
        }
    }
}

/// Adds a connection, unless it has no port or goes nowhere.
fn add(connections: &mut Vec<Connection>, from: &Peer, to: &Peer, ports: &PortRanges) {
    if !ports.is_empty() && from != to {
        connections.push(Connection { from: from.clone(), to: to.clone(), ports: ports.clone() });
    }
}
