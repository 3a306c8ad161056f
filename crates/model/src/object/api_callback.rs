//! What makes the API server call a Service: admission webhooks and aggregated APIs.

use crate::{Name, NamespacedName, PortNumber, Position};

/// A Service that the API server calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiCallback {
    /// The kind of the object that says so.
    pub kind: &'static str,
    /// Its name.
    pub name: Name,
    /// The Service.
    pub service: NamespacedName,
    /// Its port.
    pub port: PortNumber,
    /// Where it stands.
    pub position: Position,
}
