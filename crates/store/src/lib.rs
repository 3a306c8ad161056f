//! One trait over Kubernetes objects, whatever holds them: [`Store`].
//!
//! An implementation keeps untyped objects, each under a group, kind, namespace and name, hands out a resourceVersion with every
//! change and can be watched from one. [`conformance`] is what every implementation has to pass. Nothing here does I/O, and
//! nothing here knows a client library or a database.

mod catalogue;
pub mod conformance;
mod error;
mod key;
mod object;
mod options;
mod resource;
mod selector;
mod store;
mod watch;

pub use catalogue::{KINDS, KnownKind};
pub use error::{Cause, StoreError};
pub use key::ObjectKey;
pub use object::Object;
pub use options::{Apply, Commit, Conflicts, Delete, Part, Propagation, Selection, Write};
pub use resource::{Resource, Scope};
pub use selector::{Requirement, Selector, SelectorError};
pub use store::{List, Pending, Store};
pub use watch::{Event, Watch};
