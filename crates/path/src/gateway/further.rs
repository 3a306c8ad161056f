//! Whom a controller asks for an Ingress besides the backends of its rules: its default backend, and what annotations name.

use std::net::IpAddr;

use bulkhead_model::{Name, NamespacedName, PortNumber, PortRef, Protocol};
use bulkhead_snapshot::Snapshot;

use super::{Backend, Dialled};

/// What a controller asks for an Ingress besides the backends of its rules.
#[derive(Clone, Debug, Default)]
pub(crate) struct Further {
    /// Services that are clear.
    pub(crate) backends: Vec<Backend>,
    /// Where a name stands, and the name, of which nobody knows whether it is a Service.
    pub(crate) unclear: Vec<(&'static str, Name)>,
    /// Services that answer requests of which nobody knows whether they belong to the Ingress.
    pub(crate) for_others: Vec<NamespacedName>,
}

impl Further {
    /// The endpoints of a Service's first port.
    pub(super) fn first_port(&mut self, snapshot: &Snapshot, name: &NamespacedName, field: &'static str) {
        let service = snapshot.service(name).map(|id| &snapshot.services[id]);
        match service.and_then(|service| service.ports.first()) {
            Some(port) => self.add(name.clone(), PortRef::Number(port.port), port.protocol, Dialled::Endpoints),
            None => self.unclear.push((field, Name::from(name.to_string()))),
        }
    }

    /// What an URL names. A name outside of the cluster is nobody's business here.
    pub(super) fn by_url(&mut self, snapshot: &Snapshot, url: &Name, field: &'static str) {
        let Some((host, port)) = authority(url) else {
            self.unclear.push((field, url.clone()));
            return;
        };
        match named(snapshot, host) {
            Named::Service(name) => self.add(name, PortRef::Number(port), Protocol::Tcp, Dialled::Address),
            Named::Unclear => self.unclear.push((field, url.clone())),
            Named::Outside => {}
        }
    }

    fn add(&mut self, service: NamespacedName, port: PortRef, protocol: Protocol, dialled: Dialled) {
        self.backends.push(Backend { service, port, protocol, dialled, refused: None });
    }
}

/// `NAMESPACE/NAME`
pub(super) fn service(text: &str) -> Option<NamespacedName> {
    let (namespace, name) = text.split_once('/')?;
    Some(NamespacedName::new(namespace, name))
}

/// The host and the port of an URL; `None` where variables stand in their place, or where it is none.
fn authority(url: &str) -> Option<(&str, PortNumber)> {
    let (scheme, rest) = url.split_once("://")?;
    // These variables begin with a slash.
    let ends = ["/", "?", "#", "$request_uri", "$uri"];
    let end = ends.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
    let authority = rest.get(..end)?.rsplit('@').next().filter(|own| !own.is_empty() && !own.contains('$'))?;
    let usual = if scheme.eq_ignore_ascii_case("https") { 443 } else { 80 };
    if let Some((address, behind)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let port = behind.strip_prefix(':').map_or(Some(usual), |port| port.parse().ok())?;
        return Some((address, port));
    }
    match authority.split_once(':') {
        Some((host, port)) => Some((host, port.parse().ok()?)),
        None => Some((authority, usual)),
    }
}

/// What a host is.
#[derive(Debug, PartialEq, Eq)]
enum Named {
    Service(NamespacedName),
    Unclear,
    Outside,
}

/// `NAME.NAMESPACE.svc`, whatever follows, and a clusterIP are Services. What else could be one hangs on how the gateway resolves
/// names, as for `NAME` and `NAME.NAMESPACE`.
fn named(snapshot: &Snapshot, host: &str) -> Named {
    if let Ok(address) = host.parse::<IpAddr>() {
        let mut services = snapshot.services.iter();
        let found = services.find(|(_, service)| service.cluster_ips.contains(&address));
        return found.map_or(Named::Unclear, |(_, service)| Named::Service(service.name.clone()));
    }
    let mut parts = host.trim_end_matches('.').split('.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(name), Some(namespace), Some("svc")) => Named::Service(NamespacedName::new(namespace, name)),
        (Some(_), None, _) => Named::Unclear,
        (Some(name), Some(namespace), None) if snapshot.service(&NamespacedName::new(namespace, name)).is_some() => {
            Named::Unclear
        }
        _ => Named::Outside,
    }
}

#[cfg(test)]
mod tests {
    use super::authority;

    #[test]
    fn a_host_and_a_port_are_found_in_an_url() {
        assert_eq!(authority("http://auth.shop.svc.cluster.local/auth?x=1"), Some(("auth.shop.svc.cluster.local", 80)));
        assert_eq!(authority("https://auth.shop.svc:8443"), Some(("auth.shop.svc", 8443)));
        assert_eq!(authority("https://user@auth.example.com$request_uri"), Some(("auth.example.com", 443)));
        assert_eq!(authority("http://auth.shop.svc/x$request_uri"), Some(("auth.shop.svc", 80)));
        assert_eq!(authority("http://auth.$space.svc/"), None);
        assert_eq!(authority("http://[fd00::1]:8080/"), Some(("fd00::1", 8080)));
        assert_eq!(authority("https://$host/oauth2/auth"), None);
        assert_eq!(authority("/auth"), None);
    }
}
