//! Ingress and IngressClass.

use crate::{Labels, Name, NamespacedName, PortRef, Position};

/// An Ingress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ingress {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// Its labels: a controller may serve only some.
    pub labels: Labels,
    /// Its annotations, as far as anything here reads them.
    pub annotations: Labels,
    /// `spec.ingressClassName`, else the annotation `kubernetes.io/ingress.class`.
    pub class: Option<Name>,
    /// `spec.defaultBackend`.
    pub default_backend: Option<IngressBackend>,
    /// `spec.rules`.
    pub rules: Vec<IngressRule>,
    /// Where it stands.
    pub position: Position,
}

/// One rule of an Ingress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngressRule {
    /// The host; `None` means every host.
    pub host: Option<Name>,
    /// Its paths.
    pub paths: Vec<IngressPath>,
}

/// One path of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngressPath {
    /// The path; `None` means every path.
    pub path: Option<Name>,
    /// `Exact`, `Prefix` or `ImplementationSpecific`.
    pub path_type: Name,
    /// Who serves it; `None` where the backend is a resource and not a Service.
    pub backend: Option<IngressBackend>,
}

/// A Service in the Ingress' namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IngressBackend {
    /// The Service's name.
    pub service: Name,
    /// The Service's port.
    pub port: PortRef,
}

/// An IngressClass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngressClass {
    /// Its name.
    pub name: Name,
    /// `spec.controller`.
    pub controller: Name,
    /// `spec.parameters`
    pub parameters: Option<ClassParameters>,
    /// The annotation `ingressclass.kubernetes.io/is-default-class`.
    pub is_default: bool,
    /// Where it stands.
    pub position: Position,
}

/// The object of an implementation's own kind that has more settings of a class or a Gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassParameters {
    /// `apiGroup` or `group`; empty means the core group.
    pub group: Name,
    /// `kind`
    pub kind: Name,
    /// `namespace`, where it says one.
    pub namespace: Option<Name>,
    /// `name`
    pub name: Name,
}

impl Ingress {
    /// Every backend, the default first, in the manifest's order, each once.
    pub fn backends(&self) -> Vec<&IngressBackend> {
        let paths = self.rules.iter().flat_map(|rule| &rule.paths).filter_map(|path| path.backend.as_ref());
        let mut seen: Vec<&IngressBackend> = Vec::new();
        for backend in self.default_backend.iter().chain(paths) {
            if !seen.contains(&backend) {
                seen.push(backend);
            }
        }
        seen
    }
}
