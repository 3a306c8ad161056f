//! Gateways: the `TargetGroupConfiguration` of a Service says to what its load balancer sends, else that which the parameters of the
//! Gateway and of its class name by default (docs/guide/gateway/targetgroupconfig.md, configuration resolution order).

use std::collections::BTreeSet;

use bulkhead_model::object::{ClassParameters, Gateway, GatewayClass, Service, TargetGroupConfiguration};
use bulkhead_model::{Name, NamespacedName, Readable};
use bulkhead_snapshot::Snapshot;

use super::{IP, by_type, outside, targets_unknown};
use crate::gateway::{Elsewhere, TargetsBy};
use crate::reason::{GATEWAY_PASSES_PACKETS, Reason};

/// To what a Gateway's load balancer sends for a Service of which nothing else says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AwsDefault {
    /// Nothing does.
    Unsaid,
    Pods,
    NodePorts,
    /// It hangs on objects that are not in the input, cannot be read, or contradict each other.
    Unknown,
}

/// A Network Load Balancer passes packets on, and may keep the client's address.
pub(super) fn of_gateway(
    snapshot: &Snapshot,
    class: &GatewayClass,
    gateway: &Gateway,
) -> Result<Elsewhere, &'static str> {
    if class.controller == "gateway.k8s.aws/nlb" {
        return Err(GATEWAY_PASSES_PACKETS);
    }
    Ok(outside(TargetsBy::AwsGateway(by_default(snapshot, class, gateway))))
}

/// What the parameters of the class and of the Gateway say. Where both do and differ, `mergingMode` decides, which is not read.
fn by_default(snapshot: &Snapshot, class: &GatewayClass, gateway: &Gateway) -> AwsDefault {
    let of_class = class.parameters.as_ref().map(|own| (own, own.namespace.as_ref()));
    let of_gateway = gateway.parameters.as_ref().map(|own| (own, Some(&gateway.name.namespace)));
    let named = of_class.into_iter().chain(of_gateway);
    let told: Result<Vec<Option<Name>>, ()> = named.map(|(own, namespace)| told(snapshot, own, namespace)).collect();
    let Ok(told) = told else { return AwsDefault::Unknown };
    let types: BTreeSet<Name> = told.into_iter().flatten().collect();
    let mut types = types.into_iter();
    match (types.next().as_deref(), types.next()) {
        (None, _) => AwsDefault::Unsaid,
        (Some(IP), None) => AwsDefault::Pods,
        (Some(_), None) => AwsDefault::NodePorts,
        (Some(_), Some(_)) => AwsDefault::Unknown,
    }
}

/// The target type that parameters name by default.
fn told(snapshot: &Snapshot, parameters: &ClassParameters, namespace: Option<&Name>) -> Result<Option<Name>, ()> {
    if (parameters.group.as_str(), parameters.kind.as_str()) != ("gateway.k8s.aws", "LoadBalancerConfiguration") {
        return Err(());
    }
    let name = NamespacedName::new(namespace.ok_or(())?.clone(), parameters.name.clone());
    let found = snapshot.load_balancer_configurations.iter().find(|own| own.name == name);
    let Some(default) = found.and_then(|own| own.default_target_group.known()).ok_or(())? else { return Ok(None) };
    let default = NamespacedName::new(name.namespace, default.clone());
    let target_group = snapshot.target_group_configurations.iter().find(|own| own.name == default);
    // One for a Service is refused as a default.
    let target_group = target_group.filter(|own| own.service.is_none() && !own.differs_by_route).ok_or(())?;
    target_group.target_type.known().cloned().ok_or(())
}

/// Whether it sends to pods, and not to nodePorts, for a Service of a route.
pub(crate) fn sends_to_pods(snapshot: &Snapshot, default: AwsDefault, service: &Service) -> Result<bool, Reason> {
    let of_service = |own: &&TargetGroupConfiguration| {
        own.name.namespace == service.name.namespace && own.service.as_ref() == Some(&service.name.name)
    };
    let mut all = snapshot.target_group_configurations.iter().filter(of_service);
    let own = match (all.next(), all.next()) {
        (None, _) => None,
        (Some(TargetGroupConfiguration { target_type: Readable::Known(told), differs_by_route: false, .. }), None) => {
            Some(told)
        }
        _ => return Err(targets_unknown("TargetGroupConfiguration")),
    };
    match (own, default) {
        (Some(Some(told)), _) => by_type(snapshot, Some(told.clone())),
        (None, AwsDefault::Pods) => Ok(true),
        (None, AwsDefault::NodePorts) => Ok(false),
        (Some(None) | None, AwsDefault::Unsaid) => by_type(snapshot, None),
        (None, AwsDefault::Unknown) => Err(targets_unknown("LoadBalancerConfiguration")),
        // Whether one without a type leaves it to the default one, no source that was read says.
        (Some(None), _) => Err(targets_unknown("TargetGroupConfiguration")),
    }
}
