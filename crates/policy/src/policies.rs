//! All policies of a snapshot, lowered and indexed, together with the engine that enforces them.

use std::collections::BTreeMap;

use bulkhead_model::Name;
use bulkhead_model::object::Direction;
use bulkhead_snapshot::{PodId, Snapshot};

use crate::api::lower_all;
use crate::decide::Question;
use crate::matching::namespace_labels;
use crate::profile::{Engine, Profile};
use crate::rule::{LoweredPolicy, NamespaceSet, PolicyDoubt, Tier};
use crate::selector::SelectorTable;

/// What the user says about the cluster, against what the snapshot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Overrides {
    /// The engine (`--engine NAME`); [`Profile::named`] finds it by its name.
    pub engine: Option<&'static Profile>,
}

/// All policies of a snapshot, lowered and ready to be asked.
#[derive(Clone, Debug)]
pub struct Policies {
    engine: Engine,
    selectors: SelectorTable,
    lowered: Vec<LoweredPolicy>,
    /// Places in `lowered` of the policies of one namespace, and of those that are not bound to one.
    of_namespace: BTreeMap<Name, ByDirection>,
    of_cluster: ByDirection,
}

/// Places in the list of lowered policies, in its order.
#[derive(Clone, Debug, Default)]
struct ByDirection {
    ingress: Vec<usize>,
    egress: Vec<usize>,
}

impl ByDirection {
    fn get(&self, direction: Direction) -> &Vec<usize> {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }

    fn push(&mut self, direction: Direction, place: usize) {
        match direction {
            Direction::Ingress => self.ingress.push(place),
            Direction::Egress => self.egress.push(place),
        }
    }
}

impl Policies {
    /// Lowers every policy of a snapshot, for the engine that the snapshot shows.
    pub fn new(snapshot: &Snapshot) -> Self {
        Self::with_overrides(snapshot, &Overrides::default())
    }

    /// Lowers every policy of a snapshot, for the engine that the user names, else the one that the snapshot shows.
    pub fn with_overrides(snapshot: &Snapshot, overrides: &Overrides) -> Self {
        let mut selectors = SelectorTable::default();
        let engine = Engine::of(snapshot, overrides.engine);
        let mut lowered = lower_all(snapshot, &engine, &mut selectors);
        lowered.sort_by_key(|policy| (policy.tier, policy.priority));
        let (mut of_namespace, mut of_cluster) = (BTreeMap::<Name, ByDirection>::new(), ByDirection::default());
        for (place, policy) in lowered.iter().enumerate() {
            let index = match &policy.subject.namespaces {
                NamespaceSet::Named(name) => of_namespace.entry(name.clone()).or_default(),
                _ => &mut of_cluster,
            };
            index.push(policy.direction, place);
        }
        Self { engine, selectors, lowered, of_namespace, of_cluster }
    }

    /// The same policies, each rewritten: for those who answer as another program would. Tier, priority, direction and
    /// subject must stay.
    #[must_use]
    pub fn rewritten(mut self, rewrite: impl FnMut(&mut LoweredPolicy)) -> Self {
        self.lowered.iter_mut().for_each(rewrite);
        self
    }

    /// The engine, and how it is known.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Every policy, lowered, by tier and priority, then in the order of names.
    pub fn lowered(&self) -> &[LoweredPolicy] {
        &self.lowered
    }

    /// The selectors that lowered policies refer to.
    pub fn selectors(&self) -> &SelectorTable {
        &self.selectors
    }

    /// Whether a NetworkPolicy isolates a pod in a direction, or may do so; or a policy of which nobody knows what it says.
    pub fn may_isolate(&self, snapshot: &Snapshot, pod: PodId, direction: Direction) -> bool {
        let row = &snapshot.pods[pod];
        self.concerning_pod(snapshot, pod, direction).into_iter().any(|policy| {
            let says_anything = matches!(policy.doubt, Some(PolicyDoubt::MaySayAnything(_)));
            let selects = |selector, labels| self.selectors.matches(selector, labels) != Some(false);
            (policy.tier == Tier::NetworkPolicy || says_anything)
                && selects(policy.subject.pods, &row.labels)
                && match &policy.subject.namespaces {
                    NamespaceSet::Selected(of) => selects(*of, &namespace_labels(snapshot, &row.name.namespace)),
                    _ => true,
                }
        })
    }

    /// The policies that may be about a question's subject and direction, by tier and priority.
    pub(crate) fn concerning(&self, snapshot: &Snapshot, question: &Question) -> Vec<&LoweredPolicy> {
        self.concerning_pod(snapshot, question.subject, question.direction)
    }

    /// The policies that may be about a pod in a direction, by tier and priority.
    pub(crate) fn concerning_pod(
        &self,
        snapshot: &Snapshot,
        subject: PodId,
        direction: Direction,
    ) -> Vec<&LoweredPolicy> {
        self.places(snapshot, subject, direction).into_iter().filter_map(|place| self.lowered.get(place)).collect()
    }

    /// Their places in the list of all policies.
    pub(crate) fn places(&self, snapshot: &Snapshot, subject: PodId, direction: Direction) -> Vec<usize> {
        let own = self.of_namespace.get(&snapshot.pods[subject].name.namespace);
        let own = own.into_iter().flat_map(|places| places.get(direction));
        let mut places: Vec<usize> = own.chain(self.of_cluster.get(direction)).copied().collect();
        places.sort_unstable();
        places
    }
}
