//! `networking.k8s.io/v1 IngressClass`

use bulkhead_model::object::{ClassParameters, IngressClass};

use super::{KindReader, Scope};
use crate::read::decode::{Cursor, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[KindReader {
    group: "networking.k8s.io",
    versions: &["v1", "v1beta1"],
    kind: "IngressClass",
    scope: Scope::Cluster,
    read,
}];

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let is_default = object.annotations();
    reading.objects.ingress_classes.push(IngressClass {
        name: object.name.name.clone(),
        controller: spec.optional("controller", value::text).unwrap_or_default(),
        parameters: spec.optional("parameters", |own| parameters(own, "apiGroup")),
        is_default: is_default.get("ingressclass.kubernetes.io/is-default-class").is_some_and(|value| value == "true"),
        position: object.position,
    });
    Ok(())
}

/// The object of an implementation's own kind that has more settings; its group stands in a field that is not called the same everywhere.
pub(super) fn parameters(parameters: &Cursor<'_>, group: &'static str) -> Read<ClassParameters> {
    let fields = parameters.fields()?;
    Ok(ClassParameters {
        group: fields.strict(group, value::text)?.unwrap_or_default(),
        kind: fields.required("kind", value::text)?,
        namespace: fields.optional("namespace", value::text),
        name: fields.required("name", value::text)?,
    })
}
