//! An Ingress whose controller may not reach the pods behind it: the isolation of their project blocks it. The pods see the
//! controller and never the client, so that no address on an allowlist helps.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use bulkhead_model::object::{Direction, Ingress};
use bulkhead_model::{ObjectRef, PortRef, Protocol, Severity};
use bulkhead_path::{Origin, Place, Request, Route, Step, Target, trace};
use bulkhead_policy::Verdict;
use bulkhead_snapshot::PodId;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;

pub(super) static RULE: Rule =
    Rule { id: "BH103", name: "gateway-blocked", severity: Severity::Warning, messages: &["BH103"], find };

/// A client outside (RFC 5737): which one, makes no difference behind a gateway.
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 253));

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let open = cluster.network.without_policies();
    let ingresses = cluster.snapshot.ingresses.iter();
    ingresses.filter_map(|ingress| of_ingress(cluster, &open, ingress)).collect()
}

/// A controller's pod, and a pod behind it with the port on which it listens.
type Link = (PodId, PodId, u16);

fn of_ingress(cluster: &Cluster<'_>, open: &bulkhead_path::Network<'_>, ingress: &Ingress) -> Option<Finding> {
    let request = Request {
        from: Origin::Address(CLIENT),
        to: Target::Ingress { name: ingress.name.clone(), door: None },
        port: None,
        protocol: Protocol::Tcp,
        entry_node: None,
    };
    let links: BTreeSet<Link> = trace(open, &request).routes.iter().filter_map(link).collect();
    let blocked: Vec<(Link, ObjectRef)> =
        links.into_iter().filter_map(|link| Some((link, blocked_by(cluster, link)?))).collect();
    let ((controller, backend, port), policy) = blocked.first()?;
    let pods: BTreeSet<PodId> = blocked.iter().map(|((_, backend, _), _)| *backend).collect();
    let pods = pods.iter().map(|id| &*cluster.snapshot.pods[*id]);
    let object = ObjectRef::namespaced("Ingress", &ingress.name);
    let finding = RULE.finding().at(ingress.position).about(&object);
    let finding = finding.with("controller", &cluster.snapshot.pods[*controller].name);
    let finding = finding.with("pods", notation::pods(pods)).with("port", port);
    let finding = finding.with("namespace", &cluster.snapshot.pods[*backend].name.namespace);
    Some(finding.related(policy, "", position_of(cluster, policy)))
}

/// The gateway's pod on a route, and where it goes on to.
fn link(route: &Route) -> Option<Link> {
    let controller = route.hops.iter().find_map(|hop| match (&hop.step, &hop.place) {
        (Step::Proxy { .. }, Place::Pod(pod)) => Some(*pod),
        _ => None,
    })?;
    let endpoint = route.endpoint.as_ref()?;
    Some((controller, endpoint.pod?, endpoint.port))
}

/// The first policy of the pod behind that does not let the controller in.
fn blocked_by(cluster: &Cluster<'_>, (controller, backend, port): Link) -> Option<ObjectRef> {
    let name = |pod: PodId| cluster.snapshot.pods[pod].name.clone();
    let request = Request {
        from: Origin::Pod(name(controller)),
        to: Target::Pod(name(backend)),
        port: Some(PortRef::Number(port)),
        protocol: Protocol::Tcp,
        entry_node: None,
    };
    let answer = trace(cluster.network, &request);
    let verdicts = answer.routes.iter().flat_map(|route| &route.verdicts);
    let mut denials = verdicts.filter_map(|(direction, pod, verdict)| match verdict {
        Verdict::Deny { policies, .. } if *direction == Direction::Ingress && *pod == backend => policies.first(),
        _ => None,
    });
    denials.next().map(|rule| rule.policy.clone())
}

fn position_of(cluster: &Cluster<'_>, policy: &ObjectRef) -> bulkhead_model::Position {
    let found = cluster.policies.lowered().iter().find(|lowered| lowered.origin == *policy);
    found.map_or(bulkhead_model::Position::NOWHERE, |lowered| lowered.position)
}
