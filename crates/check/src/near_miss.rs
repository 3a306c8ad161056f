//! What a selector that selects nothing almost selects: the one label by which it fails.

use std::collections::BTreeSet;

use bulkhead_model::{LabelSelector, Labels, Name, Operator, Readable, Requirement};

use crate::notation;

/// The one label by which a selector fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NearMiss {
    /// The requirement, as `app=web`.
    pub(crate) wanted: String,
    /// What there is instead: the first few labels, as `app=website`.
    pub(crate) instead: String,
}

/// The nearest miss of a selector among some labels: the same key with other values where everything else is right, or else
/// the same value under another key.
pub(crate) fn near_miss(selector: &LabelSelector, among: &[&Labels]) -> Option<NearMiss> {
    let wanted: Vec<&Requirement> = selector.requirements.iter().filter_map(Readable::known).collect();
    let found = wanted.iter().find_map(|requirement| {
        let others = wanted.iter().filter(|other| *other != requirement);
        let all_others_hold = |labels: &&Labels| others.clone().all(|other| other.matches(labels));
        let near = among.iter().copied().filter(all_others_hold);
        let instead: BTreeSet<String> = near
            .filter_map(|labels| labels.get(&requirement.key).map(|value| notation::label(&requirement.key, value)))
            .collect();
        (!instead.is_empty()).then(|| miss(requirement, instead))
    });
    found.or_else(|| wanted.iter().find_map(|requirement| same_value(requirement, among)))
}

fn miss(requirement: &Requirement, instead: BTreeSet<String>) -> NearMiss {
    NearMiss { wanted: notation::one_requirement(requirement), instead: notation::listed(instead) }
}

/// Labels that have one of the wanted values under another key.
fn same_value(requirement: &Requirement, among: &[&Labels]) -> Option<NearMiss> {
    let Operator::In(values) = &requirement.operator else { return None };
    let is_wanted = |(_, value): &(&Name, &Name)| values.binary_search(value).is_ok();
    let labels = among.iter().flat_map(|labels| labels.iter().filter(is_wanted).collect::<Vec<_>>());
    let instead: BTreeSet<String> = labels.map(|(key, value)| notation::label(key, value)).collect();
    (!instead.is_empty()).then(|| miss(requirement, instead))
}
