//! What all objects have in common: their metadata.

use bulkhead_model::object::Owner;
use bulkhead_model::{Labels, Name, NamespacedName, Position};

use super::{Cursor, Fields, OptionalFields, Read, value};

/// One object that is being read.
#[derive(Debug)]
pub(crate) struct Object<'p> {
    /// Its fields, `spec` among them.
    pub(crate) fields: &'p Fields<'p>,
    /// The version part of its `apiVersion`.
    pub(crate) version: &'p str,
    /// Its namespace, `default` where none is given, and its name.
    pub(crate) name: NamespacedName,
    /// `metadata.labels`
    pub(crate) labels: Labels,
    /// Where it stands.
    pub(crate) position: Position,
}

/// The parts of the names of annotations before the `/` that something here reads.
const ANNOTATION_DOMAINS: [&str; 26] = [
    "alpha.kubernetes.io",
    "cilium.io",
    "cloud.google.com",
    "csi.volume.kubernetes.io",
    "flannel.alpha.coreos.com",
    "haproxy.org",
    "ingress.kubernetes.io",
    "ingressclass.kubernetes.io",
    "io.cilium.network",
    "k3s.io",
    "k8s.ovn.org",
    "kube-router.io",
    "kube-vip.io",
    "kubernetes.io",
    "kubesphere.io",
    "metallb.io",
    "metallb.universe.tf",
    "network.cilium.io",
    "nginx.ingress.kubernetes.io",
    "node.antrea.io",
    "ovn.kubernetes.io",
    "projectcalico.org",
    "service.alpha.kubernetes.io",
    "service.beta.kubernetes.io",
    "service.kubernetes.io",
    "traefik.ingress.kubernetes.io",
];

/// Whether an annotation says something about traffic or tenancy. Others are not kept: they are large and many.
fn is_annotation_of_interest(key: &str) -> bool {
    let Some((domain, _)) = key.split_once('/') else { return false };
    let of_tenancy = domain.strip_suffix("kubesphere.io").is_some_and(|front| front.ends_with('.'));
    of_tenancy || ANNOTATION_DOMAINS.contains(&domain)
}

impl Object<'_> {
    /// `metadata.annotations`, as far as anything here reads them.
    pub(crate) fn annotations(&self) -> Labels {
        let metadata = self.fields.get("metadata");
        let fields = metadata.as_ref().and_then(|metadata| metadata.fields().ok());
        let annotations = fields.optional("annotations", |annotations| {
            annotations.each_entry(|key, value| {
                is_annotation_of_interest(key).then(|| value.loose_text().ok().map(|text| (Name::from(key), text)))
            })
        });
        annotations.into_iter().flatten().flatten().flatten().collect()
    }

    /// The controller in `metadata.ownerReferences`.
    pub(crate) fn owner(&self) -> Option<Owner> {
        let metadata = self.fields.get("metadata");
        let fields = metadata.as_ref().and_then(|metadata| metadata.fields().ok());
        fields.list("ownerReferences", controller).into_iter().flatten().next()
    }

    /// Whether `metadata.deletionTimestamp` is set.
    pub(crate) fn is_terminating(&self) -> bool {
        let metadata = self.fields.get("metadata");
        let fields = metadata.as_ref().and_then(|metadata| metadata.fields().ok());
        fields.is_some_and(|fields| fields.get("deletionTimestamp").is_some())
    }
}

fn controller(reference: &Cursor<'_>) -> Read<Option<Owner>> {
    let fields = reference.fields()?;
    if fields.optional("controller", value::boolean) != Some(true) {
        return Ok(None);
    }
    // An owner of no kind is reported; it still says which pods belong together.
    let kind = fields.required("kind", value::text).unwrap_or_default();
    Ok(Some(Owner { kind, name: fields.required("name", value::text)? }))
}

impl Cursor<'_> {
    /// A map of strings: labels, annotations, a Service's selector.
    pub(crate) fn labels(&self) -> Read<Labels> {
        let pairs = self.each_entry(|key, value| value.loose_text().ok().map(|text| (Name::from(key), text)))?;
        let count = pairs.len();
        let labels: Labels = pairs.into_iter().flatten().collect();
        if labels.iter().len() < count {
            self.report_keys_that_come_twice();
        }
        Ok(labels)
    }
}
