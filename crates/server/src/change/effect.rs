//! What edits do: the policies that follow from them, who reaches whom afterwards, and what the lint rules find.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bulkhead_analysis::Analysis;
use bulkhead_analysis::isolation::{Plan, Setting, Settings, apply};
use bulkhead_analysis::model::watch::{Phase, Watch};
use bulkhead_analysis::model::{Issue, NamespacedName, Severity};
use bulkhead_analysis::path::Overrides;
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_report::Speech;
use bulkhead_store::Object;
use bulkhead_wire::change::ObjectName;
use bulkhead_wire::{DifferenceForm, FindingForm, LintForm, ManifestForm};
use serde_json::Value;

use super::edits::shown;
use super::{Edit, Edits, Projects};
use crate::state::State;
use crate::viewer::Sight;

/// What edits do.
pub(super) struct Effect {
    /// The policies that follow from the switches and allowlists.
    pub(super) generated: Edits,
    pub(super) form: DifferenceForm,
    /// Findings that are there only afterwards.
    pub(super) findings: Vec<FindingForm>,
    pub(super) issues: Vec<Issue>,
}

/// Which of the policies that follow are written with a change.
pub(super) struct Carrying {
    pub(super) projects: Projects,
    /// Of whoever makes the change.
    pub(super) sight: Arc<Sight>,
}

impl Carrying {
    /// Leaves out what whoever makes the change may not write; whether that is anything.
    fn narrow(&self, plan: &mut Plan) -> bool {
        let before = plan.apply.len() + plan.delete.len();
        let mine = |name: &NamespacedName| self.sight.may_change(&name.namespace);
        plan.apply.retain(|policy| mine(&policy.name));
        plan.delete.retain(mine);
        plan.apply.len() + plan.delete.len() < before
    }
}

/// Works it out, on a thread of the epoch.
pub(super) fn of(
    before: &Analysis<'_>,
    overrides: &Overrides,
    state: &State,
    wanted: &Edits,
    carrying: &Carrying,
    (speech, watch): (Speech, &dyn Watch),
) -> Effect {
    watch.begins(Phase::Read);
    let edits: BTreeMap<ObjectName, Option<Object>> =
        wanted.iter().map(|(name, edit)| (name.clone(), edit.after.clone())).collect();
    let after = state.changed(&edits);
    let written = after.snapshot();
    let mut plan = match &carrying.projects {
        Projects::None => Plan::default(),
        projects => carried_out(before, &written, projects, watch),
    };
    let leaves_some = carrying.narrow(&mut plan);
    let (last, mut issues) = apply(&plan, &written);
    if leaves_some {
        issues.push(Issue::note("changeOthersOutstanding"));
    }
    let generated = generated(&plan, &after);
    for name in generated.keys().filter(|name| wanted.contains_key(name)) {
        issues.push(Issue::error("changeOfGenerated").with("object", shown(name)));
    }
    issues.extend(new_issues(before, &written, &plan, watch));
    let last_analysis = Analysis::with_overrides(&last, overrides);
    let form = DifferenceForm::new(&before.difference_to(&last_analysis, watch), Vec::new());
    let findings = new_findings(before, &last_analysis, speech, watch);
    Effect { generated, form, findings, issues }
}

/// The part of the plan that goes with a change: what the projects that it is about need, and what it makes of others. What was
/// outstanding elsewhere before stays outstanding.
fn carried_out(before: &Analysis<'_>, after: &Snapshot, projects: &Projects, watch: &dyn Watch) -> Plan {
    let mut wanted = Analysis::new(after).plan(Setting::Default, &Settings::default(), watch);
    let Projects::Named(named) = projects else { return wanted };
    let outstanding = before.default_plan(watch);
    let is_named = |name: &NamespacedName| named.contains(name.namespace.as_str());
    wanted.apply.retain(|policy| is_named(&policy.name) || !outstanding.apply.contains(policy));
    wanted.delete.retain(|name| is_named(name) || !outstanding.delete.contains(name));
    wanted
}

/// The plan as edits.
fn generated(plan: &Plan, state: &State) -> Edits {
    let named = |name: &NamespacedName| ObjectName {
        kind: "NetworkPolicy".to_owned(),
        namespace: Some(name.namespace.to_string()),
        name: name.name.to_string(),
    };
    let mut edits = Edits::new();
    for manifest in &plan.apply {
        let name = named(&manifest.name);
        let before = state.find(&name);
        let Some(wanted) = Object::from_value(ManifestForm::new(manifest).0) else { continue };
        let after = match &before {
            Some(live) => written_over(live, &wanted),
            None => wanted,
        };
        edits.insert(name, Edit { before, after: Some(after) });
    }
    for name in &plan.delete {
        let name = named(name);
        let before = state.find(&name);
        edits.insert(name, Edit { before, after: None });
    }
    edits
}

/// A policy that is there with the labels, annotations and the meaning of another.
fn written_over(live: &Object, wanted: &Object) -> Object {
    let mut object = live.clone();
    for field in ["labels", "annotations"] {
        let Some(Value::Object(added)) = wanted.metadata().and_then(|metadata| metadata.get(field)).cloned() else {
            continue;
        };
        let kept = object.metadata_mut().entry(field).or_insert_with(|| Value::Object(serde_json::Map::new()));
        match kept {
            Value::Object(kept) => kept.extend(added),
            other => *other = Value::Object(added),
        }
    }
    if let Some(spec) = wanted.0.get("spec") {
        object.0.insert("spec".to_owned(), spec.clone());
    }
    object
}

/// What is wrong with the objects and the plan afterwards, and was not before.
fn new_issues(before: &Analysis<'_>, after: &Snapshot, plan: &Plan, watch: &dyn Watch) -> Vec<Issue> {
    let bare = |issue: &Issue| Issue { position: None, ..issue.clone() };
    let known: BTreeSet<Issue> = before.snapshot().issues.iter().map(bare).collect();
    let of_objects = after.issues.iter().map(bare).filter(|issue| !known.contains(issue));
    let planned: BTreeSet<Issue> = before.default_plan(watch).issues.iter().map(bare).collect();
    let of_plan = plan.issues.iter().map(bare).filter(|issue| !planned.contains(issue));
    // What the analysis cannot read it says; whether it may be written is the store's affair.
    of_objects.chain(of_plan).map(|issue| Issue { severity: issue.severity.min(Severity::Warning), ..issue }).collect()
}

fn new_findings(before: &Analysis<'_>, after: &Analysis<'_>, speech: Speech, watch: &dyn Watch) -> Vec<FindingForm> {
    let forms =
        |analysis: &Analysis<'_>| LintForm::new(analysis.default_report(watch), analysis.snapshot(), &speech).findings;
    let bare =
        |finding: &FindingForm| (finding.rule, finding.object.clone(), finding.field.clone(), finding.message.clone());
    let known: BTreeSet<_> = forms(before).iter().map(bare).collect();
    forms(after).into_iter().filter(|finding| !known.contains(&bare(finding))).collect()
}
