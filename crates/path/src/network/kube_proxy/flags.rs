//! kube-proxy's command line, as some distributions run it: a DaemonSet or static pods without a ConfigMap.

use std::sync::Arc;

use bulkhead_model::object::{Container, Pod, WorkloadKind};
use bulkhead_model::{ObjectRef, Position};
use bulkhead_snapshot::{Evidence, Settings, Snapshot};

use super::configuration::Configuration;

/// What each flag is called in the configuration (`cmd/kube-proxy/app/options.go`).
const FLAGS: [(&str, &[&str]); 8] = [
    ("proxy-mode", &["mode"]),
    ("cluster-cidr", &["clusterCIDR"]),
    ("detect-local-mode", &["detectLocalMode"]),
    ("pod-bridge-interface", &["detectLocal.bridgeInterface"]),
    ("pod-interface-name-prefix", &["detectLocal.interfaceNamePrefix"]),
    ("masquerade-all", &["iptables.masqueradeAll", "nftables.masqueradeAll"]),
    ("nodeport-addresses", &["nodePortAddresses"]),
    ("iptables-localhost-nodeports", &["iptables.localhostNodePorts"]),
];

/// The flags of kube-proxy's own containers. Where they name a configuration file, they say nothing else.
pub(super) fn find(snapshot: &Snapshot) -> Option<Configuration> {
    let (object, position, container) = container(snapshot)?;
    let argument = |flag: &str| value_of(container, flag);
    if argument("config").is_some() || container.arguments.len() < 2 {
        return None;
    }
    let pairs = FLAGS.iter().filter_map(|(flag, paths)| Some((argument(flag)?, paths)));
    let values = pairs.flat_map(|(value, paths)| {
        let entries: Vec<String> = match paths.first() {
            Some(&"nodePortAddresses") => value.split(',').map(str::to_owned).collect(),
            _ => vec![value],
        };
        paths.iter().map(move |path| ((*path).to_owned(), entries.clone()))
    });
    let settings = values.collect::<Settings>();
    Some(Configuration { settings, object, position, field: "spec.containers[kube-proxy].args".to_owned() })
}

fn container(snapshot: &Snapshot) -> Option<(ObjectRef, Position, &Container)> {
    let loads = snapshot.workloads.iter().filter(|load| load.kind == WorkloadKind::DaemonSet);
    let mut of_loads = loads.filter_map(|load| {
        let container = load.template.containers.iter().find(|container| container.name == "kube-proxy")?;
        Some((ObjectRef::namespaced("DaemonSet", &load.name), load.position, container))
    });
    let mut of_pods = snapshot.pods.rows().iter().filter_map(|pod| {
        let container = pod.containers.iter().find(|container| container.name == "kube-proxy")?;
        Some((ObjectRef::namespaced("Pod", &pod.name), pod.position, container))
    });
    of_loads.next().or_else(|| of_pods.next())
}

/// A pod of kube-proxy that runs.
pub(super) fn running(snapshot: &Snapshot) -> Option<Evidence> {
    let of_kube_proxy = |pod: &&Arc<Pod>| pod.owner.as_ref().is_some_and(|owner| owner.name == "kube-proxy");
    let pod = snapshot.pods.rows().iter().filter(|pod| pod.is_active()).find(of_kube_proxy)?;
    Some(Evidence::Field {
        object: ObjectRef::namespaced("Pod", &pod.name),
        field: "metadata.ownerReferences[].name".to_owned(),
        value: "kube-proxy".to_owned(),
        position: pod.position,
    })
}

/// The value of `--flag=value` or `--flag value`; of a flag without one, `true`.
fn value_of(container: &Container, flag: &str) -> Option<String> {
    let mut arguments = container.arguments.iter().peekable();
    while let Some(argument) = arguments.next() {
        let Some(rest) = argument.strip_prefix("--").and_then(|rest| rest.strip_prefix(flag)) else { continue };
        match rest.strip_prefix('=') {
            Some(value) => return Some(value.to_owned()),
            None if rest.is_empty() => {
                let value = arguments.peek().filter(|next| !next.starts_with("--"));
                return Some(value.map_or_else(|| "true".to_owned(), ToString::to_string));
            }
            None => {}
        }
    }
    None
}
