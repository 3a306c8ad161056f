//! Bulkhead's own `Exposure`.

use bulkhead_model::object::{ExposedObject, ExposedTo, ExposureObject, RouteKind};
use bulkhead_model::{LabelSelector, Name, NamespacedName};

use super::allowlist::Faults;
use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Fields, Object, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[KindReader {
    group: "network.bulkhead.dev",
    versions: &["v1alpha1"],
    kind: "Exposure",
    scope: Scope::Namespaced,
    read,
}];

/// The kinds of door that one can be named by.
const DOORS: [(&str, &str); 7] = [
    ("ClusterIP", "ClusterIP"),
    ("NodePort", "NodePort"),
    ("LoadBalancer", "LoadBalancer"),
    ("ExternalIP", "ExternalIP"),
    ("PodIP", "PodIP"),
    ("HostPort", "HostPort"),
    ("Gateway", "Gateway"),
];

/// Strictly: what is missing means more (every port, every door, for ever), so that a slip in a field's name would open it.
fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let mut faults = Faults::default();
    let mut exposure = ExposureObject {
        name: object.name.clone(),
        target: ExposedObject::Other,
        ports: Vec::new(),
        doors: Vec::new(),
        clients: Vec::new(),
        expires: None,
        unreadable: None,
        position: object.position,
    };
    match object.fields.get("spec") {
        Some(spec) => {
            let read = spec.fields().and_then(|fields| read_spec(&fields, &mut exposure, &mut faults));
            faults.or_default(read, &spec);
        }
        None => faults
            .or_default(Err(object.fields.at().error(code::MISSING_FIELD, &[("name", "spec")])), object.fields.at()),
    }
    exposure.unreadable = faults.unreadable;
    reading.objects.exposures.push(exposure);
    Ok(())
}

fn read_spec(fields: &Fields<'_>, exposure: &mut ExposureObject, faults: &mut Faults) -> Read<()> {
    let expires = fields.strict("expires", value::time);
    exposure.expires = faults.or_default(expires, fields.at());
    (exposure.target, exposure.ports) = fields.required("target", |target| {
        let fields = target.fields()?;
        let read = [
            fields.strict("service", value::text)?.map(ExposedObject::Service),
            fields.strict("ingress", value::text)?.map(ExposedObject::Ingress),
            fields.strict("route", read_route)?,
        ];
        let mut read = read.into_iter().flatten();
        let (Some(only), None) = (read.next(), read.next()) else {
            return Err(target.wrong_type("one of service, ingress, route"));
        };
        let ports = fields.strict("ports", |ports| ports.each(|port| value::port_ref(&port)))?;
        fields.refuse_unknown()?;
        Ok((only, ports.into_iter().flatten().collect::<Read<_>>()?))
    })?;
    let door = |door: &Cursor<'_>| door.one_of(&DOORS).map(Name::new_static);
    let doors = fields.strict("doors", |doors| doors.each(|at| at.readable(door(&at))))?;
    exposure.doors = doors.unwrap_or_default();
    let own = exposure.name.namespace.clone();
    let clients =
        fields.strict("clients", |clients| clients.each(|client| client.readable(read_client(&client, &own))))?;
    exposure.clients = clients.unwrap_or_default();
    fields.get("description");
    fields.refuse_unknown()
}

fn read_route(route: &Cursor<'_>) -> Read<ExposedObject> {
    let fields = route.fields()?;
    let kind = fields.required("kind", |kind| {
        let text = kind.text()?;
        let known = RouteKind::ALL.into_iter().find(|kind| kind.name() == text.as_str());
        known.ok_or_else(|| kind.wrong_type("kind of route"))
    })?;
    let name = fields.required("name", value::text)?;
    fields.refuse_unknown()?;
    Ok(ExposedObject::Route(kind, name))
}

fn read_client(client: &Cursor<'_>, own: &Name) -> Read<ExposedTo> {
    let fields = client.fields()?;
    let read = [
        fields.strict("cidr", value::cidr)?.map(ExposedTo::Block),
        fields.strict("namespace", read_namespace)?,
        fields.strict("workspace", value::text)?.map(ExposedTo::Workspace),
        fields.strict("pod", |pod| read_pod(pod, own))?.map(ExposedTo::Pod),
        fields.strict("node", value::text)?.map(ExposedTo::Node),
        fields.strict("any", value::boolean)?.filter(|any| *any).map(|_| ExposedTo::Any),
    ];
    fields.refuse_unknown()?;
    let mut read = read.into_iter().flatten();
    match (read.next(), read.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(client.wrong_type("one of cidr, namespace, workspace, pod, node, any")),
    }
}

/// A namespace by its name, or, as the definition has it, with a selector for some of its pods.
fn read_namespace(at: &Cursor<'_>) -> Read<ExposedTo> {
    if !at.is_map() {
        return at.text().map(ExposedTo::Namespace);
    }
    let fields = at.fields()?;
    let name = fields.required("name", value::text)?;
    let selector = fields.get("podSelector").map(|selector| selector.selector());
    fields.refuse_unknown()?;
    let is_known = |selector: &LabelSelector| selector.requirements.iter().all(|it| it.known().is_some());
    match selector {
        None => Ok(ExposedTo::Namespace(name)),
        Some(selector) if is_known(&selector) => Ok(ExposedTo::Pods(name, selector)),
        Some(_) => Err(at.wrong_type("namespace whose podSelector can be read")),
    }
}

/// A pod by namespace and name, or as a text: in the Exposure's own namespace unless it names one.
fn read_pod(at: &Cursor<'_>, own: &Name) -> Read<NamespacedName> {
    if !at.is_map() {
        let text = at.text()?;
        return Ok(match text.split_once('/') {
            Some((namespace, name)) => NamespacedName::new(namespace, name),
            None => NamespacedName::new(own.clone(), text),
        });
    }
    let fields = at.fields()?;
    let namespace = fields.required("namespace", value::text)?;
    let name = fields.required("name", value::text)?;
    fields.refuse_unknown()?;
    Ok(NamespacedName { namespace, name })
}
