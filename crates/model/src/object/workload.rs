//! The kinds that make pods: Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, ReplicationController.

use std::sync::Arc;

use super::{Container, Owner, Scheduling};
use crate::{Labels, NamespacedName, Position};

/// A workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its kind.
    pub kind: WorkloadKind,
    /// Its namespace and name.
    pub name: NamespacedName,
    /// Its own labels.
    pub labels: Labels,
    /// `spec.replicas`; `None` for kinds that have none.
    pub replicas: Option<u32>,
    /// The pods that it makes.
    pub template: PodTemplate,
    /// Its own controller (a ReplicaSet's Deployment, a Job's CronJob).
    pub owner: Option<Owner>,
    /// Where it stands.
    pub position: Position,
}

/// A pod template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodTemplate {
    /// The labels of the pods.
    pub labels: Labels,
    /// `spec.hostNetwork`.
    pub host_network: bool,
    /// As [`Pod::scheduling`](super::Pod::scheduling).
    pub scheduling: Option<Arc<Scheduling>>,
    /// As [`Pod::containers`](super::Pod::containers).
    pub containers: Arc<[Container]>,
}

/// The kind of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkloadKind {
    /// `apps/v1 Deployment`
    Deployment,
    /// `apps/v1 ReplicaSet`
    ReplicaSet,
    /// `apps/v1 StatefulSet`
    StatefulSet,
    /// `apps/v1 DaemonSet`
    DaemonSet,
    /// `batch/v1 Job`
    Job,
    /// `batch/v1 CronJob`
    CronJob,
    /// `v1 ReplicationController`
    ReplicationController,
}

impl WorkloadKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Deployment,
        Self::ReplicaSet,
        Self::StatefulSet,
        Self::DaemonSet,
        Self::Job,
        Self::CronJob,
        Self::ReplicationController,
    ];

    /// The kind as a manifest spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::ReplicaSet => "ReplicaSet",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
            Self::ReplicationController => "ReplicationController",
        }
    }
}
