//! Random small clusters, with an exposure to ask for.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::ops::Range;

use bulkhead_allowlist::{Client, Exposure, ExposureTarget, Settings, Sides};
use bulkhead_model::{IpNet, NamespacedName, PortRef, Protocol};
use bulkhead_path::{DoorKind, Origin, Request, Target};
use bulkhead_snapshot::{Input, Objects, read};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A cluster of a few nodes with one Service, and who wants to reach it.
#[derive(Clone, Debug)]
pub(crate) struct World {
    overlay: Overlay,
    proxy: &'static str,
    nodes: Vec<Node>,
    service: Service,
    backends: Vec<Pod>,
    others: Vec<Pod>,
    policies: Vec<Policy>,
    clients: Vec<Wanted>,
    doors: Vec<DoorKind>,
    /// What policies let the pods of `billing` out to; nothing where there is no such policy.
    egress: Option<Vec<&'static str>>,
    whole_namespace: bool,
    /// Whether kube-proxy knows pods by the range of their node.
    by_node: bool,
    /// `loadBalancerSourceRanges`
    source_range: Option<&'static str>,
    /// The first node whose object has no addresses, as all after it.
    silent_from: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Overlay {
    None,
    Vxlan,
    CrossSubnet,
}

#[derive(Clone, Debug)]
struct Node {
    other_subnet: bool,
}

#[derive(Clone, Debug)]
struct Service {
    local: bool,
    load_balancer: bool,
    named_port: bool,
}

#[derive(Clone, Debug)]
struct Pod {
    node: usize,
    host_network: bool,
    port: u16,
}

#[derive(Clone, Debug)]
enum Policy {
    DenyAll,
    AllowBlock(&'static str, u16),
    AllowOthers,
}

#[derive(Clone, Debug)]
enum Wanted {
    Outside(&'static str),
    Other(usize),
    Node(usize),
    Namespace,
    Any,
}

/// Random worlds.
pub(crate) fn worlds() -> impl Strategy<Value = World> {
    let proxy = prop_oneof![Just("iptables"), Just("nftables")];
    worlds_of(any::<bool>(), 1..5, 0..4, proxy)
}

/// Random worlds of more nodes, most of them alike, and more clients.
pub(crate) fn crowds() -> impl Strategy<Value = World> {
    let proxy = prop_oneof![Just("iptables"), Just("nftables"), Just("ipvs")];
    let source_range = prop::option::of(prop_oneof![Just("10.244.0.0/21"), Just("10.10.0.0/29")]);
    let more = (any::<bool>(), source_range, prop::option::weighted(0.2, 0_usize..6));
    let world = worlds_of(prop::bool::weighted(0.1), 6..14, 0..16, proxy);
    let with = |(world, (by_node, source_range, silent_from))| World { by_node, source_range, silent_from, ..world };
    (world, more).prop_map(with)
}

fn worlds_of(
    other_subnet: impl Strategy<Value = bool>,
    nodes: Range<usize>,
    others: Range<usize>,
    proxy: impl Strategy<Value = &'static str>,
) -> impl Strategy<Value = World> {
    let nodes = prop::collection::vec(other_subnet.prop_map(|other_subnet| Node { other_subnet }), nodes);
    let overlay = prop_oneof![Just(Overlay::None), Just(Overlay::Vxlan), Just(Overlay::CrossSubnet)];
    (nodes, overlay, proxy).prop_flat_map(move |(nodes, overlay, proxy)| {
        let count = nodes.len();
        let pod = (0..count, prop::bool::weighted(0.15), prop_oneof![Just(8080_u16), Just(9090)])
            .prop_map(|(node, host_network, port)| Pod { node, host_network, port });
        let service = any::<(bool, bool, bool)>()
            .prop_map(|(local, load_balancer, named_port)| Service { local, load_balancer, named_port });
        let policy = prop_oneof![
            3 => Just(Policy::DenyAll),
            1 => prop_oneof![Just("203.0.113.0/25"), Just("10.10.0.0/30"), Just("198.51.100.7/32")]
                .prop_flat_map(|net| prop_oneof![Just(8080_u16), Just(9090)].prop_map(move |port| Policy::AllowBlock(net, port))),
            1 => Just(Policy::AllowOthers),
        ];
        let client = prop_oneof![
            6 => prop_oneof![Just("203.0.113.7/32"), Just("203.0.113.0/28"), Just("198.51.100.6/31"), Just("10.10.0.0/29")]
                .prop_map(Wanted::Outside),
            6 => (0_usize..3).prop_map(Wanted::Other),
            6 => (0..count).prop_map(Wanted::Node),
            6 => Just(Wanted::Namespace),
            1 => Just(Wanted::Any),
        ];
        let out = prop::sample::subsequence(vec!["10.10.0.0/30", "10.96.0.10/32", "192.0.2.10/32", "10.244.0.0/24"], 0..=2);
        let doors = prop::sample::subsequence(vec![DoorKind::ClusterIp, DoorKind::NodePort, DoorKind::LoadBalancer], 1..=3);
        (
            service,
            prop::collection::vec(pod.clone(), 1..5),
            prop::collection::vec(pod, others.clone()),
            prop::collection::vec(policy, 0..4),
            prop::collection::vec(client, 1..4),
            doors,
            prop::option::of(out),
            any::<bool>(),
        )
            .prop_map(move |(service, backends, others, policies, clients, doors, egress, whole_namespace)| World {
                overlay,
                proxy,
                nodes: nodes.clone(),
                service,
                backends,
                others,
                policies,
                clients,
                doors,
                egress,
                whole_namespace,
                by_node: false,
                source_range: None,
                silent_from: None,
            })
    })
}

impl World {
    fn node_address(&self, node: usize) -> String {
        let subnet = u8::from(self.nodes[node].other_subnet);
        format!("10.10.{subnet}.{}", node + 1)
    }

    /// The cluster as a dump has it.
    pub(crate) fn objects(&self) -> Objects {
        let mut items = vec![self.proxy_config(), self.pool(), calico_node()];
        items.extend((0..self.nodes.len()).map(|node| self.node(node)));
        items.extend(self.backends.iter().enumerate().map(|(index, pod)| self.pod("shop", "web", index, pod)));
        items.extend(self.others.iter().enumerate().map(|(index, pod)| self.pod("billing", "api", index, pod)));
        items.extend([self.service(), self.slices(8080), self.slices(9090)]);
        items.extend(self.policies.iter().enumerate().map(|(index, policy)| policy.manifest(index)));
        items.extend(self.egress.as_ref().map(|blocks| egress_policy(blocks)));
        let text = json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string();
        read(&[Input { name: "world", text: text.as_bytes() }])
    }

    fn proxy_config(&self) -> Value {
        let detect = if self.by_node { "detectLocalMode: NodeCIDR" } else { "clusterCIDR: 10.244.0.0/16" };
        let config = format!(
            "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: {}\n{detect}\n",
            self.proxy
        );
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kube-proxy", "namespace": "kube-system"},
            "data": {"config.conf": config}})
    }

    fn pool(&self) -> Value {
        let vxlan = match self.overlay {
            Overlay::None => "Never",
            Overlay::Vxlan => "Always",
            Overlay::CrossSubnet => "CrossSubnet",
        };
        json!({"apiVersion": "crd.projectcalico.org/v1", "kind": "IPPool", "metadata": {"name": "pool"},
            "spec": {"cidr": "10.244.0.0/16", "ipipMode": "Never", "vxlanMode": vxlan, "natOutgoing": true}})
    }

    fn node(&self, node: usize) -> Value {
        let address = self.node_address(node);
        let mut annotations = json!({"projectcalico.org/IPv4Address": format!("{address}/24")});
        if self.overlay != Overlay::None {
            annotations["projectcalico.org/IPv4VXLANTunnelAddr"] = json!(format!("10.244.{node}.0"));
        }
        let is_silent = self.silent_from.is_some_and(|first| node >= first);
        let addresses = if is_silent { json!([]) } else { json!([{"type": "InternalIP", "address": address}]) };
        json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": format!("n{node}"), "annotations": annotations},
            "spec": {"podCIDR": format!("10.244.{node}.0/24")},
            "status": {"addresses": addresses,
                "conditions": [{"type": "Ready", "status": "True"}]}})
    }

    fn pod_address(&self, namespace: &str, index: usize, pod: &Pod) -> String {
        if pod.host_network {
            return self.node_address(pod.node);
        }
        format!("10.244.{}.{}", pod.node, index + if namespace == "shop" { 10 } else { 50 })
    }

    fn pod(&self, namespace: &str, app: &str, index: usize, pod: &Pod) -> Value {
        let address = self.pod_address(namespace, index, pod);
        json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": format!("{app}-{index}"), "namespace": namespace, "labels": {"app": app}},
            "spec": {"nodeName": format!("n{}", pod.node), "hostNetwork": pod.host_network,
                "containers": [{"name": "c", "image": "i", "ports": [{"name": "http", "containerPort": pod.port}]}]},
            "status": {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}],
                "conditions": [{"type": "Ready", "status": "True"}]}})
    }

    fn service(&self) -> Value {
        let target = if self.service.named_port { json!("http") } else { json!(8080) };
        let policy = if self.service.local { "Local" } else { "Cluster" };
        let mut service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"type": "NodePort", "clusterIP": "10.96.0.10", "clusterIPs": ["10.96.0.10"], "selector": {"app": "web"},
                "externalTrafficPolicy": policy,
                "ports": [{"name": "http", "port": 80, "targetPort": target, "nodePort": 30080, "protocol": "TCP"}]}});
        if let Some(range) = self.source_range {
            service["spec"]["loadBalancerSourceRanges"] = json!([range]);
        }
        if self.service.load_balancer {
            service["spec"]["type"] = json!("LoadBalancer");
            service["status"] = json!({"loadBalancer": {"ingress": [{"ip": "192.0.2.10", "ipMode": "VIP"}]}});
        }
        service
    }

    /// The slice of the endpoints that listen on one port.
    fn slices(&self, port: u16) -> Value {
        let mine = self.backends.iter().enumerate().filter(|(_, pod)| self.port_of(pod) == port);
        let endpoints: Vec<Value> = mine
            .map(|(index, pod)| {
                json!({"addresses": [self.pod_address("shop", index, pod)], "nodeName": format!("n{}", pod.node),
                    "conditions": {"ready": true, "serving": true, "terminating": false},
                    "targetRef": {"kind": "Pod", "name": format!("web-{index}"), "namespace": "shop"}})
            })
            .collect();
        json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": {"name": format!("web-{port}"), "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
            "endpoints": endpoints, "ports": [{"name": "http", "port": port, "protocol": "TCP"}]})
    }

    fn port_of(&self, pod: &Pod) -> u16 {
        if self.service.named_port { pod.port } else { 8080 }
    }

    /// What is asked for.
    pub(crate) fn exposure(&self) -> Exposure {
        let clients = self.clients.iter().filter_map(|client| match client {
            Wanted::Outside(net) => Some(Client::Block(net.parse::<IpNet>().unwrap())),
            Wanted::Other(index) if *index < self.others.len() => {
                Some(Client::Pod(NamespacedName::new("billing", format!("api-{index}"))))
            }
            Wanted::Other(_) => None,
            Wanted::Node(node) => Some(Client::Node(format!("n{node}").into())),
            Wanted::Namespace => Some(Client::Namespace("billing".into())),
            Wanted::Any => Some(Client::Any),
        });
        let target = if self.whole_namespace {
            ExposureTarget::Namespace("shop".into())
        } else {
            ExposureTarget::Service(NamespacedName::new("shop", "web"))
        };
        Exposure { target, ports: Vec::new(), doors: self.doors.clone(), clients: clients.collect() }
    }

    /// The same world where everybody may send what they like.
    pub(crate) fn without_egress(&self) -> Self {
        Self { egress: None, ..self.clone() }
    }

    /// The same world with its pods on other nodes.
    pub(crate) fn moved(&self, places: &[usize]) -> Self {
        let mut moved = self.clone();
        let pods = moved.backends.iter_mut().filter(|pod| !pod.host_network).chain(&mut moved.others);
        for (pod, place) in pods.zip(places) {
            pod.node = place % self.nodes.len();
        }
        moved
    }

    /// Whether everyone is wanted.
    pub(crate) fn wants_everyone(&self) -> bool {
        self.exposure().clients.contains(&Client::Any)
    }

    /// Whether whoever has an address is wanted by it.
    pub(crate) fn wants_address(&self, address: IpAddr) -> bool {
        let holds = |client: &Client| matches!(client, Client::Block(net) if net.contains(&address));
        self.wants_everyone() || self.exposure().clients.iter().any(holds)
    }

    /// One question for each single wanted client and each door; of everyone outside, for one.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let mut origins = Vec::new();
        for client in self.exposure().clients {
            match client {
                Client::Block(net) => origins.extend(all_of(net).into_iter().map(Origin::Address)),
                Client::Pod(name) => origins.push(Origin::Pod(name)),
                Client::Node(name) => origins.push(Origin::Node(name)),
                Client::Namespace(name) => {
                    let pods =
                        (0..self.others.len()).map(|index| NamespacedName::new(name.clone(), format!("api-{index}")));
                    origins.extend(pods.map(Origin::Pod));
                }
                Client::Any => {
                    origins.push(Origin::Address("198.18.0.1".parse().unwrap()));
                    origins.extend((0..self.nodes.len()).map(|node| Origin::Node(format!("n{node}").into())));
                    let web = (0..self.backends.len()).map(|index| NamespacedName::new("shop", format!("web-{index}")));
                    let api =
                        (0..self.others.len()).map(|index| NamespacedName::new("billing", format!("api-{index}")));
                    origins.extend(web.chain(api).map(Origin::Pod));
                }
                Client::Workspace(_) | Client::Workload(..) => {}
            }
        }
        self.requests_of(&origins)
    }

    /// A question for each of these and each door.
    pub(crate) fn requests_of(&self, origins: &[Origin]) -> Vec<Request> {
        let name = NamespacedName::new("shop", "web");
        let request = |from: &Origin, door: &DoorKind| Request {
            from: from.clone(),
            to: Target::Service { name: name.clone(), door: Some(*door) },
            port: Some(PortRef::Name("http".into())),
            protocol: Protocol::Tcp,
            entry_node: None,
        };
        origins.iter().flat_map(|from| self.doors.iter().map(move |door| request(from, door))).collect()
    }
}

/// How it is asked.
pub(crate) fn settings() -> Settings {
    Settings { sides: Sides::Both, ..Settings::default() }
}

impl Policy {
    fn manifest(&self, index: usize) -> Value {
        let ingress = match self {
            Self::DenyAll => json!([]),
            Self::AllowBlock(net, port) => {
                json!([{"from": [{"ipBlock": {"cidr": net}}], "ports": [{"protocol": "TCP", "port": port}]}])
            }
            Self::AllowOthers => json!([{"from": [{"namespaceSelector":
                {"matchLabels": {"kubernetes.io/metadata.name": "billing"}}}]}]),
        };
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": {"name": format!("p{index}"), "namespace": "shop"},
            "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": ingress}})
    }
}

fn all_of(net: IpNet) -> BTreeSet<IpAddr> {
    net.hosts().chain([net.addr(), net.broadcast()]).collect()
}

fn egress_policy(blocks: &[&str]) -> Value {
    let to: Vec<Value> = blocks.iter().map(|block| json!({"ipBlock": {"cidr": block}})).collect();
    let egress = if to.is_empty() { json!([]) } else { json!([{"to": to}]) };
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": "out", "namespace": "billing"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": egress}})
}

fn calico_node() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "calico-node", "namespace": "kube-system", "labels": {"k8s-app": "calico-node"}},
        "spec": {"selector": {"matchLabels": {"k8s-app": "calico-node"}},
            "template": {"metadata": {"labels": {"k8s-app": "calico-node"}},
                "spec": {"hostNetwork": true, "containers": [{"name": "calico-node", "image": "calico/node:v3.30.0"}]}}}})
}
