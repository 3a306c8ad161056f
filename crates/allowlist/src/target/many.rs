//! Namespaces and workspaces as the target: every Service and every Ingress in them.

use std::collections::BTreeSet;

use bulkhead_model::{Issue, Name, NamespacedName, ObjectRef};
use bulkhead_path::DoorKind;
use bulkhead_snapshot::Snapshot;

use super::{TARGET_MISSING, Target, ingress, pods, service};
use crate::exposure::Exposure;

/// The label by which KubeSphere says which workspace a project belongs to.
pub(crate) const WORKSPACE_LABEL: &str = "kubesphere.io/workspace";

/// One namespace.
pub(super) fn of_namespace(
    snapshot: &Snapshot,
    exposure: &Exposure,
    name: &Name,
    target: &mut Target,
) -> BTreeSet<DoorKind> {
    if snapshot.namespace(name).is_none() {
        target.issues.push(Issue::error(TARGET_MISSING).about(ObjectRef::cluster("Namespace", name.clone())));
        return exposure.doors.iter().copied().collect();
    }
    let doors = add(snapshot, exposure, name, target);
    nothing_there(exposure, target);
    doors
}

/// Every namespace of a workspace.
pub(super) fn of_workspace(
    snapshot: &Snapshot,
    exposure: &Exposure,
    name: &Name,
    target: &mut Target,
) -> BTreeSet<DoorKind> {
    let namespaces = namespaces(snapshot, name);
    if namespaces.is_empty() {
        target.issues.push(Issue::error(TARGET_MISSING).about(ObjectRef::cluster("Workspace", name.clone())));
        return exposure.doors.iter().copied().collect();
    }
    let doors = namespaces.iter().flat_map(|namespace| add(snapshot, exposure, namespace, target)).collect();
    nothing_there(exposure, target);
    doors
}

/// The namespaces of a workspace, by its label.
pub(crate) fn namespaces(snapshot: &Snapshot, workspace: &Name) -> Vec<Name> {
    let of_it = snapshot.namespaces.rows().iter().filter(|row| row.labels.get(WORKSPACE_LABEL) == Some(workspace));
    of_it.map(|row| row.name.clone()).collect()
}

fn add(snapshot: &Snapshot, exposure: &Exposure, namespace: &Name, target: &mut Target) -> BTreeSet<DoorKind> {
    let mut doors = BTreeSet::new();
    for (_, row) in snapshot.services.iter().filter(|(_, row)| row.name.namespace == *namespace) {
        if service::add(snapshot, &row.name, target).is_some() {
            doors.extend(service::dial(row, exposure, target));
        }
    }
    for ingress in snapshot.ingresses.iter().filter(|ingress| ingress.name.namespace == *namespace) {
        for backend in ingress.backends() {
            let name = NamespacedName::new(namespace.clone(), backend.service.clone());
            service::add(snapshot, &name, target);
        }
        doors.extend(ingress::dial(exposure, ingress, target));
    }
    // pods by their own addresses only where somebody says so: else every port of every pod would be wanted
    if exposure.doors.contains(&DoorKind::PodIp) || exposure.doors.contains(&DoorKind::HostPort) {
        for pod in target.pods.clone() {
            let pod = &snapshot.pods[pod];
            if pod.name.namespace == *namespace {
                pods::own_doors(snapshot, exposure, pod, &mut doors, target);
                doors.insert(DoorKind::PodIp);
            }
        }
    }
    doors
}

/// A set without anything that could be exposed is worth a word.
fn nothing_there(exposure: &Exposure, target: &mut Target) {
    if target.services.is_empty() {
        target.issues.push(Issue::warning("targetWithoutService").with("target", &exposure.target));
    }
}
