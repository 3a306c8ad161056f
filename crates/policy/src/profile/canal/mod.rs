//! Canal: flannel carries the packets, Calico's Felix judges them.

use super::habits::stated;
use super::{Answer, EngineDefinition, Profile, Signs, calico};

/// How Canal is seen.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs { daemon_sets: &["canal"], images: &[], node_annotations: &[], together: &["calico", "flannel"] },
    own_policies: calico::ENGINE.own_policies,
    profiles: &[&PROFILE],
    running: |_, _| &PROFILE,
};

/// Felix as in Calico; only the addresses of the overlay are another's.
const PROFILE: Profile = Profile {
    name: "canal",
    enforces: stated(Answer::Yes, "projectcalico/calico manifests/canal.yaml: Felix as in Calico"),
    ..calico::PROFILE
};
