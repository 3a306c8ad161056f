//! Minimal allowlists: applied, every wanted client gets through; without any one entry, somebody does not.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::IpAddr;

use anyhow::Result;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::allowlist::{Client as Wanted, Entry, EntryPeer, Exposure, Minimal, Settings, Sides};
use bulkhead_analysis::model::IpNet;
use bulkhead_analysis::model::object::PolicyManifest;
use bulkhead_analysis::path::{Family, Origin};
use bulkhead_analysis::proof::less_entry;
use bulkhead_analysis::snapshot::{Input, Snapshot};
use fastrand::Rng;

use crate::bench::{Ask, Disagreement, Measured, choice};
use crate::cases::{describe, doors_of, pairs};
use crate::cluster::{Client, Cluster, pod_cidr};
use crate::compare::Choice;
use crate::probe::{Case, Ending, Observation};
use crate::tally::Tally;
use crate::world::{self, World};

/// Computes the allowlist of the world's exposure in the model, and tries it out.
pub(crate) fn try_out(asked: &dyn Ask, world: &World, rng: &mut Rng, tally: &mut Tally) -> Result<Vec<Disagreement>> {
    let Some(exposure) = &world.exposure else { return Ok(Vec::new()) };
    let minimal = minimal(asked.cluster(), world, exposure);
    let mut cases = wanted_cases(asked.cluster(), world, exposure);
    let why_not = match minimal.undetermined.first() {
        Some(undetermined) => Some(undetermined.reason.code),
        None if cases.is_empty() => Some("nobodyCanTry"),
        None if minimal.entries.is_empty() => Some("nothingNeeded"),
        None => None,
    };
    if let Some(why_not) = why_not {
        *tally.not_tried.entry(why_not).or_default() += 1;
        return Ok(Vec::new());
    }
    tally.exposures += 1;
    // A Service that keeps its choice for a client does not show every way that a packet of it can take.
    let sticks = cases.iter().any(|case| choice(asked.cluster(), world, case) == Choice::Sticks);
    let limits = asked.limits();
    let all = cases.len() <= limits.cases && !sticks;
    rng.shuffle(&mut cases);
    cases.truncate(limits.cases);
    let trial = Trial { asked, world, cases, control: Vec::new() };
    let control = asked.question(world, &[], &trial.cases, tally)?;
    let trial = Trial { control: control.seen, ..trial };
    let mut found = control.disagreements;

    let proposed = minimal.policies();
    let policies = with(world, &proposed);
    let applied = asked.question(world, &policies, &trial.cases, tally)?;
    found.extend(trial.shut_out(&applied, &policies));
    found.extend(applied.disagreements);
    if !all {
        return Ok(found);
    }
    found.extend(trial.needless(&minimal, &policies));
    let mut entries: Vec<Entry> = minimal.entries.to_vec();
    let without_any =
        |policy: &PolicyManifest| minimal.entries.iter().fold(policy.clone(), |less, entry| less_entry(&less, &entry));
    rng.shuffle(&mut entries);
    for entry in entries.into_iter().take(limits.entries) {
        let policies = with(world, &proposed.iter().map(|policy| less_entry(policy, &entry)).collect::<Vec<_>>());
        let less = asked.question(world, &policies, &trial.cases, tally)?;
        let is_noticed = !trial.shut_out(&less, &policies).is_empty() || trial.loses_a_way(&less);
        found.extend(less.disagreements);
        if is_noticed {
            tally.entries += 1;
            continue;
        }
        let bare = with(world, &proposed.iter().map(without_any).collect::<Vec<_>>());
        let bare = asked.question(world, &bare, &trial.cases, tally)?;
        if trial.has_its_clients(&entry, &bare) {
            tally.entries += 1;
            let text = format!("the entry {:?} can be taken away and nobody notices", entry.peer);
            found.extend(trial.about(&policies, &text));
        } else {
            tally.for_others += 1;
        }
        found.extend(bare.disagreements);
    }
    Ok(found)
}

/// Somebody who announces the load balancers' addresses on every node, as the lab's router sends packets for them to every node.
/// (It does so without endpoints, too, when MetalLB would announce nothing: `trace` is told the node instead.)
const ANNOUNCED: &str = "\
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: {name: lab, namespace: metallb-system}
spec: {addresses: [192.0.2.0/24, '2001:db8:192::/64']}
---
apiVersion: metallb.io/v1beta1
kind: BGPAdvertisement
metadata: {name: lab, namespace: metallb-system}
spec: {}
";

/// The wanted cases, and what became of them without any policy.
struct Trial<'a> {
    asked: &'a dyn Ask,
    world: &'a World,
    cases: Vec<Case>,
    control: Vec<Vec<Observation>>,
}

impl Trial<'_> {
    /// Complete: who got through always without policies, and does not now. (Who did not even then proves nothing.)
    fn shut_out(&self, measured: &Measured, policies: &[PolicyManifest]) -> Vec<Disagreement> {
        let mut found = Vec::new();
        for (case, (before, after)) in self.cases.iter().zip(self.control.iter().zip(&measured.seen)) {
            if all_reached(before) && !all_reached(after) {
                let mut text = describe(self.asked.cluster(), case);
                text.push_str("\n      wanted, reached without policies, not with the allowlist");
                let lost = after.iter().filter(|seen| !matches!(seen.ending, Ending::Reached { .. }));
                for seen in lost.collect::<BTreeSet<_>>() {
                    let _ = write!(text, "\n      seen     {}", seen.describe(self.asked.cluster()));
                }
                found.push(Disagreement { case: case.clone(), policies: policies.to_vec(), text });
            }
        }
        found
    }

    /// Whether somebody who got to an endpoint without policies does not get to it now, be it that other ways of his never arrived.
    fn loses_a_way(&self, measured: &Measured) -> bool {
        self.control.iter().zip(&measured.seen).any(|(before, after)| !endpoints(before).is_subset(&endpoints(after)))
    }

    /// Whether the lab has clients that an entry is for: somebody whose packets the policies see in its block is stopped without any
    /// entry. Of everyone outside it has a few only, and those may be let in anyhow.
    fn has_its_clients(&self, entry: &Entry, bare: &Measured) -> bool {
        let EntryPeer::Block(block) = &entry.peer else { return true };
        let from_block = |seen: &[Observation]| -> BTreeSet<(usize, u16)> {
            let is_in = |seen: &&Observation| seen.at_policy.is_some_and(|(_, _, source)| block.contains(&source));
            endpoints(seen.iter().filter(is_in))
        };
        let mut cases = self.control.iter().zip(&bare.seen);
        cases.any(|(before, after)| !from_block(before).is_subset(&from_block(after)))
    }

    /// Tight: every block holds an address that some wanted packet really had at the hook, and a single address is just that.
    fn needless(&self, minimal: &Minimal, policies: &[PolicyManifest]) -> Vec<Disagreement> {
        let seen: BTreeSet<IpAddr> =
            self.control.iter().flatten().filter_map(|seen| seen.at_policy.map(|(_, _, source)| source)).collect();
        let needless = |entry: &Entry| match &entry.peer {
            EntryPeer::Block(block) => !seen.iter().any(|source| block.contains(source)),
            EntryPeer::Pods { .. } => false,
        };
        let text = |entry: &Entry| format!("no wanted packet has an address of the entry {:?}", entry.peer);
        let entries = minimal.entries.to_vec();
        let of_somebody = entries.iter().filter(|entry| !is_of_nobody(entry));
        of_somebody.filter(|entry| needless(entry)).filter_map(|entry| self.about(policies, &text(entry))).collect()
    }

    /// A disagreement that is about all cases.
    fn about(&self, policies: &[PolicyManifest], text: &str) -> Option<Disagreement> {
        let case = self.cases.first()?.clone();
        let text = format!(
            "{text}\n      wanted by {:?}, in world of {} Services",
            self.world.exposure,
            self.world.services.len()
        );
        Some(Disagreement { case, policies: policies.to_vec(), text })
    }
}

/// Whether an entry is for addresses of the pods' range only that no pod has: "any" holds them, too, and a Service may admit no others.
fn is_of_nobody(entry: &Entry) -> bool {
    let ranges: Vec<IpNet> = Family::ALL.into_iter().filter_map(|family| pod_cidr(family).parse().ok()).collect();
    let is_unused = |origin: &Origin| match origin {
        Origin::Address(address) => ranges.iter().any(|range| range.contains(address)),
        _ => false,
    };
    !entry.witnesses.is_empty() && entry.witnesses.iter().all(|witness| is_unused(witness.client()))
}

fn minimal(cluster: &Cluster, world: &World, exposure: &Exposure) -> Minimal {
    let text = format!("{}---\n{ANNOUNCED}", world::yaml(cluster, world, &world.policies));
    let snapshot = Snapshot::from_texts(&[Input { name: "lab", text: text.as_bytes() }]);
    // Both: worlds restrict what their clients may send, too.
    let settings = Settings { sides: Sides::Both, ..Settings::default() };
    Analysis::new(&snapshot).minimal(exposure, &settings)
}

/// The world's policies and these.
fn with(world: &World, policies: &[PolicyManifest]) -> Vec<PolicyManifest> {
    world.policies.iter().chain(policies).cloned().collect()
}

/// The endpoints that were reached.
fn endpoints<'o>(seen: impl IntoIterator<Item = &'o Observation>) -> BTreeSet<(usize, u16)> {
    let reached = |seen: &Observation| match seen.ending {
        Ending::Reached { pod, port, .. } => Some((pod, port)),
        _ => None,
    };
    seen.into_iter().filter_map(reached).collect()
}

fn all_reached(seen: &[Observation]) -> bool {
    !seen.is_empty() && seen.iter().all(|seen| matches!(seen.ending, Ending::Reached { .. }))
}

/// Every wanted client at every wanted door; from outside, by every node that can be the entry.
fn wanted_cases(cluster: &Cluster, world: &World, exposure: &Exposure) -> Vec<Case> {
    let name = &exposure.target.short_name();
    let Some(service) = world.services.iter().find(|service| service.name == name.as_str()) else { return Vec::new() };
    let mut doors = doors_of(cluster, service);
    doors.retain(|door| exposure.doors.contains(&door.kind));
    let mut cases = pairs(cluster, &doors);
    cases.retain(|case| exposure.clients.iter().any(|wanted| is(cluster, case, wanted)));
    cases
}

fn is(cluster: &Cluster, case: &Case, wanted: &Wanted) -> bool {
    match (case.client, wanted) {
        (_, Wanted::Any) => true,
        (client @ (Client::OffLan(_) | Client::OnLan(_)), Wanted::Block(block)) => {
            block.contains(&cluster.address(client, case.door.family()))
        }
        (Client::Pod(pod), Wanted::Pod(name)) => {
            cluster.pods.get(pod).is_some_and(|pod| *name.namespace == *pod.namespace && *name.name == *pod.name)
        }
        (Client::Pod(pod), Wanted::Namespace(name)) => {
            cluster.pods.get(pod).is_some_and(|pod| **name == *pod.namespace)
        }
        (Client::Node(node), Wanted::Node(name)) => cluster.nodes.get(node).is_some_and(|node| node.name() == **name),
        _ => false,
    }
}
