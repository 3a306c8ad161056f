//! Whether a listener takes a route (Gateway API: `sectionName`, `port`, `allowedRoutes`, hostnames).

use bulkhead_model::Readable;
use bulkhead_model::object::{Gateway, GatewayRoute, Listener, ParentRef, RouteKind, RoutesFrom};
use bulkhead_snapshot::Snapshot;

/// What a Gateway says to a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Admission<'g> {
    /// These listeners take it.
    By(Vec<&'g Listener>),
    /// None does; the field that keeps it out, of the listener that comes nearest.
    Refused(&'static str),
    /// Nobody can tell: a part could not be read.
    Unknown,
}

/// What keeps a route out, in the order in which it is looked at: who gets further, comes nearer.
const CAUSES: [&str; 5] = ["sectionName", "port", "allowedRoutes.kinds", "allowedRoutes.namespaces", "hostname"];

/// The listeners of a Gateway that take a route by one of its parent references.
pub(crate) fn admission<'g>(
    snapshot: &Snapshot,
    gateway: &'g Gateway,
    route: &GatewayRoute,
    parent: &ParentRef,
) -> Admission<'g> {
    let (mut takes, mut unknown, mut furthest) = (Vec::new(), false, 0);
    for listener in &gateway.listeners {
        match refusal(snapshot, gateway, listener, route, parent) {
            Ok(()) => takes.push(listener),
            Err(None) => unknown = true,
            Err(Some(cause)) => furthest = furthest.max(cause),
        }
    }
    match (takes.is_empty(), unknown) {
        (false, _) => Admission::By(takes),
        (true, true) => Admission::Unknown,
        (true, false) => Admission::Refused(CAUSES.get(furthest).copied().unwrap_or("sectionName")),
    }
}

/// Which cause, by its index, keeps a route out of a listener; `None` where nobody can tell.
fn refusal(
    snapshot: &Snapshot,
    gateway: &Gateway,
    listener: &Listener,
    route: &GatewayRoute,
    parent: &ParentRef,
) -> Result<(), Option<usize>> {
    let holds = |cause: usize, holds: bool| if holds { Ok(()) } else { Err(Some(cause)) };
    holds(0, parent.section.as_ref().is_none_or(|section| *section == listener.name))?;
    holds(1, parent.port.is_none_or(|port| port == listener.port))?;
    holds(2, route.kind.may_attach(listener))?;
    let own = gateway.name.namespace == route.name.namespace;
    let from = match &listener.from {
        Readable::Unreadable { .. } => return Err(None),
        Readable::Known(RoutesFrom::Same) => own,
        Readable::Known(RoutesFrom::All) => true,
        Readable::Known(RoutesFrom::None) => false,
        Readable::Known(RoutesFrom::Selector(selector)) => {
            let namespace = snapshot.namespace(&route.name.namespace);
            let labels = namespace.map(|id| &snapshot.namespaces[id].labels);
            labels.map_or(Some(false), |labels| selector.matches(labels)).ok_or(None)?
        }
    };
    holds(3, from)?;
    let by_name = matches!(route.kind, RouteKind::Http | RouteKind::Grpc | RouteKind::Tls);
    let meets = |host: &bulkhead_model::Name| listener.hostname.as_ref().is_none_or(|own| intersect(own, host));
    holds(4, !by_name || route.hostnames.is_empty() || route.hostnames.iter().any(meets))
}

/// Whether any name is meant by both; `*.` in front means one label or more.
fn intersect(listener: &str, route: &str) -> bool {
    let inside = |wild: &str, other: &str| {
        wild.strip_prefix('*').is_some_and(|tail| other.len() > tail.len() && other.ends_with(tail))
    };
    listener.eq_ignore_ascii_case(route) || inside(listener, route) || inside(route, listener)
}

#[cfg(test)]
mod tests {
    use super::intersect;

    #[test]
    fn hostnames_meet_where_one_holds_the_other() {
        assert!(intersect("*.example.com", "shop.example.com"));
        assert!(intersect("shop.example.com", "*.example.com"));
        assert!(intersect("*.example.com", "*.shop.example.com"));
        assert!(!intersect("*.example.com", "example.com"));
        assert!(!intersect("a.example.com", "b.example.com"));
    }
}
