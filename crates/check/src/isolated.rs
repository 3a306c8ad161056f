//! Pods by the NetworkPolicies that isolate them in one direction.

use std::collections::BTreeMap;

use bulkhead_model::object::Direction;
use bulkhead_policy::Action;
use bulkhead_policy::rule::{LoweredPolicy, Tier};
use bulkhead_snapshot::PodId;

use crate::cluster::Cluster;

/// Pods that the same NetworkPolicies isolate.
#[derive(Debug)]
pub(crate) struct IsolatedPods<'a> {
    /// In the order of names.
    pub(crate) policies: Vec<&'a LoweredPolicy>,
    /// Sorted; never empty.
    pub(crate) pods: Vec<PodId>,
}

/// Every pod that some NetworkPolicy isolates in a direction, in groups. Where policies of the whole cluster may tell pods of a
/// group apart, each pod is a group of its own.
pub(crate) fn isolated_pods<'a>(cluster: &Cluster<'a>, direction: Direction) -> Vec<IsolatedPods<'a>> {
    let lowered: Vec<&LoweredPolicy> =
        cluster.policies.lowered().iter().filter(|policy| policy.direction == direction).collect();
    let mut of_pod: BTreeMap<PodId, Vec<usize>> = BTreeMap::new();
    for (place, policy) in lowered.iter().enumerate().filter(|(_, policy)| policy.tier == Tier::NetworkPolicy) {
        for pod in &cluster.population.pods(&policy.subject, None).pods {
            of_pod.entry(*pod).or_default().push(place);
        }
    }
    let tells_apart = lowered.iter().any(|policy| policy.tier != Tier::NetworkPolicy);
    let mut groups: BTreeMap<(Vec<usize>, Option<PodId>), Vec<PodId>> = BTreeMap::new();
    for (pod, places) in of_pod {
        groups.entry((places, tells_apart.then_some(pod))).or_default().push(pod);
    }
    let group = |((places, _), pods): ((Vec<usize>, Option<PodId>), Vec<PodId>)| {
        let policies = places.iter().filter_map(|place| lowered.get(*place).copied()).collect();
        IsolatedPods { policies, pods }
    };
    groups.into_iter().map(group).collect()
}

impl IsolatedPods<'_> {
    /// Whether some rule of these policies lets something through.
    pub(crate) fn allows_anything(&self) -> bool {
        let rules = self.policies.iter().flat_map(|policy| &policy.rules);
        rules.into_iter().any(|rule| rule.action == Action::Allow)
    }
}
