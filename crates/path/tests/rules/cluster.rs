//! Small clusters, as text.

use std::fmt::Write;

use bulkhead_snapshot::{Input, Snapshot, read};

/// A cluster in the making: YAML, document by document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cluster {
    text: String,
}

impl Cluster {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Three nodes in one subnet with Calico; `overlay` as `ipipMode/vxlanMode`. node-3 has no pod of its own.
    pub(crate) fn calico(overlay: &str) -> Self {
        let (ipip, vxlan) = overlay.split_once('/').unwrap();
        let cluster = Self::new().pool("10.244.0.0/16", ipip, vxlan, "true").agent("ACCEPT");
        (1..=3).fold(cluster, |cluster, number| cluster.calico_node(number, "10.0.0", ipip, vxlan))
    }

    /// A node `node-N` with the address `SUBNET.N`, its podCIDR 10.244.N.0/24 and the tunnel address that its pools need.
    pub(crate) fn calico_node(self, number: u8, subnet: &str, ipip: &str, vxlan: &str) -> Self {
        let mut annotations = format!("projectcalico.org/IPv4Address: {subnet}.{number}/24");
        if ipip != "Never" {
            write!(annotations, ", projectcalico.org/IPv4IPIPTunnelAddr: 10.244.{number}.0").unwrap();
        }
        if vxlan != "Never" {
            write!(annotations, ", projectcalico.org/IPv4VXLANTunnelAddr: 10.244.{number}.0").unwrap();
        }
        self.node(number, subnet, &annotations)
    }

    pub(crate) fn node(self, number: u8, subnet: &str, annotations: &str) -> Self {
        self.yaml(&format!(
            "apiVersion: v1\nkind: Node\n\
             metadata: {{name: node-{number}, annotations: {{{annotations}}}, labels: {{topology.kubernetes.io/zone: zone-{number}}}}}\n\
             spec: {{podCIDR: 10.244.{number}.0/24, podCIDRs: [10.244.{number}.0/24]}}\n\
             status: {{addresses: [{{type: InternalIP, address: {subnet}.{number}}}]}}"
        ))
    }

    pub(crate) fn pool(self, cidr: &str, ipip: &str, vxlan: &str, nat: &str) -> Self {
        let name = cidr.replace(['.', '/', ':'], "-");
        self.yaml(&format!(
            "apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: {{name: p{name}}}\n\
             spec: {{cidr: '{cidr}', ipipMode: {ipip}, vxlanMode: {vxlan}, natOutgoing: {nat}}}"
        ))
    }

    /// The DaemonSet calico-node with its `defaultEndpointToHostAction`.
    pub(crate) fn agent(self, action: &str) -> Self {
        self.yaml(&format!(
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: calico-node, namespace: kube-system}}\n\
             spec:\n  selector: {{matchLabels: {{k8s-app: calico-node}}}}\n  template:\n    \
             metadata: {{labels: {{k8s-app: calico-node}}}}\n    spec:\n      hostNetwork: true\n      \
             containers: [{{name: calico-node, image: 'calico/node:v3.30.0', \
             env: [{{name: FELIX_DEFAULTENDPOINTTOHOSTACTION, value: {action}}}]}}]"
        ))
    }

    /// Three nodes with flannel.
    pub(crate) fn flannel(backend: &str, arguments: &str) -> Self {
        let cluster = Self::new().yaml(&format!(
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: kube-flannel-ds, namespace: kube-flannel}}\n\
             spec:\n  selector: {{matchLabels: {{app: flannel}}}}\n  template:\n    metadata: {{labels: {{app: flannel}}}}\n    \
             spec:\n      hostNetwork: true\n      containers: [{{name: kube-flannel, image: 'flannel:v0.27.0', args: [{arguments}]}}]"
        ));
        let cluster = cluster.yaml(&format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: kube-flannel-cfg, namespace: kube-flannel}}\n\
             data: {{net-conf.json: '{{\"Network\": \"10.244.0.0/16\", \"Backend\": {{\"Type\": \"{backend}\"}}}}'}}"
        ));
        let annotations = format!("flannel.alpha.coreos.com/backend-type: {backend}");
        (1..=3).fold(cluster, |cluster, number| cluster.node(number, "10.0.0", &annotations))
    }

    /// kube-proxy's configuration: `clusterCIDR` is 10.244.0.0/16 unless the settings say otherwise.
    pub(crate) fn proxy(self, settings: &str) -> Self {
        let cidr = if settings.contains("clusterCIDR") { "" } else { "    clusterCIDR: 10.244.0.0/16\n" };
        let lines: String = settings.lines().map(|line| format!("    {line}\n")).collect();
        self.yaml(&format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: kube-proxy, namespace: kube-system}}\ndata:\n  config.conf: |\n    \
             kind: KubeProxyConfiguration\n{cidr}{lines}"
        ))
    }

    /// A pod `shop/NAME` that listens at 8080; its node is the third part of its address, unless it is on its node's network.
    pub(crate) fn pod(self, name: &str, address: &str) -> Self {
        self.pod_with(name, address, "")
    }

    /// A pod with more lines in its `spec`.
    pub(crate) fn pod_with(self, name: &str, address: &str, spec: &str) -> Self {
        let app = name.split_once('-').map_or(name, |(app, _)| app);
        let node = node_of(address);
        let network = if address.starts_with("10.0.") { "  hostNetwork: true\n" } else { "" };
        self.yaml(&format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {app}}}}}\n\
             spec:\n  nodeName: {node}\n{network}{spec}  containers: [{{name: main, image: app, ports: [{{containerPort: 8080, name: http}}]}}]\n\
             status: {{phase: Running, podIP: '{address}', podIPs: [{{ip: '{address}'}}]}}"
        ))
    }

    /// A Service `shop/NAME` 10.96.0.10:80, NodePort 30080, to port 8080 of pods, given as `NAME@ADDRESS`; a `!` behind an
    /// address makes the endpoint not ready, a `~` terminating and serving.
    pub(crate) fn service(self, name: &str, spec: &str, endpoints: &[&str]) -> Self {
        let node_port = if spec.contains("type: NodePort") || spec.contains("type: LoadBalancer") {
            ", nodePort: 30080"
        } else {
            ""
        };
        let spec = if spec.is_empty() { "type: ClusterIP" } else { spec };
        let lines: String = spec.lines().map(|line| format!("  {line}\n")).collect();
        let (spec, status) = lines
            .split_once("  status: ")
            .map_or((lines.clone(), String::new()), |(spec, status)| (spec.to_owned(), format!("status: {status}")));
        let cluster = self.yaml(&format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  clusterIP: 10.96.0.10\n  \
             clusterIPs: [10.96.0.10]\n  selector: {{app: web}}\n  ports: [{{name: http, port: 80, targetPort: 8080{node_port}}}]\n{spec}{status}"
        ));
        let endpoints: String = endpoints.iter().map(|endpoint| endpoint_of(endpoint)).collect();
        cluster.yaml(&format!(
            "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n\
             metadata: {{name: {name}-x, namespace: shop, labels: {{kubernetes.io/service-name: {name}}}}}\naddressType: IPv4\n\
             ports: [{{name: http, port: 8080, protocol: TCP}}]\nendpoints:\n{endpoints}"
        ))
    }

    /// Pods web-1 on node-1 and web-2 on node-2 behind a Service of that spec; client pods cli-1 and cli-3.
    pub(crate) fn web(self, spec: &str) -> Self {
        self.pod("web-1", "10.244.1.5")
            .pod("web-2", "10.244.2.5")
            .pod("cli-1", "10.244.1.9")
            .pod("cli-3", "10.244.3.9")
            .service("web", spec, &["web-1@10.244.1.5", "web-2@10.244.2.5"])
    }

    /// A Gateway of class `own`, which is a controller's, and a route `web` to the Service of that name.
    pub(crate) fn route(self, controller: &str) -> Self {
        self.route_with(controller, "")
    }

    /// The same with more in the Gateway's `spec`.
    pub(crate) fn route_with(self, controller: &str, spec: &str) -> Self {
        self.yaml(&format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {{name: own}}\nspec: {{controllerName: {controller}}}"
        ))
        .yaml(&format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: edge, namespace: shop}}\nspec: \
             {{gatewayClassName: own, {spec}listeners: [{{name: web, port: 80, protocol: HTTP}}]}}"
        ))
        .yaml(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web, namespace: shop}\nspec: {parentRefs: \
             [{name: edge}], rules: [{backendRefs: [{name: web, port: 80}]}]}",
        )
    }

    /// Any document.
    pub(crate) fn yaml(mut self, document: &str) -> Self {
        write!(self.text, "---\n{}\n", document.trim_end()).unwrap();
        self
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let snapshot = Snapshot::new(read(&[Input { name: "cluster.yaml", text: self.text.as_bytes() }]));
        let errors: Vec<_> =
            snapshot.issues.iter().filter(|issue| issue.severity == bulkhead_model::Severity::Error).collect();
        // Two Services, or pods, with one address are what some tests are about.
        let meant = ["addressOfTwoServices", "podAddressShared"];
        let errors: Vec<_> = errors.into_iter().filter(|issue| !meant.contains(&issue.code)).collect();
        assert!(errors.is_empty(), "{errors:?} in\n{}", self.text);
        snapshot
    }
}

fn node_of(address: &str) -> String {
    let part = if address.starts_with("10.244.") { 2 } else { 3 };
    format!("node-{}", address.split('.').nth(part).unwrap())
}

fn endpoint_of(text: &str) -> String {
    let (pod, address) = text.split_once('@').unwrap();
    let ready = !text.ends_with(['!', '~']);
    let ending = text.ends_with('~');
    let address = address.trim_end_matches(['!', '~']);
    let node = node_of(address);
    format!(
        "- addresses: ['{address}']\n  nodeName: {node}\n  targetRef: {{kind: Pod, namespace: shop, name: {pod}}}\n  \
         conditions: {{ready: {ready}, serving: {}, terminating: {ending}}}\n",
        ready || ending
    )
}
