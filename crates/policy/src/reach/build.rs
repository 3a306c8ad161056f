//! From a snapshot and its policies to [`Reach`].

use bulkhead_model::watch::{Phase, Unwatched, Watch};
use bulkhead_snapshot::Snapshot;

use super::compiled::{CompiledPolicy, Tables, compile};
use super::in_play::InPlay;
use super::named_ports::Holders;
use super::peers::PeerTable;
use super::port_ranges::PortTable;
use super::row_builder::Materials;
use super::rows::Rows;
use super::universe::{Habits, Unaddressed, Universe};
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
        Self::watched(snapshot, policies, tuning, &Unwatched)
    }

    /// The same for those who measure.
    pub fn watched(snapshot: &Snapshot, policies: &Policies, tuning: Tuning, watch: &dyn Watch) -> Self {
        Parts::watched(snapshot, policies, tuning, watch).reach
    }
}

/// Everything that answers are made from, and the answers.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) reach: Reach,
    pub(crate) compiled: Vec<CompiledPolicy>,
    /// For each compiled policy, the place of the lowered one that it comes from.
    pub(crate) lowered_at: Vec<usize>,
    pub(crate) peers: PeerTable,
    pub(crate) holders: Holders,
    pub(crate) unaddressed: Unaddressed,
    pub(crate) enforces: Answer,
    pub(crate) habits: Habits,
}

impl Parts {
    pub(crate) fn new(snapshot: &Snapshot, policies: &Policies, tuning: Tuning) -> Self {
        Self::watched(snapshot, policies, tuning, &Unwatched)
    }

    fn watched(snapshot: &Snapshot, policies: &Policies, tuning: Tuning, watch: &dyn Watch) -> Self {
        watch.begins(Phase::Classes);
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

        watch.begins(Phase::Rows);
        let (mut peers, mut ports) = (PeerTable::default(), PortTable::default());
        let (mut compiled, mut lowered_at) = (Vec::with_capacity(lowered.len()), Vec::with_capacity(lowered.len()));
        for (at, policy) in lowered.iter().enumerate() {
            let mut tables = Tables { peers: &mut peers, ports: &mut ports };
            compiled.extend(compile(policy, &universe, &mut tables));
            lowered_at.resize(compiled.len(), at);
        }
        peers.resolve_all(&universe, policies.selectors(), habits);
        let holders = Holders::new(&universe);
        let unaddressed = universe.unaddressed(habits);
        let mut rows = Rows::new(tuning);
        let materials =
            Materials { policies: &compiled, peers: &peers, holders: &holders, unaddressed: &unaddressed, enforces };
        rows.build_all(&universe, materials, &mut ports);
        let reach = Reach { universe, ports, rows, class_of_pod, class_of_node };
        Self { reach, compiled, lowered_at, peers, holders, unaddressed, enforces, habits }
    }
}
