//! The policies of Exposures.
//!
//! Which entries an Exposure needs is for others to say, who know how packets travel. What is decided here is what becomes of the policies
//! that it had before: nothing is opened that is not known to be needed, and what was open for the same request stays where nobody can say
//! whether it still is needed. A fact that is away for a minute neither cuts anyone off nor lets anyone in.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::object::{Direction, NetworkPolicy, PolicyManifest, RuleManifest, SelectorManifest};
use bulkhead_model::{Issue, IssueCode, Name, NamespacedName, ObjectRef, Position, Requirement};
use bulkhead_snapshot::Snapshot;

use crate::plan::{Draft, ExposureState, ExposureStatus, LastApplied, is_ours};
use crate::{code, names};

/// The longest name of an object.
const LONGEST_NAME: usize = 253;

/// What an Exposure needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    /// The Exposure.
    pub exposure: NamespacedName,
    /// Where it stands.
    pub position: Position,
    /// A word that is another one where it asks for something else, fit for a label; `None` where nobody knows what it asks for.
    pub asked: Option<Name>,
    /// What it needs.
    pub needs: Needs,
}

/// What an Exposure needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// These allowlists.
    Lists {
        /// One for each selector of the target's pods that needs one.
        lists: Vec<NeededList>,
        /// Why there may be more that it needs: the code of an issue. `None` where that is all.
        doubt: Option<IssueCode>,
    },
    /// Nothing: everyone gets in.
    Nothing,
    /// Nothing any more: its time is over.
    Over,
    /// Nobody knows, for the reason of an issue with this code.
    Unknown(IssueCode),
}

/// What some pods must let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededList {
    /// The pods.
    pub pods: SelectorManifest,
    /// What they must let in.
    pub rules: Vec<RuleManifest>,
}

impl Draft {
    /// Adds the policies of Exposures. All that there are have to be given: policies of others go.
    pub fn expose(&mut self, snapshot: &Snapshot, exposed: Vec<Exposed>) {
        let mut there: BTreeMap<NamespacedName, Vec<&NetworkPolicy>> = BTreeMap::new();
        for policy in snapshot.network_policies.iter().filter(|policy| is_ours(policy)) {
            if let Some(exposure) = names::exposure_of_policy(&policy.name.name) {
                let exposure = NamespacedName::new(policy.name.namespace.clone(), exposure);
                there.entry(exposure).or_default().push(policy);
            }
        }
        for own in exposed {
            let before = there.remove(&own.exposure).unwrap_or_default();
            self.expose_one(own, &before);
        }
        self.desired.delete.extend(there.into_values().flatten().map(|policy| policy.name.clone()));
    }

    fn expose_one(&mut self, exposed: Exposed, before: &[&NetworkPolicy]) {
        let Exposed { exposure, position, asked, needs } = exposed;
        let same_request =
            |policy: &&&NetworkPolicy| asked.is_none() || policy.labels.get(names::ASKED_LABEL) == asked.as_ref();
        let still: Vec<&NetworkPolicy> = before.iter().filter(same_request).copied().collect();
        let needs = self.checked(&exposure, position, needs);
        let mut policies = BTreeSet::new();
        let state = match needs {
            Needs::Nothing => ExposureState::Inactive,
            Needs::Over => ExposureState::Expired,
            Needs::Unknown(reason) => {
                policies.extend(still.iter().map(|policy| policy.name.name.clone()));
                let last_applied = if still.is_empty() { LastApplied::Nothing } else { LastApplied::Kept };
                ExposureState::Unresolved { reason, last_applied }
            }
            Needs::Lists { lists, doubt } => {
                if doubt.is_some() {
                    policies.extend(still.iter().map(|policy| policy.name.name.clone()));
                }
                for (number, list) in (1..).zip(lists) {
                    let mut manifest = manifest(names::policy_of_exposure(&exposure, number), asked.clone(), list);
                    if doubt.is_some()
                        && let Some(before) = still.iter().find(|policy| policy.name == manifest.name)
                    {
                        manifest = with_what_was(manifest, before);
                    }
                    policies.insert(manifest.name.name.clone());
                    self.desired.add(manifest);
                }
                doubt.map_or(ExposureState::Resolved, |reason| ExposureState::Partial { reason })
            }
        };
        let gone = before.iter().filter(|policy| !policies.contains(&policy.name.name));
        self.desired.delete.extend(gone.map(|policy| policy.name.clone()));
        let policies = policies.into_iter().collect();
        self.desired.exposures.push(ExposureStatus { exposure, state, policies });
    }

    /// What it needs, unless its policies cannot be written.
    fn checked(&mut self, exposure: &NamespacedName, position: Position, needs: Needs) -> Needs {
        let Needs::Lists { lists, .. } = &needs else { return needs };
        let issue = |code| Issue::error(code).at(position).about(ObjectRef::namespaced("Exposure", exposure));
        let longest = names::policy_of_exposure(exposure, lists.len()).name;
        if longest.len() > LONGEST_NAME {
            let issue = issue(code::ENTRY_NAME_TOO_LONG).in_field("metadata.name");
            self.desired.issues.push(issue.with("policy", longest).with("limit", LONGEST_NAME));
            return Needs::Unknown(code::ENTRY_NAME_TOO_LONG);
        }
        let mut policies = (1..=lists.len()).map(|number| names::policy_of_exposure(exposure, number));
        if policies.any(|policy| self.refused.contains(&policy)) {
            self.desired.issues.push(issue(code::ENTRY_REFUSED));
            return Needs::Unknown(code::ENTRY_REFUSED);
        }
        needs
    }

    /// Adds findings about Exposures.
    pub fn note(&mut self, issues: impl IntoIterator<Item = Issue>) {
        self.desired.issues.extend(issues);
    }
}

fn manifest(name: NamespacedName, asked: Option<Name>, list: NeededList) -> PolicyManifest {
    let ours = (Name::new_static(names::MANAGED_BY), Name::new_static(names::MANAGER));
    let asked = asked.map(|asked| (Name::new_static(names::ASKED_LABEL), asked));
    PolicyManifest {
        name,
        labels: [ours].into_iter().chain(asked).collect(),
        annotations: BTreeMap::new(),
        pod_selector: list.pods,
        policy_types: vec![Direction::Ingress],
        ingress: Some(list.rules).filter(|rules| !rules.is_empty()),
        egress: None,
    }
}

/// A policy with what one of the same pods has let in so far.
fn with_what_was(manifest: PolicyManifest, before: &NetworkPolicy) -> PolicyManifest {
    let new = manifest.to_network_policy().ok().and_then(|policy| PolicyManifest::of(&policy));
    let (Some(new), Some(old)) = (new, PolicyManifest::of(before)) else { return manifest };
    if requirements(&new.pod_selector) != requirements(&old.pod_selector) {
        return manifest;
    }
    let mut rules = new.ingress.unwrap_or_default();
    for rule in old.ingress.unwrap_or_default() {
        match rules.iter_mut().find(|have| have.ports == rule.ports) {
            // Without peers a rule is about everyone.
            Some(have) if have.peers.is_empty() => {}
            Some(have) if !rule.peers.is_empty() => {
                let more: Vec<_> = rule.peers.into_iter().filter(|peer| !have.peers.contains(peer)).collect();
                have.peers.extend(more);
            }
            _ => rules.push(rule),
        }
    }
    PolicyManifest { ingress: Some(rules).filter(|rules| !rules.is_empty()), ..manifest }
}

fn requirements(selector: &SelectorManifest) -> BTreeSet<Requirement> {
    selector.to_label_selector().requirements.iter().filter_map(|requirement| requirement.known().cloned()).collect()
}
