//! Workspaces and projects.

use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::isolation::names::WORKSPACE_LABEL;
use bulkhead_analysis::isolation::{Isolation, Plan};
use bulkhead_analysis::model::Name;
use bulkhead_analysis::model::object::Namespace;
use bulkhead_analysis::model::watch::Watch;
use bulkhead_wire::plan::isolation_name;
use bulkhead_wire::tenants::{TenantProjectForm, TenantsForm, WorkspaceForm};
use schemars::SchemaGenerator;
use std::collections::BTreeMap;

use super::reading::Parameters;
use super::{Method, Operation};
use crate::problem::Problem;
use crate::viewer::Asking;

pub(super) const TENANTS: Operation = Operation {
    method: Method::Get,
    path: "/tenants",
    id: "getTenants",
    summary: "Every workspace and project, and how isolated it is.",
    parameters: &[],
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<TenantsForm>),
    route: || get(tenants),
};

async fn tenants(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    parameters.of(&[])?;
    Ok(asking.answer(asking.ask(form).await?))
}

/// What the switches say of a project. Those that the plan does not name have none.
pub(super) fn isolation_of(namespace: &Namespace, plan: &Plan) -> Isolation {
    let at = plan.projects.binary_search_by(|project| project.namespace.cmp(&namespace.name));
    let known = at.ok().and_then(|at| plan.projects.get(at));
    known.map_or_else(
        || if workspace_of(namespace).is_some() { Isolation::Off } else { Isolation::NoWorkspace },
        |project| project.isolation,
    )
}

/// The workspace that a project's label names.
pub(super) fn workspace_of(namespace: &Namespace) -> Option<&Name> {
    namespace.labels.get(WORKSPACE_LABEL).filter(|workspace| !workspace.is_empty())
}

fn form(analysis: &Analysis<'_>, watch: &dyn Watch) -> TenantsForm {
    let snapshot = analysis.snapshot();
    let plan = analysis.default_plan(watch);
    let mut projects: BTreeMap<&str, TenantProjectForm> = BTreeMap::new();
    for (_, namespace) in snapshot.namespaces.iter() {
        let project = TenantProjectForm {
            namespace: namespace.name.to_string(),
            workspace: workspace_of(namespace).map(ToString::to_string),
            isolation: isolation_name(isolation_of(namespace, plan)),
            pods: snapshot.pods_of(&namespace.name).filter(|(_, pod)| pod.is_active()).count(),
            services: Vec::new(),
            policies: 0,
            entries: 0,
            pending: 0,
        };
        projects.insert(&namespace.name, project);
    }
    let mut add = |namespace: &Name, to: &dyn Fn(&mut TenantProjectForm)| {
        if let Some(project) = projects.get_mut(namespace.as_str()) {
            to(project);
        }
    };
    for (_, service) in snapshot.services.iter() {
        add(&service.name.namespace, &|project| project.services.push(service.name.name.to_string()));
    }
    for policy in &snapshot.network_policies {
        add(&policy.name.namespace, &|project| project.policies += 1);
    }
    for entry in &snapshot.namespace_network_policies {
        add(&entry.name.namespace, &|project| project.entries += 1);
    }
    for name in plan.apply.iter().map(|policy| &policy.name).chain(&plan.delete) {
        add(&name.namespace, &|project| project.pending += 1);
    }
    TenantsForm { workspaces: workspaces(analysis), projects: projects.into_values().collect() }
}

fn workspaces(analysis: &Analysis<'_>) -> Vec<WorkspaceForm> {
    let of = |workspace: &bulkhead_analysis::model::object::Workspace| WorkspaceForm {
        name: workspace.name.to_string(),
        isolated: bulkhead_analysis::isolation::workspace_isolated(analysis.snapshot(), &workspace.name),
    };
    analysis.snapshot().workspaces.iter().map(of).collect()
}
