//! `networking.k8s.io/v1 Ingress`, and the beta versions before it, whose backends look different.

use bulkhead_model::object::{Ingress, IngressBackend, IngressPath, IngressRule};
use bulkhead_model::{Name, PortRef};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Fields, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[
    KindReader {
        group: "networking.k8s.io",
        versions: &["v1", "v1beta1"],
        kind: "Ingress",
        scope: Scope::Namespaced,
        read,
    },
    KindReader { group: "extensions", versions: &["v1beta1"], kind: "Ingress", scope: Scope::Namespaced, read },
];

/// How a version writes backends.
type BackendReader = fn(&Fields<'_>) -> Read<Option<IngressBackend>>;

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let (backend, default): (BackendReader, _) =
        if object.version == "v1" { (backend, "defaultBackend") } else { (backend_v1beta1, "backend") };
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let annotations = object.annotations();
    let class = spec.optional("ingressClassName", value::text);
    reading.objects.ingresses.push(Ingress {
        name: object.name.clone(),
        labels: object.labels.clone(),
        class: class.or_else(|| annotations.get("kubernetes.io/ingress.class").cloned()),
        annotations,
        default_backend: spec.optional(default, |cursor| backend(&cursor.fields()?)).flatten(),
        rules: spec.list("rules", |entry| rule(entry, backend)),
        position: object.position,
    });
    Ok(())
}

fn rule(entry: &Cursor<'_>, backend: BackendReader) -> Read<IngressRule> {
    let fields = entry.fields()?;
    let host = fields.strict("host", value::text)?.filter(|host| !host.is_empty());
    let http = fields.get("http");
    let http = http.as_ref().map(Cursor::fields).transpose()?;
    Ok(IngressRule { host, paths: http.list("paths", |entry| path(entry, backend)) })
}

fn path(entry: &Cursor<'_>, backend: BackendReader) -> Read<IngressPath> {
    let fields = entry.fields()?;
    let path_type = fields.strict("pathType", value::text)?;
    Ok(IngressPath {
        path: fields.strict("path", value::text)?.filter(|path| !path.is_empty()),
        path_type: path_type.unwrap_or_else(|| Name::new_static("ImplementationSpecific")),
        backend: fields.required("backend", |cursor| backend(&cursor.fields()?))?,
    })
}

/// `service: {name, port: {number | name}}`; `None` for a resource.
fn backend(fields: &Fields<'_>) -> Read<Option<IngressBackend>> {
    let service = fields.strict("service", |service| {
        let service = service.fields()?;
        let name = service.required("name", value::text)?;
        let port = service.required("port", |port| {
            let fields = port.fields()?;
            let number = fields.strict("number", value::port_or_zero)?.flatten().map(PortRef::Number);
            let name = fields.strict("name", value::text)?.filter(|name| !name.is_empty()).map(PortRef::Name);
            number.or(name).ok_or_else(|| port.error(code::MISSING_FIELD, &[("name", "number")]))
        })?;
        Ok(IngressBackend { service: name, port })
    })?;
    if service.is_none() && fields.get("resource").is_none() {
        return Err(fields.at().error(code::MISSING_FIELD, &[("name", "service")]));
    }
    Ok(service)
}

/// `serviceName`, `servicePort`; `None` for a resource.
fn backend_v1beta1(fields: &Fields<'_>) -> Read<Option<IngressBackend>> {
    let Some(service) = fields.strict("serviceName", value::text)? else {
        let resource = fields.get("resource").map(|_| None);
        return resource.ok_or_else(|| fields.at().error(code::MISSING_FIELD, &[("name", "serviceName")]));
    };
    Ok(Some(IngressBackend { service, port: fields.required("servicePort", value::port_ref)? }))
}
