//! Clusters of any size, out of a seed: the same one each time.

use std::fmt::Write;

use bulkhead_snapshot::{Input, Snapshot, read};

/// How large a cluster is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) nodes: u32,
    pub(crate) pods: u32,
    /// How many of the pods stand behind the Service `shop/web`.
    pub(crate) endpoints: u32,
    /// Whether a policy isolates them and lets in single nodes only.
    pub(crate) policies: Policies,
}

/// What policies there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policies {
    None,
    /// The endpoints are isolated, and every second node's tunnel address is allowed.
    EverySecondNode,
}

/// Calico with VXLAN, kube-proxy in iptables mode, pods spread by a seeded generator.
pub(crate) fn snapshot(size: Size) -> Snapshot {
    let text = text(size);
    let snapshot = Snapshot::new(read(&[Input { name: "generated", text: text.as_bytes() }]));
    assert_eq!(snapshot.pods.len(), size.pods as usize, "{:?}", snapshot.issues.first());
    snapshot
}

fn text(size: Size) -> String {
    let mut text = String::from(
        "apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: {name: p}\n\
         spec: {cidr: 10.128.0.0/9, ipipMode: Never, vxlanMode: Always, natOutgoing: true}\n---\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-proxy, namespace: kube-system}\n\
         data: {config.conf: \"mode: iptables\\nclusterCIDR: 10.128.0.0/9\\n\"}\n",
    );
    for node in 0..size.nodes {
        let (name, own, tunnel) = (node_name(node), address(0x0a00_0000, node), address(0x0aff_0000, node));
        write!(
            text,
            "---\napiVersion: v1\nkind: Node\nmetadata: {{name: {name}, annotations: {{projectcalico.org/IPv4Address: {own}/16, \
             projectcalico.org/IPv4VXLANTunnelAddr: {tunnel}}}}}\nspec: {{}}\nstatus: {{addresses: [{{type: InternalIP, address: {own}}}]}}\n"
        )
        .unwrap();
    }
    let mut random = Random(42);
    let mut endpoints = String::new();
    for pod in 0..size.pods {
        let (node, own) = (node_name(random.below(size.nodes)), address(0x0a80_0000, pod));
        let app = if pod < size.endpoints { "web" } else { "other" };
        write!(
            text,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: pod-{pod}, namespace: shop, labels: {{app: {app}, tier: t{}}}}}\n\
             spec: {{nodeName: {node}, containers: [{{name: main, image: app, ports: [{{containerPort: 8080}}]}}]}}\n\
             status: {{phase: Running, podIP: {own}, podIPs: [{{ip: {own}}}]}}\n",
            random.below(20)
        )
        .unwrap();
        if pod < size.endpoints {
            writeln!(
                endpoints,
                "- {{addresses: [{own}], nodeName: {node}, targetRef: {{kind: Pod, namespace: shop, name: pod-{pod}}}, conditions: {{ready: true}}}}"
            )
            .unwrap();
        }
    }
    write!(
        text,
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\nspec: {{type: NodePort, clusterIP: 10.96.0.10, \
         clusterIPs: [10.96.0.10], selector: {{app: web}}, ports: [{{name: http, port: 80, targetPort: 8080, nodePort: 30080}}]}}\n---\n\
         apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: web-x, namespace: shop, labels: \
         {{kubernetes.io/service-name: web}}}}\naddressType: IPv4\nports: [{{name: http, port: 8080}}]\nendpoints:\n{endpoints}"
    )
    .unwrap();
    if size.policies == Policies::EverySecondNode {
        text.push_str(
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: nodes, namespace: shop}\n",
        );
        text.push_str("spec:\n  podSelector: {matchLabels: {app: web}}\n  ingress:\n  - from:\n");
        for node in (0..size.nodes).step_by(2) {
            writeln!(text, "    - ipBlock: {{cidr: {}/32}}", address(0x0aff_0000, node)).unwrap();
        }
    }
    text
}

fn node_name(node: u32) -> String {
    format!("node-{node:05}")
}

fn address(base: u32, index: u32) -> String {
    std::net::Ipv4Addr::from(base + 1 + index).to_string()
}

/// A linear congruential generator: good enough to scatter pods.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(end)).unwrap()
    }
}
