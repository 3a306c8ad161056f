//! Felix' settings that decide what a pod's packets to its own node meet, and what its interfaces are called.

use std::collections::BTreeMap;

use bulkhead_model::Name;
use bulkhead_model::object::{Node, WorkloadKind};
use bulkhead_snapshot::Snapshot;

use crate::cni::EndpointToHost;
use crate::reason::{ENDPOINT_TO_HOST_UNKNOWN, Reason};

/// `defaultEndpointToHostAction` and `interfacePrefix`. An environment variable of calico-node stands before the
/// FelixConfiguration of the node, and that before the one called `default`.
#[derive(Clone, Debug)]
pub(crate) struct ToHost {
    environment: Option<String>,
    configured: Option<String>,
    by_node: BTreeMap<Name, String>,
    /// Whether the object that would have the environment variable is in the input; else its absence says nothing.
    daemon_set_seen: bool,
    interface_prefix: String,
}

const ACTION: &str = "defaultEndpointToHostAction";

impl ToHost {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let by_node = snapshot.felix_configurations.iter().filter_map(|configuration| {
            let node = configuration.name.strip_prefix("node.")?;
            Some((Name::from(node), configuration.spec.get(ACTION)?.clone()))
        });
        Self {
            environment: environment(snapshot, "FELIX_DEFAULTENDPOINTTOHOSTACTION"),
            configured: configured(snapshot, ACTION),
            by_node: by_node.collect(),
            daemon_set_seen: super::daemon_set(snapshot, is_agent).is_some(),
            interface_prefix: setting(snapshot, "interfacePrefix", "FELIX_INTERFACEPREFIX")
                .unwrap_or_else(|| "cali".to_owned()),
        }
    }

    pub(crate) fn interface_prefix(&self) -> &str {
        &self.interface_prefix
    }

    /// What happens on a node. Felix' own default is Drop, and every manifest sets Accept: without the DaemonSet nobody
    /// can tell which it is.
    pub(crate) fn action(&self, node: &Node) -> Result<EndpointToHost, Reason> {
        let text = self.environment.as_ref().or_else(|| self.by_node.get(&node.name)).or(self.configured.as_ref());
        let unknown = || Reason::new(ENDPOINT_TO_HOST_UNKNOWN).with("setting", ACTION);
        match text.map(|text| text.to_ascii_lowercase()).as_deref() {
            Some("accept") => Ok(EndpointToHost::Accept),
            Some("return") => Ok(EndpointToHost::Return),
            Some("drop") => Ok(EndpointToHost::Drop),
            None if self.daemon_set_seen => Ok(EndpointToHost::Drop),
            _ => Err(unknown()),
        }
    }
}

fn is_agent(name: &str) -> bool {
    name == "calico-node" || name == "canal"
}

/// A setting of Felix for all nodes.
pub(crate) fn setting(snapshot: &Snapshot, field: &str, variable: &str) -> Option<String> {
    environment(snapshot, variable).or_else(|| configured(snapshot, field))
}

fn configured(snapshot: &Snapshot, field: &str) -> Option<String> {
    let default = snapshot.felix_configurations.iter().find(|configuration| configuration.name == "default")?;
    default.spec.get(field).cloned()
}

fn environment(snapshot: &Snapshot, variable: &str) -> Option<String> {
    let agents =
        snapshot.workloads.iter().filter(|load| load.kind == WorkloadKind::DaemonSet && is_agent(&load.name.name));
    let mut variables =
        agents.flat_map(|load| load.template.containers.iter()).flat_map(|container| &container.environment);
    variables.find(|(name, _)| name == variable).map(|(_, value)| value.to_string())
}
