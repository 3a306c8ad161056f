//! kube-proxy's command line: a DaemonSet or static pods. It says where the configuration is, or is one itself.

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

/// What the command line says.
pub(super) enum CommandLine {
    /// Nothing, or it is not in the input: the image has one of its own.
    Unknown,
    /// A file is read, and no other flag counts.
    File,
    /// These flags, and no file.
    Flags(Configuration),
}

/// The command line of kube-proxy's own containers.
pub(super) fn find(snapshot: &Snapshot) -> CommandLine {
    let Some((object, position, container)) = container(snapshot) else { return CommandLine::Unknown };
    let words = words(container);
    let argument = |flag: &str| value_of(&words, flag);
    if argument("config").is_some() {
        return CommandLine::File;
    }
    if words.len() < 2 {
        return CommandLine::Unknown;
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
    CommandLine::Flags(Configuration {
        settings,
        object,
        position,
        field: "spec.containers[kube-proxy].args".to_owned(),
    })
}

/// The words of the command line, those of a shell's script among them.
fn words(container: &Container) -> Vec<&str> {
    container.arguments.iter().flat_map(|argument| argument.split_ascii_whitespace()).collect()
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
fn value_of(words: &[&str], flag: &str) -> Option<String> {
    let mut arguments = words.iter().peekable();
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
