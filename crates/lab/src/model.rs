//! Allowlists tried out in the model alone: what `trace` says of a packet stands for what would be measured of it. That proves nothing
//! about the kernel. It finds, in a small part of the time, allowlists that are not complete, tight and irreducible even by the model.

use anyhow::Result;
use bulkhead_analysis::model::object::PolicyManifest;
use bulkhead_analysis::path::{Address, Outcome};

use crate::bench::{Ask, Limits, Measured};
use crate::cluster::Cluster;
use crate::compare::{Expected, expect};
use crate::probe::{Case, Ending, Observation};
use crate::tally::Tally;
use crate::world::World;

/// A cluster of which only the model is asked.
pub(crate) struct Model {
    pub(crate) cluster: Cluster,
}

impl Ask for Model {
    fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    fn limits(&self) -> Limits {
        Limits { cases: 300, entries: 24 }
    }

    fn question(
        &self,
        world: &World,
        policies: &[PolicyManifest],
        cases: &[Case],
        tally: &mut Tally,
    ) -> Result<Measured> {
        let expected = expect(&self.cluster, world, policies, cases);
        tally.questions += cases.len();
        let seen = expected.iter().map(|ways| ways.iter().map(Expected::as_seen).collect()).collect();
        Ok(Measured { seen, expected, disagreements: Vec::new() })
    }
}

impl Expected {
    /// What would be seen of this way.
    fn as_seen(&self) -> Observation {
        let known = |address: &Option<Address>| match address {
            Some(Address::Known(address)) => Some(*address),
            Some(Address::Unknown(_)) | None => None,
        };
        let at_policy = self.endpoint.zip(known(&self.seen_by_policy)).map(|((pod, port), source)| (pod, port, source));
        let reached = self.endpoint.filter(|_| self.outcome == Outcome::Delivered).zip(known(&self.seen_by_pod));
        let ending = reached.map_or(Ending::NoAnswer, |((pod, port), source)| Ending::Reached { pod, port, source });
        Observation { ending, at_policy }
    }
}
