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
    let parameters = |parameters: &Cursor<'_>| {
        let fields = parameters.fields()?;
        Ok(ClassParameters {
            group: fields.strict("apiGroup", value::text)?.unwrap_or_default(),
            kind: fields.required("kind", value::text)?,
            namespace: fields.optional("namespace", value::text),
            name: fields.required("name", value::text)?,
        })
    };
    reading.objects.ingress_classes.push(IngressClass {
        name: object.name.name.clone(),
        controller: spec.optional("controller", value::text).unwrap_or_default(),
        parameters: spec.optional("parameters", parameters),
        is_default: is_default.get("ingressclass.kubernetes.io/is-default-class").is_some_and(|value| value == "true"),
        position: object.position,
    });
    Ok(())
}
