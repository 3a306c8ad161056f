//! Everything that was read, as text: one line an object, with the line that it stands on.

use std::sync::Arc;

use bulkhead_model::object::{
    Endpoint, EndpointSlice, Ingress, Namespace, Node, Pod, PodOrigin, Service, ServiceType, UnreadPolicy,
    UnreadSubject, Workload,
};
use bulkhead_model::{Issue, Labels, Readable};
use bulkhead_snapshot::{Objects, Snapshot};

pub(crate) fn objects(objects: &Objects) -> Vec<String> {
    let mut lines: Vec<String> = objects.issues.iter().map(|it| issue(it, &objects.sources)).collect();
    lines.extend(objects.namespaces.iter().map(namespace));
    lines.extend(objects.nodes.iter().map(node));
    lines.extend(objects.pods.iter().map(pod));
    lines.extend(objects.workloads.iter().map(workload));
    lines.extend(objects.services.iter().map(service));
    lines.extend(objects.endpoint_slices.iter().flat_map(slice));
    lines.extend(objects.ingresses.iter().map(ingress));
    lines.extend(objects.network_policies.iter().flat_map(|it| super::policy::policy(it)));
    lines.extend(objects.unread_policies.iter().map(unread_policy));
    lines.extend(rare(objects));
    lines.extend(objects.skipped.iter().map(|(kind, count)| format!("skipped {kind} {count}")));
    lines
}

pub(crate) fn snapshot(snapshot: &Snapshot) -> Vec<String> {
    let sources: Vec<String> = (0..9).map_while(|number| source(snapshot, number)).collect();
    let mut lines: Vec<String> = snapshot.issues.iter().map(|it| issue(it, &sources)).collect();
    lines.extend(snapshot.namespaces.rows().iter().map(namespace));
    lines.extend(snapshot.nodes.iter().map(|(id, it)| {
        let pods = snapshot.pods_on_node(id).iter().map(|pod| snapshot.pods[*pod].name.to_string());
        format!("{} pods {}", node(it), list(pods))
    }));
    lines.extend(snapshot.pods.iter().map(|(id, it)| {
        let workload = snapshot.workload_of(id).map(|(kind, name)| format!(" of {kind} {name}"));
        format!("{}{}", pod(it), workload.unwrap_or_default())
    }));
    for (id, it) in snapshot.services.iter() {
        lines.push(service(it));
        lines.extend(snapshot.endpoint_slices(id).iter().flat_map(slice).map(|line| format!("  {line}")));
    }
    lines.extend(snapshot.ingresses.iter().map(ingress));
    lines.extend(snapshot.network_policies.iter().flat_map(|it| super::policy::policy(it)));
    lines
}

/// The policy, and for each subject its namespace, how many requirements of its selector are known, and the directions.
fn unread_policy(policy: &UnreadPolicy) -> String {
    let subject = |subject: &UnreadSubject| {
        let known = subject.pods.requirements.iter().filter(|it| it.known().is_some()).count();
        let of = subject.pods.requirements.len();
        let directions: Vec<&str> = subject.directions.iter().map(|it| it.name()).collect();
        format!("{} {known}/{of} {}", subject.namespace.as_deref().unwrap_or("*"), directions.join("+"))
    };
    let subjects: Vec<String> = policy.subjects.iter().map(subject).collect();
    format!("unread {} of {:?} about {}", policy.object, policy.group, subjects.join("; "))
}

fn source(snapshot: &Snapshot, number: u32) -> Option<String> {
    let position = bulkhead_model::Position { source: bulkhead_model::SourceId(number), line: 1 };
    snapshot.source(position).map(str::to_owned)
}

fn issue(issue: &Issue, sources: &[String]) -> String {
    let source = |position: bulkhead_model::Position| &sources[position.source.0 as usize];
    let place = issue.position.map_or("nowhere".to_owned(), |it| format!("{}:{}", source(it), it.line));
    let severity = format!("{:?}", issue.severity).to_lowercase();
    let mut line = format!("{severity} {} at {place}", issue.code);
    line.extend(issue.object.iter().map(|it| format!(" {it}")));
    if !issue.field.is_empty() {
        line += &format!(" {}", issue.field);
    }
    line.extend(issue.arguments.iter().map(|(name, value)| format!(" {name}={value:?}")));
    line
}

pub(crate) fn labels(labels: &Labels) -> String {
    if labels.is_empty() {
        return String::new();
    }
    format!(" {{{}}}", labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", "))
}

fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    format!("[{}]", items.into_iter().map(|it| it.to_string()).collect::<Vec<_>>().join(" "))
}

fn namespace(it: &Namespace) -> String {
    let undeclared = if it.declared { "" } else { " undeclared" };
    format!("namespace {} @{}{}{}{undeclared}", it.name, it.position.line, labels(&it.labels), labels(&it.annotations))
}

fn node(it: &Node) -> String {
    let addresses = list(it.addresses.iter().map(|it| format!("{:?}:{}", it.kind, it.address)));
    let own = format!("node {} @{}{}{}", it.name, it.position.line, labels(&it.labels), labels(&it.annotations));
    format!("{own} {addresses} {} ready={:?}{}", list(&it.pod_cidrs), it.ready, flag(it.unschedulable, "unschedulable"))
}

fn flag(is_set: bool, word: &str) -> String {
    if is_set { format!(" {word}") } else { String::new() }
}

fn ports<'p>(ports: impl Iterator<Item = &'p bulkhead_model::object::ContainerPort>) -> String {
    list(ports.map(|it| {
        let name = it.name.as_ref().map(|name| format!("{name}:")).unwrap_or_default();
        let host = it.host_port.map(|port| format!("<{port}")).unwrap_or_default();
        let host_ip = it.host_ip.map(|ip| format!("@{ip}")).unwrap_or_default();
        format!("{name}{}/{}{host}{host_ip}", it.number, it.protocol)
    }))
}

fn pod(it: &Arc<Pod>) -> String {
    let mut line = format!("pod {} @{}{} {}", it.name, it.position.line, labels(&it.labels), list(&it.addresses));
    line += &flag(it.host_network, "hostNetwork");
    line.extend(it.node.iter().map(|node| format!(" on {node}")));
    line += &format!(" {:?} ready={:?}{}", it.phase, it.ready, flag(it.terminating, "terminating"));
    line += &format!(" ports {}", ports(it.ports()));
    line.extend(it.owner.iter().map(|owner| format!(" by {} {}", owner.kind, owner.name)));
    line + &flag(it.origin == PodOrigin::Template, "template")
}

fn workload(it: &Workload) -> String {
    let own = format!("{} {} @{}{}", it.kind.name(), it.name, it.position.line, labels(&it.labels));
    let template = &it.template;
    let pods = format!("pods{}{}", labels(&template.labels), flag(template.host_network, "hostNetwork"));
    let ports = ports(template.containers.iter().flat_map(|container| &container.ports));
    let owner = it.owner.as_ref().map(|owner| format!(" by {} {}", owner.kind, owner.name)).unwrap_or_default();
    format!("{own} replicas={:?} {pods} ports {ports}{owner}", it.replicas)
}

fn service(it: &Service) -> String {
    let kind = match &it.kind {
        ServiceType::ExternalName(name) => format!("ExternalName={name}"),
        kind => format!("{kind:?}"),
    };
    let mut line =
        format!("service {} @{}{}{}", it.name, it.position.line, labels(&it.labels), labels(&it.annotations));
    line += &format!(" {kind} {}{}", list(&it.cluster_ips), flag(it.headless, "headless"));
    line += &format!(" etp={:?} itp={:?}", it.external_traffic_policy, it.internal_traffic_policy);
    let ports = it.ports.iter().map(|port| {
        let name = port.name.as_ref().map(|name| format!("{name}:")).unwrap_or_default();
        let node_port = port.node_port.map(|node| format!("<{node}")).unwrap_or_default();
        format!("{name}{}/{}->{}{node_port}", port.port, port.protocol, port.target_port)
    });
    line += &format!(" ports {}", list(ports));
    line += &it.selector.as_ref().map_or(" no selector".to_owned(), |it| format!(" selects{}", labels(it)));
    let ranges = it.load_balancer_source_ranges.iter().map(|range| match range {
        Readable::Known(net) => net.to_string(),
        Readable::Unreadable { position } => format!("UNREADABLE@{}", position.line),
    });
    let balancer = it.load_balancer_ingress.iter().map(|it| {
        let address = it.address.map(|address| address.to_string());
        format!("{}/{:?}", address.or(it.hostname.as_ref().map(ToString::to_string)).unwrap_or_default(), it.ip_mode)
    });
    let lists = [("external", list(&it.external_ips)), ("ranges", list(ranges)), ("balancer", list(balancer))];
    line.extend(lists.iter().filter(|(_, list)| list != "[]").map(|(word, list)| format!(" {word} {list}")));
    line.extend(it.health_check_node_port.map(|port| format!(" health={port}")));
    line += &flag(it.session_affinity, "affinity");
    line + &flag(it.publish_not_ready_addresses, "publishNotReady")
}

fn slice(it: &Arc<EndpointSlice>) -> Vec<String> {
    let ports = it.ports.iter().map(|port| {
        let name = port.name.as_ref().map(|name| format!("{name}:")).unwrap_or_default();
        format!("{name}{}/{}", port.port.map_or("every".to_owned(), |port| port.to_string()), port.protocol)
    });
    let service = it.service.as_ref().map(|service| format!(" of {service}")).unwrap_or_default();
    let kind = if it.from_endpoints { "endpoints" } else { "slice" };
    let mut lines = vec![format!("{kind} {} @{}{service} ports {}", it.name, it.position.line, list(ports))];
    lines.extend(it.endpoints.iter().map(endpoint));
    lines
}

fn endpoint(it: &Endpoint) -> String {
    let state = [(it.ready, "ready"), (it.serving, "serving"), (it.terminating, "terminating")];
    let state: String = state.iter().map(|(is_set, word)| flag(*is_set, word)).collect();
    let pod = it.pod.as_ref().map(|pod| format!(" pod {pod}")).unwrap_or_default();
    let node = it.node.as_ref().map(|node| format!(" on {node}")).unwrap_or_default();
    let hints = it.hint_nodes.iter().chain(&it.hint_zones).map(|hint| format!(" hint {hint}")).collect::<String>();
    format!("  endpoint {}{state}{pod}{node}{hints}", it.address)
}

fn ingress(it: &Ingress) -> String {
    let backend = |backend: &bulkhead_model::object::IngressBackend| format!("{}:{}", backend.service, backend.port);
    let rules = it.rules.iter().map(|rule| {
        let paths = rule.paths.iter().map(|path| {
            let to = path.backend.as_ref().map_or("a resource".to_owned(), backend);
            format!("{}({})->{to}", path.path.as_deref().unwrap_or("*"), path.path_type)
        });
        format!("{}{}", rule.host.as_deref().unwrap_or("*"), list(paths))
    });
    let default = it.default_backend.as_ref().map(|it| format!(" default {}", backend(it))).unwrap_or_default();
    let own = format!("ingress {} @{}{} class={:?}", it.name, it.position.line, labels(&it.annotations), it.class);
    format!("{own}{default} {}", list(rules))
}

/// Kinds of which the types' own form says enough.
fn rare(objects: &Objects) -> Vec<String> {
    let mut lines: Vec<String> = objects.ingress_classes.iter().map(|it| format!("{it:?}")).collect();
    lines.extend(objects.config_maps.iter().map(|it| format!("configmap {} {:?}", it.name, it.data)));
    lines.extend(objects.ip_pools.iter().map(|it| format!("{it:?}")));
    lines.extend(objects.felix_configurations.iter().map(|it| format!("felix {} {:?}", it.name, it.spec)));
    lines.extend(objects.eips.iter().map(|it| format!("{it:?}")));
    lines.extend(objects.workspaces.iter().map(|it| format!("{it:?}")));
    lines.extend(objects.workspace_templates.iter().map(|it| format!("{it:?}")));
    lines.extend(objects.namespace_network_policies.iter().map(|it| format!("{it:?}")));
    lines.into_iter().map(|line| line.replace("source: SourceId(0), ", "")).collect()
}
