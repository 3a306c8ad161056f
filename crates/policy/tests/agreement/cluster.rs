//! Random clusters: few names, so that things meet.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::cluster_policy::{ClusterPolicy, cluster_policy};

pub(crate) type Text = &'static str;

#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub(crate) namespaces: Vec<Vec<(Text, Text)>>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) pods: Vec<Pod>,
    pub(crate) policies: Vec<NetworkPolicy>,
    pub(crate) cluster_policies: Vec<ClusterPolicy>,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) labels: Vec<(Text, Text)>,
    pub(crate) addresses: Vec<Text>,
}

/// Names of namespaces, by place.
pub(crate) const NAMESPACES: [Text; 3] = ["alpha", "beta", "gamma"];

#[derive(Clone, Debug)]
pub(crate) struct Pod {
    pub(crate) namespace: usize,
    pub(crate) labels: Vec<(Text, Text)>,
    pub(crate) addresses: Vec<Text>,
    pub(crate) node: Option<usize>,
    pub(crate) host_network: bool,
    pub(crate) phase: Text,
    pub(crate) ports: Vec<(Text, u16, Text)>,
}

#[derive(Clone, Debug)]
pub(crate) struct NetworkPolicy {
    pub(crate) namespace: usize,
    pub(crate) subject: Selector,
    pub(crate) types: Option<Vec<Text>>,
    pub(crate) ingress: Option<Vec<Rule>>,
    pub(crate) egress: Option<Vec<Rule>>,
    pub(crate) unknown_field: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) peers: Vec<Peer>,
    pub(crate) ports: Vec<Port>,
    pub(crate) unknown_field: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Peer {
    Pods { namespaces: Option<Selector>, pods: Option<Selector> },
    Block { cidr: Text, except: Vec<Text> },
    Nothing,
}

#[derive(Clone, Debug)]
pub(crate) struct Port {
    pub(crate) protocol: Option<Text>,
    pub(crate) port: Option<Text>,
    pub(crate) end: Option<u16>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Selector {
    pub(crate) labels: Vec<(Text, Text)>,
    pub(crate) expressions: Vec<(Text, Text, Vec<Text>)>,
}

fn labels() -> impl Strategy<Value = Vec<(Text, Text)>> {
    vec((select(vec!["app", "tier"]), select(vec!["web", "db", "api"])), 0..3)
}

fn addresses() -> impl Strategy<Value = Vec<Text>> {
    let v4 = select(vec!["10.0.0.1", "10.0.0.2", "10.0.1.1", "10.0.1.2", "10.0.2.9"]);
    let v6 = select(vec!["fd00::1", "fd00::2", "fd00:1::1"]);
    prop_oneof![
        6 => v4.clone().prop_map(|v4| vec![v4]),
        2 => (v4, v6.clone()).prop_map(|(v4, v6)| vec![v4, v6]),
        1 => v6.prop_map(|v6| vec![v6]),
        1 => Just(Vec::new()),
    ]
}

fn pod() -> impl Strategy<Value = Pod> {
    let port = (select(vec!["http", "metrics"]), select(vec![80_u16, 8080, 9090]), select(vec!["TCP", "UDP"]));
    let phase = prop_oneof![9 => Just("Running"), 1 => Just("Succeeded")];
    (
        0..NAMESPACES.len(),
        labels(),
        addresses(),
        option::of(0..2_usize),
        prop::bool::weighted(0.1),
        phase,
        vec(port, 0..3),
    )
        .prop_map(|(namespace, labels, addresses, node, host_network, phase, ports)| Pod {
            namespace,
            labels,
            addresses,
            node,
            host_network,
            phase,
            ports,
        })
}

pub(crate) fn selector() -> impl Strategy<Value = Selector> {
    let expression = prop_oneof![
        9 => (select(vec!["In", "NotIn"]), vec(select(vec!["web", "db", "api", "other"]), 1..3)),
        6 => (select(vec!["Exists", "DoesNotExist"]), Just(Vec::new())),
        1 => (Just("Near"), Just(vec!["web"])),
    ];
    let expressions = vec((select(vec!["app", "tier"]), expression), 0..2);
    let expressions =
        expressions.prop_map(|all| all.into_iter().map(|(key, (operator, values))| (key, operator, values)));
    prop_oneof![
        2 => Just(Selector::default()),
        4 => labels().prop_map(|labels| Selector { labels, expressions: Vec::new() }),
        2 => expressions.prop_map(|expressions| Selector { labels: Vec::new(), expressions: expressions.collect() }),
        1 => select(NAMESPACES.to_vec())
            .prop_map(|name| Selector { labels: vec![("kubernetes.io/metadata.name", name)], expressions: Vec::new() }),
    ]
}

fn peer() -> impl Strategy<Value = Peer> {
    let pods =
        (option::of(selector()), option::of(selector())).prop_map(|(namespaces, pods)| match (&namespaces, &pods) {
            (None, None) => Peer::Pods { namespaces: Some(Selector::default()), pods },
            _ => Peer::Pods { namespaces, pods },
        });
    let v4 = (
        select(vec!["0.0.0.0/0", "10.0.0.0/16", "10.0.0.0/24", "10.0.0.1/32", "203.0.113.0/24", "10.0.0.9/99"]),
        vec(select(vec!["10.0.0.2/32", "10.0.1.0/24", "10.0.0.0/25"]), 0..3),
    );
    let v6 = (select(vec!["::/0", "fd00::/64", "fd00::1/128"]), vec(select(vec!["fd00::2/128"]), 0..2));
    prop_oneof![
        15 => pods,
        9 => prop_oneof![3 => v4, 1 => v6].prop_map(|(cidr, except)| Peer::Block { cidr, except }),
        1 => Just(Peer::Nothing),
    ]
}

fn port() -> impl Strategy<Value = Port> {
    let protocol = option::of(prop_oneof![8 => Just("TCP"), 6 => Just("UDP"), 2 => Just("SCTP"), 1 => Just("ICMP")]);
    let port = option::of(select(vec!["80", "8080", "http", "metrics", "1", "65535"]));
    (protocol, port, option::weighted(0.2, select(vec![80_u16, 9090]))).prop_map(|(protocol, port, end)| Port {
        protocol,
        port,
        end,
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    (vec(peer(), 0..4), vec(port(), 0..3), prop::bool::weighted(0.02)).prop_map(|(peers, ports, unknown_field)| Rule {
        peers,
        ports,
        unknown_field,
    })
}

fn network_policy() -> impl Strategy<Value = NetworkPolicy> {
    let types = option::of(prop_oneof![
        9 => Just(vec!["Ingress"]),
        9 => Just(vec!["Egress"]),
        9 => Just(vec!["Ingress", "Egress"]),
        1 => Just(vec!["Ingres"]),
    ]);
    let rules = || option::weighted(0.8, vec(rule(), 0..4));
    (0..NAMESPACES.len(), selector(), types, rules(), rules(), prop::bool::weighted(0.02)).prop_map(
        |(namespace, subject, types, ingress, egress, unknown_field)| NetworkPolicy {
            namespace,
            subject,
            types,
            ingress,
            egress,
            unknown_field,
        },
    )
}

pub(crate) fn any_cluster() -> impl Strategy<Value = Cluster> {
    let addresses =
        prop_oneof![Just(vec!["192.168.0.1"]), Just(vec!["192.168.0.2", "fd00:2::1"]), Just(vec!["10.0.2.1"])];
    let node = (labels(), addresses).prop_map(|(labels, addresses)| Node { labels, addresses });
    let policies = vec(network_policy(), 0..7);
    let cluster_policies = prop_oneof![1 => Just(Vec::new()), 2 => vec(cluster_policy(), 0..4)];
    (vec(labels(), NAMESPACES.len()), vec(node, 2), vec(pod(), 1..7), policies, cluster_policies).prop_map(
        |(namespaces, nodes, pods, policies, cluster_policies)| Cluster {
            namespaces,
            nodes,
            pods,
            policies,
            cluster_policies,
        },
    )
}
