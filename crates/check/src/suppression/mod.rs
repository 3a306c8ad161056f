//! Findings that are not to be reported, each with a reason: said by the object, by a comment beside it, or by the settings.

mod comment;
mod pattern;
mod text;

use bulkhead_model::{ObjectRef, Position};
use bulkhead_snapshot::Snapshot;

pub use comment::comments;
pub use pattern::Pattern;

use crate::finding::Finding;
use crate::rule;

/// Something that is not to be reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The rules, by id or name, as they were written.
    pub rules: Vec<String>,
    /// Why; `None` where nobody said.
    pub reason: Option<String>,
    /// Where it counts.
    pub scope: Scope,
    /// Where it stands.
    pub place: Place,
}

/// Where a suppression counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// For all findings about an object.
    Object(ObjectRef),
    /// For findings at a line; where an object begins there, for all findings about that object.
    Line(Position),
    /// For findings about objects and in files whose names match; a missing pattern matches all.
    Matching {
        /// Of the object's reference, as `NetworkPolicy shop/*`.
        object: Option<Pattern>,
        /// Of the file's name.
        file: Option<Pattern>,
    },
}

/// Where a suppression stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the input.
    Input(Position),
    /// In a settings file.
    Settings {
        /// Its name.
        file: String,
        /// The line, from 1.
        line: u32,
    },
}

impl Suppression {
    /// Whether it is about a finding.
    pub(crate) fn covers(&self, finding: &Finding, snapshot: &Snapshot) -> bool {
        let is_named = self.rules.iter().any(|name| rule::find(name) == Some(finding.rule));
        is_named
            && match &self.scope {
                Scope::Object(object) => finding.issue.object.as_ref() == Some(object),
                Scope::Line(line) => finding.issue.position == Some(*line),
                Scope::Matching { object, file } => {
                    let name = finding.issue.object.as_ref().map(ToString::to_string).unwrap_or_default();
                    let source = finding.issue.position.and_then(|at| snapshot.source(at)).unwrap_or_default();
                    object.as_ref().is_none_or(|pattern| pattern.matches(&name))
                        && file.as_ref().is_none_or(|pattern| pattern.matches(source))
                }
            }
    }

    /// Those of its rules that there are none of.
    pub(crate) fn unknown_rules(&self) -> Vec<&str> {
        self.rules.iter().map(String::as_str).filter(|name| rule::find(name).is_none()).collect()
    }
}

/// What the objects of a snapshot say about themselves.
pub(crate) fn annotations(snapshot: &Snapshot) -> Vec<Suppression> {
    let remarks = snapshot.ignore_remarks.iter().flat_map(|remark| {
        // Reasons end at a semicolon, so that one annotation can speak of several rules.
        let parts = remark.text.split(';').filter(|part| !part.trim().is_empty()).map(text::read);
        let suppression = |(rules, reason)| Suppression {
            rules,
            reason,
            scope: Scope::Object(remark.object.clone()),
            place: Place::Input(remark.position),
        };
        parts.map(suppression).collect::<Vec<_>>()
    });
    remarks.collect()
}

/// The same suppressions, where a line that begins an object stands for the object.
pub(crate) fn with_objects(suppressions: &[Suppression], snapshot: &Snapshot) -> Vec<Suppression> {
    let resolved = suppressions.iter().cloned().map(|mut suppression| {
        if let Scope::Line(line) = suppression.scope
            && let Some(object) = object_at(snapshot, line)
        {
            suppression.scope = Scope::Object(object);
        }
        suppression
    });
    resolved.collect()
}

/// The object that begins at a line, of the kinds that findings are about.
fn object_at(snapshot: &Snapshot, line: Position) -> Option<ObjectRef> {
    let policies =
        snapshot.network_policies.iter().map(|it| (it.position, ObjectRef::namespaced("NetworkPolicy", &it.name)));
    let of_cluster = snapshot.cluster_network_policies.iter().map(|it| (it.position, it.object_ref()));
    let entries = snapshot.namespace_network_policies.iter();
    let entries = entries.map(|it| (it.position, ObjectRef::namespaced("NamespaceNetworkPolicy", &it.name)));
    let services = snapshot.services.rows().iter().map(|it| (it.position, ObjectRef::namespaced("Service", &it.name)));
    let ingresses = snapshot.ingresses.iter().map(|it| (it.position, ObjectRef::namespaced("Ingress", &it.name)));
    let namespaces = snapshot.namespaces.rows().iter();
    let namespaces = namespaces.map(|it| (it.position, ObjectRef::cluster("Namespace", it.name.clone())));
    let workspaces =
        snapshot.workspaces.iter().map(|it| (it.position, ObjectRef::cluster("Workspace", it.name.clone())));
    let mut all =
        policies.chain(of_cluster).chain(entries).chain(services).chain(ingresses).chain(namespaces).chain(workspaces);
    all.find(|(position, _)| *position == line).map(|(_, object)| object)
}
