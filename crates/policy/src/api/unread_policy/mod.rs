//! Policies of which nobody knows what they say: they could not be read, or are of an engine's own kind.
//!
//! One of an engine's own kind may stand before everything else (Calico's tiers and orders, Cilium's deny rules) and may let in what
//! NetworkPolicies do not, so it is asked first and may say anything. It means nothing to any other engine.

use bulkhead_model::object::UnreadPolicy;
use bulkhead_model::{LabelSelector, ObjectRef};

use crate::profile::{ENGINES, Engine};
use crate::rule::{LoweredPolicy, NamespaceSet, PodSet, PolicyDoubt, Tier};
use crate::selector::SelectorTable;
use crate::verdict::DoubtReason;

/// Lowers one policy: one [`LoweredPolicy`] for each direction of each of its subjects, in each tier that it may be in.
pub(crate) fn lower(policy: &UnreadPolicy, engine: &Engine, selectors: &mut SelectorTable) -> Vec<LoweredPolicy> {
    if !means_something(&policy.group, engine) {
        return Vec::new();
    }
    let (tiers, reason): (&[Tier], _) = match policy.group.as_str() {
        "networking.k8s.io" => (&[Tier::NetworkPolicy], DoubtReason::UnreadPolicy),
        "policy.networking.k8s.io" => (&[Tier::Admin, Tier::Baseline], DoubtReason::UnreadPolicy),
        "" => (&[Tier::Admin], DoubtReason::UnreadPolicy),
        _ => (&[Tier::Admin], DoubtReason::OtherPolicyKind),
    };
    let (origin, mut lowered) = (origin(policy, reason), Vec::new());
    for subject in &policy.subjects {
        let namespaces = match &subject.namespace {
            Some(namespace) => NamespaceSet::Named(namespace.clone()),
            None => NamespaceSet::Selected(selectors.intern(&LabelSelector::everything())),
        };
        let subjects = PodSet { namespaces, pods: selectors.intern(&subject.pods) };
        for direction in &subject.directions {
            lowered.extend(tiers.iter().map(|tier| LoweredPolicy {
                tier: *tier,
                priority: 0,
                direction: *direction,
                subject: subjects.clone(),
                doubt: Some(PolicyDoubt::MaySayAnything(reason)),
                rules: Vec::new(),
                origin: origin.clone(),
                position: policy.position,
            }));
        }
    }
    lowered
}

/// The policy as answers name it. Several groups have a `NetworkPolicy`: that of an engine is named with its group, as kubectl does, so that it
/// is never taken for Kubernetes' own of the same name.
fn origin(policy: &UnreadPolicy, reason: DoubtReason) -> ObjectRef {
    let mut origin = policy.object.clone();
    if reason == DoubtReason::OtherPolicyKind
        && matches!(origin.kind.as_str(), "NetworkPolicy" | "ClusterNetworkPolicy")
    {
        origin.kind = format!("{}.{}", origin.kind, policy.group).into();
    }
    origin
}

/// Whether policies of an API group mean something to the engine: those of another engine's own do not.
fn means_something(group: &str, engine: &Engine) -> bool {
    let mut of_engines = ENGINES.iter().filter(|definition| definition.own_policies.contains(&group)).peekable();
    let Some(known) = engine.known.value().filter(|_| of_engines.peek().is_some()) else { return true };
    let is_engine = ENGINES.iter().any(|definition| definition.is_named(known.name));
    !is_engine || of_engines.any(|definition| definition.is_named(known.name))
}
