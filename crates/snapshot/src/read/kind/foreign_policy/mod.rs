//! Policies of engines' own kinds. Nothing here understands their rules, so they may say anything about the pods that they may be
//! about: those of their namespace, fewer where the selector is one that can be read for sure, and never too few.

mod calico;
mod cilium;

use bulkhead_model::object::{Direction, UnreadPolicy, UnreadSubject};
use bulkhead_model::{Issue, IssueCode, LabelSelector, Name, ObjectRef, Operator, Readable, Requirement, Severity};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Object, Read, Reading};

const CILIUM: &str = "cilium.io";
const ANTREA: &str = "crd.antrea.io";
const CALICO: &str = "projectcalico.org";
/// How Calico keeps its objects where the cluster's API is its store.
const CALICO_STORED: &str = "crd.projectcalico.org";

/// In any version: nobody here reads more of one than of another.
macro_rules! kinds {
    ($($group:expr, $kind:literal, $scope:ident, $read:path;)*) => {
        &[$(KindReader {
            group: $group,
            versions: &[],
            kind: $kind,
            scope: Scope::$scope,
            read: |object, reading| take($group, ($kind, Scope::$scope), $read, object, reading),
        }),*]
    };
}

pub(super) const KINDS: &[KindReader] = kinds! {
    CILIUM, "CiliumClusterwideNetworkPolicy", Cluster, cilium::subjects;
    CILIUM, "CiliumNetworkPolicy", Namespaced, cilium::subjects;
    ANTREA, "ClusterNetworkPolicy", Cluster, everything;
    ANTREA, "NetworkPolicy", Namespaced, everything;
    CALICO_STORED, "GlobalNetworkPolicy", Cluster, calico::subjects;
    CALICO_STORED, "NetworkPolicy", Namespaced, calico::subjects;
    CALICO, "GlobalNetworkPolicy", Cluster, calico::subjects;
    CALICO, "NetworkPolicy", Namespaced, calico::subjects;
    CALICO, "StagedNetworkPolicy", Namespaced, calico::staged;
};

/// Whom a policy may be about.
enum Subjects {
    /// These pods.
    Pods(Vec<UnreadSubject>),
    /// No pod, for a reason that an issue tells.
    None(Severity, IssueCode),
}

fn take(
    group: &'static str,
    (kind, scope): (&'static str, Scope),
    subjects: fn(&Object<'_>, Option<&Name>) -> Subjects,
    object: &Object<'_>,
    reading: &mut Reading<'_>,
) -> Read<()> {
    let namespace = (scope == Scope::Namespaced).then(|| object.name.namespace.clone());
    let position = object.position;
    let policy = ObjectRef { kind: kind.into(), namespace: namespace.clone(), name: object.name.name.clone() };
    match subjects(object, namespace.as_ref()) {
        Subjects::None(severity, code) => reading.findings.push(Issue::new(severity, code).at(position).about(policy)),
        Subjects::Pods(subjects) => {
            let issue = Issue::warning(code::POLICY_KIND_NOT_READ).at(position).about(policy.clone());
            reading.findings.push(issue.with("pods", notation(&subjects)));
            let policy = UnreadPolicy { group: group.into(), object: policy, subjects, position };
            reading.objects.unread_policies.push(policy);
        }
    }
    Ok(())
}

fn everything(_: &Object<'_>, namespace: Option<&Name>) -> Subjects {
    Subjects::Pods(vec![UnreadSubject::everything_in(namespace.cloned())])
}

/// A subject whose selector may name the namespace by a label that the engine makes up.
fn subject(
    namespace: Option<&Name>,
    namespace_label: &str,
    mut pods: LabelSelector,
    directions: Vec<Direction>,
) -> UnreadSubject {
    let named = |requirement: &Readable<Requirement>| match &requirement.known()?.operator {
        Operator::In(values) if requirement.known()?.key == namespace_label => Some(values.clone()),
        _ => None,
    };
    let named_alone =
        pods.requirements.iter().find_map(named).and_then(|mut values| values.pop().filter(|_| values.is_empty()));
    pods.requirements.retain(|requirement| requirement.known().is_none_or(|it| it.key != namespace_label));
    UnreadSubject { namespace: namespace.cloned().or(named_alone), pods, directions }
}

/// The pods in kubectl's notation; `*` for all.
fn notation(subjects: &[UnreadSubject]) -> String {
    let of_subject = |subject: &UnreadSubject| {
        let namespace = subject.namespace.as_deref().unwrap_or("*");
        let asked = subject.pods.requirements.iter().filter_map(Readable::known).map(|requirement| match &requirement
            .operator
        {
            Operator::In(values) => match values.as_slice() {
                [value] => format!("{}={value}", requirement.key),
                values => format!("{} in ({})", requirement.key, values.join(", ")),
            },
            _ => requirement.key.to_string(),
        });
        let asked: Vec<String> = asked.collect();
        if asked.is_empty() { format!("{namespace}/*") } else { format!("{namespace}/{}", asked.join(",")) }
    };
    subjects.iter().map(of_subject).collect::<Vec<_>>().join("; ")
}
