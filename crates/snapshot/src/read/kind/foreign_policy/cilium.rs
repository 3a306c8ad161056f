//! Cilium's kinds: `spec`, and `specs`, each with an `endpointSelector` over labels that may say where they come from.

use bulkhead_model::object::{Direction, UnreadSubject};
use bulkhead_model::{LabelSelector, Name, Operator, Readable, Requirement, Severity};

use super::{Subjects, subject};
use crate::code;
use crate::read::decode::{Cursor, Fields, Object};

/// The label by which Cilium knows a pod's namespace.
const NAMESPACE_LABEL: &str = "io.kubernetes.pod.namespace";
/// The beginnings of the keys of labels that Cilium makes up besides the pod's own.
const MADE_UP: [&str; 2] = ["io.cilium.", "io.kubernetes."];
/// The fields of a rule. A section opens or closes its own direction only, unless `enableDefaultDeny` says more
/// (cilium.io, "Policy Enforcement Modes").
const INTO: [&str; 2] = ["ingress", "ingressDeny"];
const OUT_OF: [&str; 2] = ["egress", "egressDeny"];
const OTHERS: [&str; 5] = ["endpointSelector", "nodeSelector", "labels", "description", "log"];

pub(super) fn subjects(object: &Object<'_>, namespace: Option<&Name>) -> Subjects {
    let mut found: Vec<Option<UnreadSubject>> = Vec::new();
    found.extend(object.fields.get("spec").map(|spec| of_rule(&spec, namespace)));
    if let Some(specs) = object.fields.get("specs") {
        let everything = || vec![Some(UnreadSubject::everything_in(namespace.cloned()))];
        found.extend(specs.each(|spec| of_rule(&spec, namespace)).unwrap_or_else(|_| everything()));
    }
    if found.is_empty() {
        found.push(Some(UnreadSubject::everything_in(namespace.cloned())));
    }
    let pods: Vec<UnreadSubject> = found.into_iter().flatten().collect();
    if pods.is_empty() { Subjects::None(Severity::Warning, code::POLICY_OF_HOSTS) } else { Subjects::Pods(pods) }
}

/// The pods of one rule; `None` for one about nodes.
fn of_rule(rule: &Cursor<'_>, namespace: Option<&Name>) -> Option<UnreadSubject> {
    let everything = || UnreadSubject::everything_in(namespace.cloned());
    let Some(fields) = rule.is_map().then(|| rule.fields().ok()).flatten() else { return Some(everything()) };
    let pods = match (fields.get("endpointSelector"), fields.get("nodeSelector")) {
        (Some(selector), _) => selector.selector_as_written(),
        (None, Some(_)) => return None,
        (None, None) => LabelSelector::everything(),
    };
    let pods = LabelSelector { requirements: pods.requirements.into_iter().map(narrowed).collect() };
    Some(subject(namespace, NAMESPACE_LABEL, pods, directions(rule, &fields)))
}

/// A requirement on a label of the pod; unreadable where it may be about another one, or where the label's absence would meet it:
/// Cilium leaves labels out.
fn narrowed(requirement: Readable<Requirement>) -> Readable<Requirement> {
    let Readable::Known(Requirement { key, operator, written }) = requirement else { return requirement };
    let position = bulkhead_model::Position::NOWHERE;
    let own = match key.split_once(':') {
        None => Some(key.as_str()),
        Some(("k8s" | "any", own)) => Some(own),
        Some(_) => None,
    };
    let is_own = |own: &&str| *own == NAMESPACE_LABEL || !MADE_UP.iter().any(|start| own.starts_with(start));
    match (own.filter(is_own), operator) {
        (Some(own), operator @ (Operator::In(_) | Operator::Exists)) => {
            Readable::Known(Requirement { key: own.into(), operator, written })
        }
        _ => Readable::Unreadable { position },
    }
}

fn directions(rule: &Cursor<'_>, fields: &Fields<'_>) -> Vec<Direction> {
    let has = |names: &[&str]| names.iter().any(|name| fields.get(name).is_some());
    let (into, out_of) = (has(&INTO), has(&OUT_OF));
    let known = |name: &str| INTO.contains(&name) || OUT_OF.contains(&name) || OTHERS.contains(&name);
    let all_known = rule.each_entry(|name, _| known(name)).is_ok_and(|known| known.iter().all(|known| *known));
    match (all_known, into, out_of) {
        (true, true, false) => vec![Direction::Ingress],
        (true, false, true) => vec![Direction::Egress],
        _ => vec![Direction::Ingress, Direction::Egress],
    }
}
