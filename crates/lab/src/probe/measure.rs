//! A round: many attempts at once, and what the observers saw of each.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::poll::{PollFd, poll};

use super::attempt::Attempt;
use super::server::pods_by_address;
use super::{Case, Observation};
use crate::build::{Built, Sighting};
use crate::cluster::{Client, Cluster};

/// How long an attempt waits. What it sends first is never sent again (the observers see to that), so that who waits longer is told the
/// same, if later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// At first, as most questions are answered at once.
    Short,
    /// Where the answer was not what was expected: the machine may be busy.
    Long,
}

impl Patience {
    fn time(self) -> Duration {
        match self {
            Self::Short => Duration::from_millis(700),
            Self::Long => Duration::from_secs(3),
        }
    }
}

/// What the first datagram carries; the others count up. Nothing that the servers send begins so.
const FIRST_NUMBER: u32 = 0xb000_0000;

/// Makes each case's attempts and gives, for each case, what became of them.
pub(crate) fn measure(
    cluster: &Cluster,
    built: &Built,
    cases: &[(Case, usize)],
    patience: Patience,
) -> Result<Vec<Vec<Observation>>> {
    let mut observations = vec![Vec::new(); cases.len()];
    let wanted: Vec<usize> =
        cases.iter().enumerate().flat_map(|(index, (_, attempts))| std::iter::repeat_n(index, *attempts)).collect();
    for round in wanted.chunks(cluster.pace().at_once) {
        built.forget()?;
        let attempts = send(built, cases, round, patience)?;
        for (case, observation) in observe(cluster, built, cases, &attempts)? {
            observations.get_mut(case).context("no such case")?.push(observation);
        }
    }
    Ok(observations)
}

/// Sends everything and waits.
fn send(built: &Built, cases: &[(Case, usize)], round: &[usize], patience: Patience) -> Result<Vec<Attempt>> {
    let mut by_client: BTreeMap<Client, Vec<(usize, u32, super::Door)>> = BTreeMap::new();
    for (number, &index) in (FIRST_NUMBER..).zip(round) {
        let (case, _) = cases.get(index).context("no such case")?;
        by_client.entry(case.client).or_default().push((index, number, case.door.clone()));
    }
    let mut attempts = Vec::new();
    for (client, wanted) in by_client {
        let namespace = built.client(client).context("a client without a namespace")?;
        let entry = match client {
            Client::OffLan(node) | Client::OnLan(node) => Some(node),
            Client::Node(_) | Client::Pod(_) => None,
        };
        let begin = move || {
            let one = |(case, number, door)| Attempt::begin(case, number, door, entry);
            wanted.into_iter().map(one).collect::<Vec<_>>()
        };
        attempts.extend(namespace.inside(begin)?);
    }
    wait(&mut attempts, patience.time())?;
    attempts.iter_mut().for_each(Attempt::last_look);
    Ok(attempts)
}

fn wait(attempts: &mut [Attempt], patience: Duration) -> Result<()> {
    let begun = Instant::now();
    loop {
        let left = patience.saturating_sub(begun.elapsed());
        let mut under_way = Vec::new();
        let mut waiting = Vec::new();
        for (index, attempt) in attempts.iter().enumerate() {
            if let Some(socket) = attempt.waiting() {
                under_way.push(index);
                waiting.push(PollFd::new(socket, attempt.waits_for()));
            }
        }
        if waiting.is_empty() || left.is_zero() {
            return Ok(());
        }
        poll(&mut waiting, u16::try_from(left.as_millis()).unwrap_or(u16::MAX).max(1)).context("cannot poll")?;
        let ready: Vec<usize> = under_way
            .iter()
            .zip(&waiting)
            .filter(|(_, state)| state.any().unwrap_or(true))
            .map(|(&index, _)| index)
            .collect();
        for index in ready {
            attempts.get_mut(index).into_iter().for_each(Attempt::look);
        }
    }
}

/// Puts together what the clients and the observers saw.
fn observe(
    cluster: &Cluster,
    built: &Built,
    cases: &[(Case, usize)],
    attempts: &[Attempt],
) -> Result<Vec<(usize, Observation)>> {
    let mut begun = BTreeMap::new();
    for attempt in attempts {
        let (case, _) = cases.get(attempt.case).context("no such case")?;
        if let std::collections::btree_map::Entry::Vacant(entry) = begun.entry(case.client) {
            entry.insert(built.begun(case.client)?);
        }
    }
    let into_pods = into_pods(cluster, &built.sightings()?);
    let mut observations = Vec::new();
    for attempt in attempts {
        let client = cases.get(attempt.case).map(|(case, _)| case.client).context("no such case")?;
        let number = begun.get(&client).and_then(|begun| attempt.number(begun));
        observations.push((
            attempt.case,
            Observation {
                ending: attempt.ending.unwrap_or(super::Ending::NoAnswer),
                at_policy: number.and_then(|number| into_pods.get(&number).copied()),
            },
        ));
    }
    Ok(observations)
}

/// The sightings on the node of the pod that the packet is for, by number. On other nodes the packet is only passing.
fn into_pods(cluster: &Cluster, by_node: &[Vec<Sighting>]) -> BTreeMap<u32, (usize, u16, std::net::IpAddr)> {
    let pods = pods_by_address(cluster);
    let mut seen = BTreeMap::new();
    for (node, sightings) in by_node.iter().enumerate() {
        for sighting in sightings {
            let Some(&pod) = pods.get(&sighting.destination) else { continue };
            if cluster.pods.get(pod).is_some_and(|pod| pod.node == node) {
                seen.insert(sighting.number, (pod, sighting.port, sighting.source));
            }
        }
    }
    seen
}
