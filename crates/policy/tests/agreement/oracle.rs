//! The same questions to `decide`, packet by packet, and to `reach`.

use std::net::IpAddr;

use bulkhead_model::Protocol;
use bulkhead_model::object::Direction;
use bulkhead_policy::explain::Explainer;
use bulkhead_policy::reach::{ClassId, Connections, Family, Reach};
use bulkhead_policy::{Party, Policies, Question, decide};
use bulkhead_snapshot::{PodId, Snapshot};

const PORTS: [u16; 8] = [1, 79, 80, 81, 8080, 9090, 9091, 65535];
const OUTSIDE: [&str; 7] = ["203.0.113.7", "8.8.8.8", "10.0.0.2", "10.0.1.77", "fd00::2", "fd00::77", "2001:db8::1"];

/// A pod, a node, or a hostNetwork pod without one: its class, and what there is to know about it.
#[derive(Clone, Debug)]
struct Member {
    name: String,
    class: ClassId,
    /// The pod that policies are about; `None` for what has no network of its own.
    subject: Option<PodId>,
    party: Party,
    addresses: Vec<IpAddr>,
}

impl Member {
    /// How the other side sees it over a family; `None` where it has no address of it, but of the other.
    fn over(&self, family: Family) -> Option<Party> {
        let address = self.addresses.iter().copied().find(|address| Family::of(*address) == family);
        (address.is_some() || self.addresses.is_empty()).then_some(Party { address, ..self.party })
    }
}

/// The first packet about which the two do not agree.
pub(crate) fn first_difference(snapshot: &Snapshot, policies: &Policies, reach: &Reach) -> Option<String> {
    let members = members(snapshot, reach);
    let pairs = members.iter().flat_map(|from| members.iter().map(move |to| (from, to)));
    let inside = pairs.filter(|(from, to)| from.name != to.name).find_map(|(from, to)| {
        Family::ALL.into_iter().find_map(|family| {
            let (source, destination) = (from.over(family)?, to.over(family)?);
            let connections = reach.between_over(from.class, to.class, family);
            let out = from.subject.map(|pod| (Direction::Egress, pod, destination));
            let into = to.subject.map(|pod| (Direction::Ingress, pod, source));
            differ(snapshot, policies, &[out, into], &connections)
                .map(|difference| format!("{} -> {} over {family:?}: {difference}", from.name, to.name))
        })
    });
    inside.or_else(|| members.iter().find_map(|member| outside(snapshot, policies, reach, member)))
}

fn outside(snapshot: &Snapshot, policies: &Policies, reach: &Reach, member: &Member) -> Option<String> {
    OUTSIDE.iter().find_map(|text| {
        let address: IpAddr = text.parse().unwrap();
        let party = Party { address: Some(address), pod: None, node: None, identity: None };
        let ask = |direction, connections: &Connections| {
            let question = member.subject.map(|pod| (direction, pod, party));
            let all = match direction {
                Direction::Ingress => reach.from_outside(member.class),
                Direction::Egress => reach.to_outside(member.class),
            };
            let of_set: Vec<&Connections> =
                all.iter().filter(|(set, _)| set.contains(address)).map(|(_, found)| found).collect();
            if of_set != [connections] {
                return Some(format!("{} {direction:?} {text}: {of_set:?} and {connections:?}", member.name));
            }
            differ(snapshot, policies, &[question], connections)
                .map(|difference| format!("{} {direction:?} {text}: {difference}", member.name))
        };
        ask(Direction::Ingress, &reach.from_address(address, member.class))
            .or_else(|| ask(Direction::Egress, &reach.to_address(member.class, address)))
    })
}

/// Holds connections against the verdicts about some packets: of the sender's policies, and of the receiver's.
fn differ(
    snapshot: &Snapshot,
    policies: &Policies,
    questions: &[Option<(Direction, PodId, Party)>],
    connections: &Connections,
) -> Option<String> {
    let packets = Protocol::ALL.into_iter().flat_map(|protocol| PORTS.map(|port| (protocol, port)));
    packets.into_iter().find_map(|(protocol, port)| {
        let asked = questions.iter().flatten().map(|(direction, subject, peer)| {
            let question = Question { direction: *direction, subject: *subject, peer: *peer, protocol, port };
            decide(snapshot, policies, &question).allows()
        });
        let expected = both(asked);
        let open = connections.open.contains(protocol, port);
        let got = match (open, connections.undetermined.contains(protocol, port)) {
            (true, true) => return Some(format!("{protocol} {port} is both open and undetermined")),
            (false, true) => None,
            (known, false) => Some(known),
        };
        (got != expected).then(|| format!("{protocol} {port}: decide says {expected:?}, reach {got:?}"))
    })
}

/// One denial is enough; nobody can tell where nobody can tell of one and none denies.
fn both(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    verdicts.fold(Some(true), |sum, verdict| match (sum, verdict) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (None, _) | (_, None) => None,
        (Some(true), Some(true)) => Some(true),
    })
}

fn members(snapshot: &Snapshot, reach: &Reach) -> Vec<Member> {
    let nodes = snapshot.nodes.iter().filter_map(|(id, node)| {
        Some(Member {
            name: format!("node {}", node.name),
            class: reach.class_of_node(id)?,
            subject: None,
            party: Party { address: None, pod: None, node: Some(id), identity: None },
            addresses: node.internal_addresses().collect(),
        })
    });
    let pods = snapshot.pods.iter().filter(|(_, pod)| pod.is_active()).filter_map(|(id, pod)| {
        let node = pod.node.as_deref().and_then(|node| snapshot.node(node)).filter(|_| pod.host_network);
        let addresses = match node {
            Some(node) => snapshot.nodes[node].internal_addresses().collect(),
            None => pod.addresses.clone(),
        };
        let subject = (!pod.host_network).then_some(id);
        let party = Party { address: None, pod: subject, node, identity: None };
        Some(Member { name: pod.name.to_string(), class: reach.class_of_pod(id)?, subject, party, addresses })
    });
    nodes.chain(pods).collect()
}

/// How often each kind of answer comes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) open: u32,
    pub(crate) closed: u32,
    pub(crate) partly: u32,
    pub(crate) undetermined: u32,
}

impl Tally {
    pub(crate) fn count(&mut self, reach: &Reach) {
        for from in reach.classes() {
            for to in reach.classes() {
                let connections = reach.between(from, to);
                self.open += u32::from(connections.open.is_all());
                self.closed += u32::from(connections.is_none());
                self.partly += u32::from(!connections.open.is_empty() && !connections.open.is_all());
                self.undetermined += u32::from(!connections.undetermined.is_empty());
            }
        }
    }
}

/// The first pair that going through all pairs gives other than asking for it.
pub(crate) fn first_pair_missed(reach: &Reach) -> Option<String> {
    let mut pairs = reach.pairs();
    reach.classes().find_map(|from| {
        let mut found = Vec::new();
        pairs.from(from, |to, connections| found.push((to, connections.clone())));
        let asked = reach.classes().map(|to| (to, reach.between(from, to)));
        let asked: Vec<_> = asked.filter(|(_, connections)| !connections.is_none()).collect();
        (found != asked).then(|| format!("from {from:?}: all pairs give {found:?}, asked one by one {asked:?}"))
    })
}

/// The first pair that is explained otherwise than it is.
pub(crate) fn first_explained_otherwise(snapshot: &Snapshot, policies: &Policies, reach: &Reach) -> Option<String> {
    let members = members(snapshot, reach);
    let mut asking = Explainer::new(snapshot, policies, None);
    let pairs = members.iter().flat_map(|from| members.iter().map(move |to| (from, to)));
    for (from, to) in pairs.filter(|(from, to)| from.name != to.name) {
        for family in Family::ALL {
            let (Some(source), Some(destination)) = (from.over(family), to.over(family)) else { continue };
            let mut side = |direction, subject: Option<PodId>, peer: Party| {
                subject.map_or_else(Connections::all, |subject| {
                    asking.parts(direction, subject, peer).connections.as_ref().clone()
                })
            };
            let out = side(Direction::Egress, from.subject, destination);
            let into = side(Direction::Ingress, to.subject, source);
            let (explained, is) = (out.and(&into), reach.between_over(from.class, to.class, family));
            if explained != is {
                return Some(format!(
                    "{} → {} over {family:?}: explained {explained:?}, is {is:?}",
                    from.name, to.name
                ));
            }
        }
    }
    None
}
