//! The kinds that make pods.

use bulkhead_model::Labels;
use bulkhead_model::object::{PodTemplate, Workload, WorkloadKind};

use super::{KindReader, Scope, container};
use crate::code;
use crate::read::decode::{Cursor, Object, OptionalFields, Read, Reading, value};

const APPS: &[&str] = &["v1", "v1beta2", "v1beta1"];
const BATCH: &[&str] = &["v1", "v1beta1"];

macro_rules! kinds {
    ($($kind:ident in $group:literal $versions:expr;)*) => {
        pub(super) const KINDS: &[KindReader] = &[$(KindReader {
            group: $group,
            versions: $versions,
            kind: stringify!($kind),
            scope: Scope::Namespaced,
            read: |object, reading| read(object, WorkloadKind::$kind, reading),
        }),*];
    };
}

kinds! {
    Deployment in "apps" APPS;
    ReplicaSet in "apps" APPS;
    StatefulSet in "apps" APPS;
    DaemonSet in "apps" APPS;
    Job in "batch" BATCH;
    CronJob in "batch" BATCH;
    ReplicationController in "" &["v1"];
}

fn read(object: &Object<'_>, kind: WorkloadKind, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let template = match kind {
        WorkloadKind::CronJob => spec.optional("jobTemplate", |job| {
            let fields = job.fields()?;
            fields.required("spec", |spec| spec.fields()?.required("template", |it| template(it, reading)))
        }),
        _ => spec.optional("template", |it| template(it, reading)),
    };
    let Some(template) = template else {
        return Err(object.fields.at().error(code::MISSING_FIELD, &[("name", "spec.template")]));
    };
    let replicas = spec.optional("replicas", |replicas| {
        let count = replicas.integer()?;
        u32::try_from(count).map_err(|_| replicas.wrong_type("integer"))
    });
    let scales = !matches!(kind, WorkloadKind::DaemonSet | WorkloadKind::Job | WorkloadKind::CronJob);
    reading.objects.workloads.push(Workload {
        kind,
        name: object.name.clone(),
        labels: object.labels.clone(),
        replicas: scales.then(|| replicas.unwrap_or(1)),
        template,
        owner: object.owner(),
        position: object.position,
    });
    Ok(())
}

fn template(cursor: &Cursor<'_>, reading: &mut Reading<'_>) -> Read<PodTemplate> {
    let fields = cursor.fields()?;
    let labels = fields.optional("metadata", |metadata| {
        metadata.fields().map(|metadata| metadata.optional("labels", value::labels).unwrap_or_default())
    });
    fields.required("spec", |spec| {
        let spec = spec.fields()?;
        let host_network = container::host_network(Some(&spec))?;
        let containers = container::containers(Some(&spec), host_network);
        Ok(PodTemplate {
            labels: reading.interner.labels(labels.unwrap_or_else(Labels::default)),
            host_network,
            scheduling: super::scheduling::scheduling(Some(&spec)),
            containers: reading.interner.containers(containers),
        })
    })
}
