//! The policies on the way: who is asked, and with which source.

use std::collections::BTreeSet;
use std::net::IpAddr;

use bulkhead_model::object::Direction;
use bulkhead_policy::{Answer, OwnNodeExemption, Party, PolicyHook, Question, Verdict};
use bulkhead_snapshot::{NodeId, PodId};

use super::{Rewritten, Trail, Walker};
use crate::network::{Found, Outside};
use crate::proxy::{self, Arrival};
use crate::reason::{
    CONTESTED_ADDRESS, HOOK_UNKNOWN, NODE_PORT_OUTSIDE_RANGE, OWN_NODE_UNKNOWN, POLICY_EGRESS, POLICY_INGRESS,
    POLICY_UNDETERMINED, Reason,
};
use crate::route::{Address, Outcome, Place, Route, Step};

impl Walker<'_> {
    /// Asks the policies of the pod that sends, about the packet as it is now: after the destination was translated on the
    /// pod's own node. Gives the end of the way where they do not let it out.
    pub(super) fn egress(&self, trail: &mut Trail, place: Place, pod: PodId) -> Option<Route> {
        if !self.network.enforces() {
            return None;
        }
        let peer = self.destination_party(trail);
        if let Some(reason) = self.contested(trail, Direction::Egress, pod, &peer) {
            trail.doubt = Some(reason);
            return None;
        }
        self.ask(trail, place, Direction::Egress, pod, peer)
    }

    /// What the policies of a client's pod are asked about its packet as it is.
    pub(crate) fn egress_question(&self, trail: &Trail, pod: PodId) -> Question {
        let (protocol, port) = (trail.packet.protocol, trail.packet.port);
        let (direction, peer) = (Direction::Egress, self.destination_party(trail));
        Question { direction, subject: pod, peer, protocol, port }
    }

    /// In ipvs mode an engine knows a NodePort by its number only; notes where it does not take this one for a NodePort.
    pub(super) fn hold_against_ranges(&self, trail: &mut Trail, from: Arrival) {
        let ranges = self.network.node_port_ranges().filter(|_| proxy::binds_service_addresses(self.network));
        let (protocol, port, services) = (trail.packet.protocol, trail.packet.port, self.network.services());
        let outside = ranges.and_then(|ranges| Some((ranges, ranges.outside(protocol, port)?)));
        let Some((ranges, outside)) = outside else { return };
        let is_node_port = services.address(trail.destination).is_none()
            && matches!(services.node_port(protocol, port), Found::One(_));
        if !is_node_port {
            return;
        }
        let reason = || Reason::new(NODE_PORT_OUTSIDE_RANGE).with("port", port).with("setting", ranges.setting);
        match (outside, from) {
            (Outside::NodesOwn, _) => trail.unjudged = Some(reason()),
            (Outside::JudgedBefore, Arrival::Pod(pod)) if !self.network.snapshot().pods[pod].host_network => {
                let question = self.egress_question(trail, pod);
                if self.network.enforces() && self.network.judge(&question).allows() != Some(true) {
                    trail.doubt = Some(reason());
                }
            }
            (Outside::JudgedBefore, _) => {}
        }
    }

    /// Whether the engine takes what a pod sends to its own node for a request that goes on to some pod, and is judged on its way there:
    /// then nobody judges what stays on the node. In ipvs mode a request for a Service looks like that, and so does whatever is for a port
    /// that may be a NodePort (Felix's chain `cali-forward-check`; kube-router has such a rule in every mode; found by the lab).
    pub(super) fn passes_for_service(
        &self,
        trail: &Trail,
        node: NodeId,
        from: Arrival,
        translated: &Rewritten,
    ) -> bool {
        let ranges = self.network.node_port_ranges().filter(|_| matches!(from, Arrival::Pod(_)));
        let Some(ranges) = ranges else { return false };
        let is_ipvs = proxy::binds_service_addresses(self.network);
        if *translated != Rewritten::No {
            return is_ipvs && trail.service.is_some() && trail.unjudged.is_none();
        }
        let is_inside = ranges.outside(trail.packet.protocol, trail.packet.port).is_none();
        is_inside && (is_ipvs || ranges.count_always()) && self.network.nodes().is_local(node, trail.destination)
    }

    /// Asks the policies of the pod that receives. `before` and `after` are the sources before and after source NAT on the
    /// pod's node; the engine's class says which of them it sees.
    pub(super) fn ingress(
        &self,
        trail: &mut Trail,
        place: Place,
        from: Arrival,
        pod: PodId,
        (before, after): (&Address, &Address),
    ) -> Option<Route> {
        if !self.network.enforces() {
            return None;
        }
        let engine = self.network.policies().engine();
        let seen = match engine.hook() {
            PolicyHook::BeforeSourceNat | PolicyHook::OwnLoadBalancing => before.clone(),
            PolicyHook::AfterSourceNat => after.clone(),
            PolicyHook::Unknown if before == after => before.clone(),
            PolicyHook::Unknown => Address::Unknown(Reason::new(HOOK_UNKNOWN)),
        };
        match (engine.exempts_own_node(), from) {
            (OwnNodeExemption::Processes | OwnNodeExemption::Unknown, Arrival::Process) => return None,
            (OwnNodeExemption::NodeAddress, _) if self.own_address(trail, &seen) => return None,
            (OwnNodeExemption::DeviceAddress, _) if self.device_address(trail, &seen) => return None,
            _ => {}
        }
        let to_itself = trail.source_pod() == Some(pod) && trail.service.is_some();
        if to_itself && engine.profile().hairpin.value == Answer::No {
            return None;
        }
        trail.seen_by_policy = Some(seen.clone());
        let identity = engine.judges_by_identity().then(|| self.identity(trail, &seen));
        trail.seen_as = identity;
        let unsure = engine.exempts_own_node() == OwnNodeExemption::RootProcesses && from == Arrival::Process;
        let party = self.network.party(seen.known());
        // A pod without an address is still the pod that its policies' selectors mean.
        let pod_itself = trail.source_pod().filter(|_| seen == trail.packet.source);
        let peer = Party { pod: party.pod.or(pod_itself), identity, ..party };
        if let Some(reason) = self.contested(trail, Direction::Ingress, pod, &peer) {
            trail.doubt = Some(reason);
            return None;
        }
        let ended = self.ask(trail, place, Direction::Ingress, pod, peer);
        // A process of root passes whatever the policies say; which user it is, nobody said.
        let denied = ended.as_ref().is_some_and(|ended| ended.outcome == Outcome::Denied);
        if unsure && denied {
            trail.doubt = Some(Reason::new(OWN_NODE_UNKNOWN));
            return None;
        }
        if let Some(reason) = trail.unjudged.clone().filter(|_| denied) {
            trail.doubt = Some(reason);
            return None;
        }
        ended
    }

    /// Why the policies' answer is open: the address is of several pods, or of a pod and a node, which they answer differently.
    fn contested(&self, trail: &Trail, direction: Direction, subject: PodId, peer: &Party) -> Option<Reason> {
        let address = peer.address?;
        let pods = self.network.snapshot().pods_with_address(address);
        if pods.len() + usize::from(peer.node.is_some()) < 2 {
            return None;
        }
        let (protocol, port) = (trail.packet.protocol, trail.packet.port);
        let judge = |peer: Party| self.network.judge(&Question { direction, subject, peer, protocol, port }).allows();
        let pods = pods.iter().map(|pod| Party { pod: Some(*pod), node: None, ..*peer });
        let node = peer.node.map(|_| Party { pod: None, ..*peer });
        let answers: BTreeSet<Option<bool>> = pods.chain(node).map(judge).collect();
        (answers.len() > 1).then(|| Reason::new(CONTESTED_ADDRESS).with("address", address))
    }

    fn own_address(&self, trail: &Trail, seen: &Address) -> bool {
        let node = trail.visits.last().map(|visit| visit.node);
        let nodes = &self.network.snapshot().nodes;
        let own = |address: IpAddr| node.is_some_and(|node| nodes[node].internal_addresses().any(|own| own == address));
        seen.known().is_some_and(own)
    }

    fn device_address(&self, trail: &Trail, seen: &Address) -> bool {
        let node = trail.visits.last().map(|visit| &self.network.snapshot().nodes[visit.node]);
        let (Some(node), Ok(cni), Some(seen)) = (node, self.network.cni_rules(), seen.known()) else { return false };
        cni.device_addresses(node).contains(&seen)
    }

    fn destination_party(&self, trail: &Trail) -> Party {
        let party = self.network.party(trail.packet.destination.known());
        let own_network = |pod: &PodId| !self.network.snapshot().pods[*pod].host_network;
        Party { pod: trail.target.filter(own_network).or(party.pod), ..party }
    }

    fn ask(&self, trail: &mut Trail, place: Place, direction: Direction, pod: PodId, peer: Party) -> Option<Route> {
        let (protocol, port) = (trail.packet.protocol, trail.packet.port);
        let question = Question { direction, subject: pod, peer, protocol, port };
        let verdict = self.network.judge(&question);
        trail.questions.push(question);
        trail.verdicts.push((direction, pod, verdict.clone()));
        let code = match direction {
            Direction::Ingress => POLICY_INGRESS,
            Direction::Egress => POLICY_EGRESS,
        };
        let name = &self.network.snapshot().pods[pod].name;
        let reason = Reason::new(code).with("pod", name);
        let step = Step::Policy { direction, pod, verdict: verdict.clone() };
        trail.note(place.clone(), step, None);
        match verdict {
            Verdict::Allow { .. } => None,
            Verdict::Deny { .. } => Some(trail.clone().fail(place, Outcome::Denied, reason)),
            Verdict::Undetermined { .. } => {
                let unknown = match (&trail.packet.source, direction) {
                    (Address::Unknown(source), Direction::Ingress) => source.clone(),
                    _ => Reason::new(POLICY_UNDETERMINED).with("pod", name),
                };
                trail.doubt.get_or_insert(unknown);
                None
            }
        }
    }
}
