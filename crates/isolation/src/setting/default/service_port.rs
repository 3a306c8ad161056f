//! The ports on which a Service's pods are reached: the targetPorts, because a policy looks after the destination was translated
//! (KEP-3866 calls that "effectively API").

use bulkhead_model::object::{PortManifest, PortMatch, Service, ServicePort};
use bulkhead_model::{Name, PortNumber, PortRange, PortRef, Protocol};

use super::cluster::Refusal;
use super::entry::{self, Context};
use crate::code;

/// One port of a Service with the numbers that it has on the pods.
struct Target<'s> {
    port: &'s ServicePort,
    numbers: Vec<PortNumber>,
}

/// The ports of the pods of a Service that a rule for egress allows. A rule without ports means all of the Service's; the rule's
/// own ports choose among them, by the number on the pod, else by the Service's number or name. A Service without ports (headless)
/// has no say: then the rule's ports are the pods'.
pub(super) fn pod_ports(
    context: &mut Context<'_, '_>,
    service: &Service,
    rule_ports: &[PortManifest],
    field: &str,
) -> Result<Vec<PortManifest>, Refusal> {
    if service.ports.is_empty() {
        return Ok(rule_ports.to_vec());
    }
    let cluster = context.cluster;
    let Some(service) = cluster.service(&service.name) else { return Ok(Vec::new()) };
    let numbers = |port| Target { port, numbers: cluster.target_numbers(service, port) };
    let targets: Vec<Target<'_>> = service.ports.iter().map(numbers).collect();
    let mut chosen: Vec<(Protocol, PortNumber)> = Vec::new();
    if rule_ports.is_empty() {
        for target in &targets {
            chosen.extend(target.numbers.iter().map(|number| (target.port.protocol, *number)));
            note_unresolved(context, service, target, field);
        }
    }
    for (at, port) in rule_ports.iter().enumerate() {
        let field = format!("{field}.ports[{at}]");
        chosen.extend(choose(service, &targets, port, &field)?);
    }
    if chosen.is_empty() {
        let port = targets.first().map(|target| target.port.target_port.to_string()).unwrap_or_default();
        let refusal = Refusal::new(code::ENTRY_NAMED_PORT_UNRESOLVED, field).with("service", &service.name);
        return Err(refusal.with("port", port));
    }
    Ok(each_once(&chosen))
}

/// A Service's port that no pod has leads nowhere; the others still do.
fn note_unresolved(context: &mut Context<'_, '_>, service: &Service, target: &Target<'_>, field: &str) {
    if target.numbers.is_empty() {
        let (name, port) = (&service.name, &target.port.target_port);
        context.warn(code::ENTRY_NAMED_PORT_UNRESOLVED, field, &[("service", name), ("port", port)]);
    }
}

fn choose(
    service: &Service,
    targets: &[Target<'_>],
    wanted: &PortManifest,
    field: &str,
) -> Result<Vec<(Protocol, PortNumber)>, Refusal> {
    let wanted_port = wanted.to_policy_port().map_err(|error| entry::refusal(error.inside(field)))?;
    let protocol = wanted_port.protocol;
    let of_protocol = || targets.iter().filter(move |target| target.port.protocol == protocol);
    let all = |chosen: &dyn Fn(&Target<'_>) -> bool| -> Vec<PortNumber> {
        of_protocol().filter(|target| chosen(target)).flat_map(|target| target.numbers.iter().copied()).collect()
    };
    let numbers = match &wanted_port.port {
        PortMatch::All => all(&|_| true),
        PortMatch::Named(name) => all(&|target| has_name(target.port, name)),
        PortMatch::Range(range) => {
            let on_pods: Vec<PortNumber> =
                all(&|_| true).into_iter().filter(|number| range.contains(*number)).collect();
            if on_pods.is_empty() { all(&|target| range.contains(target.port.port)) } else { on_pods }
        }
    };
    if numbers.is_empty() {
        let refusal = Refusal::new(code::ENTRY_PORT_NOT_IN_SERVICE, field).with("service", &service.name);
        return Err(refusal.with("port", words(protocol, &wanted_port.port)));
    }
    Ok(numbers.into_iter().map(|number| (protocol, number)).collect())
}

fn has_name(port: &ServicePort, name: &Name) -> bool {
    port.name.as_ref() == Some(name) || port.target_port == PortRef::Name(name.clone())
}

/// A port as kubectl writes it.
fn words(protocol: Protocol, port: &PortMatch) -> String {
    match port {
        PortMatch::All => protocol.to_string(),
        PortMatch::Named(name) => format!("{name}/{protocol}"),
        PortMatch::Range(PortRange { first, last }) if first == last => format!("{first}/{protocol}"),
        PortMatch::Range(PortRange { first, last }) => format!("{first}-{last}/{protocol}"),
    }
}

/// The ports in their order, each once.
pub(super) fn each_once(ports: &[(Protocol, PortNumber)]) -> Vec<PortManifest> {
    let mut out: Vec<PortManifest> = Vec::new();
    for (protocol, number) in ports {
        let port = PortManifest::new(*protocol, PortRef::Number(*number));
        if !out.contains(&port) {
            out.push(port);
        }
    }
    out
}
