//! flannel, which carries packets and judges none.

use super::habits::stated;
use super::{Answer, EngineDefinition, Profile, Seen, Signs, api_text};

/// How flannel is seen. A node's annotation alone shows that flannel carries the packets, not that nobody judges them: what
/// else runs is then not in the input.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs {
        daemon_sets: &["kube-flannel-ds", "kube-flannel", "kube-flannel-ds-amd64"],
        images: &["flannel/flannel", "coreos/flannel"],
        node_annotations: &["flannel.alpha.coreos.com/"],
        together: &[],
    },
    own_policies: &[],
    profiles: &[&PROFILE],
    running: |_, seen| match seen {
        Seen::Running => &PROFILE,
        Seen::Trace => &TRACE,
    },
};

/// Nothing is enforced: the API server accepts policies and nobody acts on them.
const PROFILE: Profile = Profile {
    name: "flannel",
    enforces: stated(
        Answer::No,
        "flannel-io/flannel README: flannel provides connectivity and no policy; a policy engine beside it is not visible",
    ),
    ..api_text::PROFILE
};

const TRACE: Profile = Profile {
    enforces: stated(Answer::Unknown, "flannel itself enforces nothing; the input does not show what runs beside it"),
    ..PROFILE
};
