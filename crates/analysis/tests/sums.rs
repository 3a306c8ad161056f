//! Sums by classes are what pairs visited one by one add up to: in random clusters, for random groups and questions.

#![allow(clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::convert::Infallible;

use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::AddressSet;
use bulkhead_analysis::model::watch::Unwatched;
use bulkhead_analysis::policy::reach::{PairConnections, PortRanges};
use bulkhead_analysis::reachability::{By, End, Focus, Narrowing, Selects, Side};
use bulkhead_analysis::snapshot::{Input, Snapshot};
use proptest::prelude::*;

/// What nobody changes: namespaces, and nodes with an engine that says what a node's own pods are to it.
const PLACES: &str = "
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a, kubesphere.io/workspace: acme}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: bank, labels: {team: b, kubesphere.io/workspace: acme}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: lake, labels: {team: b}}}
---
{apiVersion: v1, kind: Node, metadata: {name: n0}, status: {addresses: [{type: InternalIP, address: 192.168.0.1}]}}
---
{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}}
";

/// Who may run it: each answers differently for a pod's own node.
const ENGINES: [&str; 3] = ["", "calico-node", "cilium"];

const PEERS: [&str; 7] = [
    "{podSelector: {matchLabels: {app: app0}}}",
    "{podSelector: {}}",
    "{namespaceSelector: {matchLabels: {team: b}}}",
    "{namespaceSelector: {}, podSelector: {matchLabels: {app: app1}}}",
    "{ipBlock: {cidr: 10.0.0.0/29}}",
    "{ipBlock: {cidr: 0.0.0.0/0, except: [198.51.100.0/24]}}",
    "{ipBlock: {cidr: 192.168.0.0/24}}",
];
const PORTS: [&str; 4] = ["", "[{port: 80}]", "[{port: named}]", "[{protocol: UDP, port: 53, endPort: 60}]"];
const NAMESPACES: [&str; 3] = ["shop", "bank", "lake"];

#[derive(Clone, Debug)]
struct PodText {
    namespace: usize,
    app: usize,
    owned: bool,
    host_network: bool,
    node: Option<usize>,
    has_address: bool,
    named: Option<u16>,
}

#[derive(Clone, Debug)]
struct PolicyText {
    namespace: usize,
    app: Option<usize>,
    ingress: Option<Vec<(usize, usize)>>,
    egress: Option<Vec<(usize, usize)>>,
}

fn pod() -> impl Strategy<Value = PodText> {
    let of = (0..3_usize, 0..3_usize, any::<bool>(), prop::bool::weighted(0.15), prop::option::of(0..2_usize));
    let more = (prop::bool::weighted(0.9), prop::option::of(prop::sample::select(vec![80_u16, 8080])));
    (of, more).prop_map(|((namespace, app, owned, host_network, node), (has_address, named))| PodText {
        namespace,
        app,
        owned,
        host_network,
        node,
        has_address,
        named,
    })
}

fn policy() -> impl Strategy<Value = PolicyText> {
    let rules = || prop::option::of(prop::collection::vec((0..PEERS.len(), 0..PORTS.len()), 0..3));
    (0..3_usize, prop::option::of(0..3_usize), rules(), rules())
        .prop_map(|(namespace, app, ingress, egress)| PolicyText { namespace, app, ingress, egress })
}

fn text(pods: &[PodText], policies: &[PolicyText], engine: usize) -> String {
    let mut texts = vec![PLACES.to_owned()];
    for (at, pod) in pods.iter().enumerate() {
        let PodText { namespace, app, .. } = pod;
        let owner = if pod.owned {
            format!(", ownerReferences: [{{apiVersion: apps/v1, kind: StatefulSet, name: app{app}, controller: true}}]")
        } else {
            String::new()
        };
        let node = pod.node.map(|node| format!("nodeName: n{node}, ")).unwrap_or_default();
        let ports =
            pod.named.map(|port| format!(", ports: [{{name: named, containerPort: {port}}}]")).unwrap_or_default();
        let address =
            if pod.has_address && !pod.host_network { format!("podIP: 10.0.0.{}, ", at + 1) } else { String::new() };
        texts.push(format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: p{at}, namespace: {}, labels: {{app: app{app}}}{owner}}}, \
             spec: {{{node}hostNetwork: {}, containers: [{{name: c, image: c{ports}}}]}}, status: {{{address}phase: Running}}}}",
            NAMESPACES[*namespace], pod.host_network
        ));
    }
    for (at, policy) in policies.iter().enumerate() {
        let subject = policy.app.map(|app| format!("matchLabels: {{app: app{app}}}")).unwrap_or_default();
        let rules = |peers: &str, rules: &[(usize, usize)]| {
            let rule = |(peer, ports): &(usize, usize)| match PORTS[*ports] {
                "" => format!("{{{peers}: [{}]}}", PEERS[*peer]),
                ports => format!("{{{peers}: [{}], ports: {ports}}}", PEERS[*peer]),
            };
            rules.iter().map(rule).collect::<Vec<String>>().join(", ")
        };
        let types = [("Ingress", policy.ingress.is_some()), ("Egress", policy.egress.is_some())];
        let types: Vec<&str> = types.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect();
        texts.push(format!(
            "{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: q{at}, namespace: {}}}, \
             spec: {{podSelector: {{{subject}}}, policyTypes: [{}], ingress: [{}], egress: [{}]}}}}",
            NAMESPACES[policy.namespace],
            types.join(", "),
            rules("from", policy.ingress.as_deref().unwrap_or_default()),
            rules("to", policy.egress.as_deref().unwrap_or_default()),
        ));
    }
    if !ENGINES[engine].is_empty() {
        texts.push(format!(
            "{{apiVersion: apps/v1, kind: DaemonSet, metadata: {{name: {name}, namespace: kube-system}}, spec: {{selector: \
             {{matchLabels: {{k8s-app: {name}}}}}, template: {{metadata: {{labels: {{k8s-app: {name}}}}}, spec: {{hostNetwork: true, \
             containers: [{{name: c, image: c}}]}}}}}}}}",
            name = ENGINES[engine]
        ));
    }
    texts.join("\n---\n")
}

fn narrowing(kind: usize) -> Narrowing {
    let focus = |namespace: &str| Focus { namespaces: vec![namespace.into()], ..Focus::default() };
    match kind {
        0 | 1 => Narrowing::default(),
        2 | 3 => Narrowing { focus: focus("shop"), ..Narrowing::default() },
        4 => Narrowing { from: vec![Selects::Namespace("bank".into())], focus: focus("lake"), ..Narrowing::default() },
        5 => Narrowing { to: vec![Selects::Workspace("acme".into()), Selects::Outside], ..Narrowing::default() },
        6 => Narrowing { from: vec![Selects::Outside, Selects::Node("n0".into())], ..Narrowing::default() },
        _ => Narrowing {
            ports: Some(PortRanges::all().difference(&PortRanges::empty())),
            to: vec![Selects::Address([198, 51, 100, 7].into()), Selects::Namespace("shop".into())],
            ..Narrowing::default()
        },
    }
}

/// An end that can be kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    Group(usize),
    Outside(AddressSet),
}

type Sums = BTreeMap<(Kept, Kept, PairConnections), usize>;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn sums_are_what_pairs_add_up_to(
        pods in prop::collection::vec(pod(), 0..9),
        policies in prop::collection::vec(policy(), 0..6),
        engine in 0..ENGINES.len(),
        by in prop::sample::select(By::ALL.to_vec()),
        kind in 0..8_usize,
        groups in prop::collection::vec(0..4_usize, 16),
    ) {
        let text = text(&pods, &policies, engine);
        let snapshot = Snapshot::from_texts(&[Input { name: "cluster.yaml", text: text.as_bytes() }]);
        prop_assert!(snapshot.issues.iter().all(|issue| issue.severity != bulkhead_analysis::model::Severity::Error), "{text}");
        let analysis = Analysis::new(&snapshot);
        let reachability = analysis.reachability(by, narrowing(kind), &Unwatched);
        let group_of: Vec<usize> = (0..reachability.peers().len()).map(|peer| groups[peer % groups.len()]).collect();
        let mut one_by_one = Sums::new();
        let kept = |side: Side<'_>| match side {
            Side::Peer(peer) => Kept::Group(group_of[peer]),
            Side::Outside(addresses) => Kept::Outside(addresses.clone()),
        };
        let visited: Result<(), Infallible> = reachability.for_each(|pair| {
            *one_by_one.entry((kept(pair.from), kept(pair.to), pair.connections.clone())).or_default() += 1;
            Ok(())
        });
        let Ok(()) = visited;
        let mut sums = Sums::new();
        let kept = |end: End<'_>| match end {
            End::Group(group) => Kept::Group(group),
            End::Outside(addresses) => Kept::Outside(addresses.clone()),
        };
        let mut twice = Vec::new();
        reachability.for_each_sum(&group_of, |sum| {
            let place = (kept(sum.from), kept(sum.to), sum.connections.clone());
            if sums.insert(place.clone(), sum.pairs).is_some() {
                twice.push(place);
            }
        });
        prop_assert_eq!(&sums, &one_by_one, "{}", text);
        prop_assert!(twice.is_empty(), "{twice:?}");
    }
}
