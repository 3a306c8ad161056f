//! KubeSphere's gateway: ingress-nginx for one project in `kubesphere-controls-system`, or for the whole cluster
//! (`pkg/models/gateway`, chart `config/gateway`). Its chart serves Ingresses without a class, of the class `nginx`, and makes
//! no IngressClass.

use bulkhead_model::Name;
use bulkhead_model::object::Pod;

use super::{Settings, ingress_nginx};

/// How the names of its workloads begin; the project's name follows.
const PREFIX: &str = "kubesphere-router-";

/// What follows for the gateway of the whole cluster.
const CLUSTER: &str = "kubesphere-system";

/// A pod of such a gateway.
pub(super) fn recognise(pod: &Pod) -> Option<Settings> {
    let workload = pod.owner.as_ref().map_or(&pod.name.name, |owner| &owner.name);
    let rest = workload.strip_prefix(PREFIX)?;
    let settings = ingress_nginx::recognise(pod)?;
    let namespace = settings.namespace.clone().or_else(|| project(pod, rest));
    Some(Settings { controller: "kubesphere", without_class: true, namespace, ..settings })
}

/// The project that a gateway is for, where its flags do not say: what the label of its release names, else the workload's name
/// without the hash that a Deployment adds.
fn project(pod: &Pod, rest: &str) -> Option<Name> {
    let instance = pod.labels.get("app.kubernetes.io/instance");
    let from_label = instance.and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix("-ingress"));
    let from_name = || match pod.owner.as_ref().map(|owner| owner.kind.as_str()) {
        Some("ReplicaSet") => rest.rsplit_once('-').map_or(rest, |(name, _)| name),
        _ => rest,
    };
    let project = from_label.unwrap_or_else(from_name);
    (project != CLUSTER).then(|| Name::from(project))
}
