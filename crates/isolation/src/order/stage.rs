//! A policy that changes: how it was, how it will be, and how it is in between.

use bulkhead_model::object::{Direction, NetworkPolicy, PolicyManifest, RuleManifest, SelectorManifest};
use bulkhead_model::{NamespacedName, Requirement};

use super::Step;
use crate::same::means_the_same;

/// Both directions.
pub(super) const DIRECTIONS: [Direction; 2] = [Direction::Ingress, Direction::Egress];

/// What the name of a policy ends with that stands in for another one for a moment.
const MEANWHILE: &str = "-meanwhile";

/// Rules, in an order that never changes.
pub(super) type Rules = Vec<RuleManifest>;

/// A policy that changes.
#[derive(Debug)]
pub(super) struct Changing {
    /// As it is there; `None` where it is not there, or cannot be read.
    pub(super) old: Option<PolicyManifest>,
    /// As it will be, in the words of [`PolicyManifest::of`]; `None` where it goes, or no API server would take it.
    pub(super) new: Option<PolicyManifest>,
    /// The last write to it.
    finish: Step,
}

impl Changing {
    /// A policy that is written as the plan says it.
    pub(super) fn written(there: Option<&NetworkPolicy>, wanted: &PolicyManifest) -> Self {
        let new = wanted.to_network_policy().ok().and_then(|policy| PolicyManifest::of(&policy));
        Self { old: there.and_then(PolicyManifest::of), new, finish: Step::Write(wanted.clone()) }
    }

    /// A policy that goes.
    pub(super) fn gone(name: &NamespacedName, there: Option<&NetworkPolicy>) -> Self {
        Self { old: there.and_then(PolicyManifest::of), new: None, finish: Step::Delete(name.clone()) }
    }

    /// The policy's name.
    pub(super) fn name(&self) -> &NamespacedName {
        self.finish.policy()
    }

    /// The two halves of a policy that will select other pods: no policy can select those of before and after. The old one goes as if
    /// it were deleted; the new one comes under a name of its own, which nobody else has (`is_taken`), until the old one's name is free for it.
    pub(super) fn split(self, wanted: &PolicyManifest, is_taken: impl Fn(&NamespacedName) -> bool) -> [Self; 2] {
        let name = &wanted.name;
        let called = |end: &str| NamespacedName::new(name.namespace.clone(), format!("{}{MEANWHILE}{end}", name.name));
        let (mut meanwhile, mut number) = (called(""), 1);
        while is_taken(&meanwhile) {
            number += 1;
            meanwhile = called(&format!("-{number}"));
        }
        let renamed = |manifest: PolicyManifest| PolicyManifest { name: meanwhile.clone(), ..manifest };
        let coming = Self { old: None, new: self.new.map(renamed), finish: Step::Write(renamed(wanted.clone())) };
        [Self { old: self.old, new: None, finish: self.finish }, coming]
    }

    /// What it allowed, where it isolated.
    pub(super) fn old_rules(&self, direction: Direction) -> Option<&[RuleManifest]> {
        rules(self.old.as_ref()?, direction)
    }

    /// What it will allow, where it will isolate.
    pub(super) fn new_rules(&self, direction: Direction) -> Option<&[RuleManifest]> {
        rules(self.new.as_ref()?, direction)
    }

    /// Whether it selects every pod of its namespace, before and after.
    pub(super) fn selects_every_pod(&self) -> bool {
        [&self.old, &self.new].into_iter().flatten().all(|manifest| selects_everything(&manifest.pod_selector))
    }

    /// Whether it will select other pods than before.
    pub(super) fn changes_pods(&self) -> bool {
        let (Some(old), Some(new)) = (&self.old, &self.new) else { return false };
        requirements(&old.pod_selector) != requirements(&new.pod_selector)
    }

    /// The step to the state in between, whose rules are given for each direction that then isolates; `None` where it is like that
    /// already.
    pub(super) fn widened(&self, ingress: Option<Rules>, egress: Option<Rules>) -> Option<Step> {
        let like = self.new.as_ref().or(self.old.as_ref())?;
        let isolates = [(Direction::Ingress, ingress.is_some()), (Direction::Egress, egress.is_some())];
        let manifest = PolicyManifest {
            policy_types: isolates.into_iter().filter(|(_, isolates)| *isolates).map(|(it, _)| it).collect(),
            ingress: ingress.filter(|rules| !rules.is_empty()),
            egress: egress.filter(|rules| !rules.is_empty()),
            ..like.clone()
        };
        let same = |other: &PolicyManifest| other.to_network_policy().is_ok_and(|it| means_the_same(&it, &manifest));
        if self.old.as_ref().is_some_and(same) {
            return None;
        }
        // As the plan says it, where it is that already: then nothing is left to narrow.
        match &self.finish {
            Step::Write(wanted) if self.new.is_some() && same(wanted) => Some(self.finish.clone()),
            _ => Some(Step::Write(manifest)),
        }
    }

    /// The step to how it will be.
    pub(super) fn finished(&self) -> Step {
        self.finish.clone()
    }
}

/// The rules of a direction in which a manifest isolates.
pub(super) fn rules(manifest: &PolicyManifest, direction: Direction) -> Option<&[RuleManifest]> {
    let rules = match direction {
        Direction::Ingress => &manifest.ingress,
        Direction::Egress => &manifest.egress,
    };
    manifest.policy_types.contains(&direction).then(|| rules.as_deref().unwrap_or_default())
}

/// Adds the rules that are not there yet.
pub(super) fn add(to: &mut Rules, rules: &[RuleManifest]) {
    for rule in rules {
        if !to.contains(rule) {
            to.push(rule.clone());
        }
    }
}

pub(super) fn selects_everything(selector: &SelectorManifest) -> bool {
    selector.match_labels.is_empty() && selector.match_expressions.is_empty()
}

fn requirements(selector: &SelectorManifest) -> std::collections::BTreeSet<Requirement> {
    selector.to_label_selector().requirements.iter().filter_map(|requirement| requirement.known().cloned()).collect()
}
