//! Minimal allowlists: applied, every wanted client gets through; without any one entry, somebody does not.

use anyhow::Result;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::allowlist::{Client as Wanted, Entry, Exposure, Minimal, Settings};
use bulkhead_analysis::model::object::PolicyManifest;
use bulkhead_analysis::proof::less_entry;
use bulkhead_analysis::snapshot::{Input, Snapshot};
use fastrand::Rng;

use crate::bench::{Bench, Disagreement};
use crate::cases::{describe, doors_of, pairs};
use crate::cluster::{Client, Cluster};
use crate::probe::{Case, Ending, Observation};
use crate::tally::Tally;
use crate::world::{self, World};

/// Entries that are taken away, at most.
const ENTRIES: usize = 4;

/// Computes the allowlist of the world's exposure in the model, and tries it out.
pub(crate) fn try_out(bench: &Bench, world: &World, rng: &mut Rng, tally: &mut Tally) -> Result<Vec<Disagreement>> {
    let Some(exposure) = &world.exposure else { return Ok(Vec::new()) };
    let minimal = minimal(bench, world, exposure);
    let cases = wanted_cases(&bench.cluster, world, exposure);
    if minimal.entries.is_empty() || !minimal.undetermined.is_empty() || cases.is_empty() {
        return Ok(Vec::new());
    }
    tally.exposures += 1;
    let control = bench.question(world, &[], &cases, tally)?;
    let mut found = control.disagreements;

    let policies = with(world, &minimal.policies);
    let applied = bench.question(world, &policies, &cases, tally)?;
    for (case, (before, after)) in cases.iter().zip(control.seen.iter().zip(&applied.seen)) {
        if all_reached(before) && !all_reached(after) {
            let text = format!(
                "{}\n      wanted, reached without policies, not with the allowlist",
                describe(&bench.cluster, case)
            );
            found.push(Disagreement { case: case.clone(), policies: policies.clone(), text });
        }
    }
    found.extend(applied.disagreements);

    let mut entries: Vec<&Entry> = minimal.entries.iter().collect();
    rng.shuffle(&mut entries);
    for entry in entries.into_iter().take(ENTRIES) {
        tally.entries += 1;
        let policies =
            with(world, &minimal.policies.iter().map(|policy| less_entry(policy, entry)).collect::<Vec<_>>());
        let less = bench.question(world, &policies, &cases, tally)?;
        let breaks =
            control.seen.iter().zip(&less.seen).any(|(before, after)| all_reached(before) && !all_reached(after));
        if let (false, Some(case)) = (breaks, cases.first()) {
            let text = format!("the entry {:?} can be taken away and nobody notices", entry.peer);
            found.push(Disagreement { case: case.clone(), policies, text });
        }
        found.extend(less.disagreements);
    }
    Ok(found)
}

fn minimal(bench: &Bench, world: &World, exposure: &Exposure) -> Minimal {
    let text = world::yaml(&bench.cluster, world, &world.policies);
    let snapshot = Snapshot::from_texts(&[Input { name: "lab", text: text.as_bytes() }]);
    Analysis::new(&snapshot).minimal(exposure, &Settings::default())
}

/// The world's policies and these.
fn with(world: &World, policies: &[PolicyManifest]) -> Vec<PolicyManifest> {
    world.policies.iter().chain(policies).cloned().collect()
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
    cases.retain(|case| exposure.clients.iter().any(|wanted| is(cluster, case.client, wanted)));
    cases
}

fn is(cluster: &Cluster, client: Client, wanted: &Wanted) -> bool {
    match (client, wanted) {
        (Client::OffLan(_) | Client::OnLan(_), Wanted::Block(block)) => block.contains(&cluster.address(client)),
        (Client::Pod(pod), Wanted::Pod(name)) => {
            cluster.pods.get(pod).is_some_and(|pod| *name.namespace == *pod.namespace && *name.name == *pod.name)
        }
        (Client::Node(node), Wanted::Node(name)) => cluster.nodes.get(node).is_some_and(|node| node.name() == **name),
        _ => false,
    }
}
