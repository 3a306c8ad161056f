//! From bytes to an immutable cluster state.
//!
//! [`read`](read::read) turns named texts (YAML or JSON, many documents, `List` kinds) into [`Objects`] with a position
//! for everything, and never fails as a whole: what cannot be read becomes an [`Issue`](bulkhead_model::Issue), what is of
//! no interest is counted. [`Snapshot::new`] sorts, completes and indexes the objects and finds out how kube-proxy runs.
//!
//! This crate reads no files and asks nobody: whoever calls it has the bytes. The same objects give the same snapshot.

mod assemble;
mod by_address;
pub mod code;
pub mod fact;
mod moving;
pub mod objects;
pub mod read;
pub mod settings;
mod sharing;
mod snapshot;
pub mod table;

pub use fact::{Evidence, Fact};
pub use moving::{Before, Moving};
pub use objects::{IgnoreRemark, Objects};
pub use read::embedded::EmbeddedSetting;
pub use read::{
    CONFIG_MAPS, IGNORE_ANNOTATION, Input, Reader, is_config_map_read, is_group_wanted, is_wanted, read, wanted_kinds,
};
pub use settings::{Settings, SettingsError};
pub use sharing::Sharing;
pub use snapshot::{DERIVED_SLICE, Snapshot};
pub use table::{Id, NamespaceId, NodeId, PodId, ServiceId, Table};
