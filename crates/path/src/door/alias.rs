//! `ExternalName`: a DNS alias. One that names another Service of the cluster is that Service; any other leads out of it.

use bulkhead_model::object::ServiceType;
use bulkhead_model::{Name, NamespacedName};
use bulkhead_snapshot::{ServiceId, Snapshot};

/// What a Service's name leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Alias {
    /// A Service with addresses of its own: the one that was asked for, or the one that it is an alias of.
    Itself(ServiceId),
    /// A name that nobody in the cluster has.
    Outside(Name),
}

/// How many aliases of aliases are followed.
const DEEPEST: usize = 8;

/// What a Service is an alias of.
pub(crate) fn alias_of(snapshot: &Snapshot, service: ServiceId) -> Alias {
    let mut at = service;
    for _ in 0..DEEPEST {
        let ServiceType::ExternalName(name) = &snapshot.services[at].kind else { return Alias::Itself(at) };
        match in_cluster(name).and_then(|name| snapshot.service(&name)) {
            Some(next) => at = next,
            None => return Alias::Outside(name.clone()),
        }
    }
    Alias::Outside(snapshot.services[at].name.name.clone())
}

/// `NAME.NAMESPACE.svc`, with the cluster's domain behind it or not.
fn in_cluster(name: &str) -> Option<NamespacedName> {
    let mut parts = name.trim_end_matches('.').split('.');
    let (name, namespace, svc) = (parts.next()?, parts.next()?, parts.next()?);
    (svc == "svc").then(|| NamespacedName::new(namespace, name))
}
