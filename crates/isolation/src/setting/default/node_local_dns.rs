//! NodeLocal DNS: a cache on every node, which pods reach at addresses of the node itself. Which ones is written in its Corefile
//! (`bind`) and in its arguments (`-localip`), and nowhere else.

use std::collections::BTreeSet;
use std::net::IpAddr;

use bulkhead_model::object::{Container, PeerManifest, PortManifest, RuleManifest};
use bulkhead_model::{IpNet, Issue, Name, PortRef, Protocol};

use super::cluster::Cluster;
use crate::code;

/// How the cache's ConfigMap and DaemonSet are called by Kubernetes' addon and by KubeKey.
const NAMES: [&str; 2] = ["node-local-dns", "nodelocaldns"];

/// The rule that keeps NodeLocal DNS open, if the cluster runs it.
pub(super) fn rules(cluster: &Cluster<'_>, issues: &mut Vec<Issue>) -> Vec<RuleManifest> {
    let texts = address_texts(cluster);
    // Templates of the addon have placeholders (`__PILLAR__…`), which are no addresses.
    let addresses: BTreeSet<IpNet> =
        texts.iter().flatten().filter_map(|text| text.parse::<IpAddr>().ok()).map(IpNet::from).collect();
    if addresses.is_empty() {
        if !texts.is_empty() {
            issues.push(Issue::warning(code::DNS_NODE_LOCAL_UNKNOWN));
        }
        return Vec::new();
    }
    let port = |protocol| PortManifest::new(protocol, PortRef::Number(53));
    vec![RuleManifest {
        peers: addresses.into_iter().map(PeerManifest::cidr).collect(),
        ports: vec![port(Protocol::Udp), port(Protocol::Tcp)],
    }]
}

/// The cache's addresses, as far as they are written down.
pub(super) fn addresses(cluster: &Cluster<'_>) -> Vec<IpNet> {
    let texts = address_texts(cluster);
    let addresses = texts.iter().flatten().filter_map(|text| text.parse::<IpAddr>().ok());
    addresses.map(IpNet::from).collect::<BTreeSet<IpNet>>().into_iter().collect()
}

/// One list of texts for each place that speaks of the cache's addresses.
fn address_texts(cluster: &Cluster<'_>) -> Vec<Vec<String>> {
    let is_cache = |namespace: &Name, name: &Name| is_named_as_node_local_dns(name) && cluster.is_system(namespace);
    let config_maps = cluster.snapshot.config_maps.values().filter(|map| is_cache(&map.name.namespace, &map.name.name));
    let corefiles = config_maps.filter_map(|map| map.data.get("Corefile")).map(|text| bound_addresses(text));
    let workloads = &cluster.snapshot.workloads;
    let workloads = workloads.iter().filter(|workload| is_cache(&workload.name.namespace, &workload.name.name));
    let of_workloads = workloads.flat_map(|workload| workload.template.containers.iter());
    let pods = cluster.snapshot.pods.rows().iter().filter(|pod| {
        let owner = pod.owner.as_ref();
        pod.is_active() && owner.is_some_and(|owner| is_cache(&pod.name.namespace, &owner.name))
    });
    let of_pods = pods.flat_map(|pod| pod.containers.iter());
    corefiles.chain(of_workloads.chain(of_pods).map(local_addresses)).collect()
}

/// Whether a ConfigMap or a DaemonSet is called as that of NodeLocal DNS is, whoever's it is.
pub fn is_named_as_node_local_dns(name: &str) -> bool {
    NAMES.contains(&name)
}

/// What stands after `bind` in a Corefile.
fn bound_addresses(corefile: &str) -> Vec<String> {
    let lines = corefile.lines().map(|line| line.split('#').next().unwrap_or_default().split_whitespace());
    let bound = lines.filter_map(|mut words| (words.next() == Some("bind")).then_some(words));
    bound.flatten().map(str::to_owned).collect()
}

/// What stands after `-localip` in a container's arguments, separated by commas.
fn local_addresses(container: &Container) -> Vec<String> {
    let mut values = Vec::new();
    let mut arguments = container.arguments.iter();
    while let Some(argument) = arguments.next() {
        let Some(rest) = argument.trim_start_matches('-').strip_prefix("localip") else { continue };
        match rest.strip_prefix('=') {
            Some(value) => values.push(value),
            None if rest.is_empty() => values.extend(arguments.next().map(Name::as_str)),
            None => {}
        }
    }
    values.into_iter().flat_map(|value| value.split(',')).map(|text| text.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(arguments: &[&str]) -> Container {
        Container {
            name: "node-cache".into(),
            image: Name::default(),
            arguments: arguments.iter().map(|text| Name::from(*text)).collect(),
            environment: Vec::new(),
            ports: Vec::new(),
        }
    }

    #[test]
    fn addresses_of_the_arguments_in_every_spelling() {
        let cases: [(&[&str], &[&str]); 4] = [
            (&["-localip", "169.254.20.10,10.96.0.10", "-conf", "x"], &["169.254.20.10", "10.96.0.10"]),
            (&["--localip=fd00::a"], &["fd00::a"]),
            (&["-localipx", "1.2.3.4"], &[]),
            (&["-localip"], &[]),
        ];
        for (arguments, expect) in cases {
            assert_eq!(local_addresses(&container(arguments)), expect, "{arguments:?}");
        }
    }

    #[test]
    fn addresses_of_a_corefile() {
        let corefile = "cluster.local:53 {\n    bind 169.254.25.10 10.96.0.10 # both\n    # bind 1.2.3.4\n}\n";
        assert_eq!(bound_addresses(corefile), ["169.254.25.10", "10.96.0.10"]);
    }
}
