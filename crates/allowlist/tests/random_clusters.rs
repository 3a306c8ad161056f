//! On random clusters, the minimal allowlist is complete, tight and irreducible; each held against `trace` itself.
//!
//! A world is drawn from a seed by proptest and shrinks to a small one. The allowlist is applied as the NetworkPolicy that it
//! proposes, and every wanted client is followed again through every wanted door.

// A test: a fault in the generator may panic.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)]

mod world;

use std::collections::BTreeSet;
use std::net::IpAddr;

use bulkhead_allowlist::{Entry, EntryPeer, Minimal, minimal};
use bulkhead_model::object::NetworkPolicy;
use bulkhead_path::{Network, Outcome, Overrides, Request, trace};
use bulkhead_snapshot::{Objects, Snapshot};
use proptest::prelude::*;
use world::World;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 4000, ..ProptestConfig::default() })]

    #[test]
    fn minimal_is_complete_tight_and_irreducible(world in world::worlds()) {
        let objects = world.objects();
        let snapshot = Snapshot::new(objects.clone());
        let network = Network::new(&snapshot, &Overrides::default());
        let answer = minimal(&network, &world.exposure());
        // nobody knows whether somebody outside has a route to a clusterIP; all else is known in these worlds
        let unknown: Vec<_> = answer.undetermined.iter().filter(|way| way.reason.code != "noRouteFromOutside").collect();
        prop_assert!(unknown.is_empty(), "{unknown:?}");

        let with_all = denied(&world, &with_policy(&objects, &answer, None));
        prop_assert_eq!(&with_all, &BTreeSet::new(), "not complete: {:#?}", answer.policies);
        for (index, entry) in answer.entries.iter().enumerate() {
            prop_assert!(!entry.witnesses.is_empty());
            let without = denied(&world, &with_policy(&objects, &answer, Some(index)));
            prop_assert!(!without.is_empty(), "nothing is lost without {entry:?}");
            tight(&network, &world, entry)?;
        }
    }
}

/// The wanted ways that a policy stops.
fn denied(world: &World, objects: &Objects) -> BTreeSet<String> {
    let snapshot = Snapshot::new(objects.clone());
    let network = Network::new(&snapshot, &Overrides::default());
    let mut denied = BTreeSet::new();
    for request in world.requests() {
        for route in trace(&network, &request).routes {
            if route.outcome == Outcome::Denied {
                denied.insert(format!(
                    "{:?} {:?} by {:?} to {:?}",
                    request.from, request.to, route.entry_nodes, route.endpoint
                ));
            }
        }
    }
    denied
}

/// The cluster with the proposed policies, less one entry.
fn with_policy(objects: &Objects, answer: &Minimal, less: Option<usize>) -> Objects {
    let mut objects = objects.clone();
    let kept =
        answer.entries.iter().enumerate().filter(|(index, _)| Some(*index) != less).map(|(_, entry)| entry.clone());
    let kept: Vec<Entry> = kept.collect();
    for policy in &answer.policies {
        let mut policy = policy.clone();
        policy.ingress = Some(kept.iter().map(Entry::rule).collect());
        let meant: NetworkPolicy = policy.to_network_policy().expect("a proposed policy is valid");
        objects.network_policies.push(meant);
    }
    objects
}

/// Every address of a block, and every pod of a selector, is one that a policy sees on a wanted way.
fn tight(network: &Network<'_>, world: &World, entry: &Entry) -> Result<(), TestCaseError> {
    let open = network.without_policies();
    let mut seen: BTreeSet<IpAddr> = BTreeSet::new();
    for request in world.single_requests() {
        seen.extend(sources(&open, &request));
    }
    match &entry.peer {
        EntryPeer::Block(net) => {
            for address in net.hosts() {
                prop_assert!(seen.contains(&address), "{address} of {net} is needed by nobody");
            }
        }
        EntryPeer::Pods { pods, .. } => {
            let needed = |pod| network.snapshot().pods[pod].addresses.iter().any(|address| seen.contains(address));
            prop_assert!(pods.iter().any(|pod| needed(*pod)), "no pod of {entry:?} is needed");
        }
    }
    Ok(())
}

fn sources(open: &Network<'_>, request: &Request) -> Vec<IpAddr> {
    let mut seen = Vec::new();
    for route in trace(open, request).routes.iter().filter(|route| route.outcome == Outcome::Delivered) {
        seen.extend(route.seen_by_policy.as_ref().and_then(bulkhead_path::Address::known));
        for node in route.door_nodes.iter() {
            let member = open.route_by(route, *node);
            seen.extend(member.seen_by_policy.as_ref().and_then(bulkhead_path::Address::known));
        }
    }
    seen
}
