//! Kubernetes objects in one file: [`LocalStore`], a [`Store`](bulkhead_store::Store) on an embedded transactional database.
//!
//! Every change is one transaction that is on the disk before it is acknowledged, gets the next resourceVersion, and is kept
//! with who made it, when, and what was there before and after ([`Record`]), until [`LocalStore::compact`] forgets it. Any
//! change can be undone, as a new change. Several processes may have one file open; each sees what the others commit.
//!
//! What an API server does with an object happens here, too: schemas of our own kinds ([`bulkhead_resources`]) with defaults
//! and validation, field managers, generations, finalizers, owners and namespaces. It does not run other people's controllers:
//! no pods come of a Deployment.

mod actor;
mod backup;
mod change;
mod commit;
mod compaction;
mod failure;
mod file;
mod format;
mod history;
mod holders;
mod import;
mod local_store;
mod names;
mod ownership;
mod read;
mod record;
mod tables;
mod together;
mod undo;
mod validation;
mod watching;

pub use actor::{Actor, Clock};
pub use backup::{BackupSummary, restore};
pub use compaction::{Compacted, Keep};
pub use file::OpenError;
pub use history::HistoryQuery;
pub use holders::Holder;
pub use import::Imported;
pub use local_store::LocalStore;
pub use record::{Operation, Record};
pub use together::Together;
pub use undo::Undo;
