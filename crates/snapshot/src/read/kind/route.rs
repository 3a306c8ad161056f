//! `route.openshift.io/v1 Route`

use bulkhead_model::Name;
use bulkhead_model::object::Route;

use super::{KindReader, Scope};
use crate::read::decode::{Cursor, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] =
    &[KindReader { group: "route.openshift.io", versions: &["v1"], kind: "Route", scope: Scope::Namespaced, read }];

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let port = spec.as_ref().and_then(|spec| spec.get("port"));
    let port = port.as_ref().and_then(|port| port.fields().ok());
    let first = spec.optional("to", target).flatten();
    let others: Vec<Option<Name>> = spec.list("alternateBackends", target);
    reading.objects.routes.push(Route {
        name: object.name.clone(),
        host: spec.optional("host", value::text).filter(|host| !host.is_empty()),
        services: first.into_iter().chain(others.into_iter().flatten()).collect(),
        target_port: port.optional("targetPort", value::port_ref),
        position: object.position,
    });
    Ok(())
}

/// A Service's name; `None` for a target that is none (the API knows no other).
fn target(entry: &Cursor<'_>) -> Read<Option<Name>> {
    let fields = entry.fields()?;
    let kind = fields.strict("kind", value::text)?;
    let name = fields.required("name", value::text)?;
    Ok(kind.is_none_or(|kind| kind.is_empty() || kind == "Service").then_some(name))
}
