//! `gateway.networking.k8s.io`: the kinds of routes.

use bulkhead_model::object::{GATEWAY_API_GROUP, GatewayRoute, ParentRef, RouteBackend, RouteKind};
use bulkhead_model::{Name, NamespacedName};

use super::{KindReader, Scope};
use crate::read::decode::{Cursor, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[
    reader("HTTPRoute", |object, reading| read(object, reading, RouteKind::Http)),
    reader("GRPCRoute", |object, reading| read(object, reading, RouteKind::Grpc)),
    reader("TLSRoute", |object, reading| read(object, reading, RouteKind::Tls)),
    reader("TCPRoute", |object, reading| read(object, reading, RouteKind::Tcp)),
    reader("UDPRoute", |object, reading| read(object, reading, RouteKind::Udp)),
];

const fn reader(kind: &'static str, read: fn(&Object<'_>, &mut Reading<'_>) -> Read<()>) -> KindReader {
    KindReader {
        group: GATEWAY_API_GROUP,
        versions: &["v1", "v1beta1", "v1alpha3", "v1alpha2"],
        kind,
        scope: Scope::Namespaced,
        read,
    }
}

fn read(object: &Object<'_>, reading: &mut Reading<'_>, kind: RouteKind) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let namespace = &object.name.namespace;
    let of_rules: Vec<Vec<RouteBackend>> = spec.list("rules", |entry| rule(entry, namespace));
    let mut backends: Vec<RouteBackend> = Vec::new();
    for backend in of_rules.into_iter().flatten() {
        if !backends.contains(&backend) {
            backends.push(backend);
        }
    }
    reading.objects.gateway_api.routes.push(GatewayRoute {
        kind,
        name: object.name.clone(),
        parents: spec.list("parentRefs", |entry| parent(entry, namespace)),
        hostnames: spec.list("hostnames", value::text),
        backends,
        position: object.position,
    });
    Ok(())
}

fn parent(entry: &Cursor<'_>, own: &Name) -> Read<ParentRef> {
    let fields = entry.fields()?;
    let namespace = fields.strict("namespace", value::text)?.unwrap_or_else(|| own.clone());
    Ok(ParentRef {
        kind: fields.strict("kind", value::text)?.unwrap_or_else(|| Name::new_static("Gateway")),
        name: NamespacedName::new(namespace, fields.required("name", value::text)?),
        section: fields.strict("sectionName", value::text)?.filter(|section| !section.is_empty()),
        port: fields.strict("port", value::port)?,
    })
}

/// The backends of a rule, and those to which its filters, or its backends' filters, copy requests.
fn rule(entry: &Cursor<'_>, namespace: &Name) -> Read<Vec<RouteBackend>> {
    let fields = entry.fields()?;
    let backends: Vec<Vec<RouteBackend>> = fields.list("backendRefs", |entry| weighted(entry, namespace));
    let mirrors: Vec<Option<RouteBackend>> = fields.list("filters", |entry| mirror(entry, namespace));
    Ok(backends.into_iter().flatten().chain(mirrors.into_iter().flatten()).collect())
}

/// A backend, and its mirrors; nothing where its weight is 0.
fn weighted(entry: &Cursor<'_>, namespace: &Name) -> Read<Vec<RouteBackend>> {
    let fields = entry.fields()?;
    if fields.strict("weight", value::integer)? == Some(0) {
        return Ok(Vec::new());
    }
    let mut all = vec![backend(entry, namespace)?];
    let mirrors: Vec<Option<RouteBackend>> = fields.list("filters", |entry| mirror(entry, namespace));
    all.extend(mirrors.into_iter().flatten());
    Ok(all)
}

fn mirror(filter: &Cursor<'_>, namespace: &Name) -> Read<Option<RouteBackend>> {
    let fields = filter.fields()?;
    let Some(mirror) = fields.get("requestMirror") else { return Ok(None) };
    mirror.fields()?.required("backendRef", |entry| backend(entry, namespace)).map(Some)
}

fn backend(entry: &Cursor<'_>, own: &Name) -> Read<RouteBackend> {
    let fields = entry.fields()?;
    let namespace = fields.strict("namespace", value::text)?.unwrap_or_else(|| own.clone());
    Ok(RouteBackend {
        group: fields.strict("group", value::text)?.unwrap_or_default(),
        kind: fields.strict("kind", value::text)?.unwrap_or_else(|| Name::new_static("Service")),
        name: NamespacedName::new(namespace, fields.required("name", value::text)?),
        port: fields.strict("port", value::port)?,
    })
}
