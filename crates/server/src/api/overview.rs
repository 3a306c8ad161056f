//! What program this is, and what the cluster is like at a glance.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::allowlist::{Client, exposures};
use bulkhead_analysis::check::Settings as LintSettings;
use bulkhead_analysis::isolation::{Isolation, Setting, Settings};
use bulkhead_analysis::model::Severity;
use bulkhead_analysis::snapshot::{Evidence, Snapshot};
use bulkhead_analysis::{Analysis, check};
use bulkhead_report::Speech;
use bulkhead_wire::IssueForm;
use bulkhead_wire::cluster::{
    CountsForm, CoverageForm, FactForm, OverviewForm, PendingForm, SeveritiesForm, VersionForm,
};
use schemars::SchemaGenerator;

use super::reading::{Parameters, json};
use super::tenants::isolation_of;
use super::{Context, Method, Operation};
use crate::language::Asked;
use crate::problem::Problem;

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

async fn version(State(context): State<Arc<Context>>, parameters: Parameters) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let cluster = &context.cluster;
    json(&VersionForm {
        version: env!("CARGO_PKG_VERSION"),
        source: cluster.source_name(),
        name: cluster.name.clone(),
        writable: cluster.store().is_some(),
        state: cluster.current().version.clone(),
    })
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

async fn overview(
    State(context): State<Arc<Context>>,
    Asked(speech): Asked,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let epoch = context.cluster.current();
    json(&epoch.ask(move |analysis| form(analysis, speech)).await?)
}

fn form(analysis: &Analysis<'_>, speech: Speech) -> OverviewForm {
    let snapshot = analysis.snapshot();
    let plan = analysis.plan(Setting::Default, &Settings::default());
    let findings = analysis.lint(&LintSettings::default());
    OverviewForm {
        counts: counts(snapshot),
        isolation: coverage(snapshot, &plan),
        pending: PendingForm { apply: plan.apply.len(), delete: plan.delete.len() },
        findings: severities(&findings),
        facts: analysis.network().facts().into_iter().map(fact).collect(),
        issues: snapshot
            .issues
            .iter()
            .take(MOST_ISSUES)
            .map(|issue| IssueForm::new(issue, snapshot, &speech))
            .collect(),
    }
}

fn counts(snapshot: &Snapshot) -> CountsForm {
    CountsForm {
        workspaces: snapshot.workspaces.len(),
        projects: snapshot.namespaces.len(),
        nodes: snapshot.nodes.len(),
        pods: snapshot.pods.iter().filter(|(_, pod)| pod.is_active()).count(),
        services: snapshot.services.len(),
        exposed: exposures(snapshot, &[Client::Any]).0.len(),
        policies: snapshot.network_policies.len() + snapshot.cluster_network_policies.len(),
        entries: snapshot.namespace_network_policies.len(),
    }
}

fn coverage(snapshot: &Snapshot, plan: &bulkhead_analysis::isolation::Plan) -> CoverageForm {
    let mut coverage = CoverageForm::default();
    for (_, namespace) in snapshot.namespaces.iter() {
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

fn severities(report: &check::Report) -> SeveritiesForm {
    let count = |severity| report.findings.iter().filter(|finding| finding.severity() == severity).count();
    SeveritiesForm { error: count(Severity::Error), warning: count(Severity::Warning), note: count(Severity::Note) }
}

fn fact((name, value, evidence): (&'static str, String, Option<&Evidence>)) -> FactForm {
    let evidence = evidence.map(|evidence| match evidence {
        Evidence::Field { object, field, .. } | Evidence::Default { object, field } => format!("{object}: {field}"),
        Evidence::Override { option } => (*option).to_owned(),
    });
    FactForm { name, value, evidence }
}
