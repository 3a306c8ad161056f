//! A cluster that stands, and questions put to it and to the model.

use anyhow::Result;
use bulkhead_analysis::model::object::PolicyManifest;

use crate::api::{Api, Proxies};
use crate::build::{Built, Lan, enforce};
use crate::cases::{all_doors_of, describe};
use crate::cluster::{Cluster, Cni};
use crate::compare::{Choice, Engine, Expected, Verdict, attempts, compare, expect};
use crate::fault::Fault;
use crate::probe::{Case, Observation, Patience, Servers, measure};
use crate::tally::Tally;
use crate::world::{Affinity, World};

/// How often a question that disagrees is measured again before it counts.
const AGAIN: usize = 2;

/// A built cluster with everything that runs in it.
pub(crate) struct Bench {
    pub(crate) cluster: Cluster,
    pub(crate) built: Built,
    // In the order in which they end.
    pub(crate) proxies: Proxies,
    _servers: Servers,
}

/// A question that was answered otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Disagreement {
    pub(crate) case: Case,
    pub(crate) policies: Vec<PolicyManifest>,
    pub(crate) text: String,
}

/// What was seen of each case, and where that disagrees.
pub(crate) struct Measured {
    pub(crate) seen: Vec<Vec<Observation>>,
    pub(crate) expected: Vec<Vec<Expected>>,
    pub(crate) disagreements: Vec<Disagreement>,
}

/// Whoever answers what becomes of packets.
pub(crate) trait Ask {
    fn cluster(&self) -> &Cluster;

    fn limits(&self) -> Limits;

    /// What becomes of each case under some policies.
    fn question(
        &self,
        world: &World,
        policies: &[PolicyManifest],
        cases: &[Case],
        tally: &mut Tally,
    ) -> Result<Measured>;
}

/// How much of an allowlist is tried, at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Wanted cases. Where there are more, some are chosen: then every one must get through, but an entry may be for another.
    pub(crate) cases: usize,
    /// Entries that are taken away.
    pub(crate) entries: usize,
}

impl Ask for Bench {
    fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    fn limits(&self) -> Limits {
        Limits { cases: 60, entries: 6 }
    }

    /// Puts policies into force, asks the model about every case in that cluster state, and measures it.
    fn question(
        &self,
        world: &World,
        policies: &[PolicyManifest],
        cases: &[Case],
        tally: &mut Tally,
    ) -> Result<Measured> {
        let expected = expect(&self.cluster, world, policies, cases);
        enforce(&self.cluster, &self.built, policies)?;

        let asked: Vec<(Case, usize)> = cases
            .iter()
            .zip(&expected)
            .map(|(case, expected)| (case.clone(), attempts(&self.cluster, expected)))
            .collect();
        let mut seen = self.measure(&asked, Patience::Short, tally)?;
        tally.questions += cases.len();
        let mut wrong: Vec<(usize, String)> = Vec::new();
        let mut disagreements = Vec::new();
        for (index, case) in cases.iter().enumerate() {
            match self.verdict(world, case, expected.get(index), seen.get(index)) {
                Verdict::Agrees => {
                    let fault = self.unnoticed(world, case, expected.get(index), seen.get(index), tally);
                    let of_case = |text| Disagreement { case: case.clone(), policies: policies.to_vec(), text };
                    disagreements.extend(fault.map(of_case));
                }
                Verdict::Open => count_open(expected.get(index), tally),
                Verdict::Disagrees(text) => wrong.push((index, text)),
            }
        }
        for (index, first) in wrong {
            let (again, observations) = self.again(world, &asked, &expected, index, tally)?;
            if let Some(seen) = seen.get_mut(index) {
                *seen = observations;
            }
            let (Some(case), Some(text)) = (cases.get(index), again) else {
                tally.measured_again += 1;
                continue;
            };
            let text = if text == first { text } else { format!("{text}\n    first it was {first}") };
            disagreements.push(Disagreement { case: case.clone(), policies: policies.to_vec(), text });
        }
        Ok(Measured { seen, expected, disagreements })
    }
}

impl Bench {
    pub(crate) fn build(cluster: Cluster, lan: &Lan, api: &mut Api) -> Result<Self> {
        api.set_nodes(&cluster)?;
        let built = Built::build(&cluster, lan)?;
        let servers = Servers::start(&cluster, &built)?;
        let proxies = api.start_proxies(&cluster, &built)?;
        api.set_zones(&cluster, &built)?;
        Ok(Self { cluster, built, proxies, _servers: servers })
    }

    /// A planted fault that the comparison does not notice. Where a Service keeps its choice, ways may be missed, so that
    /// nothing is planted there.
    fn unnoticed(
        &self,
        world: &World,
        case: &Case,
        expected: Option<&Vec<Expected>>,
        seen: Option<&Vec<Observation>>,
        tally: &mut Tally,
    ) -> Option<String> {
        let (expected, seen) = (expected?, seen?);
        if choice(&self.cluster, world, case) == Choice::Sticks {
            return None;
        }
        let mut unnoticed = None;
        for fault in Fault::ALL {
            let Some(wrong) = fault.plant(&self.cluster, expected, self.engine()) else { continue };
            *tally.planted.entry(fault).or_default() += 1;
            if !matches!(self.verdict(world, case, Some(&wrong), Some(seen)), Verdict::Disagrees(_)) {
                unnoticed =
                    Some(format!("{}\n      the comparison does not notice {fault:?}", describe(&self.cluster, case)));
            }
        }
        unnoticed
    }

    fn engine(&self) -> Engine {
        match self.cluster.cni {
            Cni::Calico => Engine::Enforces,
            Cni::Flannel => Engine::Absent,
        }
    }

    fn measure(&self, asked: &[(Case, usize)], patience: Patience, tally: &mut Tally) -> Result<Vec<Vec<Observation>>> {
        tally.attempts += asked.iter().map(|(_, attempts)| attempts).sum::<usize>();
        measure(&self.cluster, &self.built, asked, patience)
    }

    /// Measures one case again, alone and with more attempts: how it disagrees, unless it agrees now, and what was seen last.
    fn again(
        &self,
        world: &World,
        asked: &[(Case, usize)],
        expected: &[Vec<Expected>],
        index: usize,
        tally: &mut Tally,
    ) -> Result<(Option<String>, Vec<Observation>)> {
        let mut last = (None, Vec::new());
        for _ in 0..AGAIN {
            let Some((case, attempts)) = asked.get(index) else { break };
            let seen = self.measure(&[(case.clone(), attempts * 2)], Patience::Long, tally)?.pop().unwrap_or_default();
            match self.verdict(world, case, expected.get(index), Some(&seen)) {
                Verdict::Disagrees(text) => last = (Some(text), seen),
                Verdict::Agrees | Verdict::Open => return Ok((None, seen)),
            }
        }
        Ok(last)
    }

    fn verdict(
        &self,
        world: &World,
        case: &Case,
        expected: Option<&Vec<Expected>>,
        seen: Option<&Vec<Observation>>,
    ) -> Verdict {
        let no_ways = Vec::new();
        let nothing = Vec::new();
        let (expected, seen) = (expected.unwrap_or(&no_ways), seen.unwrap_or(&nothing));
        compare(&self.cluster, case, expected, seen, self.engine(), choice(&self.cluster, world, case))
    }
}

fn count_open(expected: Option<&Vec<Expected>>, tally: &mut Tally) {
    tally.open += 1;
    for reason in expected.into_iter().flatten().filter_map(Expected::open_reason) {
        *tally.reasons.entry(reason).or_default() += 1;
    }
}

/// Whether the Service behind a door keeps its choice of an endpoint.
pub(crate) fn choice(cluster: &Cluster, world: &World, case: &Case) -> Choice {
    let sticks = world
        .services
        .iter()
        .any(|service| service.affinity == Affinity::ClientIp && all_doors_of(cluster, service).contains(&case.door));
    if sticks { Choice::Sticks } else { Choice::Anew }
}
