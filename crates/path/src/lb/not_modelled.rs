//! What in the input speaks for a load balancer that is no member of the list: whether it keeps the client's address is not known then.

use bulkhead_model::ObjectRef;
use bulkhead_snapshot::Evidence;

use super::Asked;
use super::claim;

/// Annotations by which clouds' load balancers are set up, each after its cloud controller manager's documentation.
const ANNOTATIONS: [&str; 13] = [
    "service.beta.kubernetes.io/do-loadbalancer-*",
    "load-balancer.hetzner.cloud/*",
    "loadbalancer.openstack.org/*",
    "service.beta.kubernetes.io/openstack-internal-load-balancer",
    "oci.oraclecloud.com/*",
    "oci-network-load-balancer.oraclecloud.com/*",
    "service.beta.kubernetes.io/oci-load-balancer-*",
    "service.beta.kubernetes.io/linode-loadbalancer-*",
    "service.beta.kubernetes.io/scw-loadbalancer-*",
    "service.beta.kubernetes.io/vultr-loadbalancer-*",
    "service.beta.kubernetes.io/exoscale-loadbalancer-*",
    "service.kubernetes.io/ibm-load-balancer-*",
    "loadbalancer.ovhcloud.com/*",
];

/// Schemes of `spec.providerID` of whoever has no load balancers, or leaves them to others: k3s and RKE2 name their own nodes, Metal3
/// names machines.
const WITHOUT: [&str; 3] = ["k3s", "rke2", "metal3"];

/// The Service's class, which nobody serves; an annotation; the nodes' cloud. Asked where no member recognises its own.
pub(super) fn shown(asked: &Asked<'_>) -> Option<Evidence> {
    let service = asked.service;
    if let Some(class) = &service.load_balancer_class {
        return Some(Evidence::Field {
            object: ObjectRef::namespaced("Service", &service.name),
            field: "spec.loadBalancerClass".to_owned(),
            value: class.to_string(),
            position: service.position,
        });
    }
    let found = claim::named(asked, &[], &ANNOTATIONS).or_else(|| claim::cloud(asked, has_load_balancers));
    found.and_then(|claim| claim.evidence)
}

fn has_load_balancers(provider_id: &str) -> bool {
    !WITHOUT.iter().any(|scheme| provider_id.split_once(':').is_some_and(|(own, _)| own == *scheme))
}
