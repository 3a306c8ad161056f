//! The target of an exposure, resolved: its Services, its pods, and what clients dial to reach them.

mod ingress;
pub(crate) mod many;
pub(crate) mod pods;
pub(crate) mod service;

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::{Issue, IssueCode, Labels, Name, NamespacedName, PortNumber, PortRef, Protocol};
use bulkhead_path::{DoorKind, Network, Target as RequestTarget};
use bulkhead_snapshot::{PodId, ServiceId, Snapshot};

use crate::entry::EntryPort;
use crate::exposure::{Exposure, ExposureTarget};

/// What was named is not in the input.
pub(crate) const TARGET_MISSING: IssueCode = "targetMissing";

/// A port that was named is none of the target's.
pub(crate) const PORT_MISSING: IssueCode = "targetPortMissing";

/// A namespace, and labels that select pods of it.
pub(crate) type Selection = (Name, Labels);

/// A resolved target.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    /// The Services whose pods are the target.
    pub(crate) services: Vec<ServiceId>,
    /// The pods that a NetworkPolicy can select: active, with their own network.
    pub(crate) pods: BTreeSet<PodId>,
    /// Selectors that select the pods, and whom of them each selects.
    pub(crate) selections: BTreeMap<Selection, BTreeSet<PodId>>,
    /// The selector of each Service.
    pub(crate) selection_of: BTreeMap<ServiceId, Selection>,
    /// What is dialled, by doors and ports that are wanted.
    pub(crate) dials: Vec<Dial>,
    /// What else leads to the same pods by the same doors: ports that are not wanted.
    pub(crate) others: Vec<Dial>,
    /// Of the pods' own ports only these; empty means whichever the ways lead to.
    pub(crate) pod_ports: Vec<PortRef>,
    /// What stands in the way of an answer.
    pub(crate) issues: Vec<Issue>,
    /// Names by which Services find ports on pods.
    port_names: BTreeSet<(Name, Protocol)>,
}

/// What a client dials.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dial {
    /// What the connection is opened to.
    pub(crate) to: RequestTarget,
    /// By which door.
    pub(crate) door: DoorKind,
    /// The port; `None` where what is dialled says its own, as the listeners of a Gateway do.
    pub(crate) port: Option<PortRef>,
    /// The protocol.
    pub(crate) protocol: Protocol,
}

/// Resolves the target of an exposure. What is missing or cannot be selected becomes an issue.
pub(crate) fn resolve(network: &Network<'_>, exposure: &Exposure) -> Target {
    let snapshot = network.snapshot();
    let mut target = Target::default();
    let doors = match &exposure.target {
        ExposureTarget::Service(name) => service::resolve(snapshot, exposure, name, &mut target),
        ExposureTarget::Ingress(name) => ingress::resolve(network, exposure, name, &mut target),
        ExposureTarget::Gateway(object) => ingress::of_gateway(network, exposure, object, &mut target),
        ExposureTarget::Pod(name) => pods::of_pod(snapshot, exposure, name, &mut target),
        ExposureTarget::Workload(kind, name) => pods::of_workload(snapshot, exposure, *kind, name, &mut target),
        ExposureTarget::Namespace(name) => many::of_namespace(snapshot, exposure, name, &mut target),
        ExposureTarget::Workspace(name) => many::of_workspace(snapshot, exposure, name, &mut target),
    };
    let missing = exposure.doors.iter().filter(|door| !doors.contains(door));
    let missing: Vec<Issue> =
        missing.map(|door| Issue::warning("targetWithoutDoor").with("door", door.name())).collect();
    target.issues.extend(missing);
    target
}

impl Target {
    /// The ports of the pods to which Services of the target lead, or that were asked for.
    pub(crate) fn pod_ports(&self, snapshot: &Snapshot) -> BTreeSet<EntryPort> {
        let of_services = self.services.iter().flat_map(|service| &snapshot.services[*service].ports);
        let of_services = of_services.map(|port| EntryPort { protocol: port.protocol, port: port.target_port.clone() });
        let dialled =
            self.dials.iter().filter(|dial| dial.door == DoorKind::PodIp && matches!(dial.to, RequestTarget::Pod(_)));
        let dialled = dialled.filter_map(|dial| Some(EntryPort { protocol: dial.protocol, port: dial.port.clone()? }));
        of_services.chain(dialled).collect()
    }

    /// Whether a port of a pod is wanted.
    pub(crate) fn wants(&self, snapshot: &Snapshot, pod: PodId, protocol: Protocol, port: PortNumber) -> bool {
        let named = |name: &Name| snapshot.pods[pod].named_port(name, protocol) == Some(port);
        self.pod_ports.is_empty()
            || self.pod_ports.iter().any(|wanted| match wanted {
                PortRef::Number(number) => *number == port,
                PortRef::Name(name) => named(name),
            })
    }

    /// The name by which a Service of the target finds a port on a pod.
    pub(crate) fn port_name(
        &self,
        snapshot: &Snapshot,
        pod: PodId,
        protocol: Protocol,
        port: PortNumber,
    ) -> Option<Name> {
        let pod = &snapshot.pods[pod];
        let mut names = self.port_names.iter().filter(|(_, of)| *of == protocol).map(|(name, _)| name);
        names.find(|name| pod.named_port(name, protocol) == Some(port)).cloned()
    }
}

/// Whether a door is wanted.
fn is_wanted(exposure: &Exposure, door: DoorKind) -> bool {
    exposure.doors.is_empty() || exposure.doors.contains(&door)
}

/// Whether a port is wanted, by its number or its name.
fn wants_port(exposure: &Exposure, number: PortNumber, name: Option<&Name>) -> bool {
    exposure.ports.is_empty()
        || exposure.ports.iter().any(|wanted| match wanted {
            PortRef::Number(wanted) => *wanted == number,
            PortRef::Name(wanted) => Some(wanted) == name,
        })
}

/// The pods of a namespace that a selector selects: those that a policy covers, and how many are on their node's network.
fn selected(snapshot: &Snapshot, namespace: &Name, selector: &Labels) -> (BTreeSet<PodId>, usize) {
    let (mut policed, mut host) = (BTreeSet::new(), 0);
    for (id, pod) in snapshot.pods_of(namespace).filter(|(_, pod)| pod.is_active()) {
        if !selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value)) {
            continue;
        }
        if pod.host_network {
            host += 1;
        } else {
            policed.insert(id);
        }
    }
    (policed, host)
}

/// A Service by its doors.
fn service_target(name: &NamespacedName, door: DoorKind) -> RequestTarget {
    RequestTarget::Service { name: name.clone(), door: Some(door) }
}
