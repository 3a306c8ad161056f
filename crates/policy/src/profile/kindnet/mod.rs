//! kindnet, the network of kind clusters. It has kube-network-policies built in since its releases of August 2024.

use bulkhead_model::object::WorkloadKind;
use bulkhead_snapshot::Snapshot;

use super::habits::stated;
use super::{Answer, EngineDefinition, Profile, Signs, api_text, kube_network_policies};

/// How kindnet is seen.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs { daemon_sets: &["kindnet"], images: &["kindest/kindnetd"], node_annotations: &[], together: &[] },
    own_policies: &[],
    profiles: &[&PROFILE],
    running: |snapshot, _| match image_date(snapshot) {
        Some(date) if date >= 20_240_813 => &PROFILE,
        Some(_) => &BEFORE,
        None => &UNKNOWN,
    },
};

const PROFILE: Profile = Profile {
    name: "kindnet",
    enforces: stated(Answer::Yes, "kubernetes-sigs/kind v0.24.0: kindnetd enforces NetworkPolicy"),
    ..kube_network_policies::PROFILE
};

const BEFORE: Profile = Profile {
    name: "kindnet",
    enforces: stated(Answer::No, "kubernetes-sigs/kind before v0.24.0: kindnetd had no NetworkPolicy"),
    ..api_text::PROFILE
};

const UNKNOWN: Profile = Profile {
    enforces: stated(Answer::Unknown, "kubernetes-sigs/kind v0.24.0; the image's tag does not tell"),
    ..PROFILE
};

/// The date in the image's tag, as `v20240813-c6f155d6`.
fn image_date(snapshot: &Snapshot) -> Option<u32> {
    let sets = snapshot.workloads.iter().filter(|workload| workload.kind == WorkloadKind::DaemonSet);
    let mut images = sets.flat_map(|set| set.template.containers.iter()).map(|container| container.image.as_str());
    let image = images.find(|image| image.contains("kindest/kindnetd"))?;
    let (_, tag) = image.rsplit_once(":v")?;
    tag.get(..8)?.parse().ok()
}
