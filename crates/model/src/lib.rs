//! Domain types: Kubernetes' objects as far as Bulkhead reads them, and the plain values that everything speaks in.
//!
//! This crate never does I/O, never reads a clock, and never decides anything: it holds names, labels, addresses, ports,
//! positions in the input, issues, and one type for each kind of object. Parsing lives in `snapshot`, meaning in `policy`
//! and `path`. No type here serialises; `wire` has the forms that leave the program.
//!
//! What could not be read is kept as [`Readable::Unreadable`], so that no later step can mistake it for "absent".

pub mod address;
pub mod issue;
pub mod label;
pub mod name;
pub mod object;
pub mod port;
pub mod position;
pub mod readable;
pub mod watch;

pub use address::{AddressSet, IpBlock};
pub use ipnet::{IpNet, Ipv4Net, Ipv6Net};
pub use issue::{Issue, IssueCode, Severity};
pub use label::{LabelSelector, Labels, Operator, Requirement, Written};
pub use name::{Name, NamespacedName, ObjectRef};
pub use port::{PortNumber, PortRange, PortRef, Protocol};
pub use position::{Position, SourceId};
pub use readable::Readable;
