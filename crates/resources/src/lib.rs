//! The resources that Bulkhead adds to Kubernetes, as Rust types, and the CustomResourceDefinitions made from them.
//!
//! `deploy/crds/` has what [`definitions`] gives, as YAML; `cargo xtask generate --check` holds the two together. What the
//! structural schema cannot say stands in CEL rules beside the types. Nothing here decides what an entry means, and nothing
//! here knows a client library.

mod definition;
mod kind;

pub use definition::{Definition, definitions};
pub use kind::allowlist::{EntryStatus, IpBlock, IpRange, NamespacePeer, Peer, Port, ServicePeer};
pub use kind::condition::{Condition, ConditionStatus, PolicyReference};
pub use kind::exposure::{
    Client, Door, ExcessStatus, ExposureSpec, ExposureStatus, NamespaceClient, PodClient, RouteTarget, StatusEntry,
    Target,
};
pub use kind::namespace_network_policy::{EgressRule, IngressRule, NamespaceNetworkPolicySpec};
pub use kind::rule::{Cidr, IntOrString};
pub use kind::selector::{LabelSelector, SelectorRequirement};
pub use kind::workspace_allowlist::{WorkspaceAllowlistSpec, WorkspaceAllowlistStatus};
