//! Which workload a pod belongs to, and pods for workloads that have none in the input.

use std::collections::BTreeSet;
use std::sync::Arc;

use bulkhead_model::object::{Owner, Pod, PodOrigin, PodPhase, Workload, WorkloadKind};
use bulkhead_model::{Name, NamespacedName};

/// How long a chain of owners may be; a longer one is a circle.
const LONGEST_CHAIN: usize = 8;

/// The label whose value ends the name of a Deployment's ReplicaSet.
const HASH_LABEL: &str = "pod-template-hash";

/// The chain of owners of a pod from the nearest to the topmost. `workloads` is sorted by name and kind.
pub(crate) fn owners(pod: &Pod, workloads: &[Workload]) -> Vec<Owner> {
    let mut chain = Vec::new();
    let mut next = pod.owner.clone();
    while let Some(owner) = next.filter(|_| chain.len() < LONGEST_CHAIN) {
        next = match find(workloads, &pod.name.namespace, &owner) {
            Some(workload) => workload.owner.clone(),
            None => deployment_of(&owner, pod),
        };
        chain.push(owner);
    }
    chain
}

/// The Deployment of a ReplicaSet that is not in the input: the ReplicaSet's name is the Deployment's with the hash that
/// its pods are labelled with.
fn deployment_of(owner: &Owner, pod: &Pod) -> Option<Owner> {
    if owner.kind != WorkloadKind::ReplicaSet.name() {
        return None;
    }
    let hash = pod.labels.get(HASH_LABEL)?;
    let name = owner.name.strip_suffix(hash.as_str())?.strip_suffix('-').filter(|name| !name.is_empty())?;
    Some(Owner { kind: Name::new_static(WorkloadKind::Deployment.name()), name: name.into() })
}

fn find<'w>(workloads: &'w [Workload], namespace: &str, owner: &Owner) -> Option<&'w Workload> {
    let kind = WorkloadKind::ALL.into_iter().find(|kind| kind.name() == owner.kind)?;
    let key = (namespace, owner.name.as_str(), kind);
    let at = workloads
        .binary_search_by(|have| (have.name.namespace.as_str(), have.name.name.as_str(), have.kind).cmp(&key))
        .ok()?;
    workloads.get(at)
}

/// The pods, which come sorted by name, and one more for every workload that has none: made from its template, with the workload's name. A workload
/// that another one in the input made has its pods there; one with `replicas: 0` has none.
pub(super) fn with_template_pods(mut pods: Vec<Arc<Pod>>, workloads: &[Workload]) -> Vec<Arc<Pod>> {
    if workloads.is_empty() {
        return pods;
    }
    let mut have_pods: BTreeSet<(Name, Owner)> = BTreeSet::new();
    for pod in &pods {
        have_pods.extend(owners(pod, workloads).into_iter().map(|owner| (pod.name.namespace.clone(), owner)));
    }
    let mut names: BTreeSet<NamespacedName> = pods.iter().map(|pod| pod.name.clone()).collect();
    for workload in workloads {
        let namespace = &workload.name.namespace;
        let owner = Owner { kind: Name::new_static(workload.kind.name()), name: workload.name.name.clone() };
        let made_by_another = workload.owner.as_ref().is_some_and(|owner| find(workloads, namespace, owner).is_some());
        if made_by_another || workload.replicas == Some(0) || have_pods.contains(&(namespace.clone(), owner.clone())) {
            continue;
        }
        let mut name = workload.name.clone();
        while !names.insert(name.clone()) {
            name.name = format!("{}-{}", name.name, workload.kind.name().to_ascii_lowercase()).into();
        }
        pods.push(Arc::new(template_pod(name, owner, workload)));
    }
    pods.sort_by(|a, b| a.name.cmp(&b.name));
    pods
}

fn template_pod(name: NamespacedName, owner: Owner, workload: &Workload) -> Pod {
    Pod {
        name,
        labels: workload.template.labels.clone(),
        node: None,
        host_network: workload.template.host_network,
        addresses: Vec::new(),
        phase: PodPhase::Running,
        ready: None,
        terminating: false,
        containers: workload.template.containers.clone(),
        scheduling: workload.template.scheduling.clone(),
        owner: Some(owner),
        origin: PodOrigin::Template,
        position: workload.position,
    }
}
