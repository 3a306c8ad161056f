//! `NotRead`: no object of a cluster, but a dump's own remark about what it lacks.

use bulkhead_model::object::NotRead;
use bulkhead_model::{Issue, Name};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Object, Read, Reading, value};

pub(super) const KIND: &str = "NotRead";
pub(super) const KINDS: &[KindReader] =
    &[KindReader { group: "network.bulkhead.dev", versions: &["v1alpha1"], kind: KIND, scope: Scope::Cluster, read }];

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let (group, kind, namespace, except, reason) = object.fields.required("spec", |spec| {
        let fields = spec.fields()?;
        let kind = fields.required("kind", value::text)?;
        let group = fields.strict("group", value::text)?.unwrap_or_default();
        let namespace = fields.strict("namespace", value::text)?;
        let except = fields.strict("exceptNamespaces", |list| list.each(|name| value::text(&name)))?;
        let except = except.unwrap_or_default().into_iter().collect::<Read<Vec<Name>>>()?;
        Ok((group, kind, namespace, except, fields.strict("reason", value::text)?.unwrap_or_default()))
    })?;
    let position = object.position;
    let whose = match (&namespace, except.as_slice()) {
        (Some(namespace), _) => namespace.to_string(),
        (None, []) => "*".to_owned(),
        (None, except) => format!("* - {}", except.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")),
    };
    let issue = Issue::error(code::NOT_READ).with("kind", &kind).with("namespace", whose).with("reason", &reason);
    reading.findings.push(issue.at(position));
    reading.objects.not_read.push(NotRead { group, kind, namespace, except, reason: reason.to_string(), position });
    Ok(())
}
