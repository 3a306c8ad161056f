//! Worlds that are a little smaller, for finding the smallest that still disagrees.

use super::{Affinity, ExternalIps, Near, Service, State, TrafficPolicy, Unready, World};

/// Every world that has one thing less, the largest steps first.
pub(crate) fn smaller(world: &World) -> Vec<World> {
    let mut all = Vec::new();
    let mut without = |change: &dyn Fn(&mut World)| {
        let mut smaller = world.clone();
        change(&mut smaller);
        all.push(smaller);
    };
    if world.exposure.is_some() {
        without(&|world| world.exposure = None);
    }
    for index in 0..world.policies.len() {
        without(&|world| drop(world.policies.remove(index)));
    }
    for index in 0..world.services.len() {
        without(&|world| drop(world.services.remove(index)));
    }
    for (index, service) in world.services.iter().enumerate() {
        let mut change = |change: &dyn Fn(&mut Service)| {
            without(&|world| world.services.get_mut(index).into_iter().for_each(change));
        };
        // A Service has at least one.
        for port in (0..service.ports.len()).filter(|_| service.ports.len() > 1) {
            change(&|service| _ = service.ports.remove(port));
        }
        for endpoint in 0..service.endpoints.len() {
            change(&|service| _ = service.endpoints.remove(endpoint));
            if service.endpoints.get(endpoint).is_some_and(|endpoint| endpoint.state != State::Ready) {
                let ready = |service: &mut Service| {
                    service.endpoints.get_mut(endpoint).into_iter().for_each(|endpoint| endpoint.state = State::Ready);
                };
                change(&ready);
            }
        }
        if service.families.len() > 1 {
            change(&|service| _ = service.families.pop());
            change(&|service| _ = service.families.remove(0));
        }
        if service.external_ips == ExternalIps::One {
            change(&|service| service.external_ips = ExternalIps::None);
        }
        if service.near != Near::Nobody {
            change(&|service| service.near = Near::Nobody);
        }
        if service.unready == Unready::Published {
            change(&|service| service.unready = Unready::Hidden);
        }
        if service.load_balancer.as_ref().is_some_and(|balancer| !balancer.source_ranges.is_empty()) {
            change(&|service| service.load_balancer.iter_mut().for_each(|balancer| balancer.source_ranges.clear()));
        }
        if service.internal_policy == TrafficPolicy::Local {
            change(&|service| service.internal_policy = TrafficPolicy::Cluster);
        }
        if service.affinity == Affinity::ClientIp {
            change(&|service| service.affinity = Affinity::None);
        }
    }
    all
}
