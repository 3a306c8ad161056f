//! From a snapshot and its policies to [`Reach`].

use bulkhead_snapshot::Snapshot;

use super::compiled::{CompiledPolicy, Tables, compile};
use super::in_play::InPlay;
use super::named_ports::Holders;
use super::peers::PeerTable;
use super::port_ranges::PortTable;
use super::row_builder::Materials;
use super::rows::Rows;
use super::universe::{Habits, Universe};
use super::{Reach, Tuning};
use crate::policies::Policies;
use crate::profile::Answer;

impl Reach {
    /// Works out who reaches whom.
    pub fn new(snapshot: &Snapshot, policies: &Policies) -> Self {
        Self::tuned(snapshot, policies, Tuning::default())
    }

    /// The same, with memory and time traded differently. Answers do not depend on it.
    pub fn tuned(snapshot: &Snapshot, policies: &Policies, tuning: Tuning) -> Self {
        let profile = policies.engine().profile();
        let enforces = profile.enforces.value;
        let habits = Habits { of_pods: profile.ip_block_of_pods.value, of_nodes: profile.ip_block_of_nodes.value };
        let lowered = if enforces == Answer::No { &[][..] } else { policies.lowered() };

        let mut universe = Universe::new(InPlay::of(lowered, policies.selectors()));
        for namespace in snapshot.namespaces.rows() {
            universe.add_namespace(namespace);
        }
        let class_of_node = snapshot.nodes.rows().iter().map(|node| universe.add_node(node)).collect();
        let pods = snapshot.pods.rows().iter();
        let class_of_pod = pods.map(|pod| pod.is_active().then(|| universe.add_pod(pod))).collect();

        let (mut peers, mut ports) = (PeerTable::default(), PortTable::default());
        let mut tables = Tables { peers: &mut peers, ports: &mut ports };
        let compiled: Vec<CompiledPolicy> =
            lowered.iter().flat_map(|policy| compile(policy, &universe, &mut tables)).collect();
        peers.resolve_all(&universe, policies.selectors(), habits);
        let holders = Holders::new(&universe);
        let unaddressed = universe.unaddressed(habits);
        let mut rows = Rows::new(tuning);
        let materials =
            Materials { policies: &compiled, peers: &peers, holders: &holders, unaddressed: &unaddressed, enforces };
        rows.build_all(&universe, materials, &mut ports);
        Self { universe, ports, rows, class_of_pod, class_of_node }
    }
}
