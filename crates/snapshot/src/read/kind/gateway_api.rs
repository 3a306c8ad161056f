//! `gateway.networking.k8s.io`: `GatewayClass`, `Gateway` and `ReferenceGrant`.

use bulkhead_model::Name;
use bulkhead_model::object::{
    GATEWAY_API_GROUP, Gateway, GatewayClass, GrantFrom, GrantTo, Listener, ReferenceGrant, RoutesFrom,
};

use super::ingress_class::parameters;
use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[
    KindReader {
        group: GATEWAY_API_GROUP,
        versions: &["v1", "v1beta1", "v1alpha2"],
        kind: "GatewayClass",
        scope: Scope::Cluster,
        read: class,
    },
    KindReader {
        group: GATEWAY_API_GROUP,
        versions: &["v1", "v1beta1", "v1alpha2"],
        kind: "Gateway",
        scope: Scope::Namespaced,
        read: gateway,
    },
    KindReader {
        group: GATEWAY_API_GROUP,
        versions: &["v1", "v1beta1", "v1alpha2"],
        kind: "ReferenceGrant",
        scope: Scope::Namespaced,
        read: grant,
    },
];

fn class(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    reading.objects.gateway_api.classes.push(GatewayClass {
        name: object.name.name.clone(),
        controller: spec.optional("controllerName", value::text).unwrap_or_default(),
        parameters: spec.optional("parametersRef", |own| parameters(own, "group")),
        position: object.position,
    });
    Ok(())
}

fn gateway(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let infrastructure = spec.as_ref().and_then(|spec| spec.get("infrastructure"));
    let infrastructure = infrastructure.as_ref().and_then(|own| own.fields().ok());
    let addresses = |entry: &Cursor<'_>| entry.fields()?.required("value", value::text);
    reading.objects.gateway_api.gateways.push(Gateway {
        name: object.name.clone(),
        annotations: object.annotations(),
        class: spec.optional("gatewayClassName", value::text).unwrap_or_default(),
        parameters: infrastructure.optional("parametersRef", |own| parameters(own, "group")),
        listeners: spec.list("listeners", listener),
        addresses: spec.list("addresses", addresses),
        position: object.position,
    });
    Ok(())
}

fn listener(entry: &Cursor<'_>) -> Read<Listener> {
    let fields = entry.fields()?;
    let tls = fields.get("tls");
    let tls = tls.as_ref().map(Cursor::fields).transpose()?;
    let allowed = fields.get("allowedRoutes");
    let allowed = allowed.as_ref().map(Cursor::fields).transpose()?;
    let from = allowed.as_ref().and_then(|allowed| allowed.get("namespaces"));
    Ok(Listener {
        name: fields.required("name", value::text)?,
        port: fields.required("port", value::port)?,
        protocol: fields.required("protocol", value::text)?,
        hostname: fields.optional("hostname", value::text).filter(|host| !host.is_empty()),
        passthrough: tls.optional("mode", value::text).as_deref() == Some("Passthrough"),
        from: from.map_or_else(|| RoutesFrom::Same.into(), |cursor| cursor.readable(routes_from(&cursor))),
        kinds: allowed.list("kinds", route_kind),
    })
}

/// A kind of routes; one of another group than the Gateway API's has it behind.
fn route_kind(entry: &Cursor<'_>) -> Read<Name> {
    let fields = entry.fields()?;
    let kind = fields.required("kind", value::text)?;
    let group = fields.strict("group", value::text)?.filter(|group| group != GATEWAY_API_GROUP);
    Ok(group.map_or_else(|| kind.clone(), |group| Name::from(format!("{kind}.{group}"))))
}

fn routes_from(cursor: &Cursor<'_>) -> Read<RoutesFrom> {
    let fields = cursor.fields()?;
    let Some(from) = fields.get("from") else { return Ok(RoutesFrom::Same) };
    match from.string()? {
        "Same" => Ok(RoutesFrom::Same),
        "All" => Ok(RoutesFrom::All),
        "None" => Ok(RoutesFrom::None),
        "Selector" => fields.required("selector", |selector| Ok(RoutesFrom::Selector(selector.selector()))),
        other => Err(from.error(code::UNKNOWN_VALUE, &[("value", other), ("allowed", "All, Same, Selector, None")])),
    }
}

/// Who may refer to what. What cannot be read permits nothing.
fn grant(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let from = |entry: &Cursor<'_>| {
        let fields = entry.fields()?;
        Ok(GrantFrom {
            group: fields.strict("group", value::text)?.unwrap_or_default(),
            kind: fields.required("kind", value::text)?,
            namespace: fields.required("namespace", value::text)?,
        })
    };
    let to = |entry: &Cursor<'_>| {
        let fields = entry.fields()?;
        Ok(GrantTo {
            group: fields.strict("group", value::text)?.unwrap_or_default(),
            kind: fields.required("kind", value::text)?,
            name: fields.strict("name", value::text)?.filter(|name| !name.is_empty()),
        })
    };
    reading.objects.gateway_api.grants.push(ReferenceGrant {
        name: object.name.clone(),
        from: spec.list("from", from),
        to: spec.list("to", to),
        position: object.position,
    });
    Ok(())
}
