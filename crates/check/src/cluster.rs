//! What every rule looks at: one cluster, with what rules share resolved once.

use std::cell::OnceCell;

use bulkhead_model::object::NetworkPolicy;
use bulkhead_model::{Issue, ObjectRef};
use bulkhead_path::Network;
use bulkhead_policy::Policies;
use bulkhead_snapshot::Snapshot;

use crate::addresses::Addresses;
use crate::population::Population;
use crate::redundancy::{Redundancy, redundancy};
use crate::service_ports::{FrontPorts, front_ports};

/// A cluster, ready to be looked at by rules.
#[derive(Debug)]
pub(crate) struct Cluster<'a> {
    pub(crate) network: &'a Network<'a>,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) policies: &'a Policies,
    pub(crate) population: Population<'a>,
    pub(crate) addresses: Addresses,
    pub(crate) front_ports: FrontPorts,
    redundancy: OnceCell<Redundancy<'a>>,
}

impl<'a> Cluster<'a> {
    pub(crate) fn new(network: &'a Network<'_>) -> Self {
        let (snapshot, policies) = (network.snapshot(), network.policies());
        let population = Population::new(snapshot, policies.selectors());
        let (addresses, front_ports) = (Addresses::of(snapshot), front_ports(snapshot));
        Self { network, snapshot, policies, population, addresses, front_ports, redundancy: OnceCell::new() }
    }

    /// What the reader found under these codes.
    pub(crate) fn read_issues(&self, codes: &'static [&'static str]) -> impl Iterator<Item = &'a Issue> + use<'a> {
        self.snapshot.issues.iter().filter(move |issue| codes.contains(&issue.code))
    }

    /// Which rules add nothing to the others, worked out when it is first asked for.
    pub(crate) fn redundancy(&self) -> &Redundancy<'a> {
        self.redundancy.get_or_init(|| redundancy(self.policies))
    }
}

/// A reference to a NetworkPolicy.
pub(crate) fn policy_ref(policy: &NetworkPolicy) -> ObjectRef {
    ObjectRef::namespaced("NetworkPolicy", &policy.name)
}
