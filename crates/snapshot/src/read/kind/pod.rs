//! `v1 Pod`

use std::sync::Arc;

use bulkhead_model::Name;
use bulkhead_model::object::{Pod, PodOrigin, PodPhase};

use super::{KindReader, Scope, container};
use crate::read::decode::{Cursor, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] =
    &[KindReader { group: "", versions: &["v1"], kind: "Pod", scope: Scope::Namespaced, read }];

const PHASES: [(&str, PodPhase); 5] = [
    ("Pending", PodPhase::Pending),
    ("Running", PodPhase::Running),
    ("Succeeded", PodPhase::Succeeded),
    ("Failed", PodPhase::Failed),
    ("Unknown", PodPhase::Unknown),
];

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let (spec, status) = (object.fields.get("spec"), object.fields.get("status"));
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let status = status.as_ref().and_then(|status| status.fields().ok());
    let host_network = container::host_network(spec.as_ref())?;
    let mut addresses = status.list("podIPs", |entry| entry.fields()?.required("ip", value::address));
    if addresses.is_empty() {
        addresses.extend(status.optional("podIP", optional_address).flatten());
    }
    let phase = status.optional("phase", |phase| match phase.string()? {
        "" => Ok(PodPhase::Running),
        _ => Ok(phase.one_of(&PHASES).unwrap_or(PodPhase::Unknown)),
    });
    let conditions = status.list("conditions", condition);
    let containers = container::containers(spec.as_ref(), host_network);
    let pod = Pod {
        name: object.name.clone(),
        labels: object.labels.clone(),
        node: spec.optional("nodeName", value::text).filter(|node| !node.is_empty()),
        host_network,
        addresses,
        phase: phase.unwrap_or(PodPhase::Running),
        ready: ready(&conditions),
        terminating: object.is_terminating(),
        containers: reading.interner.containers(containers),
        scheduling: super::scheduling::scheduling(spec.as_ref()),
        owner: object.owner(),
        origin: PodOrigin::Object,
        position: object.position,
    };
    reading.objects.pods.push(Arc::new(pod));
    Ok(())
}

fn optional_address(cursor: &Cursor<'_>) -> Read<Option<std::net::IpAddr>> {
    if cursor.is_empty_text() { Ok(None) } else { cursor.address().map(Some) }
}

/// Type and status of a condition.
pub(super) fn condition(entry: &Cursor<'_>) -> Read<(Name, Name)> {
    let fields = entry.fields()?;
    Ok((fields.required("type", value::text)?, fields.required("status", value::loose_text)?))
}

/// The condition `Ready`; `Unknown` is not ready.
pub(super) fn ready(conditions: &[(Name, Name)]) -> Option<bool> {
    conditions.iter().find(|(kind, _)| kind == "Ready").map(|(_, status)| status == "True")
}
