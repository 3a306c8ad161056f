//! One project's isolation: the switch, the allowlist, and the policies that they mean.

use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::isolation::names::{ENABLED, NETWORK_ISOLATE};
use bulkhead_analysis::isolation::{EntryState, Plan};
use bulkhead_analysis::model::Issue;
use bulkhead_analysis::model::watch::Watch;
use bulkhead_report::{Speech, yaml_document};
use bulkhead_store::Object;
use bulkhead_wire::plan::isolation_name;
use bulkhead_wire::tenants::{AllowlistEntryForm, DesiredForm, IsolationForm};
use bulkhead_wire::{IssueForm, ManifestForm, Words as _};
use schemars::SchemaGenerator;
use serde_json::Value;

use super::reading::Parameters;
use super::tenants::{isolation_of, workspace_of};
use super::{Method, Operation};
use crate::problem::Problem;
use crate::viewer::Asking;

pub(super) const ISOLATION: Operation = Operation {
    method: Method::Get,
    path: "/projects/{namespace}/isolation",
    id: "getIsolation",
    summary: "One project's switch and allowlist, and the policies that they mean.",
    parameters: &[],
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<IsolationForm>),
    route: || get(isolation),
};

async fn isolation(Path(namespace): Path<String>, asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    parameters.of(&[])?;
    asking.sight.gate(&namespace)?;
    let (speech, epoch) = (asking.speech, &asking.epoch);
    let entries = epoch.state.of_kind("NamespaceNetworkPolicy", Some(&namespace));
    let entries = entries.map(|(_, kept)| kept.object()).collect();
    let asked = namespace.clone();
    let form = asking.ask(move |analysis, watch| form(analysis, &asked, entries, (speech, watch))).await?;
    Ok(asking.answer(form.ok_or_else(|| Problem::not_found("Namespace", namespace))?))
}

fn form(
    analysis: &Analysis<'_>,
    name: &str,
    entries: Vec<Object>,
    (speech, watch): (Speech, &dyn Watch),
) -> Option<IsolationForm> {
    let snapshot = analysis.snapshot();
    let namespace = &snapshot.namespaces[snapshot.namespace(name)?];
    let plan = analysis.default_plan(watch);
    let own_switch = namespace.annotations.get(NETWORK_ISOLATE).is_some_and(|value| value == ENABLED);
    let about = |issue: &&Issue| issue.object.as_ref().is_some_and(|object| object.namespace.as_deref() == Some(name));
    let superfluous = plan.delete.iter().filter(|policy| policy.namespace == name);
    Some(IsolationForm {
        namespace: name.to_owned(),
        workspace: workspace_of(namespace).map(ToString::to_string),
        isolation: isolation_name(isolation_of(namespace, plan)),
        own_switch,
        entries: entries.into_iter().map(|entry| entry_form(entry, plan, speech)).collect(),
        policies: desired(plan, name),
        superfluous: superfluous.map(|policy| policy.name.to_string()).collect(),
        issues: plan.issues.iter().filter(about).map(|issue| IssueForm::new(issue, snapshot, &speech)).collect(),
    })
}

fn desired(plan: &Plan, namespace: &str) -> Vec<DesiredForm> {
    let of_project = plan.desired.iter().filter(|policy| policy.name.namespace == namespace);
    let form = |policy: &bulkhead_analysis::model::object::PolicyManifest| {
        let manifest = ManifestForm::new(policy);
        DesiredForm {
            name: policy.name.name.to_string(),
            written: !plan.apply.iter().any(|outstanding| outstanding.name == policy.name),
            yaml: yaml_document(&manifest.0),
            manifest,
        }
    };
    of_project.map(form).collect()
}

fn entry_form(entry: Object, plan: &Plan, speech: Speech) -> AllowlistEntryForm {
    let name = entry.name().to_owned();
    let is_own = |status: &&bulkhead_analysis::isolation::EntryStatus| {
        status.entry.name == name && Some(status.entry.namespace.as_str()) == entry.namespace()
    };
    let state = plan.entries.iter().find(is_own).map(|status| &status.state);
    let because = |code: &'static str| {
        let issue = plan.issues.iter().find(|issue| {
            let about = issue.object.as_ref();
            issue.code == code
                && about.is_some_and(|about| about.name == name && about.namespace.as_deref() == entry.namespace())
        });
        issue.map(|issue| speech.issue(issue))
    };
    let (state, message, policy) = match state {
        Some(EntryState::Resolved { policy }) => ("resolved", None, Some(policy.to_string())),
        Some(EntryState::Unresolved { reason, .. }) => ("unresolved", because(reason), None),
        Some(EntryState::Inactive) | None => ("inactive", None, None),
        Some(EntryState::Expired) => ("expired", None, None),
    };
    AllowlistEntryForm { name, state, message, policy, object: without_managed_fields(entry) }
}

/// Who manages which field is nothing that a form shows.
fn without_managed_fields(mut object: Object) -> Value {
    object.metadata_mut().remove("managedFields");
    object.into_value()
}
