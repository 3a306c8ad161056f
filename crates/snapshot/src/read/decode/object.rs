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

/// The parts of the names of annotations before the `/` under which tools keep what no component of a network reads: copies of
/// whole manifests, revisions, sums.
const ANNOTATION_DOMAINS_PASSED_OVER: [&str; 7] = [
    "argocd.argoproj.io",
    "checksum",
    "control-plane.alpha.kubernetes.io",
    "deployment.kubernetes.io",
    "kubectl.kubernetes.io",
    "meta.helm.sh",
    "volumes.kubernetes.io",
];

/// Whether an annotation may say something about traffic or tenancy: any provider of load balancers or gateways has a domain of its
/// own.
fn is_annotation_of_interest(key: &str) -> bool {
    let domain = key.split_once('/').map(|(domain, _)| domain);
    domain.is_some_and(|domain| !ANNOTATION_DOMAINS_PASSED_OVER.contains(&domain))
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
