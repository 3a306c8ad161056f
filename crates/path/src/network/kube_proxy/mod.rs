//! How kube-proxy runs: its mode, its idea of a local pod, what it masquerades, where it serves NodePorts.
//!
//! Read from the arguments of kube-proxy's own pods where they name no configuration file (with one, kube-proxy ignores them:
//! `cmd/kube-proxy/app/options.go`), else from the `KubeProxyConfiguration` in the ConfigMap `kube-system/kube-proxy`, where kubeadm keeps
//! it, or `kube-proxy-config`, where EKS does. What is left out there has kube-proxy's documented default; without either everything is unknown.

mod configuration;
mod flags;

use bulkhead_model::{IpNet, Issue};
use bulkhead_snapshot::{Evidence, Fact, Snapshot};

use self::configuration::Configuration;
use self::flags::CommandLine;
use crate::Overrides;
use crate::proxy::{self, ProxyMode};

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
        let mode = overrides.proxy_mode.map(|mode| Fact::known(mode, Evidence::Override { option: MODE }));
        let mode = mode.or_else(|| of_cni(snapshot, &mut issues));
        // A setting that cannot be read may mean that another proxy stands in kube-proxy's place.
        let mode = mode.or_else(|| proxy::is_unreadable(snapshot).then_some(Fact::Unknown));
        let by_cni = mode.as_ref().is_some_and(|mode| !mode.value().is_some_and(|mode| proxy::is_kube_proxy(mode)));
        // What is left of kube-proxy's configuration says nothing about another proxy.
        let found = (!by_cni).then(|| find(snapshot, &mut issues));
        let mut proxy = match found.flatten() {
            Some(configuration) => configuration.facts(mode, &mut issues),
            None => Self::unknown(mode),
        };
        set(&mut proxy.cluster_cidr, overrides.cluster_cidr.as_ref(), "--cluster-cidr");
        set(&mut proxy.detect_local, overrides.detect_local.as_ref(), "--detect-local");
        set(&mut proxy.masquerade_all, overrides.masquerade_all.as_ref(), "--masquerade-all");
        set(&mut proxy.node_port_addresses, overrides.node_port_addresses.as_ref(), "--nodeport-addresses");
        (proxy, issues)
    }

    /// Nothing is known but, maybe, the mode: a user who names it means that mode with its defaults, as far as modes have
    /// defaults. How it knows local pods, has none.
    fn unknown(mode: Option<Fact<ProxyMode>>) -> Self {
        let named = mode.as_ref().and_then(Fact::value).copied();
        let evidence = || match &mode {
            Some(Fact::Known { evidence, .. }) => evidence.clone(),
            _ => Evidence::Override { option: MODE },
        };
        let (masquerade_all, localhost) = (evidence(), evidence());
        let served = named.map(|mode| Fact::known(mode.habits.node_ports.value.addresses(), evidence()));
        Self {
            mode: mode.unwrap_or(Fact::Unknown),
            cluster_cidr: Fact::Unknown,
            detect_local: Fact::Unknown,
            masquerade_all: named.map_or(Fact::Unknown, |_| Fact::known(false, masquerade_all)),
            node_port_addresses: served.unwrap_or(Fact::Unknown),
            localhost_node_ports: named.map_or(Fact::Unknown, |_| Fact::known(true, localhost)),
        }
    }
}

/// The configuration that kube-proxy runs with.
fn find(snapshot: &Snapshot, issues: &mut Vec<Issue>) -> Option<Configuration> {
    let CommandLine::Flags(flags) = flags::find(snapshot) else { return configuration::find(snapshot, issues) };
    if let Some(unused) = configuration::find(snapshot, &mut Vec::new()) {
        let issue = Issue::warning("kubeProxyConfigurationUnused").with("object", &flags.object);
        issues.push(unused.remark(issue));
    }
    Some(flags)
}

/// The option that names the mode.
const MODE: &str = "--proxy-mode";

/// The proxy of a CNI, where one is seen; a contradiction where there are several, or kube-proxy's pods run beside it.
fn of_cni(snapshot: &Snapshot, issues: &mut Vec<Issue>) -> Option<Fact<ProxyMode>> {
    let seen = proxy::detect(snapshot);
    let running = flags::running(snapshot);
    let evidence: Vec<Evidence> = seen.iter().map(|(_, evidence)| evidence.clone()).chain(running).collect();
    match (seen.as_slice(), evidence.as_slice()) {
        ([], _) => None,
        ([(mode, _)], [only]) => Some(Fact::known(*mode, only.clone())),
        (_, [first, second, ..]) => {
            issues.push(contradiction(first, second));
            Some(Fact::Contradicted { evidence })
        }
        _ => None,
    }
}

fn contradiction(first: &Evidence, second: &Evidence) -> Issue {
    let text = |evidence: &Evidence| match evidence {
        Evidence::Field { object, field, value, .. } => format!("{object} {field}: {value}"),
        Evidence::Default { object, field } => format!("{object} {field}"),
        Evidence::Override { option } => (*option).to_owned(),
    };
    let issue = Issue::warning("proxyContradicted").with("first", text(first)).with("second", text(second));
    match second {
        Evidence::Field { object, position, .. } => issue.at(*position).about(object.clone()),
        _ => issue,
    }
}

fn set<T: Clone>(fact: &mut Fact<T>, given: Option<&T>, option: &'static str) {
    if let Some(value) = given {
        *fact = Fact::known(value.clone(), Evidence::Override { option });
    }
}

fn cidrs(text: &str) -> Option<Vec<IpNet>> {
    text.split(',').map(|cidr| cidr.trim().parse().ok()).collect()
}
