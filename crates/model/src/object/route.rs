//! OpenShift's Route: as an Ingress, it makes a controller send what comes for a host to a Service.

use crate::{Name, NamespacedName, PortRef, Position};

/// `route.openshift.io/v1 Route`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// `spec.host`.
    pub host: Option<Name>,
    /// The Services in its namespace that it sends to: `spec.to`, then `spec.alternateBackends`.
    pub services: Vec<Name>,
    /// `spec.port.targetPort`: the Service's port by name, or the pods' by number; every port where it is missing.
    pub target_port: Option<PortRef>,
    /// Where it stands.
    pub position: Position,
}
