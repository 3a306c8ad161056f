//! The AWS Load Balancer Controller's `IngressClassParams`, `LoadBalancerConfiguration` and `TargetGroupConfiguration`.

use bulkhead_model::object::{IngressClassParams, LoadBalancerConfiguration, TargetGroupConfiguration};
use bulkhead_model::{Name, Readable};

use super::{KindReader, Scope};
use crate::read::decode::{Cursor, Fields, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[
    KindReader {
        group: "elbv2.k8s.aws",
        versions: &["v1beta1"],
        kind: "IngressClassParams",
        scope: Scope::Cluster,
        read: parameters,
    },
    KindReader {
        group: "gateway.k8s.aws",
        versions: &["v1", "v1beta1"],
        kind: "LoadBalancerConfiguration",
        scope: Scope::Namespaced,
        read: load_balancer,
    },
    KindReader {
        group: "gateway.k8s.aws",
        versions: &["v1", "v1beta1"],
        kind: "TargetGroupConfiguration",
        scope: Scope::Namespaced,
        read: target_group,
    },
];

/// The values of `targetType`.
const TARGET_TYPES: [(&str, &str); 2] = [("instance", "instance"), ("ip", "ip")];

fn parameters(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let fields = spec.as_ref().map(Cursor::fields).transpose()?;
    reading.objects.ingress_class_params.push(IngressClassParams {
        name: object.name.name.clone(),
        namespaces: fields.as_ref().and_then(|spec| spec.get("namespaceSelector")).map(|own| own.selector()),
        target_type: target_type(fields.as_ref(), object),
        position: object.position,
    });
    Ok(())
}

fn load_balancer(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let fields = spec.as_ref().map(Cursor::fields).transpose()?;
    let named = |own: &Cursor<'_>| own.fields()?.required("name", value::text);
    let read = fields.map_or(Ok(None), |spec| spec.strict("defaultTargetGroupConfiguration", named));
    reading.objects.load_balancer_configurations.push(LoadBalancerConfiguration {
        name: object.name.clone(),
        default_target_group: read.map_or(Readable::Unreadable { position: object.position }, Readable::Known),
        position: object.position,
    });
    Ok(())
}

fn target_group(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let fields = spec.as_ref().map(Cursor::fields).transpose()?;
    let target = fields.as_ref().and_then(|spec| spec.get("targetReference"));
    let target = target.as_ref().map(Cursor::fields).transpose()?;
    let kind = target.optional("kind", value::text).unwrap_or_else(|| Name::new_static("Service"));
    let usual = fields.as_ref().and_then(|spec| spec.get("defaultConfiguration"));
    let usual = usual.as_ref().map(Cursor::fields).transpose()?;
    let by_route: Vec<()> = fields.list("routeConfigurations", |_| Ok(()));
    reading.objects.target_group_configurations.push(TargetGroupConfiguration {
        name: object.name.clone(),
        service: target.optional("name", value::text).filter(|_| kind == "Service"),
        target_type: target_type(usual.as_ref(), object),
        differs_by_route: !by_route.is_empty(),
        position: object.position,
    });
    Ok(())
}

fn target_type(fields: Option<&Fields<'_>>, object: &Object<'_>) -> Readable<Option<Name>> {
    let read = fields.map_or(Ok(None), |fields| fields.strict("targetType", |own| own.one_of(&TARGET_TYPES)));
    let named = read.map(|found| found.map(Name::new_static));
    named.map_or(Readable::Unreadable { position: object.position }, Readable::Known)
}
