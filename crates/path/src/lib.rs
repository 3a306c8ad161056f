//! How packets travel: from an origin, through a door, to pods; with the packet before and after every step.
//!
//! A route is composed of four small parts, each in a folder of its own: the *door* (which nodes can be the entry), the
//! *proxy* (who is masqueraded, which endpoints are eligible), the *cni* (which source a masqueraded packet gets, where the
//! policy looks) and the *gateway* (which controller serves an Ingress). What no part knows is undetermined, with the reason.
//!
//! `Network` is everything that questions share, resolved once. `Network::without_policies` is the same network with an engine
//! that looks and lets everything pass: there every route says which source its policy would see, and the allowlist is made
//! from that.
//!
//! This crate does no I/O and makes no words: hops and reasons are data.

pub mod about;
mod agent;
pub mod cni;
mod door;
pub mod gateway;
pub mod lb;
mod network;
mod node_class;
mod overrides;
pub mod proxy;
pub mod reason;
pub mod request;
pub mod route;
mod running;
mod trace;
mod walk;

pub use cni::{CniKind, Family};
pub use lb::LoadBalancerKind;
pub use network::{DetectLocal, KubeProxy, Network, NodeAddresses, NodePortAddresses};
pub use node_class::NodeClass;
pub use overrides::{Overlay, Overrides};
pub use proxy::ProxyMode;
pub use reason::Reason;
pub use request::{DoorKind, Origin, Request, Served, ServedKind, Target};
pub use route::{Address, Answer, Hop, Outcome, Packet, Place, Route, RouteEndpoint, Step};
pub use trace::{Sender, SenderKey, Senders, SetApart, Substitution, trace};
