//! Calico's kinds: a `selector` in Calico's own language, of which the plain part is read.

use bulkhead_model::object::Direction;
use bulkhead_model::{LabelSelector, Name, Operator, Position, Readable, Requirement, Severity};

use super::{Subjects, subject};
use crate::code;
use crate::read::decode::{Fields, Object};

/// The label by which Calico knows a pod's namespace.
const NAMESPACE_LABEL: &str = "projectcalico.org/namespace";
/// The beginnings of the keys of labels that Calico makes up besides the pod's own: its own, those of the namespace and of the
/// service account.
const MADE_UP: [&str; 3] = ["projectcalico.org/", "pcns.", "pcsa."];
/// What makes a policy one of host endpoints alone: Felix keeps these apart from what it gives to pods
/// (projectcalico/calico `felix/calc/event_sequencer.go`). `applyOnForward` does not: the policy holds for pods that it selects.
const OF_HOSTS: [&str; 2] = ["preDNAT", "doNotTrack"];

pub(super) fn subjects(object: &Object<'_>, namespace: Option<&Name>) -> Subjects {
    let spec = object.fields.get("spec");
    let Some(fields) = spec.as_ref().filter(|spec| spec.is_map()).and_then(|spec| spec.fields().ok()) else {
        return super::everything(object, namespace);
    };
    let is_set = |name: &str| fields.get(name).and_then(|value| value.boolean().ok()) == Some(true);
    if OF_HOSTS.iter().any(|name| is_set(name)) {
        return Subjects::None(Severity::Warning, code::POLICY_OF_HOSTS);
    }
    let pods = match fields.get("selector") {
        None => LabelSelector::everything(),
        Some(selector) => selector.scalar().and_then(parse).unwrap_or_else(unknown),
    };
    Subjects::Pods(vec![subject(namespace, NAMESPACE_LABEL, pods, directions(&fields))])
}

/// A policy that is only tried out: nobody enforces it.
pub(super) fn staged(_: &Object<'_>, _: Option<&Name>) -> Subjects {
    Subjects::None(Severity::Note, code::POLICY_STAGED)
}

/// Without `types` a policy is about ingress, and about egress where it has such rules; with egress rules alone it is not about ingress.
fn directions(fields: &Fields<'_>) -> Vec<Direction> {
    let both = vec![Direction::Ingress, Direction::Egress];
    let has = |name| fields.get(name).is_some();
    let Some(types) = fields.get("types") else {
        return match (has("ingress"), has("egress")) {
            (_, false) => vec![Direction::Ingress],
            (false, true) => vec![Direction::Egress],
            (true, true) => both,
        };
    };
    let named = types.each(|entry| match entry.scalar() {
        Some("Ingress") => Some(Direction::Ingress),
        Some("Egress") => Some(Direction::Egress),
        _ => None,
    });
    let named: Option<Vec<Direction>> = named.ok().and_then(|named| named.into_iter().collect());
    named.filter(|named| !named.is_empty()).unwrap_or(both)
}

fn unknown() -> LabelSelector {
    LabelSelector { requirements: vec![Readable::Unreadable { position: Position::NOWHERE }] }
}

/// Reads `all()`, `has(key)` and `key == 'value'`, joined by `&&`; `None` for anything else.
fn parse(selector: &str) -> Option<LabelSelector> {
    if selector.trim().is_empty() {
        return Some(LabelSelector::everything());
    }
    let terms = selector.split("&&").map(str::trim).filter(|term| *term != "all()");
    Some(LabelSelector { requirements: terms.map(parse_term).collect::<Option<_>>()? })
}

/// One term that asks for something.
fn parse_term(term: &str) -> Option<Readable<Requirement>> {
    if let Some(key) = term.strip_prefix("has(").and_then(|rest| rest.strip_suffix(')')) {
        let key = Some(key.trim()).filter(|key| is_key(key))?;
        return Some(of_pod(key, Requirement::expression(key, Operator::Exists, Vec::new())));
    }
    let (key, value) = term.split_once("==")?;
    let (key, value) = (key.trim(), value.trim());
    let quoted = |quote| value.strip_prefix(quote)?.strip_suffix(quote).filter(|value| !value.contains(['\'', '"']));
    let value = quoted('\'').or_else(|| quoted('"'))?;
    is_key(key).then(|| of_pod(key, Requirement::equals(key, value)))
}

/// A requirement on a label of the pod; unreadable where it is about one that Calico makes up.
fn of_pod(key: &str, requirement: Requirement) -> Readable<Requirement> {
    let is_made_up = key != NAMESPACE_LABEL && MADE_UP.iter().any(|start| key.starts_with(start));
    if is_made_up { Readable::Unreadable { position: Position::NOWHERE } } else { Readable::Known(requirement) }
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(selector: &str) -> Option<Vec<String>> {
        let text = |requirement: &Readable<Requirement>| match requirement {
            Readable::Known(Requirement { key, operator, .. }) => format!("{key} {operator:?}"),
            Readable::Unreadable { .. } => "?".to_owned(),
        };
        parse(selector).map(|selector| selector.requirements.iter().map(text).collect())
    }

    #[test]
    fn the_plain_part_of_the_language_is_read() {
        assert_eq!(parsed(""), Some(vec![]));
        assert_eq!(parsed(" all() "), Some(vec![]));
        assert_eq!(parsed("has(role)&&app == 'web'").map(|it| it.len()), Some(2));
        assert_eq!(parsed("app==\"web\""), Some(vec!["app In([\"web\"])".to_owned()]));
        assert_eq!(parsed("pcns.team == 'a'"), Some(vec!["?".to_owned()]));
    }

    #[test]
    fn everything_else_is_not_guessed_at() {
        for selector in [
            "!has(a)",
            "a == 'b' || c == 'd'",
            "a in {'b'}",
            "(a == 'b')",
            "a != 'b'",
            "a == 'b",
            "a == b",
            "global()",
            "a == 'x' && ",
        ] {
            assert_eq!(parsed(selector), None, "{selector}");
        }
    }
}
