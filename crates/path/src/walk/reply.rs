//! The answer's way back.

use super::{Rewritten, Trail};

impl Trail {
    /// Whether the answer passes every node that translated on the way. It is sent to the source that the endpoint saw, and so
    /// comes by the nodes that put their own address in, and by the client's home; a node that only rewrote the destination
    /// is passed only where it is one of those. `Yes` means that it does.
    pub(super) fn answer_comes_back(&self) -> Rewritten {
        let Some((_, passed)) = self.visits.split_last() else { return Rewritten::Yes };
        let mut unknown = None;
        for (index, visit) in passed.iter().enumerate() {
            let earlier = passed.get(..index).unwrap_or_default();
            // Whom the packet seems to come from, unless this node puts its own address in: the last node before it that
            // did, else the client.
            let owner = earlier.iter().rev().find(|earlier| earlier.source == Rewritten::Yes);
            let owner = owner.map_or(self.client.home(), |owner| Some(owner.node));
            if visit.destination == Rewritten::No || owner == Some(visit.node) {
                continue;
            }
            match &visit.source {
                Rewritten::Yes => {}
                Rewritten::No => return Rewritten::No,
                Rewritten::Unknown(reason) => unknown = Some(reason.clone()),
            }
        }
        unknown.map_or(Rewritten::Yes, Rewritten::Unknown)
    }
}
