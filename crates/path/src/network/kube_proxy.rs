//! How kube-proxy runs: its mode, its idea of a local pod, what it masquerades, where it serves NodePorts.
//!
//! Read from the `KubeProxyConfiguration` in the ConfigMap `kube-system/kube-proxy`, where kubeadm keeps it. A field that
//! is left out has kube-proxy's documented default; without the object everything is unknown.

use bulkhead_model::object::ConfigMap;
use bulkhead_model::{IpNet, Issue, NamespacedName, ObjectRef};
use bulkhead_snapshot::{Evidence, Fact, Settings, Snapshot};

use crate::Overrides;
use crate::proxy::ProxyMode;

/// The facts about kube-proxy. It is taken to run alike on all nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeProxy {
    /// `mode`
    pub mode: Fact<ProxyMode>,
    /// `clusterCIDR`, one or two ranges; empty means that none is configured.
    pub cluster_cidr: Fact<Vec<IpNet>>,
    /// `detectLocalMode`, and what it needs.
    pub detect_local: Fact<DetectLocal>,
    /// `iptables.masqueradeAll`, which counts for ipvs, too, or `nftables.masqueradeAll`.
    pub masquerade_all: Fact<bool>,
    /// `nodePortAddresses`
    pub node_port_addresses: Fact<NodePortAddresses>,
    /// `iptables.localhostNodePorts`: whether `127.0.0.1:nodePort` works. Only iptables mode asks.
    pub localhost_node_ports: Fact<bool>,
}

/// How kube-proxy recognises a packet of a pod on its own node (`pkg/proxy/util/localdetector.go`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DetectLocal {
    /// By a source in `clusterCIDR`, whichever node the pod is on. Without a clusterCIDR nothing is detected.
    ClusterCidr,
    /// By a source in the node's own `spec.podCIDR`.
    NodeCidr,
    /// By the bridge that it comes from.
    BridgeInterface(String),
    /// By the first letters of the interface that it comes from.
    InterfaceNamePrefix(String),
}

/// The node's addresses at which kube-proxy serves NodePorts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodePortAddresses {
    /// Every address of the node: the default in iptables and ipvs mode.
    All,
    /// The node's primary addresses, one of each family: the default in nftables mode.
    Primary,
    /// The addresses of the node in these ranges.
    Ranges(Vec<IpNet>),
}

impl DetectLocal {
    /// The mode as kube-proxy's configuration spells it, with what it needs behind `=`.
    pub fn text(&self) -> String {
        match self {
            Self::ClusterCidr => "ClusterCIDR".to_owned(),
            Self::NodeCidr => "NodeCIDR".to_owned(),
            Self::BridgeInterface(bridge) => format!("BridgeInterface={bridge}"),
            Self::InterfaceNamePrefix(prefix) => format!("InterfaceNamePrefix={prefix}"),
        }
    }

    /// The mode of that text; `None` where it is none, or lacks what it needs.
    pub fn from_text(text: &str) -> Option<Self> {
        match text.split_once('=') {
            None if text == "ClusterCIDR" => Some(Self::ClusterCidr),
            None if text == "NodeCIDR" => Some(Self::NodeCidr),
            Some(("BridgeInterface", bridge)) if !bridge.is_empty() => Some(Self::BridgeInterface(bridge.to_owned())),
            Some(("InterfaceNamePrefix", prefix)) if !prefix.is_empty() => {
                Some(Self::InterfaceNamePrefix(prefix.to_owned()))
            }
            _ => None,
        }
    }
}

impl NodePortAddresses {
    /// `all`, `primary`, or the ranges.
    pub fn text(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Primary => "primary".to_owned(),
            Self::Ranges(ranges) => ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        }
    }

    /// The addresses of that text.
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "all" => Some(Self::All),
            "primary" => Some(Self::Primary),
            ranges => cidrs(ranges).map(Self::Ranges),
        }
    }
}

impl KubeProxy {
    /// Finds the facts out.
    pub(crate) fn of(snapshot: &Snapshot, overrides: &Overrides) -> (Self, Vec<Issue>) {
        let mut issues = Vec::new();
        let mut proxy = configuration(snapshot, &mut issues).map_or_else(Self::unknown, |read| read.facts(&mut issues));
        if let Some(evidence) = replaced_by_cni(snapshot) {
            proxy.mode = Fact::known(ProxyMode::Cni, evidence);
        }
        set(&mut proxy.mode, overrides.proxy_mode.as_ref(), "--proxy-mode");
        set(&mut proxy.cluster_cidr, overrides.cluster_cidr.as_ref(), "--cluster-cidr");
        set(&mut proxy.detect_local, overrides.detect_local.as_ref(), "--detect-local");
        set(&mut proxy.masquerade_all, overrides.masquerade_all.as_ref(), "--masquerade-all");
        set(&mut proxy.node_port_addresses, overrides.node_port_addresses.as_ref(), "--nodeport-addresses");
        (proxy, issues)
    }

    fn unknown() -> Self {
        Self {
            mode: Fact::Unknown,
            cluster_cidr: Fact::Unknown,
            detect_local: Fact::Unknown,
            masquerade_all: Fact::Unknown,
            node_port_addresses: Fact::Unknown,
            localhost_node_ports: Fact::Unknown,
        }
    }
}

fn set<T: Clone>(fact: &mut Fact<T>, given: Option<&T>, option: &'static str) {
    if let Some(value) = given {
        *fact = Fact::known(value.clone(), Evidence::Override { option });
    }
}

/// Calico's eBPF dataplane or Cilium takes kube-proxy's place.
fn replaced_by_cni(snapshot: &Snapshot) -> Option<Evidence> {
    let felix = snapshot.felix_configurations.iter().find(|configuration| configuration.name == "default");
    if let Some(felix) = felix.filter(|felix| felix.spec.get("bpfEnabled").is_some_and(|value| value == "true")) {
        return Some(Evidence::Field {
            object: ObjectRef::cluster("FelixConfiguration", felix.name.clone()),
            field: "spec.bpfEnabled".to_owned(),
            value: "true".to_owned(),
            position: felix.position,
        });
    }
    let cilium = snapshot.config_maps.get(&NamespacedName::new("kube-system", "cilium-config"))?;
    let replaces = cilium.data.get("kube-proxy-replacement").filter(|value| *value == "true" || *value == "strict")?;
    Some(Evidence::Field {
        object: ObjectRef::namespaced("ConfigMap", &cilium.name),
        field: "data[\"kube-proxy-replacement\"]".to_owned(),
        value: replaces.clone(),
        position: cilium.position,
    })
}

/// A configuration as read, with where it stands.
struct Configuration<'a> {
    settings: Settings,
    map: &'a ConfigMap,
    key: String,
}

/// The key under which kubeadm keeps the configuration.
const KEY: &str = "config.conf";

fn configuration<'a>(snapshot: &'a Snapshot, issues: &mut Vec<Issue>) -> Option<Configuration<'a>> {
    let map = snapshot.config_maps.get(&NamespacedName::new("kube-system", "kube-proxy"))?;
    let (key, text) = map.data.iter().find(|(key, _)| key.as_str() == KEY)?;
    match Settings::parse(text) {
        Ok(settings) => Some(Configuration { settings, map, key: format!("data[\"{key}\"]") }),
        Err(error) => {
            issues.push(
                Issue::error("unreadableKubeProxyConfiguration")
                    .at(map.position)
                    .about(ObjectRef::namespaced("ConfigMap", &map.name))
                    .in_field(format!("data[\"{key}\"]"))
                    .with("line", error.line)
                    .with("message", error.message),
            );
            None
        }
    }
}

impl Configuration<'_> {
    fn facts(&self, issues: &mut Vec<Issue>) -> KubeProxy {
        let mode = self.read("mode", ProxyMode::Iptables, ProxyMode::from_name, issues);
        let masquerade_all = match mode.value() {
            Some(ProxyMode::Nftables) => "nftables.masqueradeAll",
            _ => "iptables.masqueradeAll",
        };
        KubeProxy {
            cluster_cidr: self.read("clusterCIDR", Vec::new(), cidrs, issues),
            detect_local: self.detect_local(issues),
            masquerade_all: self.read(masquerade_all, false, switch, issues),
            node_port_addresses: self.node_port_addresses(&mode, issues),
            localhost_node_ports: self.read("iptables.localhostNodePorts", true, switch, issues),
            mode,
        }
    }

    /// A scalar; an empty one counts as missing, as kube-proxy's defaulting has it.
    fn read<T>(&self, path: &str, default: T, parse: impl Fn(&str) -> Option<T>, issues: &mut Vec<Issue>) -> Fact<T> {
        match self.settings.get(path).filter(|text| !text.is_empty()) {
            None => self.default(path, default),
            Some(text) => {
                parse(text).map_or_else(|| self.unreadable(path, text, issues), |value| self.known(path, text, value))
            }
        }
    }

    fn detect_local(&self, issues: &mut Vec<Issue>) -> Fact<DetectLocal> {
        let detail = |path: &str| self.settings.get(path).unwrap_or_default().to_owned();
        let parse = |text: &str| match text {
            "ClusterCIDR" => Some(DetectLocal::ClusterCidr),
            "NodeCIDR" => Some(DetectLocal::NodeCidr),
            "BridgeInterface" => Some(DetectLocal::BridgeInterface(detail("detectLocal.bridgeInterface"))),
            "InterfaceNamePrefix" => Some(DetectLocal::InterfaceNamePrefix(detail("detectLocal.interfaceNamePrefix"))),
            _ => None,
        };
        self.read("detectLocalMode", DetectLocal::ClusterCidr, parse, issues)
    }

    fn node_port_addresses(&self, mode: &Fact<ProxyMode>, issues: &mut Vec<Issue>) -> Fact<NodePortAddresses> {
        let path = "nodePortAddresses";
        let entries = self.settings.list(path);
        if entries.is_empty() {
            return match mode.value() {
                Some(ProxyMode::Nftables) => self.default(path, NodePortAddresses::Primary),
                Some(_) => self.default(path, NodePortAddresses::All),
                None => Fact::Unknown,
            };
        }
        let text = entries.join(",");
        let parsed = match entries {
            [only] if only == "primary" => Some(NodePortAddresses::Primary),
            _ => cidrs(&text).map(NodePortAddresses::Ranges),
        };
        parsed.map_or_else(|| self.unreadable(path, &text, issues), |value| self.known(path, &text, value))
    }

    fn object(&self) -> ObjectRef {
        ObjectRef::namespaced("ConfigMap", &self.map.name)
    }

    fn known<T>(&self, path: &str, text: &str, value: T) -> Fact<T> {
        let field = format!("{}.{path}", self.key);
        Fact::known(
            value,
            Evidence::Field { object: self.object(), field, value: text.to_owned(), position: self.map.position },
        )
    }

    fn default<T>(&self, path: &str, value: T) -> Fact<T> {
        Fact::known(value, Evidence::Default { object: self.object(), field: format!("{}.{path}", self.key) })
    }

    fn unreadable<T>(&self, path: &str, text: &str, issues: &mut Vec<Issue>) -> Fact<T> {
        issues.push(
            Issue::error("unreadableKubeProxySetting")
                .at(self.map.position)
                .about(self.object())
                .in_field(format!("{}.{path}", self.key))
                .with("value", text),
        );
        Fact::Unknown
    }
}

fn switch(text: &str) -> Option<bool> {
    text.parse().ok()
}

fn cidrs(text: &str) -> Option<Vec<IpNet>> {
    text.split(',').map(|cidr| cidr.trim().parse().ok()).collect()
}
