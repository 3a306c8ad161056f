//! What is wrong with the policies of a cluster, and whether what was asserted about it holds.
//!
//! [`lint()`] runs every rule of [`rule::ALL`] over a snapshot and gives findings: data with a place, an object, a field, and the
//! arguments for words, which are made elsewhere. Findings can be left out by the object that they are about, by a comment, and
//! by a settings file, each time with a reason.
//!
//! Like everything below `analysis`, this crate does no I/O and makes no words. It judges no packets itself: what policies say
//! comes from `policy`.

mod addresses;
mod cluster;
mod dns;
mod exposed;
mod finding;
mod isolated;
mod lint;
mod meaning;
mod near_miss;
mod notation;
mod population;
mod redundancy;
pub mod rule;
mod service_ports;
pub mod settings;
mod site;
pub mod suppression;
mod tenancy;

pub use finding::{Finding, Related};
pub use lint::{Report, Suppressed, lint};
pub use rule::Rule;
pub use settings::{Level, Settings, Suppressing, read_settings};
pub use suppression::{Suppression, comments};
