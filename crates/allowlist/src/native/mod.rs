//! What NetworkPolicy cannot say, in the engine's own kinds.
//!
//! Cilium judges by identity: what a node rewrote is a node, or the world, and no ipBlock means it; a `CiliumNetworkPolicy` names the
//! entity. Calico judges a pod's traffic behind source NAT: which client came in by another node no policy of the pod can see; a
//! policy of host endpoints can, before the destination is translated.
//!
//! The objects stand beside the NetworkPolicies of [`Minimal`], and not in their place.

pub mod calico;
pub mod cilium;

use std::rc::Rc;

use bulkhead_model::Issue;
use bulkhead_path::{Network, Reason};

use self::calico::{DoorPolicy, HostEndpoint};
use self::cilium::EntityPolicy;
use crate::client::Wanted;
use crate::exposure::Exposure;
use crate::minimal::Minimal;
use crate::requirement::Witness;
use crate::shared::Shared;
use crate::target::Target;

/// Objects of the engine's own kinds for an exposure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Native {
    /// What was asked.
    pub exposure: Exposure,
    /// For Cilium: who has no address.
    pub entities: Vec<EntityPolicy>,
    /// For Calico: the nodes, as endpoints that a policy can select.
    pub host_endpoints: Vec<HostEndpoint>,
    /// For Calico: who may come to the doors.
    pub doors: Option<DoorPolicy>,
    /// What else the person should know.
    pub issues: Vec<Issue>,
}

/// What is known of an exposure once it is answered.
pub(crate) struct Answered<'a> {
    pub(crate) exposure: &'a Exposure,
    pub(crate) target: Target,
    pub(crate) wanted: Rc<Wanted>,
    /// Ways of which no address says who comes.
    pub(crate) unknown: Vec<(Reason, Witness)>,
    pub(crate) minimal: Minimal,
}

/// Makes the objects of the engine that the network has.
pub(crate) fn of(shared: &Shared<'_>, answered: &Answered<'_>) -> Native {
    let mut native = Native {
        exposure: answered.exposure.clone(),
        entities: Vec::new(),
        host_endpoints: Vec::new(),
        doors: None,
        issues: answered.minimal.issues.clone(),
    };
    match Kinds::of(shared.network) {
        Kinds::Cilium => {
            native.entities = cilium::policies(shared, answered);
            let wanted = answered.wanted.everyone;
            native.issues.extend(cilium::everyone_outside(&native.entities).filter(|_| !wanted));
        }
        Kinds::Calico => {
            let (doors, endpoints, issues) = calico::policy(shared, answered);
            native.host_endpoints = endpoints;
            native.doors = doors;
            native.issues.extend(issues);
        }
        Kinds::None(engine) => native.issues.push(Issue::note("nativeNoKinds").with("engine", engine)),
    }
    let nothing = native.entities.is_empty() && native.doors.is_none();
    if nothing && !native.issues.iter().any(|issue| issue.code == "nativeNoKinds") {
        native.issues.push(Issue::note("nativeNothing").with("target", &answered.exposure.target));
    }
    native
}

/// Whose kinds are understood in the cluster.
enum Kinds {
    Cilium,
    Calico,
    None(&'static str),
}

impl Kinds {
    fn of(network: &Network<'_>) -> Self {
        let engine = network.policies().engine();
        match engine.profile().name {
            _ if engine.judges_by_identity() => Self::Cilium,
            "calico" | "canal" => Self::Calico,
            name => Self::None(name),
        }
    }
}
