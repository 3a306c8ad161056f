//! The AWS Load Balancer Controller's objects, each once.

use bulkhead_model::ObjectRef;
use bulkhead_model::object::{IngressClassParams, LoadBalancerConfiguration, TargetGroupConfiguration};

use super::unique::Unique;

pub(super) fn parameters(objects: Vec<IngressClassParams>, unique: &mut Unique<'_>) -> Vec<IngressClassParams> {
    unique.by(objects, |it| ObjectRef::cluster("IngressClassParams", it.name.clone()), |it| it.position)
}

pub(super) fn load_balancers(
    objects: Vec<LoadBalancerConfiguration>,
    unique: &mut Unique<'_>,
) -> Vec<LoadBalancerConfiguration> {
    unique.by(objects, |it| ObjectRef::namespaced("LoadBalancerConfiguration", &it.name), |it| it.position)
}

pub(super) fn target_groups(
    objects: Vec<TargetGroupConfiguration>,
    unique: &mut Unique<'_>,
) -> Vec<TargetGroupConfiguration> {
    unique.by(objects, |it| ObjectRef::namespaced("TargetGroupConfiguration", &it.name), |it| it.position)
}
