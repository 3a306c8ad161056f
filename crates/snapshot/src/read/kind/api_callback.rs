//! What makes the API server call a Service: webhook configurations and `APIService`s.

use bulkhead_model::NamespacedName;
use bulkhead_model::object::ApiCallback;

use super::{KindReader, Scope};
use crate::read::decode::{Cursor, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[
    KindReader {
        group: "admissionregistration.k8s.io",
        versions: &["v1", "v1beta1"],
        kind: "ValidatingWebhookConfiguration",
        scope: Scope::Cluster,
        read: |object, reading| read_webhooks(object, reading, "ValidatingWebhookConfiguration"),
    },
    KindReader {
        group: "admissionregistration.k8s.io",
        versions: &["v1", "v1beta1"],
        kind: "MutatingWebhookConfiguration",
        scope: Scope::Cluster,
        read: |object, reading| read_webhooks(object, reading, "MutatingWebhookConfiguration"),
    },
    KindReader {
        group: "apiregistration.k8s.io",
        versions: &["v1", "v1beta1"],
        kind: "APIService",
        scope: Scope::Cluster,
        read: read_api_service,
    },
];

/// The port that a reference without one means.
const HTTPS: u16 = 443;

fn read_webhooks(object: &Object<'_>, reading: &mut Reading<'_>, kind: &'static str) -> Read<()> {
    let services = object.fields.list("webhooks", |webhook| {
        let fields = webhook.fields()?;
        // a webhook without a service is called by URL
        Ok(fields.optional("clientConfig", |config| config.fields()?.strict("service", service)).flatten())
    });
    for (service, port) in services.into_iter().flatten() {
        let (name, position) = (object.name.name.clone(), object.position);
        let callback = ApiCallback { kind, name, service, port, position };
        if !reading.objects.callbacks.contains(&callback) {
            reading.objects.callbacks.push(callback);
        }
    }
    Ok(())
}

fn read_api_service(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    // one without a service is the API server's own
    if let Some((service, port)) = spec.optional("service", service) {
        reading.objects.callbacks.push(ApiCallback {
            kind: "APIService",
            name: object.name.name.clone(),
            service,
            port,
            position: object.position,
        });
    }
    Ok(())
}

fn service(reference: &Cursor<'_>) -> Read<(NamespacedName, u16)> {
    let fields = reference.fields()?;
    let name = NamespacedName::new(fields.required("namespace", value::text)?, fields.required("name", value::text)?);
    Ok((name, fields.optional("port", value::port).unwrap_or(HTTPS)))
}
