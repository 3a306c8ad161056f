//! Selectors, ports and lists as they stand in the arguments of findings, in kubectl's notation. No words.

use bulkhead_model::object::{Pod, PortMatch};
use bulkhead_model::{LabelSelector, Name, Operator, PortRange, Protocol, Readable, Requirement};
use bulkhead_policy::rule::{PortSet, Ports};

/// How many items of a list are named.
const NAMED: usize = 3;

/// A selector as `kubectl get -l` takes it: `app=web,tier in (a,b),!old`; what could not be read stands as `?`.
pub(crate) fn selector(selector: &LabelSelector) -> String {
    let requirements = selector.requirements.iter().map(|requirement| match requirement {
        Readable::Known(requirement) => one_requirement(requirement),
        Readable::Unreadable { .. } => "?".to_owned(),
    });
    requirements.collect::<Vec<_>>().join(",")
}

/// One requirement of a selector.
pub(crate) fn one_requirement(requirement: &Requirement) -> String {
    let key = &requirement.key;
    match &requirement.operator {
        Operator::In(values) => match values.as_slice() {
            [value] => format!("{key}={value}"),
            values => format!("{key} in ({})", values.join(",")),
        },
        Operator::NotIn(values) => match values.as_slice() {
            [value] => format!("{key}!={value}"),
            values => format!("{key} notin ({})", values.join(",")),
        },
        Operator::Exists => key.to_string(),
        Operator::DoesNotExist => format!("!{key}"),
    }
}

/// The ports of a rule: `80/TCP, 8000-8010/UDP, http/TCP`; `None` for every port.
pub(crate) fn ports(ports: &Ports) -> Option<String> {
    match ports {
        Ports::Any => None,
        Ports::OneOf(ports) => Some(listed(ports.iter().map(port))),
    }
}

/// One entry of a rule's ports.
pub(crate) fn port(port: &PortSet) -> String {
    let PortSet::Ports { protocol, port, .. } = port else { return "?".to_owned() };
    let number = match port {
        PortMatch::All => "*".to_owned(),
        PortMatch::Range(PortRange { first, last }) if first == last => first.to_string(),
        PortMatch::Range(PortRange { first, last }) => format!("{first}-{last}"),
        PortMatch::Named(name) => name.to_string(),
    };
    with_protocol(number, *protocol)
}

fn with_protocol(port: String, protocol: Option<Protocol>) -> String {
    match protocol {
        Some(protocol) => format!("{port}/{protocol}"),
        None => port,
    }
}

/// The first few items of a list, and `…` where there are more.
pub(crate) fn listed<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let mut items = items.into_iter();
    let mut named: Vec<String> = items.by_ref().take(NAMED).map(|item| item.to_string()).collect();
    if items.next().is_some() {
        named.push("…".to_owned());
    }
    named.join(", ")
}

/// The first few pods of a list, as `shop/web-0`.
pub(crate) fn pods<'a>(pods: impl IntoIterator<Item = &'a Pod>) -> String {
    listed(pods.into_iter().map(|pod| &pod.name))
}

/// `key=value`
pub(crate) fn label(key: &Name, value: &Name) -> String {
    format!("{key}={value}")
}
