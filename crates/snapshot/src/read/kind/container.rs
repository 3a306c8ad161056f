//! The part of a pod's spec that is the same in pods and in pod templates.

use bulkhead_model::Name;
use bulkhead_model::object::{Container, ContainerPort};

use crate::read::decode::{Cursor, Fields, Read, value};

/// `spec.hostNetwork`. Which network a pod is in decides whether policies concern it, so this is read or nothing is.
pub(super) fn host_network(spec: Option<&Fields<'_>>) -> Read<bool> {
    let value = spec.map(|spec| spec.strict("hostNetwork", value::boolean)).transpose()?;
    Ok(value.flatten().unwrap_or(false))
}

/// `spec.containers`, then the init containers that keep running (KEP-753).
pub(super) fn containers(spec: Option<&Fields<'_>>, host_network: bool) -> Vec<Container> {
    let Some(spec) = spec else { return Vec::new() };
    let mut containers = spec.list("containers", |entry| container(entry, host_network));
    let sidecars = spec.list("initContainers", |entry| {
        let keeps_running = entry.fields()?.optional("restartPolicy", value::text).as_deref() == Some("Always");
        if keeps_running { container(entry, host_network).map(Some) } else { Ok(None) }
    });
    containers.extend(sidecars.into_iter().flatten());
    containers
}

fn container(entry: &Cursor<'_>, host_network: bool) -> Read<Container> {
    let fields = entry.fields()?;
    let mut arguments = fields.list("command", value::loose_text);
    arguments.extend(fields.list("args", value::loose_text));
    Ok(Container {
        name: fields.optional("name", value::loose_text).unwrap_or_default(),
        image: fields.optional("image", value::loose_text).unwrap_or_default(),
        arguments,
        environment: fields.list("env", environment).into_iter().flatten().collect(),
        ports: fields.list("ports", |entry| port(entry, host_network)),
    })
}

/// An entry of `env`, where its value is literal.
fn environment(entry: &Cursor<'_>) -> Read<Option<(Name, Name)>> {
    let fields = entry.fields()?;
    let name = fields.required("name", value::loose_text)?;
    Ok(fields.optional("value", value::loose_text).map(|value| (name, value)))
}

fn port(entry: &Cursor<'_>, host_network: bool) -> Read<ContainerPort> {
    let fields = entry.fields()?;
    let number = fields.required("containerPort", value::port)?;
    let host_port = fields.strict("hostPort", value::port_or_zero)?.flatten();
    let host_ip = fields
        .strict("hostIP", |address| if address.is_empty_text() { Ok(None) } else { address.address().map(Some) })?;
    Ok(ContainerPort {
        name: fields.optional("name", value::loose_text).filter(|name| !name.is_empty()),
        number,
        protocol: fields.strict("protocol", value::protocol)?.unwrap_or_default(),
        // The API server fills this in for pods in the host's network (SetDefaults_PodSpec).
        host_port: host_port.or(host_network.then_some(number)),
        host_ip: host_ip.flatten(),
    })
}
