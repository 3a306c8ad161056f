//! KubeSphere's gateways: ingress-nginx for one project, for one workspace or for the whole cluster, in
//! `kubesphere-controls-system` or in the project (`pkg/models/gateway`, chart `config/gateway`). Its chart serves Ingresses without
//! a class, of the class `nginx`, and makes no `IngressClass`.

use bulkhead_model::object::Pod;
use bulkhead_model::{LabelSelector, Name, Requirement};
use bulkhead_snapshot::Snapshot;

use super::habits::{Habits, WithoutClass};
use super::{ForIngress, Member, Settings, Watches, ingress_nginx};
use crate::about::stated;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "kubesphere",
    title: "KubeSphere gateway",
    habits: Habits {
        without_class: stated(WithoutClass::Served, "kubesphere config/gateway: watchIngressWithoutClass"),
        ..ingress_nginx::HABITS
    },
    reads: &["workloads kubesphere-router-*, their flags and labels", "Workspace"],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: Some(ForIngress::Pods { runs: ingress_nginx::runs_controller, recognise }),
    gateways: None,
    by_cluster_ip: ingress_nginx::by_cluster_ip,
    further: ingress_nginx::further_backends,
};

/// How the names of its workloads begin; whom it is for follows.
const PREFIX: &str = "kubesphere-router-";

/// What follows for the gateway of the whole cluster.
const CLUSTER: &str = "kubesphere-system";

/// What follows for the gateway of a workspace, before the workspace's name.
const WORKSPACE: &str = "workspace-";

/// A pod of such a gateway.
fn recognise(snapshot: &Snapshot, pod: &Pod) -> Option<Settings> {
    let workload = pod.owner.as_ref().map_or(&pod.name.name, |owner| &owner.name);
    let rest = workload.strip_prefix(PREFIX)?;
    let settings = ingress_nginx::recognise(pod)?;
    let watches = match settings.watches {
        Watches::Everything => watches(snapshot, &release(pod, rest)),
        told => told,
    };
    Some(Settings { without_class: true, watches, ..settings })
}

/// Whom a gateway is for, where its flags do not say: what the label of its release names, else the workload's name without the
/// hash that a Deployment adds.
fn release(pod: &Pod, rest: &str) -> Name {
    let instance = pod.labels.get("app.kubernetes.io/instance");
    let from_label = instance.and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix("-ingress"));
    let from_name = || match pod.owner.as_ref().map(|owner| owner.kind.as_str()) {
        Some("ReplicaSet") => rest.rsplit_once('-').map_or(rest, |(name, _)| name),
        _ => rest,
    };
    Name::from(from_label.unwrap_or_else(from_name))
}

/// The label by which a project is of a workspace.
fn workspace_selector(workspace: &str) -> LabelSelector {
    LabelSelector { requirements: vec![Requirement::equals("kubesphere.io/workspace", workspace).into()] }
}

/// A project may be called as a workspace's gateway is: then it is the project's.
fn watches(snapshot: &Snapshot, release: &str) -> Watches {
    if release == CLUSTER {
        return Watches::Everything;
    }
    let workspace = release.strip_prefix(WORKSPACE).filter(|_| snapshot.namespace(release).is_none());
    let workspace = workspace.filter(|name| snapshot.workspaces.iter().any(|own| own.name == *name));
    match workspace {
        Some(name) => Watches::Labelled("kubesphere.io/workspace", workspace_selector(name)),
        None => Watches::Namespaces(vec![release.into()]),
    }
}
