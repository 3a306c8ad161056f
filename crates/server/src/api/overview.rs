//! What program this is, and what the cluster is like at a glance.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::allowlist::{Client, exposures};
use bulkhead_analysis::isolation::Isolation;
use bulkhead_analysis::model::watch::Watch;
use bulkhead_analysis::model::{Issue, NamespacedName, Severity};
use bulkhead_analysis::snapshot::{Evidence, Snapshot};
use bulkhead_analysis::{Analysis, check};
use bulkhead_report::Speech;
use bulkhead_wire::IssueForm;
use bulkhead_wire::cluster::{
    CountsForm, CoverageForm, FactForm, OverviewForm, PendingForm, SeveritiesForm, VersionForm,
};
use schemars::SchemaGenerator;

use super::exposures::gate_target;
use super::reading::Parameters;
use super::tenants::isolation_of;
use super::{Context, Method, Operation};
use crate::problem::Problem;
use crate::viewer::{Asking, Sight};

/// How many issues of the input the overview shows.
const MOST_ISSUES: usize = 100;

pub(super) const VERSION: Operation = Operation {
    method: Method::Get,
    path: "/version",
    id: "getVersion",
    summary: "The program, and what it answers about.",
    parameters: &[],
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<VersionForm>),
    route: || get(version),
};

async fn version(
    State(context): State<Arc<Context>>,
    asking: Asking,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let cluster = &context.cluster;
    Ok(asking.answer(VersionForm {
        version: env!("CARGO_PKG_VERSION"),
        source: cluster.source_name(),
        name: cluster.name.clone(),
        writable: cluster.is_writable(),
        state: cluster.version_for(&asking.epoch, &asking.sight),
        stale_since: cluster.stale_since().map(told),
        user: asking.viewer.principal.name.clone(),
        administrator: asking.sight.is_everything(),
        sign_out: context.sign_out,
    }))
}

pub(super) const OVERVIEW: Operation = Operation {
    method: Method::Get,
    path: "/overview",
    id: "getOverview",
    summary: "The cluster at a glance.",
    parameters: &[],
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<OverviewForm>),
    route: || get(overview),
};

async fn overview(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let (sight, speech) = (Arc::clone(&asking.sight), asking.speech);
    Ok(asking.answer(asking.ask(move |analysis, watch| form(analysis, &sight, speech, watch)).await?))
}

/// A time as answers have it.
pub(super) fn told(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn form(analysis: &Analysis<'_>, sight: &Sight, speech: Speech, watch: &dyn Watch) -> OverviewForm {
    let snapshot = analysis.snapshot();
    let (plan, findings) = (analysis.default_plan(watch), analysis.default_report(watch));
    OverviewForm {
        counts: counts(snapshot, sight),
        isolation: coverage(snapshot, plan, sight),
        pending: PendingForm {
            apply: plan.apply.iter().filter(|policy| sight.sees(&policy.name.namespace)).count(),
            delete: plan.delete.iter().filter(|name| sight.sees(&name.namespace)).count(),
        },
        findings: severities(findings, sight),
        facts: analysis.network().facts().into_iter().map(fact).collect(),
        issues: snapshot
            .issues
            .iter()
            .filter(|issue| is_seen(issue, sight))
            .take(MOST_ISSUES)
            .map(|issue| IssueForm::new(issue, snapshot, &speech))
            .collect(),
    }
}

fn counts(snapshot: &Snapshot, sight: &Sight) -> CountsForm {
    let is_mine = |name: &NamespacedName| sight.sees(&name.namespace);
    let of_cluster = if sight.is_everything() { snapshot.cluster_network_policies.len() } else { 0 };
    let exposed = exposures(snapshot, &[Client::Any]).0;
    CountsForm {
        workspaces: snapshot.workspaces.iter().filter(|workspace| sight.sees_workspace(&workspace.name)).count(),
        projects: snapshot.namespaces.iter().filter(|(_, namespace)| sight.sees(&namespace.name)).count(),
        nodes: snapshot.nodes.len(),
        pods: snapshot.pods.iter().filter(|(_, pod)| pod.is_active() && is_mine(&pod.name)).count(),
        services: snapshot.services.iter().filter(|(_, service)| is_mine(&service.name)).count(),
        exposed: exposed.iter().filter(|exposure| gate_target(&exposure.target, sight).is_ok()).count(),
        policies: snapshot.network_policies.iter().filter(|policy| is_mine(&policy.name)).count() + of_cluster,
        entries: snapshot.namespace_network_policies.iter().filter(|entry| is_mine(&entry.name)).count(),
    }
}

/// Whether an issue is about something that may be seen.
fn is_seen(issue: &Issue, sight: &Sight) -> bool {
    let object = issue.object.as_ref();
    sight.is_everything() || object.and_then(|object| object.namespace.as_deref()).is_some_and(|name| sight.sees(name))
}

fn coverage(snapshot: &Snapshot, plan: &bulkhead_analysis::isolation::Plan, sight: &Sight) -> CoverageForm {
    let mut coverage = CoverageForm::default();
    for (_, namespace) in snapshot.namespaces.iter().filter(|(_, namespace)| sight.sees(&namespace.name)) {
        *match isolation_of(namespace, plan) {
            Isolation::Project => &mut coverage.project,
            Isolation::Workspace => &mut coverage.workspace,
            Isolation::Off => &mut coverage.off,
            Isolation::NoWorkspace => &mut coverage.no_workspace,
            Isolation::Unknown => &mut coverage.unknown,
        } += 1;
    }
    coverage
}

fn severities(report: &check::Report, sight: &Sight) -> SeveritiesForm {
    let seen: Vec<_> = report.findings.iter().filter(|finding| is_seen(&finding.issue, sight)).collect();
    let count = |severity| seen.iter().filter(|finding| finding.severity() == severity).count();
    SeveritiesForm { error: count(Severity::Error), warning: count(Severity::Warning), note: count(Severity::Note) }
}

fn fact((name, value, evidence): (&'static str, String, Option<&Evidence>)) -> FactForm {
    let evidence = evidence.map(|evidence| match evidence {
        Evidence::Field { object, field, .. } | Evidence::Default { object, field } => format!("{object}: {field}"),
        Evidence::Override { option } => (*option).to_owned(),
    });
    FactForm { name, value, evidence }
}
