//! Properties on random clusters: a class of nodes says what each of its members says, and every answer is whole.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write;

use bulkhead_model::{Name, NamespacedName, PortRef, Protocol};
use bulkhead_path::{Address, DoorKind, Network, Origin, Outcome, Overrides, Request, Route, Target, trace};
use bulkhead_snapshot::{Input, NodeId, Snapshot, read};
use proptest::prelude::*;

/// What a random cluster is made of.
#[derive(Clone, Debug)]
struct Plan {
    nodes: u8,
    /// Which subnet each node is in.
    subnets: Vec<u8>,
    overlay: (&'static str, &'static str),
    mode: &'static str,
    nat: bool,
    /// Nodes without the annotation that names their tunnel address.
    forgotten: Vec<bool>,
    /// The node of each endpoint; those from the second on may be on their node's network.
    endpoints: Vec<u8>,
    local: bool,
    /// ipBlocks that the endpoints' policy allows; none where there is no policy.
    allowed: Option<Vec<String>>,
    /// ipBlocks that the client pod's egress policy allows.
    egress: Option<Vec<String>>,
}

const OVERLAYS: [(&str, &str); 5] =
    [("Never", "Never"), ("Always", "Never"), ("Never", "Always"), ("CrossSubnet", "Never"), ("Never", "CrossSubnet")];

fn block() -> impl Strategy<Value = String> {
    let node = (1..7_u8, 0..2_u8).prop_map(|(node, subnet)| format!("10.0.{subnet}.{node}/32"));
    let tunnel = (1..7_u8).prop_map(|node| format!("10.244.{node}.0/32"));
    let wide =
        prop_oneof![Just("10.0.0.0/30".to_owned()), Just("10.0.0.0/16".to_owned()), Just("203.0.113.0/24".to_owned())];
    prop_oneof![node, tunnel, wide]
}

fn plan() -> impl Strategy<Value = Plan> {
    let nodes = 2..7_u8;
    nodes.prop_flat_map(|nodes| {
        let of_each = usize::from(nodes);
        (
            prop::collection::vec(0..2_u8, of_each),
            prop::sample::select(OVERLAYS.to_vec()),
            prop::sample::select(vec!["iptables", "nftables", "ipvs"]),
            any::<bool>(),
            prop::collection::vec(prop::bool::weighted(0.1), of_each),
            prop::collection::vec(1..=nodes, 0..5),
            any::<bool>(),
            prop::option::of(prop::collection::vec(block(), 0..4)),
            prop::option::of(prop::collection::vec(block(), 0..4)),
        )
            .prop_map(move |(subnets, overlay, mode, nat, forgotten, endpoints, local, allowed, egress)| {
                Plan { nodes, subnets, overlay, mode, nat, forgotten, endpoints, local, allowed, egress }
            })
    })
}

impl Plan {
    fn text(&self) -> String {
        let (ipip, vxlan) = self.overlay;
        let mut text = format!(
            "apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: {{name: p}}\n\
             spec: {{cidr: 10.244.0.0/16, ipipMode: {ipip}, vxlanMode: {vxlan}, natOutgoing: {}}}\n---\n\
             apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: kube-proxy, namespace: kube-system}}\n\
             data: {{config.conf: \"mode: {}\\nclusterCIDR: 10.244.0.0/16\\n\"}}\n",
            self.nat, self.mode
        );
        for node in 1..=self.nodes {
            let index = usize::from(node) - 1;
            let address = format!("10.0.{}.{node}", self.subnets[index]);
            let tunnel = match (self.forgotten[index], ipip, vxlan) {
                (true, ..) | (_, "Never", "Never") => String::new(),
                (_, "Never", _) => format!(", projectcalico.org/IPv4VXLANTunnelAddr: 10.244.{node}.0"),
                _ => format!(", projectcalico.org/IPv4IPIPTunnelAddr: 10.244.{node}.0"),
            };
            write!(
                text,
                "---\napiVersion: v1\nkind: Node\nmetadata: {{name: n{node}, annotations: {{projectcalico.org/IPv4Address: {address}/24{tunnel}}}}}\n\
                 spec: {{}}\nstatus: {{addresses: [{{type: InternalIP, address: {address}}}]}}\n"
            )
            .unwrap();
        }
        text.push_str(&pod("client", 1, 9, "client"));
        let mut endpoints = String::new();
        for (index, node) in self.endpoints.iter().enumerate() {
            let last = 10 + index;
            text.push_str(&pod(&format!("web-{index}"), *node, last, "web"));
            writeln!(
                endpoints,
                "- {{addresses: [10.244.{node}.{last}], nodeName: n{node}, targetRef: {{kind: Pod, namespace: shop, name: web-{index}}}, conditions: {{ready: true}}}}"
            )
            .unwrap();
        }
        let policy = if self.local { "Local" } else { "Cluster" };
        write!(
            text,
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\nspec: {{type: LoadBalancer, clusterIP: 10.96.0.10, \
             clusterIPs: [10.96.0.10], externalIPs: [192.0.2.1], externalTrafficPolicy: {policy}, selector: {{app: web}}, \
             ports: [{{name: http, port: 80, targetPort: 8080, nodePort: 30080}}]}}\nstatus: {{loadBalancer: {{ingress: [{{ip: 192.0.2.2}}]}}}}\n---\n\
             apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: web-x, namespace: shop, labels: \
             {{kubernetes.io/service-name: web}}}}\naddressType: IPv4\nports: [{{name: http, port: 8080}}]\nendpoints:\n{endpoints}"
        )
        .unwrap();
        if let Some(blocks) = &self.allowed {
            text.push_str(&network_policy("in", "web", "ingress", "from", blocks));
        }
        if let Some(blocks) = &self.egress {
            text.push_str(&network_policy("out", "client", "egress", "to", blocks));
        }
        text
    }

    fn snapshot(&self) -> Snapshot {
        let text = self.text();
        let snapshot = Snapshot::new(read(&[Input { name: "random", text: text.as_bytes() }]));
        assert_eq!(snapshot.nodes.len(), usize::from(self.nodes), "{:?}\n{text}", snapshot.issues);
        snapshot
    }
}

fn pod(name: &str, node: u8, last: usize, app: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {app}}}}}\n\
         spec: {{nodeName: n{node}, containers: [{{name: main, image: app}}]}}\n\
         status: {{phase: Running, podIP: 10.244.{node}.{last}, podIPs: [{{ip: 10.244.{node}.{last}}}]}}\n"
    )
}

fn network_policy(name: &str, app: &str, direction: &str, peers: &str, blocks: &[String]) -> String {
    let blocks: Vec<String> = blocks.iter().map(|block| format!("{{ipBlock: {{cidr: {block}}}}}")).collect();
    let rules = if blocks.is_empty() { "[]".to_owned() } else { format!("[{{{peers}: [{}]}}]", blocks.join(", ")) };
    let kind = if direction == "ingress" { "Ingress" } else { "Egress" };
    format!(
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec: {{podSelector: {{matchLabels: {{app: {app}}}}}, policyTypes: [{kind}], {direction}: {rules}}}\n"
    )
}

/// What matters of a route, with the packet at every hop.
fn essence(snapshot: &Snapshot, route: &Route) -> String {
    let hops: Vec<String> = route
        .hops
        .iter()
        .map(|hop| format!("{:?} {:?} {:?}", hop.place, std::mem::discriminant(&hop.step), hop.after))
        .collect();
    let endpoint = route.endpoint.as_ref().map(|endpoint| (endpoint.pod, endpoint.address, endpoint.node));
    let verdicts: Vec<_> =
        route.verdicts.iter().map(|(direction, pod, verdict)| (direction, pod, verdict.allows())).collect();
    // Reasons name the first node that something is missing on.
    let seen = |address: &Option<Address>| address.as_ref().map(Address::known);
    let known = |hops: Vec<String>| if format!("{hops:?}").contains("Unknown(") { Vec::new() } else { hops };
    let _ = snapshot;
    format!(
        "{:?} {:?} {endpoint:?} policy {:?} pod {:?} {verdicts:?} {:?}",
        route.outcome,
        route.reason.as_ref().map(|reason| reason.code),
        seen(&route.seen_by_policy),
        seen(&route.seen_by_pod),
        known(hops)
    )
}

fn requests() -> Vec<Request> {
    let service = |door| Target::Service { name: NamespacedName::new("shop", "web"), door: Some(door) };
    let from = [
        Origin::Address("203.0.113.7".parse().unwrap()),
        Origin::Pod(NamespacedName::new("shop", "client")),
        Origin::Node(Name::from("n1")),
    ];
    let doors = [DoorKind::NodePort, DoorKind::LoadBalancer, DoorKind::ExternalIp];
    let ask = |from: &Origin, door| Request {
        from: from.clone(),
        to: service(door),
        port: Some(PortRef::Number(80)),
        protocol: Protocol::Tcp,
        entry_node: None,
    };
    from.iter().flat_map(|from| doors.map(|door| ask(from, door))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_class_says_what_each_of_its_members_says(plan in plan()) {
        let snapshot = plan.snapshot();
        let network = Network::new(&snapshot, &Overrides::default());
        for network in [network.clone(), network.without_policies()] {
            for request in requests() {
                let outside = matches!(request.from, Origin::Address(_));
                let node_port = matches!(&request.to, Target::Service { door: Some(DoorKind::NodePort), .. });
                if !outside && !node_port {
                    continue;
                }
                let whole = trace(&network, &request);
                let nodes: BTreeSet<NodeId> = whole.routes.iter().flat_map(|route| route.door_nodes.iter().copied()).collect();
                for node in nodes {
                    let single = Request { entry_node: Some(snapshot.nodes[node].name.clone()), ..request.clone() };
                    let alone: BTreeSet<String> =
                        trace(&network, &single).routes.iter().map(|route| essence(&snapshot, route)).collect();
                    let members = whole.routes.iter().filter(|route| route.door_nodes.contains(node));
                    let in_class: BTreeSet<String> =
                        members.map(|route| essence(&snapshot, &network.route_by(route, node))).collect();
                    prop_assert_eq!(alone, in_class, "{:?} {:?}\n{}", &request, node, plan.text());
                }
            }
        }
    }

    #[test]
    fn every_answer_is_whole(plan in plan()) {
        let snapshot = plan.snapshot();
        let network = Network::new(&snapshot, &Overrides::default());
        let open = network.without_policies();
        for request in requests() {
            let (judged, unjudged) = (trace(&network, &request), trace(&open, &request));
            prop_assert!(!judged.routes.is_empty() && judged.issues.is_empty(), "{:?}\n{}", &request, plan.text());
            prop_assert!(unjudged.routes.iter().all(|route| route.outcome != Outcome::Denied));
            for route in &judged.routes {
                // Only what is simply delivered has no reason, and whoever denies is named.
                prop_assert!(route.reason.is_some() || route.outcome == Outcome::Delivered);
                prop_assert!(route.outcome != Outcome::Denied || route.verdicts.iter().any(|(_, _, verdict)| verdict.allows() == Some(false)));
                prop_assert!(route.outcome != Outcome::Delivered || route.seen_by_pod.is_some());
            }
        }
    }
}
