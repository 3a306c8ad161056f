//! The minimal allowlist of an exposure: what must be let in so that exactly the wanted clients reach a target through the
//! wanted doors, with the route that needs each entry, and who else gets in through it.
//!
//! The set is defined, not guessed. *Required* are the packets that the policies of the target's pods see on every route from a
//! wanted client through a wanted door, in a network whose policies let everything pass. *Allowed* is what the policies that are
//! there already let in. The list `L` satisfies Required ⊆ Allowed ∪ L, holds no address, selector or port that no required packet
//! has, and loses a required packet if any entry is taken away.
//!
//! The same for the way out: what the policies of wanted clients must let out, where they let out only some.
//!
//! This crate makes no words and writes nothing.

mod admin;
mod all;
mod allowed;
mod blocks;
mod client;
mod comparison;
mod crowd;
mod each_node;
mod effort;
mod entries;
mod entry;
mod entry_index;
mod excess;
mod exposure;
mod following;
mod limit;
mod minimal;
pub mod native;
mod place;
mod policy;
mod requirement;
mod robust;
mod selector;
mod sender_kinds;
mod settings;
mod shared;
mod target;
mod widen;

pub use all::{asked_by, exposures};
pub use comparison::{Part, Superfluous, TooMuch};
pub use effort::Effort;
pub use entries::Entries;
pub use entry::{Entry, EntryPeer, EntryPort};
pub use excess::{Excess, Remedy, Stranger, Through};
pub use exposure::{Client, Exposure, ExposureTarget};
pub use minimal::{
    Comparison, EgressList, LetIn, Minimal, Undetermined, compare, minimal, minimal_all, minimal_each,
    minimal_one_by_one, native,
};
pub use native::Native;
pub use requirement::Witness;
pub use settings::{Robust, Settings, Sides};
pub use widen::{Widened, widen};
