//! To whom workloads are exposed besides those of the input: to the whole cluster, and to pods that could exist.

use bulkhead_model::object::{Direction, Pod};

use crate::open_ports::End;
use crate::peer::Peer;
use crate::potential_ports::PotentialPorts;
use crate::representative::{Representative, representatives};
use crate::world::World;

/// What one workload is exposed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExposedWorkload {
    /// The workload.
    pub workload: Peer,
    /// Who reaches it.
    pub ingress: Exposure,
    /// Whom it reaches.
    pub egress: Exposure,
}

/// What a workload is exposed to in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Whether any policy is about the workload in this direction.
    pub is_protected: bool,
    /// To whom, on which ports. No ports means: not to these, though to the whole cluster.
    pub to: Vec<(Potential, PotentialPorts)>,
}

/// Somebody who could exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Potential {
    /// Any pod.
    EntireCluster,
    /// Any pod that a rule's selectors name.
    Pods(Representative),
}

/// Every workload that is exposed to somebody in one of the directions.
pub(crate) fn exposed_workloads(world: &World) -> Vec<ExposedWorkload> {
    let supposed = representatives(world);
    let mut exposed = Vec::new();
    for member in world.workloads() {
        let in_direction = |direction| exposure(world, &member.pod, direction, &supposed);
        let (ingress, egress) = (in_direction(Direction::Ingress), in_direction(Direction::Egress));
        if !ingress.to.is_empty() || !egress.to.is_empty() {
            exposed.push(ExposedWorkload { workload: member.peer.clone(), ingress, egress });
        }
    }
    exposed
}

fn exposure(world: &World, pod: &Pod, direction: Direction, supposed: &[Representative]) -> Exposure {
    if !world.is_protected(direction, pod) {
        return Exposure { is_protected: false, to: vec![(Potential::EntireCluster, PotentialPorts::all())] };
    }
    let to_all = world.open_in(direction, End::Pod(pod), End::EntireCluster);
    let to_these = supposed.iter().filter_map(|supposed| {
        let (pod, other) = (End::Pod(pod), End::Supposed(supposed));
        let ports = match direction {
            Direction::Ingress => world.open_between(other, pod),
            Direction::Egress => world.open_between(pod, other),
        };
        // What is open to everybody needs no mention; what is not, although something else is, needs one.
        let is_news = if to_all.is_none() { !ports.is_none() } else { ports != to_all };
        is_news.then(|| (Potential::Pods(supposed.clone()), ports))
    });
    let to: Vec<_> = to_these.collect();
    let to_all = (!to_all.is_none()).then_some((Potential::EntireCluster, to_all));
    Exposure { is_protected: true, to: to_all.into_iter().chain(to).collect() }
}
