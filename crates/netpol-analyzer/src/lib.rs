//! What np-guard's netpol-analyzer answers, for those who come from it and keep its expected files.
//!
//! The policies mean here what they mean everywhere in Bulkhead; what differs is the world that they are about
//! (`world`), and that is all choices of that tool: pods are known by their owner, and of one owner's pods one stands for
//! all; an ipBlock never holds a pod; nodes and hostNetwork do not exist; only IPv4 has addresses; nobody is asked about
//! himself; whatever an Ingress or a Route names is reached by one pod without labels. Where Bulkhead cannot tell, that
//! tool stops; here what is certain is listed.
//!
//! Like everything in the deciding crates this gives data; its text is a format of `report`.

mod addresses;
mod diff;
mod exposure;
mod ingress;
mod list;
mod open_ports;
mod peer;
mod potential_ports;
mod representative;
mod selecting;
mod world;

pub use diff::{Difference, ListingDiff};
pub use exposure::{ExposedWorkload, Exposure, Potential};
pub use list::{Connection, Listing};
pub use peer::{AddressRange, Peer};
pub use potential_ports::{NamedPort, Names, PotentialPorts};
pub use representative::Representative;
