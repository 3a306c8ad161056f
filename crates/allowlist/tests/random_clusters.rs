//! On random clusters, the minimal allowlist is complete, tight and irreducible, both ways; each held against `trace` itself.
//!
//! A world is drawn from a seed by proptest and shrinks to a small one. The allowlists are applied as the NetworkPolicies that are
//! proposed, and every wanted client is followed again through every wanted door.

// A test: a fault in the generator may panic.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)]

mod world;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_allowlist::{Entry, EntryPeer, Minimal, Robust, Settings, Sides, minimal, minimal_one_by_one};
use bulkhead_model::AddressSet;
use bulkhead_model::object::{Direction, PolicyManifest, RuleManifest};
use bulkhead_path::{Address, Network, Origin, Outcome, Overrides, trace};
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
        let answer = minimal(&network, &world.exposure(), &world::settings());
        // nobody knows whether somebody outside has a route to a clusterIP; all else is known in these worlds
        let unknown: Vec<_> = answer.undetermined.iter().filter(|way| way.reason.code != "noRouteFromOutside").collect();
        prop_assert!(unknown.is_empty() || world.wants_everyone(), "{unknown:?}");

        let with_all = denied(&world, &with(&objects, &answer.policies()));
        prop_assert_eq!(&with_all, &BTreeSet::new(), "not complete: {:#?}", answer.policies());
        for (policy, direction, entry) in all_entries(&answer) {
            let entry = &entry;
            prop_assert!(!entry.witnesses.is_empty());
            let mut less = answer.policies();
            less[policy] = less_entry(&less[policy], direction, entry);
            let without = denied(&world, &with(&objects, &less));
            // Of everyone outside only one is asked for, who is not in every block of them: the first of the block asks, too.
            let lost = !without.is_empty() || first_is_denied(&world, &with(&objects, &less), entry);
            prop_assert!(lost, "nothing is lost without {entry:?}");
            tight(&network, &world, direction, entry)?;
        }
    }

    #[test]
    fn clients_that_nothing_tells_apart_need_what_each_of_them_needs(world in world::crowds()) {
        let snapshot = Snapshot::new(world.objects());
        let network = Network::new(&snapshot, &Overrides::default());
        let settings = Settings::default();
        let together = minimal(&network, &world.exposure(), &settings);
        prop_assert_eq!(together, minimal_one_by_one(&network, &world.exposure(), &settings));
    }

    #[test]
    fn a_shorter_list_is_complete_and_says_what_it_adds(world in world::worlds(), limit in 0_usize..6) {
        let objects = world.objects();
        let snapshot = Snapshot::new(objects.clone());
        let network = Network::new(&snapshot, &Overrides::default());
        let long = minimal(&network, &world.exposure(), &world::settings());
        let short = minimal(&network, &world.exposure(), &Settings { max_entries: Some(limit), ..world::settings() });
        prop_assert_eq!(&denied(&world, &with(&objects, &short.policies())), &BTreeSet::new());
        let too_few = short.issues.iter().any(|issue| issue.code == "maxEntriesTooFew");
        prop_assert!(short.entries.len() <= limit || too_few);
        let (short_entries, long_entries) = (short.entries.to_vec(), long.entries.to_vec());
        prop_assert_eq!(pods_of(&short_entries), pods_of(&long_entries));
        let extra = short.entries.iter().fold(AddressSet::empty(), |all, entry| all.union(&entry.extra));
        let (asked, held) = (addresses(&long_entries), addresses(&short_entries));
        prop_assert!(asked.is_subset(&held));
        prop_assert!(held.difference(&asked).is_subset(&extra), "more is let in than it says");
        if long.entries.len() <= limit {
            prop_assert_eq!(&short.entries, &long.entries);
        }
    }

    #[test]
    fn a_robust_list_outlasts_pods_that_move(world in world::worlds(), places in prop::collection::vec(0_usize..5, 9)) {
        let snapshot = Snapshot::new(world.objects());
        let network = Network::new(&snapshot, &Overrides::default());
        let settings = Settings { robust: Robust::Nodes, sides: Sides::Ingress, ..Settings::default() };
        let answer = minimal(&network, &world.exposure(), &settings);
        // the clients' own egress is not asked for here
        let moved = world.without_egress().moved(&places);
        let stopped = denied(&moved, &with(&moved.objects(), &answer.policies()));
        prop_assert_eq!(&stopped, &BTreeSet::new(), "{:#?}", answer.policies());
    }
}

/// Every entry, with the policy that holds it.
fn all_entries(answer: &Minimal) -> Vec<(usize, Direction, Entry)> {
    let ingress = answer.entries.to_vec().into_iter().map(|entry| (0, Direction::Ingress, entry));
    let first = answer.policies().iter().position(|policy| policy.egress.is_some()).unwrap_or_default();
    let lists = answer.egress.iter().enumerate();
    let egress = lists.flat_map(|(index, list)| {
        list.entries.to_vec().into_iter().map(move |entry| (first + index, Direction::Egress, entry))
    });
    ingress.chain(egress).collect()
}

/// The wanted ways that a policy stops, and that would arrive without it.
fn denied(world: &World, objects: &Objects) -> BTreeSet<String> {
    let snapshot = Snapshot::new(objects.clone());
    let network = Network::new(&snapshot, &Overrides::default());
    let arriving = ways(&network.without_policies(), world, Outcome::Delivered);
    ways(&network, world, Outcome::Denied).intersection(&arriving).cloned().collect()
}

/// Whether the first address of a block is denied on some way, where everyone is wanted.
fn first_is_denied(world: &World, objects: &Objects, entry: &Entry) -> bool {
    let EntryPeer::Block(net) = &entry.peer else { return false };
    let snapshot = Snapshot::new(objects.clone());
    let network = Network::new(&snapshot, &Overrides::default());
    let requests = world.requests_of(&[Origin::Address(net.addr())]);
    let denied = |request| trace(&network, request).routes.iter().any(|route| route.outcome == Outcome::Denied);
    world.wants_everyone() && requests.iter().any(denied)
}

/// The wanted ways that end so, one for each node by which they go. Behind the port of another node nobody knows the endpoint
/// where the client's own policy stops the packet.
fn ways(network: &Network<'_>, world: &World, outcome: Outcome) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for request in world.requests() {
        for route in trace(network, &request).routes.iter().filter(|route| route.outcome == outcome) {
            let endpoint = route.endpoint.as_ref().map(|endpoint| (endpoint.address, endpoint.port));
            let nodes: Vec<_> = route.door_nodes.iter().copied().map(Some).collect();
            for node in if nodes.is_empty() { vec![None] } else { nodes } {
                let way = format!("{:?} {:?} by {node:?}", request.from, request.to);
                if endpoint.is_some() {
                    found.insert(format!("{way} to {endpoint:?}"));
                }
                if outcome == Outcome::Delivered || endpoint.is_none() {
                    found.insert(way);
                }
            }
        }
    }
    found
}

/// The cluster with policies added.
fn with(objects: &Objects, policies: &[PolicyManifest]) -> Objects {
    let mut objects = objects.clone();
    let meant = policies.iter().map(|policy| Arc::new(policy.to_network_policy().expect("a proposed policy is valid")));
    objects.network_policies.extend(meant);
    objects
}

/// A policy without one entry. A rule whose last peer that was goes with it: without peers it would let everybody in.
fn less_entry(policy: &PolicyManifest, direction: Direction, entry: &Entry) -> PolicyManifest {
    let gone = entry.rule();
    let less = |rule: &RuleManifest| {
        let keep = |peer: &&_| rule.ports != gone.ports || !gone.peers.contains(peer);
        let peers: Vec<_> = rule.peers.iter().filter(keep).cloned().collect();
        (!peers.is_empty()).then(|| RuleManifest { peers, ports: rule.ports.clone() })
    };
    let rules = |rules: &Option<Vec<RuleManifest>>| rules.as_ref().map(|rules| rules.iter().filter_map(less).collect());
    match direction {
        Direction::Ingress => PolicyManifest { ingress: rules(&policy.ingress), ..policy.clone() },
        Direction::Egress => PolicyManifest { egress: rules(&policy.egress), ..policy.clone() },
    }
}

/// Every address of a block, and every pod of a selector, is one that a policy sees on a wanted way, or a wanted client's own.
fn tight(network: &Network<'_>, world: &World, direction: Direction, entry: &Entry) -> Result<(), TestCaseError> {
    let open = network.without_policies();
    let seen = seen(&open, world, direction);
    match &entry.peer {
        // Where everyone is wanted, every address is; a block of them may have billions.
        EntryPeer::Block(_) if world.wants_everyone() && direction == Direction::Ingress => {}
        EntryPeer::Block(net) if net.prefix_len() == 0 => prop_assert!(false, "{net} lets everyone in"),
        EntryPeer::Block(net) => {
            for address in net.hosts() {
                let wanted = direction == Direction::Ingress && world.wants_address(address);
                prop_assert!(seen.contains(&address) || wanted, "{address} of {net} is needed by nobody");
            }
        }
        EntryPeer::Pods { pods, .. } => {
            let needed = |pod| network.snapshot().pods[pod].addresses.iter().any(|address| seen.contains(address));
            prop_assert!(pods.iter().any(|pod| needed(*pod)), "no pod of {entry:?} is needed");
        }
    }
    Ok(())
}

/// The other sides that policies of a direction see on the wanted ways.
fn seen(open: &Network<'_>, world: &World, direction: Direction) -> BTreeSet<IpAddr> {
    let mut seen = BTreeSet::new();
    for request in world.requests() {
        for route in trace(open, &request).routes.iter().filter(|route| route.outcome == Outcome::Delivered) {
            let members = route.door_nodes.iter().map(|node| open.route_by(route, *node));
            for member in members.chain([route.clone()]) {
                match direction {
                    Direction::Ingress => seen.extend(member.seen_by_policy.as_ref().and_then(Address::known)),
                    Direction::Egress => {
                        let out = member.questions.iter().filter(|question| question.direction == direction);
                        seen.extend(out.filter_map(|question| question.peer.address));
                    }
                }
            }
        }
    }
    seen
}

fn addresses(entries: &[Entry]) -> AddressSet {
    let net = |entry: &Entry| match entry.peer {
        EntryPeer::Block(net) => Some(net),
        EntryPeer::Pods { .. } => None,
    };
    entries.iter().filter_map(net).collect()
}

fn pods_of(entries: &[Entry]) -> Vec<&EntryPeer> {
    entries.iter().map(|entry| &entry.peer).filter(|peer| matches!(peer, EntryPeer::Pods { .. })).collect()
}
