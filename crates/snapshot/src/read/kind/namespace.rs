//! `v1 Namespace`

use bulkhead_model::object::Namespace;

use super::{KindReader, Scope};
use crate::read::decode::{Object, Read, Reading};

pub(super) const KINDS: &[KindReader] =
    &[KindReader { group: "", versions: &["v1"], kind: "Namespace", scope: Scope::Cluster, read }];

/// The label that the API server sets on every namespace (KEP-2161).
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let name = object.name.name.clone();
    reading.objects.namespaces.push(Namespace {
        labels: object.labels.with(NAME_LABEL, name.clone()),
        name,
        annotations: object.annotations(),
        declared: true,
        position: object.position,
    });
    Ok(())
}
