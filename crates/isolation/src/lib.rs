//! From isolation switches and allowlists to NetworkPolicies.
//!
//! [`plan`] reads the switches of workspaces and projects and the allowlist entries (`NamespaceNetworkPolicy`) of a snapshot and
//! says which NetworkPolicies they mean, which of those have to be written, which objects have to go, what became of every
//! entry and every allowlist of a workspace (`WorkspaceAllowlist`), and what is wrong. It writes nothing; [`apply`] shows what the snapshot would be afterwards.
//!
//! There are two [`Setting`]s, a folder each: `kubesphere` is what the controller of KubeSphere 3.4.1 writes, faults included, for
//! migration and comparison; `default` has the same switches, objects and names without the faults. How they differ is listed in
//! `docs/isolation-differences.md`, row by row with the test that shows it.

mod apply;
pub mod code;
mod configuration;
mod dns_facts;
mod exposed;
pub mod names;
mod node_addresses;
mod order;
mod origin;
mod plan;
mod same;
mod setting;
mod workspace;

pub use apply::{apply, apply_to};
pub use dns_facts::{DnsFacts, dns_facts};
pub use exposed::{Exposed, NeededList, Needs};
pub use order::{Step, steps};
pub use origin::origin;
pub use plan::{
    AllowlistStatus, ApiServerEgress, Draft, EntryState, EntryStatus, ExposureState, ExposureStatus, Isolation,
    LastApplied, Plan, ProjectStatus, Setting, Settings, draft, plan,
};
pub use same::means_the_same;
pub use setting::default::{is_named_as_dns, is_named_as_node_local_dns};
pub use workspace::workspace_isolated;
