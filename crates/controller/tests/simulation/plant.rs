//! Faults that are planted, to see that they are found.

use bulkhead_controller::Call;
use bulkhead_store::Conflicts;
use fastrand::Rng;

/// A fault of a controller, or of what it relies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plant {
    /// Writes do not say which version they replace, and take what is somebody else's.
    Unconditional,
    /// Something changes every policy right after it was written.
    MeddlingWebhook,
    /// An answer is lost now and then, and nobody gives up on it.
    DeafController,
    /// What is written lets through more than the plan says.
    TooWide,
    /// What is written leaves out what the plan says.
    TooNarrow,
}

impl Plant {
    /// The call as the fault makes it.
    pub(crate) fn spoil(self, call: &Call, rng: &mut Rng) -> Option<Call> {
        let Call::Apply(resource, object, part, conflicts, commit) = call else { return None };
        if resource.kind != "NetworkPolicy" {
            return None;
        }
        let mut object = object.clone();
        let mut conflicts = *conflicts;
        match self {
            Self::Unconditional => {
                object.metadata_mut().remove("resourceVersion");
                object.metadata_mut().remove("uid");
                conflicts = Conflicts::Force;
            }
            Self::TooWide | Self::TooNarrow if rng.usize(..20) == 0 => {
                let spec = object.0.get_mut("spec")?.as_object_mut()?;
                let rules = if self == Self::TooWide { serde_json::json!([{}]) } else { serde_json::json!([]) };
                spec.insert("ingress".to_owned(), rules);
            }
            _ => return None,
        }
        Some(Call::Apply(resource.clone(), object, *part, conflicts, *commit))
    }
}
