//! `v1 Endpoints`, as slices: one for each subset.

use std::sync::Arc;

use bulkhead_model::object::{Endpoint, EndpointSlice};

use super::{KindReader, Scope, endpoint_slice};
use crate::read::decode::{Cursor, Object, Read, Reading, value};

pub(super) const KINDS: &[KindReader] =
    &[KindReader { group: "", versions: &["v1"], kind: "Endpoints", scope: Scope::Namespaced, read }];

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let slices = object.fields.list("subsets", |subset| slice(subset, object));
    reading.objects.endpoint_slices.extend(slices.into_iter().map(Arc::new));
    Ok(())
}

fn slice(subset: &Cursor<'_>, object: &Object<'_>) -> Read<EndpointSlice> {
    let fields = subset.fields()?;
    let mut endpoints = fields.list("addresses", |entry| endpoint(entry, Readiness::Ready, object));
    endpoints.extend(fields.list("notReadyAddresses", |entry| endpoint(entry, Readiness::NotReady, object)));
    Ok(EndpointSlice {
        name: object.name.clone(),
        service: Some(object.name.name.clone()),
        ports: fields.list("ports", endpoint_slice::port),
        endpoints,
        from_endpoints: true,
        position: object.position,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Readiness {
    Ready,
    NotReady,
}

fn endpoint(entry: &Cursor<'_>, readiness: Readiness, object: &Object<'_>) -> Read<Endpoint> {
    let fields = entry.fields()?;
    let ready = readiness == Readiness::Ready;
    Ok(Endpoint {
        address: fields.required("ip", value::address)?,
        ready,
        serving: ready,
        terminating: false,
        node: fields.optional("nodeName", value::text),
        pod: fields
            .optional("targetRef", |target| endpoint_slice::target_pod(target, &object.name.namespace))
            .flatten(),
        hint_nodes: Vec::new(),
        hint_zones: Vec::new(),
    })
}
