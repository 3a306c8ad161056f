//! Objects of the AWS Load Balancer Controller (`elbv2.k8s.aws`, `gateway.k8s.aws`).

use crate::{LabelSelector, Name, NamespacedName, Position, Readable};

/// An `IngressClassParams`: what an `IngressClass` refers to for settings of its Ingresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngressClassParams {
    /// Its name.
    pub name: Name,
    /// `spec.namespaceSelector`: from which namespaces Ingresses may have the class; `None` means every one.
    pub namespaces: Option<LabelSelector>,
    /// `spec.targetType`: `instance` or `ip`.
    pub target_type: Readable<Option<Name>>,
    /// Where it stands.
    pub position: Position,
}

/// A `LoadBalancerConfiguration`: what a `GatewayClass` or a Gateway refers to for settings of its load balancer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadBalancerConfiguration {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// `spec.defaultTargetGroupConfiguration.name`, of its namespace: what counts for Services without one of their own.
    pub default_target_group: Readable<Option<Name>>,
    /// Where it stands.
    pub position: Position,
}

/// A `TargetGroupConfiguration`: to what a Gateway's load balancer sends for a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetGroupConfiguration {
    /// Its namespace, which is the Service's, and name.
    pub name: NamespacedName,
    /// `spec.targetReference.name`, where it names a Service.
    pub service: Option<Name>,
    /// `spec.defaultConfiguration.targetType`: `instance` or `ip`.
    pub target_type: Readable<Option<Name>>,
    /// Whether `spec.routeConfigurations` says something else for some routes.
    pub differs_by_route: bool,
    /// Where it stands.
    pub position: Position,
}
