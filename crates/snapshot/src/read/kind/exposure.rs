//! Bulkhead's own `Exposure`.

use bulkhead_model::object::{ExposedObject, ExposedTo, ExposureObject};
use bulkhead_model::{Name, NamespacedName};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Object, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[KindReader {
    group: "network.bulkhead.dev",
    versions: &["v1alpha1"],
    kind: "Exposure",
    scope: Scope::Namespaced,
    read,
}];

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let Some(spec) = object.fields.get("spec") else {
        return Err(object.fields.at().error(code::MISSING_FIELD, &[("name", "spec")]));
    };
    let fields = spec.fields()?;
    let (target, ports) = fields.required("target", |target| {
        let fields = target.fields()?;
        let (service, ingress) = (fields.strict("service", value::text)?, fields.strict("ingress", value::text)?);
        let read = match (service, ingress) {
            (Some(name), None) => ExposedObject::Service(name),
            (None, Some(name)) => ExposedObject::Ingress(name),
            _ => ExposedObject::Other,
        };
        Ok((read, fields.list("ports", value::port_ref)))
    })?;
    let doors = fields.strict("doors", |doors| doors.each(|door| door.readable(door.text())))?;
    let namespace = &object.name.namespace;
    let clients =
        fields.strict("clients", |clients| clients.each(|client| client.readable(read_client(&client, namespace))))?;
    reading.objects.exposures.push(ExposureObject {
        name: object.name.clone(),
        target,
        ports,
        doors: doors.unwrap_or_default(),
        clients: clients.unwrap_or_default(),
        position: object.position,
    });
    Ok(())
}

fn read_client(client: &Cursor<'_>, own: &Name) -> Read<ExposedTo> {
    let fields = client.fields()?;
    let read = [
        fields.strict("cidr", value::cidr)?.map(ExposedTo::Block),
        fields.strict("namespace", value::text)?.map(ExposedTo::Namespace),
        fields.strict("workspace", value::text)?.map(ExposedTo::Workspace),
        fields.strict("pod", value::text)?.map(|pod| ExposedTo::Pod(pod_name(&pod, own))),
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

/// A pod's name, in the Exposure's own namespace unless it names one.
fn pod_name(text: &str, own: &Name) -> NamespacedName {
    match text.split_once('/') {
        Some((namespace, name)) => NamespacedName::new(namespace, name),
        None => NamespacedName::new(own.clone(), text),
    }
}
