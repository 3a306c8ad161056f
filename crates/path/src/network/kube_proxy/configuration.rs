//! A `KubeProxyConfiguration` (`kubeproxy.config.k8s.io/v1alpha1`), field by field.

use bulkhead_model::object::ConfigMap;
use bulkhead_model::{Issue, NamespacedName, ObjectRef, Position};
use bulkhead_snapshot::{Evidence, Fact, Settings, Snapshot};

use super::{DetectLocal, KubeProxy, NodePortAddresses, cidrs};
use crate::proxy::{self, ProxyMode};

/// A configuration as read, with where it stands.
pub(super) struct Configuration {
    pub(super) settings: Settings,
    pub(super) object: ObjectRef,
    pub(super) position: Position,
    /// The field of the object that holds it.
    pub(super) field: String,
}

impl Configuration {
    /// A remark on the configuration as a whole.
    pub(super) fn remark(&self, issue: Issue) -> Issue {
        issue.at(self.position).about(self.object.clone()).in_field(self.field.clone())
    }
}

/// The ConfigMaps that hold the configuration, under whatever key: kubeadm's, and that of EKS, whose `kube-proxy` has a kubeconfig only.
const CONFIG_MAPS: [&str; 2] = ["kube-proxy", "kube-proxy-config"];

/// The configuration in the first of the ConfigMaps that has one.
pub(super) fn find(snapshot: &Snapshot, issues: &mut Vec<Issue>) -> Option<Configuration> {
    let maps =
        CONFIG_MAPS.iter().filter_map(|name| snapshot.config_maps.get(&NamespacedName::new("kube-system", *name)));
    let is_configuration = |text: &str| text.contains("KubeProxyConfiguration") || text.contains("mode:");
    let texts = maps.flat_map(|map| map.data.iter().map(move |(key, text)| (map, key, text)));
    let mut found = None;
    for (map, key, text) in texts.filter(|(_, _, text)| is_configuration(text)) {
        match Settings::parse(text) {
            Ok(settings) => {
                let configuration = of_map(settings, map, key);
                found.get_or_insert(configuration);
            }
            Err(error) => issues.push(
                Issue::error("unreadableKubeProxyConfiguration")
                    .at(map.place_of(key))
                    .about(ObjectRef::namespaced("ConfigMap", &map.name))
                    .in_field(format!("data[\"{key}\"]"))
                    .with("line", error.line)
                    .with("message", error.message),
            ),
        }
    }
    found
}

fn of_map(settings: Settings, map: &ConfigMap, key: &str) -> Configuration {
    let object = ObjectRef::namespaced("ConfigMap", &map.name);
    Configuration { settings, object, position: map.place_of(key), field: format!("data[\"{key}\"]") }
}

impl Configuration {
    /// The facts; `mode` where it is known already, as other fields hang on it.
    pub(super) fn facts(&self, mode: Option<Fact<ProxyMode>>, issues: &mut Vec<Issue>) -> KubeProxy {
        let mode = mode.unwrap_or_else(|| self.read("mode", proxy::DEFAULT, proxy::of_kube_proxy, issues));
        let masquerade_all = mode.value().copied().unwrap_or(proxy::DEFAULT).rules.masquerade_all_setting();
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
            let default = mode.value().map(|mode| mode.habits.node_ports.value.addresses());
            return default.map_or(Fact::Unknown, |addresses| self.default(path, addresses));
        }
        let text = entries.join(",");
        let parsed = match entries {
            [only] if only == "primary" => Some(NodePortAddresses::Primary),
            _ => cidrs(&text).map(NodePortAddresses::Ranges),
        };
        parsed.map_or_else(|| self.unreadable(path, &text, issues), |value| self.known(path, &text, value))
    }

    fn known<T>(&self, path: &str, text: &str, value: T) -> Fact<T> {
        let field = format!("{}.{path}", self.field);
        Fact::known(
            value,
            Evidence::Field { object: self.object.clone(), field, value: text.to_owned(), position: self.position },
        )
    }

    fn default<T>(&self, path: &str, value: T) -> Fact<T> {
        Fact::known(value, Evidence::Default { object: self.object.clone(), field: format!("{}.{path}", self.field) })
    }

    fn unreadable<T>(&self, path: &str, text: &str, issues: &mut Vec<Issue>) -> Fact<T> {
        issues.push(
            Issue::error("unreadableKubeProxySetting")
                .at(self.position)
                .about(self.object.clone())
                .in_field(format!("{}.{path}", self.field))
                .with("value", text),
        );
        Fact::Unknown
    }
}

fn switch(text: &str) -> Option<bool> {
    text.parse().ok()
}
