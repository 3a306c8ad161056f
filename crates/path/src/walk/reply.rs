//! The answer's way back.

use super::{Rewritten, Trail, Walker};

impl Walker<'_> {
    /// Whether the answer passes every node that translated on the way. It is sent to the source that the endpoint saw, and so
    /// comes by the nodes that put their own address in, and by the client's home; a node that only rewrote the destination
    /// is passed only where it is one of those. `Yes` means that it does.
    pub(super) fn answer_comes_back(&self, trail: &Trail) -> Rewritten {
        let Some((_, passed)) = trail.visits.split_last() else { return Rewritten::Yes };
        let mut unknown = None;
        for (index, visit) in passed.iter().enumerate() {
            match (&visit.source, &visit.destination) {
                (Rewritten::Yes, _) | (Rewritten::No, Rewritten::No) => {}
                (Rewritten::Unknown(reason), _) => unknown = Some(reason.clone()),
                (Rewritten::No, _) => {
                    let earlier = passed.get(..index).unwrap_or_default();
                    // The last node before this one that put its address in is whom the packet seems to come from.
                    let owner = earlier.iter().rev().find(|earlier| earlier.source == Rewritten::Yes);
                    let owner = owner.map_or(trail.client.home(), |owner| Some(owner.node));
                    if owner != Some(visit.node) {
                        return Rewritten::No;
                    }
                }
            }
        }
        unknown.map_or(Rewritten::Yes, Rewritten::Unknown)
    }
}
