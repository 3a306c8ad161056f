//! Which workspace a project belongs to, and what the workspace's switches say.

use std::collections::BTreeMap;

use bulkhead_model::object::{Namespace, Workspace, WorkspaceTemplate};
use bulkhead_model::{Issue, Name, ObjectRef, Readable};
use bulkhead_snapshot::Snapshot;

use crate::{code, names};

/// The workspace that a project's label names. An empty label names none.
pub(crate) fn of(namespace: &Namespace) -> Option<&Name> {
    namespace.labels.get(names::WORKSPACE_LABEL).filter(|workspace| !workspace.is_empty())
}

/// Whether a project's own switch is on.
pub(crate) fn project_switch(namespace: &Namespace) -> bool {
    namespace.annotations.get(names::NETWORK_ISOLATE).is_some_and(|value| value == names::ENABLED)
}

/// The workspaces of a snapshot, by name.
#[derive(Debug)]
pub(crate) struct Workspaces<'s> {
    workspaces: BTreeMap<&'s Name, &'s Workspace>,
    templates: BTreeMap<&'s Name, &'s WorkspaceTemplate>,
}

/// What the switches of a workspace say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkspaceSwitch {
    On,
    Off,
    /// There is no such workspace.
    Missing,
    /// Nobody can tell.
    Unknown,
}

impl From<bool> for WorkspaceSwitch {
    fn from(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}

impl<'s> Workspaces<'s> {
    pub(crate) fn new(snapshot: &'s Snapshot) -> Self {
        Self {
            workspaces: snapshot.workspaces.iter().map(|workspace| (&workspace.name, workspace)).collect(),
            templates: snapshot.workspace_templates.iter().map(|template| (&template.name, template)).collect(),
        }
    }

    /// What KubeSphere 3.4.1's controller looks at: the field of the Workspace, and nothing else.
    pub(crate) fn field(&self, name: &Name) -> WorkspaceSwitch {
        match self.workspaces.get(name).map(|workspace| &workspace.network_isolation) {
            None => WorkspaceSwitch::Missing,
            Some(None) => WorkspaceSwitch::Off,
            Some(Some(Readable::Known(on))) => (*on).into(),
            Some(Some(Readable::Unreadable { .. })) => WorkspaceSwitch::Unknown,
        }
    }

    /// What all switches say together: the Workspace's field (KubeSphere 3) and annotation (KubeSphere 4), and, where a cluster
    /// has no Workspace object, the template that it would be made from.
    pub(crate) fn switch(&self, name: &Name, cluster: Option<&Name>, issues: &mut Vec<Issue>) -> WorkspaceSwitch {
        let template = self.templates.get(name).map(|template| template_switch(template, cluster));
        let Some(workspace) = self.workspaces.get(name) else {
            return match (template, self.templates.get(name)) {
                (Some(WorkspaceSwitch::Unknown), Some(template)) => {
                    issues.push(template_unknown(template));
                    WorkspaceSwitch::Unknown
                }
                (Some(switch), _) => switch,
                (None, _) => WorkspaceSwitch::Missing,
            };
        };
        let switch = workspace_switch(workspace, issues);
        if let Some(template @ (WorkspaceSwitch::On | WorkspaceSwitch::Off)) = template
            && template != switch
            && switch != WorkspaceSwitch::Unknown
        {
            let word = |switch| if switch == WorkspaceSwitch::On { "on" } else { "off" };
            let issue = about(code::WORKSPACE_TEMPLATE_DIFFERS, workspace, Issue::note);
            issues.push(issue.with("workspace", word(switch)).with("template", word(template)));
        }
        switch
    }
}

/// Whether the switches of a workspace are on; `None` where nobody can tell. A workspace that is not there is not isolated.
pub fn workspace_isolated(snapshot: &Snapshot, name: &Name) -> Option<bool> {
    match Workspaces::new(snapshot).switch(name, None, &mut Vec::new()) {
        WorkspaceSwitch::On => Some(true),
        WorkspaceSwitch::Off | WorkspaceSwitch::Missing => Some(false),
        WorkspaceSwitch::Unknown => None,
    }
}

fn about(
    code: bulkhead_model::IssueCode,
    workspace: &Workspace,
    make: fn(bulkhead_model::IssueCode) -> Issue,
) -> Issue {
    make(code).at(workspace.position).about(ObjectRef::cluster("Workspace", workspace.name.clone()))
}

fn workspace_switch(workspace: &Workspace, issues: &mut Vec<Issue>) -> WorkspaceSwitch {
    let annotation = annotation_switch(workspace);
    match (&workspace.network_isolation, annotation) {
        (None, annotation) => annotation.unwrap_or(false).into(),
        (Some(Readable::Known(field)), None) => (*field).into(),
        (Some(Readable::Known(field)), Some(annotation)) => {
            if *field != annotation {
                issues.push(about(code::WORKSPACE_SWITCHES_CONTRADICT, workspace, Issue::warning));
            }
            (*field || annotation).into()
        }
        (Some(Readable::Unreadable { .. }), Some(true)) => WorkspaceSwitch::On,
        (Some(Readable::Unreadable { .. }), _) => {
            issues.push(about(code::WORKSPACE_SWITCH_UNREADABLE, workspace, Issue::error));
            WorkspaceSwitch::Unknown
        }
    }
}

/// What the annotation says under either spelling; `None` where there is none. Exactly `enabled` is on.
fn annotation_switch(workspace: &Workspace) -> Option<bool> {
    let values = [names::NETWORK_ISOLATE, names::WORKSPACE_ISOLATE].map(|key| workspace.annotations.get(key));
    let said: Vec<bool> =
        values.into_iter().flatten().filter(|value| !value.is_empty()).map(|value| value == names::ENABLED).collect();
    (!said.is_empty()).then(|| said.contains(&true))
}

/// What a template says for a cluster. Without the cluster's name, only what it says for every cluster is known.
fn template_switch(template: &WorkspaceTemplate, cluster: Option<&Name>) -> WorkspaceSwitch {
    let of = |value: &Readable<bool>| value.known().map_or(WorkspaceSwitch::Unknown, |on| (*on).into());
    let general = template.network_isolation.as_ref().map_or(WorkspaceSwitch::Off, of);
    let mut overrides = template.overrides.iter();
    match cluster {
        Some(cluster) => {
            overrides.rfind(|own| own.cluster == *cluster).map_or(general, |own| of(&own.network_isolation))
        }
        None if overrides.all(|own| of(&own.network_isolation) == general) => general,
        None => WorkspaceSwitch::Unknown,
    }
}

fn template_unknown(template: &WorkspaceTemplate) -> Issue {
    let code =
        if template.overrides.is_empty() { code::WORKSPACE_SWITCH_UNREADABLE } else { code::WORKSPACE_CLUSTER_UNKNOWN };
    Issue::error(code).at(template.position).about(ObjectRef::cluster("WorkspaceTemplate", template.name.clone()))
}
