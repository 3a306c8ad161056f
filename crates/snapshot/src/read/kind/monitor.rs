//! The Prometheus operator's `ServiceMonitor` and `PodMonitor`.

use bulkhead_model::object::{Monitor, MonitorKind, MonitoredNamespaces, MonitoredPort};
use bulkhead_model::{LabelSelector, PortRef};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Object, Read, Reading, value};

const GROUP: &str = "monitoring.coreos.com";

pub(super) const KINDS: &[KindReader] = &[
    KindReader {
        group: GROUP,
        versions: &["v1"],
        kind: "ServiceMonitor",
        scope: Scope::Namespaced,
        read: |object, reading| read(object, reading, MonitorKind::Service),
    },
    KindReader {
        group: GROUP,
        versions: &["v1"],
        kind: "PodMonitor",
        scope: Scope::Namespaced,
        read: |object, reading| read(object, reading, MonitorKind::Pod),
    },
];

fn read(object: &Object<'_>, reading: &mut Reading<'_>, kind: MonitorKind) -> Read<()> {
    let Some(spec) = object.fields.get("spec") else {
        return Err(object.fields.at().error(code::MISSING_FIELD, &[("name", "spec")]));
    };
    let fields = spec.fields()?;
    let endpoints = match kind {
        MonitorKind::Service => "endpoints",
        MonitorKind::Pod => "podMetricsEndpoints",
    };
    let selector = fields.get("selector").map(|selector| selector.selector());
    reading.objects.monitors.push(Monitor {
        kind,
        name: object.name.clone(),
        selector: selector.unwrap_or_else(LabelSelector::everything),
        namespaces: fields.optional("namespaceSelector", namespaces).unwrap_or(MonitoredNamespaces::Own),
        ports: fields.list(endpoints, port).into_iter().flatten().collect(),
        position: object.position,
    });
    Ok(())
}

fn namespaces(selector: &Cursor<'_>) -> Read<MonitoredNamespaces> {
    let fields = selector.fields()?;
    if fields.optional("any", value::boolean).unwrap_or(false) {
        return Ok(MonitoredNamespaces::Any);
    }
    let names = fields.list("matchNames", value::text);
    Ok(if names.is_empty() { MonitoredNamespaces::Own } else { MonitoredNamespaces::Named(names) })
}

fn port(endpoint: &Cursor<'_>) -> Read<Option<MonitoredPort>> {
    let fields = endpoint.fields()?;
    if let Some(name) = fields.optional("port", value::text).filter(|name| !name.is_empty()) {
        return Ok(Some(MonitoredPort::Named(name)));
    }
    if let Some(number) = fields.optional("portNumber", value::port) {
        return Ok(Some(MonitoredPort::OfPod(PortRef::Number(number))));
    }
    Ok(fields.optional("targetPort", value::port_ref).map(MonitoredPort::OfPod))
}
