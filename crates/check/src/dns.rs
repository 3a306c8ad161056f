//! The cluster's DNS servers, as pods reach them.

use std::net::IpAddr;

use bulkhead_model::object::{Direction, PortMatch, Service};
use bulkhead_model::{Name, PortNumber, Protocol};
use bulkhead_policy::rule::{LoweredPolicy, PortSet, Ports};
use bulkhead_policy::{Action, Party, Question, Verdict, decide};
use bulkhead_snapshot::{PodId, ServiceId};

use crate::cluster::Cluster;

/// The label of the cluster's DNS, on its Service and its pods, whatever server it is.
const LABEL: &str = "k8s-app";
const LABEL_VALUES: [&str; 2] = ["kube-dns", "coredns"];
/// Its Service's usual names, those of RKE2's and K3s' charts among them.
const NAMES: [&str; 3] = ["kube-dns", "coredns", "rke2-coredns-rke2-coredns"];
/// What the DaemonSet of NodeLocal DNS is called by Kubernetes' addon and by `KubeKey`.
const CACHES: [&str; 2] = ["node-local-dns", "nodelocaldns"];
const PORT: PortNumber = 53;

/// One place that answers DNS questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    party: Party,
    /// The ports that it answers on.
    ports: Vec<(Protocol, PortNumber)>,
}

/// Whether a pod's policies let it ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asks {
    /// They let none of its questions through.
    No,
    /// Nobody can tell.
    Unknown,
    /// They do.
    Yes,
}

/// Every server that the input shows. Empty where it shows none, which does not mean that there is none.
pub(crate) fn servers(cluster: &Cluster<'_>) -> Vec<Server> {
    let services = cluster.snapshot.services.iter().filter(|(_, service)| is_dns(service));
    let mut servers: Vec<Server> = services.flat_map(|(id, _)| servers_of(cluster, id)).collect();
    if servers.is_empty() {
        let pods = cluster.snapshot.pods.iter().filter(|(_, pod)| pod.is_active() && has_label(pod.labels.get(LABEL)));
        let ports = vec![(Protocol::Udp, PORT), (Protocol::Tcp, PORT)];
        servers.extend(pods.map(|(id, _)| Server { party: party_of_pod(cluster, id, None), ports: ports.clone() }));
    }
    servers.extend(caches(cluster));
    servers
}

fn has_label(value: Option<&Name>) -> bool {
    value.is_some_and(|value| LABEL_VALUES.contains(&value.as_str()))
}

fn is_dns(service: &Service) -> bool {
    let has_port = service.ports.iter().any(|port| port.port == PORT);
    let in_system = service.name.namespace.starts_with("kube-") || service.name.namespace.starts_with("openshift-");
    let by_name = in_system && NAMES.contains(&service.name.name.as_str());
    has_port && (by_name || (in_system && has_label(service.labels.get(LABEL))))
}

/// The endpoints of a DNS Service, each on the ports that it really listens on.
fn servers_of(cluster: &Cluster<'_>, service: ServiceId) -> Vec<Server> {
    let slices = cluster.snapshot.endpoint_slices(service).iter();
    let servers = slices.flat_map(|slice| {
        let ports = slice.ports.iter().filter(|port| port.name.as_deref().is_none_or(|name| name.starts_with("dns")));
        let ports: Vec<(Protocol, PortNumber)> = ports.filter_map(|port| Some((port.protocol, port.port?))).collect();
        slice.endpoints.iter().map(move |endpoint| (endpoint, ports.clone()))
    });
    let server = servers.map(|(endpoint, ports)| {
        let pod = endpoint.pod.as_ref().and_then(|name| cluster.snapshot.pod(name));
        let party = match pod {
            Some(pod) => party_of_pod(cluster, pod, Some(endpoint.address)),
            None => Party { address: Some(endpoint.address), pod: None, node: None, identity: None },
        };
        Server { party, ports }
    });
    server.collect()
}

fn party_of_pod(cluster: &Cluster<'_>, id: PodId, address: Option<IpAddr>) -> Party {
    let pod = &cluster.snapshot.pods[id];
    let address = address.or_else(|| pod.addresses.first().copied());
    let node = pod.node.as_ref().filter(|_| pod.host_network).and_then(|node| cluster.snapshot.node(node));
    Party { address, pod: (!pod.host_network).then_some(id), node, identity: None }
}

/// The addresses of NodeLocal DNS: link-local ones that its containers name in their arguments.
fn caches(cluster: &Cluster<'_>) -> Vec<Server> {
    let workloads = cluster.snapshot.workloads.iter().filter(|it| CACHES.contains(&it.name.name.as_str()));
    let of_workloads = workloads.flat_map(|workload| workload.template.containers.iter());
    let pods =
        cluster.snapshot.pods.rows().iter().filter(|pod| {
            pod.owner.as_ref().is_some_and(|owner| CACHES.contains(&owner.name.as_str())) && pod.is_active()
        });
    let of_pods = pods.flat_map(|pod| pod.containers.iter());
    let arguments = of_workloads.chain(of_pods).flat_map(|container| container.arguments.iter());
    let words = arguments.flat_map(|argument| argument.split([',', ' ', '=']));
    let link_local = |address: &IpAddr| matches!(address, IpAddr::V4(v4) if v4.is_link_local());
    let mut addresses: Vec<IpAddr> = words.filter_map(|word| word.parse().ok()).filter(link_local).collect();
    addresses.sort_unstable();
    addresses.dedup();
    let ports = vec![(Protocol::Udp, PORT), (Protocol::Tcp, PORT)];
    let server = |address| Server {
        party: Party { address: Some(address), pod: None, node: None, identity: None },
        ports: ports.clone(),
    };
    addresses.into_iter().map(server).collect()
}

/// Whether a pod may ask one of the servers over a protocol.
pub(crate) fn may_ask(cluster: &Cluster<'_>, pod: PodId, servers: &[Server], protocol: Protocol) -> Asks {
    let questions = servers.iter().flat_map(|server| {
        let ports = server.ports.iter().filter(move |(of, _)| *of == protocol);
        ports.map(move |(_, port)| Question {
            direction: Direction::Egress,
            subject: pod,
            peer: server.party,
            protocol,
            port: *port,
        })
    });
    let answers = questions.map(|question| match decide(cluster.snapshot, cluster.policies, &question) {
        Verdict::Allow { .. } => Asks::Yes,
        Verdict::Deny { .. } => Asks::No,
        Verdict::Undetermined { .. } => Asks::Unknown,
    });
    // Where no server listens on the protocol, it is not the policies' fault that nothing can be asked.
    answers.max().unwrap_or(Asks::Unknown)
}

/// Whether some rule of these policies lets a pod ask somebody over a protocol, whoever that is: for an input that does not
/// show the servers.
pub(crate) fn may_ask_anybody(policies: &[&LoweredPolicy], protocol: Protocol) -> Asks {
    let allowing = |policy: &&LoweredPolicy| {
        let rules = policy.rules.iter().filter(|rule| rule.action == Action::Allow);
        rules.map(|rule| asks_on(&rule.ports, protocol)).max().unwrap_or(Asks::No)
    };
    let doubt = policies.iter().any(|policy| policy.doubt.is_some());
    let answer = policies.iter().map(allowing).max().unwrap_or(Asks::No);
    if doubt { answer.max(Asks::Unknown) } else { answer }
}

fn asks_on(ports: &Ports, protocol: Protocol) -> Asks {
    let Ports::OneOf(ports) = ports else { return Asks::Yes };
    let answers = ports.iter().map(|port| match port {
        PortSet::Unreadable { .. } => Asks::Unknown,
        PortSet::Ports { protocol: of, port, .. } if of.is_none_or(|of| of == protocol) => match port {
            PortMatch::All => Asks::Yes,
            PortMatch::Range(range) if range.contains(PORT) => Asks::Yes,
            PortMatch::Range(_) => Asks::No,
            PortMatch::Named(_) => Asks::Unknown,
        },
        PortSet::Ports { .. } => Asks::No,
    });
    answers.max().unwrap_or(Asks::No)
}
