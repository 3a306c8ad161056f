//! How an implementation shows itself: what in the input says that a Service's address is its own, and how much that counts.

use bulkhead_model::object::Pod;
use bulkhead_model::{ObjectRef, Position};
use bulkhead_snapshot::{Evidence, Snapshot};

use super::Asked;
use crate::running::Runs;

/// A member says that an address is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) strength: Strength,
    /// What shows it; `None` of the members that take what nobody else claims.
    pub(crate) evidence: Option<Evidence>,
}

/// How much a claim counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// Nobody else claims it.
    Fallback,
    /// The implementation runs in the cluster.
    Running,
    /// The nodes are that cloud's machines.
    Cloud,
    /// The address is in one of its pools.
    Pool,
    /// The Service names it.
    Named,
}

impl Claim {
    pub(crate) fn new(strength: Strength, evidence: Evidence) -> Self {
        Self { strength, evidence: Some(evidence) }
    }

    pub(crate) fn fallback() -> Self {
        Self { strength: Strength::Fallback, evidence: None }
    }
}

/// A class of load balancers, or an annotation, by which a Service names its implementation.
pub(crate) fn named(asked: &Asked<'_>, classes: &[&str], annotations: &[&str]) -> Option<Claim> {
    let service = asked.service;
    let object = || ObjectRef::namespaced("Service", &service.name);
    let field = |field: String, value: &str| Evidence::Field {
        object: object(),
        field,
        value: value.to_owned(),
        position: service.position,
    };
    if let Some(class) =
        service.load_balancer_class.as_ref().filter(|class| classes.iter().any(|own| is_of(class, own)))
    {
        return Some(Claim::new(Strength::Named, field("spec.loadBalancerClass".to_owned(), class)));
    }
    let annotation = service.annotations.iter().find(|(key, _)| annotations.iter().any(|own| is_of(key, own)));
    let (key, value) = annotation?;
    Some(Claim::new(Strength::Named, field(format!("metadata.annotations[\"{key}\"]"), value)))
}

/// Whether a name is another, or begins with it where that ends in `*`.
fn is_of(name: &str, own: &str) -> bool {
    own.strip_suffix('*').map_or(name == own, |front| name.starts_with(front))
}

/// The nodes are machines of a cloud: what the first one's `spec.providerID` says.
pub(crate) fn cloud(asked: &Asked<'_>, is_own: impl Fn(&str) -> bool) -> Option<Claim> {
    let node = &asked.network.snapshot().nodes[asked.network.first_machine()?];
    let id = node.provider_id.as_ref().filter(|id| is_own(id))?;
    let evidence = Evidence::Field {
        object: ObjectRef::cluster("Node", node.name.clone()),
        field: "spec.providerID".to_owned(),
        value: id.to_string(),
        position: node.position,
    };
    Some(Claim::new(Strength::Cloud, evidence))
}

/// The address is in an object's range.
pub(crate) fn pool(object: ObjectRef, field: &str, address: &str, position: Position) -> Claim {
    let evidence = Evidence::Field { object, field: field.to_owned(), value: address.to_owned(), position };
    Claim::new(Strength::Pool, evidence)
}

/// Pods of the implementation run in the cluster, and something holds for one.
pub(crate) fn running(asked: &Asked<'_>, name: &str, holds: impl Fn(&Pod) -> bool) -> Option<Claim> {
    let pods = &asked.network.snapshot().pods;
    let id = asked.pods_of(name).iter().copied().find(|id| holds(&pods[*id]))?;
    let pod = &asked.network.snapshot().pods[id];
    let evidence = Evidence::Field {
        object: ObjectRef::namespaced("Pod", &pod.name),
        field: "spec.containers".to_owned(),
        value: pod.containers.first().map(|container| container.image.to_string()).unwrap_or_default(),
        position: pod.position,
    };
    Some(Claim::new(Strength::Running, evidence))
}

/// What shows an implementation, as text.
pub(crate) fn text(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Field { object, field, value, .. } => format!("{object} {field}: {value}"),
        Evidence::Override { option } => (*option).to_owned(),
        Evidence::Default { object, field } => format!("{object} {field}"),
    }
}

/// What stands behind `FLAG=` in the arguments of an implementation's containers, those of its pods and of workloads' templates.
pub(crate) fn argument<'s>(asked: &Asked<'s>, name: &str, runs: Runs, flag: &str) -> Option<&'s str> {
    let snapshot: &'s Snapshot = asked.network.snapshot();
    let of_pods = asked.pods_of(name).iter().flat_map(|pod| snapshot.pods[*pod].containers.iter());
    let of_loads = snapshot.workloads.iter().flat_map(|load| load.template.containers.iter());
    let arguments = of_pods.chain(of_loads).filter(|container| runs(container)).flat_map(|own| &own.arguments);
    let mut values = arguments.filter_map(|argument| argument.strip_prefix(flag)?.strip_prefix('='));
    values.next()
}
