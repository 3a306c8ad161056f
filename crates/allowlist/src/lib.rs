//! The minimal allowlist of an exposure: what must be let in so that exactly the wanted clients reach a target through the
//! wanted doors, with the route that needs each entry, and who else gets in through it.
//!
//! The set is defined, not guessed. *Required* are the packets that the policies of the target's pods see on every route from a
//! wanted client through a wanted door, in a network whose policies let everything pass. *Allowed* is what the policies that are
//! there already let in. The list `L` satisfies Required ⊆ Allowed ∪ L, holds no address, selector or port that no required packet
//! has, and loses a required packet if any entry is taken away.
//!
//! This crate makes no words and writes nothing.

mod allowed;
mod client;
mod entry;
mod entry_index;
mod excess;
mod exposure;
mod minimal;
mod requirement;
mod selector;
mod target;
mod widen;

pub use entry::{Entry, EntryPeer, EntryPort};
pub use excess::{Excess, Remedy, Stranger, Through};
pub use exposure::{Client, Exposure, ExposureTarget};
pub use minimal::{Minimal, Undetermined, minimal};
pub use requirement::Witness;
pub use widen::{Widened, widen};
