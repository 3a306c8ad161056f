//! Random policies of the whole cluster, of all three kinds, as YAML.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::cluster::{Selector, Text, selector};
use crate::manifest;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Cluster,
    Admin,
    BaselineAdmin,
}

#[derive(Clone, Debug)]
pub(crate) struct ClusterPolicy {
    kind: Kind,
    tier: Text,
    priority: Text,
    subject: Pods,
    ingress: Vec<Rule>,
    egress: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    /// A place in the kind's list of actions, and beyond it.
    action: usize,
    peers: Vec<Peer>,
    ports: Vec<Port>,
}

#[derive(Clone, Debug)]
enum Pods {
    Namespaces(Selector),
    Pods(Selector, Selector),
}

#[derive(Clone, Debug)]
enum Peer {
    Pods(Pods),
    SameLabels(Text),
    NotSameLabels(Text),
    Nodes(Selector),
    Networks(Vec<Text>),
    DomainNames,
    Future,
}

#[derive(Clone, Debug)]
enum Port {
    Number(Text, u16),
    Range(Text, u16, u16),
    All(Text),
    Named(Text),
}

fn pods() -> impl Strategy<Value = Pods> {
    prop_oneof![selector().prop_map(Pods::Namespaces), (selector(), selector()).prop_map(|(a, b)| Pods::Pods(a, b))]
}

fn peer() -> impl Strategy<Value = Peer> {
    let networks = vec(select(vec!["0.0.0.0/0", "10.0.0.0/24", "10.0.1.0/24", "::/0", "fd00::1/128"]), 1..3);
    prop_oneof![
        12 => pods().prop_map(Peer::Pods),
        2 => select(vec!["app", "tier"]).prop_map(Peer::SameLabels),
        2 => select(vec!["app", "tier"]).prop_map(Peer::NotSameLabels),
        3 => selector().prop_map(Peer::Nodes),
        5 => networks.prop_map(Peer::Networks),
        1 => Just(Peer::DomainNames),
        1 => Just(Peer::Future),
    ]
}

fn port() -> impl Strategy<Value = Port> {
    let protocol = || select(vec!["TCP", "UDP", "SCTP"]);
    prop_oneof![
        (protocol(), select(vec![80_u16, 8080])).prop_map(|(protocol, port)| Port::Number(protocol, port)),
        (protocol(), select(vec![1_u16, 80]), select(vec![90_u16, 9090]))
            .prop_map(|(protocol, start, end)| Port::Range(protocol, start, end)),
        protocol().prop_map(Port::All),
        select(vec!["http", "metrics"]).prop_map(Port::Named),
    ]
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let action = prop_oneof![40 => 0..3_usize, 1 => Just(3)];
    vec((action, vec(peer(), 1..3), vec(port(), 0..3)), 0..4)
        .prop_map(|rules| rules.into_iter().map(|(action, peers, ports)| Rule { action, peers, ports }).collect())
}

pub(crate) fn cluster_policy() -> impl Strategy<Value = ClusterPolicy> {
    let kind = select(vec![Kind::Cluster, Kind::Cluster, Kind::Admin, Kind::BaselineAdmin]);
    let tier = prop_oneof![12 => Just("Admin"), 12 => Just("Baseline"), 1 => Just("Middle")];
    let priority = prop_oneof![12 => Just("1"), 12 => Just("2"), 1 => Just("1001")];
    (kind, tier, priority, pods(), rules(), rules()).prop_map(|(kind, tier, priority, subject, ingress, egress)| {
        ClusterPolicy { kind, tier, priority, subject, ingress, egress }
    })
}

impl ClusterPolicy {
    pub(crate) fn yaml(&self, at: usize) -> String {
        let (version, kind, name) = match self.kind {
            Kind::Cluster => ("v1alpha2", "ClusterNetworkPolicy", format!("cluster-{at}")),
            Kind::Admin => ("v1alpha1", "AdminNetworkPolicy", format!("admin-{at}")),
            Kind::BaselineAdmin => ("v1alpha1", "BaselineAdminNetworkPolicy", "default".to_owned()),
        };
        let mut out = format!(
            "apiVersion: policy.networking.k8s.io/{version}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  subject: \
             {}\n",
            pods_yaml(&self.subject)
        );
        if self.kind == Kind::Cluster {
            writeln!(out, "  tier: {}", self.tier).unwrap();
        }
        if self.kind != Kind::BaselineAdmin {
            writeln!(out, "  priority: {}", self.priority).unwrap();
        }
        for (key, peers, rules) in [("ingress", "from", &self.ingress), ("egress", "to", &self.egress)] {
            if !rules.is_empty() {
                let rules: Vec<String> = rules.iter().map(|rule| format!("  - {}\n", self.rule(peers, rule))).collect();
                write!(out, "  {key}:\n{}", rules.concat()).unwrap();
            }
        }
        out
    }

    fn rule(&self, key: &str, rule: &Rule) -> String {
        let actions = match self.kind {
            Kind::Cluster => ["Accept", "Deny", "Pass", "Drop"],
            Kind::Admin | Kind::BaselineAdmin => ["Allow", "Deny", "Pass", "Drop"],
        };
        let peers: Vec<String> = rule.peers.iter().map(|peer| self.peer(peer)).collect();
        let mut fields = vec![format!("action: {}", actions[rule.action]), format!("{key}: [{}]", peers.join(", "))];
        if !rule.ports.is_empty() {
            let ports: Vec<String> = rule.ports.iter().map(|port| self.port(port)).collect();
            let key = if self.kind == Kind::Cluster { "protocols" } else { "ports" };
            fields.push(format!("{key}: [{}]", ports.join(", ")));
        }
        format!("{{{}}}", fields.join(", "))
    }

    fn peer(&self, peer: &Peer) -> String {
        match peer {
            Peer::Pods(pods) => pods_yaml(pods),
            Peer::SameLabels(key) if self.kind != Kind::Cluster => format!("{{namespaces: {{sameLabels: [{key}]}}}}"),
            Peer::NotSameLabels(key) if self.kind != Kind::Cluster => {
                format!("{{namespaces: {{notSameLabels: [{key}]}}}}")
            }
            Peer::SameLabels(_) | Peer::NotSameLabels(_) => "{namespaces: {}}".to_owned(),
            Peer::Nodes(nodes) => format!("{{nodes: {}}}", manifest::selector(nodes)),
            Peer::Networks(cidrs) => {
                let cidrs: Vec<String> = cidrs.iter().map(|cidr| manifest::text(cidr)).collect();
                format!("{{networks: [{}]}}", cidrs.join(", "))
            }
            Peer::DomainNames => "{domainNames: [example.org]}".to_owned(),
            Peer::Future => "{serviceAccounts: {}}".to_owned(),
        }
    }

    fn port(&self, port: &Port) -> String {
        if self.kind == Kind::Cluster {
            return match port {
                Port::Number(protocol, port) => {
                    format!("{{{}: {{destinationPort: {{number: {port}}}}}}}", protocol.to_ascii_lowercase())
                }
                Port::Range(protocol, start, end) => {
                    let range = format!("{{start: {start}, end: {end}}}");
                    format!("{{{}: {{destinationPort: {{range: {range}}}}}}}", protocol.to_ascii_lowercase())
                }
                Port::All(protocol) => format!("{{{}: {{}}}}", protocol.to_ascii_lowercase()),
                Port::Named(name) => format!("{{destinationNamedPort: {name}}}"),
            };
        }
        match port {
            Port::Number(protocol, port) => format!("{{portNumber: {{protocol: {protocol}, port: {port}}}}}"),
            Port::Range(protocol, start, end) => {
                format!("{{portRange: {{protocol: {protocol}, start: {start}, end: {end}}}}}")
            }
            Port::All(protocol) => format!("{{portRange: {{protocol: {protocol}, start: 1, end: 65535}}}}"),
            Port::Named(name) => format!("{{namedPort: {name}}}"),
        }
    }
}

fn pods_yaml(pods: &Pods) -> String {
    match pods {
        Pods::Namespaces(namespaces) => format!("{{namespaces: {}}}", manifest::selector(namespaces)),
        Pods::Pods(namespaces, pods) => {
            let (namespaces, pods) = (manifest::selector(namespaces), manifest::selector(pods));
            format!("{{pods: {{namespaceSelector: {namespaces}, podSelector: {pods}}}}}")
        }
    }
}
