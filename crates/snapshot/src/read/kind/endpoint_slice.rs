//! `discovery.k8s.io/v1 EndpointSlice`

use std::sync::Arc;

use bulkhead_model::object::{Endpoint, EndpointPort, EndpointSlice};
use bulkhead_model::{Name, NamespacedName};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[KindReader {
    group: "discovery.k8s.io",
    versions: &["v1", "v1beta1"],
    kind: "EndpointSlice",
    scope: Scope::Namespaced,
    read,
}];

/// The label that names a slice's Service.
const SERVICE_LABEL: &str = "kubernetes.io/service-name";

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let fields = object.fields;
    let of_names = fields.optional("addressType", value::text).as_deref() == Some("FQDN");
    let endpoints = if of_names { Vec::new() } else { fields.list("endpoints", |entry| endpoint(entry, object)) };
    let slice = EndpointSlice {
        name: object.name.clone(),
        service: object.labels.get(SERVICE_LABEL).cloned(),
        ports: fields.list("ports", port),
        endpoints,
        from_endpoints: false,
        position: object.position,
    };
    reading.objects.endpoint_slices.push(Arc::new(slice));
    Ok(())
}

/// One port of a slice, or of an Endpoints subset: the fields are the same.
pub(super) fn port(entry: &Cursor<'_>) -> Read<EndpointPort> {
    let fields = entry.fields()?;
    Ok(EndpointPort {
        name: fields.optional("name", value::loose_text).filter(|name| !name.is_empty()),
        protocol: fields.strict("protocol", value::protocol)?.unwrap_or_default(),
        port: fields.strict("port", value::port)?,
    })
}

fn endpoint(entry: &Cursor<'_>, slice: &Object<'_>) -> Read<Endpoint> {
    let fields = entry.fields()?;
    let addresses = fields.required("addresses", |list| list.each(|address| address.address()))?;
    let Some(address) = addresses.into_iter().next() else {
        return Err(entry.error(code::MISSING_FIELD, &[("name", "addresses")]));
    };
    let conditions = fields.get("conditions");
    let conditions = conditions.as_ref().and_then(|conditions| conditions.fields().ok());
    let condition = |name: &str| conditions.optional(name, value::boolean);
    let ready = condition("ready").unwrap_or(true);
    let hints = fields.get("hints");
    let hints = hints.as_ref().and_then(|hints| hints.fields().ok());
    let name = |hint: &Cursor<'_>| hint.fields()?.required("name", value::text);
    let node = fields.optional("nodeName", value::text).or_else(|| {
        // Where v1beta1 kept it.
        let topology = fields.optional("topology", value::labels)?;
        topology.get("kubernetes.io/hostname").cloned()
    });
    Ok(Endpoint {
        address: address?,
        ready,
        serving: condition("serving").unwrap_or(ready),
        terminating: condition("terminating").unwrap_or(false),
        node,
        pod: fields.optional("targetRef", |target| target_pod(target, &slice.name.namespace)).flatten(),
        hint_nodes: hints.list("forNodes", name),
        hint_zones: hints.list("forZones", name),
    })
}

/// The pod that a `targetRef` names; `None` where it names something else.
pub(super) fn target_pod(target: &Cursor<'_>, namespace: &Name) -> Read<Option<NamespacedName>> {
    let fields = target.fields()?;
    if fields.optional("kind", value::text).as_deref() != Some("Pod") {
        return Ok(None);
    }
    let namespace = fields.optional("namespace", value::loose_text).unwrap_or_else(|| namespace.clone());
    Ok(Some(NamespacedName { namespace, name: fields.required("name", value::loose_text)? }))
}
