//! Objects that cannot be taken for what they are. One that would allow or deny traffic may say anything: it is kept as a policy of
//! which nobody knows more than its namespace.

use bulkhead_model::object::{UnreadPolicy, UnreadSubject};
use bulkhead_model::{Issue, Name, ObjectRef};

use super::super::kind::{self, FORMER_GROUP, KindReader, Scope};
use super::super::text::scalar::{Kind, kind as kind_of_scalar};
use super::super::text::{Node, Value};
use super::Reading;
use crate::code;

/// The name of a policy that has none. No object can have it.
const UNNAMED: &str = "(unnamed)";
/// Where Kubernetes' own API groups end; one that nobody knows is a slip there, and elsewhere somebody's own.
const KUBERNETES: &str = ".k8s.io";

/// An object of a kind that has a reader, which can do nothing with it. An issue says why.
pub(super) fn keep(node: &Node<'_>, reader: &KindReader, reading: &mut Reading<'_>) {
    if reader.is_policy() {
        keep_policy(node, reader.group, (reader.kind, reader.scope), reading);
    }
}

/// An object without an `apiVersion`. An issue says so.
pub(super) fn without_version(node: &Node<'_>, kind: &str, reading: &mut Reading<'_>) {
    let mut meant = kind::policies_named(kind);
    let Some(first) = meant.next() else { return };
    let group = if meant.all(|other| other.group == first.group) { first.group } else { "" };
    keep_policy(node, group, (first.kind, first.scope), reading);
}

/// An object of a kind that nothing here reads.
pub(super) fn without_reader(
    node: &Node<'_>,
    (group, api_version): (&str, &str),
    kind: &str,
    reading: &mut Reading<'_>,
) {
    let is_list = kind.to_ascii_lowercase().ends_with("list")
        && matches!(node.get("items").map(|items| &items.value), Some(Value::List(_)));
    if is_list {
        return reading.findings.error(code::LIST_UNREADABLE, node.line, &[("kind", kind)]);
    }
    if let Some(meant) = kind::misspelt(group, kind) {
        reading.findings.error(code::KIND_MISSPELT, node.line, &[("kind", kind), ("meant", meant.kind)]);
        return keep(node, meant, reading);
    }
    let Some(meant) = kind::policies_named(kind).next() else {
        *reading.objects.skipped.entry(kind.to_owned()).or_default() += 1;
        return;
    };
    let group = if group == FORMER_GROUP { "networking.k8s.io" } else { group };
    let policy = keep_policy(node, group, (meant.kind, meant.scope), reading);
    let issue = if group.is_empty() || group.ends_with(KUBERNETES) {
        Issue::error(code::VERSION_UNKNOWN).with("version", api_version)
    } else {
        let pods = policy.namespace.as_deref().unwrap_or("*");
        Issue::warning(code::POLICY_KIND_NOT_READ).with("pods", format!("{pods}/*"))
    };
    reading.findings.push(issue.at(reading.findings.position(node.line)).about(policy));
}

/// Keeps a policy of which no more is known than where it is.
fn keep_policy(node: &Node<'_>, group: &str, (kind, scope): (&str, Scope), reading: &mut Reading<'_>) -> ObjectRef {
    let namespace = match scope {
        Scope::Namespaced => namespace_of(node),
        Scope::Cluster => None,
    };
    let name = node.get("metadata").and_then(|metadata| metadata.get("name")).and_then(text_of);
    let name = name.map_or_else(|| Name::new_static(UNNAMED), Name::from);
    let object = ObjectRef { kind: kind.into(), namespace: namespace.clone(), name };
    reading.objects.unread_policies.push(UnreadPolicy {
        group: group.into(),
        object: object.clone(),
        subjects: vec![UnreadSubject::everything_in(namespace)],
        position: reading.findings.position(node.line),
    });
    object
}

/// The namespace that a namespaced object is in; `None` where nobody knows.
fn namespace_of(node: &Node<'_>) -> Option<Name> {
    let default = Some(Name::new_static("default"));
    match node.get("metadata") {
        None => default,
        Some(metadata) if is_null(metadata) => default,
        Some(metadata) if matches!(metadata.value, Value::Map(_)) => match metadata.get("namespace") {
            None => default,
            Some(namespace) if is_null(namespace) => default,
            Some(namespace) => {
                namespace.scalar().map(|text| if text.is_empty() { "default" } else { text }).map(Name::from)
            }
        },
        Some(_) => None,
    }
}

/// A text that says something.
pub(super) fn text_of<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    node.scalar().filter(|text| !text.is_empty() && !is_null(node))
}

/// Whether it is `null`.
pub(super) fn is_null(node: &Node<'_>) -> bool {
    matches!(&node.value, Value::Plain(text) if kind_of_scalar(text) == Kind::Null)
}
