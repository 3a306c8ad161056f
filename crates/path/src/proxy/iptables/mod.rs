//! kube-proxy in iptables mode (`pkg/proxy/iptables/proxier.go`; measured with kube-proxy 1.36).

use bulkhead_model::object::TrafficPolicy;

use super::habits::{Choice, Habits, Loopback, Picks, Process, Ranges, Served, Source, Translated, Without};
use super::service_rules::{self, Matched};
use super::{Arrival, Member, Mode, Proxy, ProxyQuestion, Refuses, Translation};
use crate::about::{CALICO, KUBE_PROXY, NODES, SHOP, measured};
use crate::network::PortOf;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "iptables",
    modes: &[MODE],
    title: "kube-proxy (iptables)",
    reads: &[
        "ConfigMap kube-system/kube-proxy, or kube-proxy-config (EKS): KubeProxyConfiguration",
        "arguments of kube-proxy's DaemonSet or pods",
    ],
    engines: &[],
    example: &[NODES, KUBE_PROXY, CALICO, SHOP],
    detect: None,
};

/// The mode as it is named.
pub(super) const MODE: Mode = Mode { name: "iptables", habits: &HABITS, rules: &Iptables };

pub(super) const HABITS: Habits = Habits {
    cluster_own: measured(Source::Masqueraded, SOURCE),
    cluster_other: measured(Source::Masqueraded, SOURCE),
    local_own: measured(Source::Kept, SOURCE),
    local_without: measured(Without::Dropped, SOURCE),
    inside_local: measured(Choice::Everyone, SOURCE),
    without: measured(Without::Refused, SOURCE),
    picks: measured(Picks::Kernel, "Linux net/netfilter/nf_nat_masquerade.c; measured with every overlay"),
    loopback: measured(Loopback::Serves, SOURCE),
    node_ports: measured(Served::All, "kubernetes/kubernetes pkg/proxy/util/nodeport_addresses.go; measured"),
    far_node_port: measured(Translated::There, SOURCE),
    process: measured(Process::OfDevice, SOURCE),
    source_ranges: measured(Ranges::Judged, SOURCE),
};

/// Where the mode's facts are from.
const SOURCE: &str = "kubernetes/kubernetes pkg/proxy/iptables/proxier.go; measured with kube-proxy 1.36";

/// Its rules.
#[derive(Clone, Copy, Debug)]
struct Iptables;

impl Proxy for Iptables {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        let on = question.network.kube_proxy().localhost_node_ports.value().copied().unwrap_or(true);
        let loopback = if on { HABITS.loopback.value } else { Loopback::Refuses };
        let matched = match service_rules::matched(question, loopback) {
            Ok(matched) => matched,
            Err(decided) => return decided,
        };
        match matched {
            Matched::Nothing => Translation::Untouched,
            Matched::Cluster(port) => service_rules::cluster_address(question, port),
            Matched::NodePort(port) => service_rules::external(question, port),
            Matched::UnservedNodePort(port) => unserved(question, port),
            Matched::HealthCheck(service) => service_rules::health_check(question, service),
            Matched::External(port) => left_alone_in_output(question, service_rules::external(question, port)),
            Matched::LoadBalancer(port) => outside_source_ranges(question, port)
                .unwrap_or_else(|| left_alone_in_output(question, service_rules::external(question, port))),
        }
    }

    fn refuses(&self) -> Refuses {
        Refuses::AfterPolicy
    }
}

/// Without any endpoint there is no KUBE-FW chain and no rule in KUBE-PROXY-FIREWALL (`usesFWChain`): whoever calls is refused,
/// inside the ranges or outside (measured). nftables mode asks the ranges in any case.
fn outside_source_ranges(question: &ProxyQuestion<'_>, port: PortOf) -> Option<Translation> {
    question.endpoints(port).any().then(|| service_rules::outside_source_ranges(question, port)).flatten()
}

/// KUBE-EXTERNAL-SERVICES is not in OUTPUT: what a process of the node sends to an external address without endpoints is not
/// refused here; it leaves as it is (measured).
fn left_alone_in_output(question: &ProxyQuestion<'_>, translation: Translation) -> Translation {
    match translation {
        Translation::Rejected { service: Some(service), .. } if question.from == Arrival::Process => {
            Translation::PassedOn { service }
        }
        other => other,
    }
}

/// KUBE-EXTERNAL-SERVICES drops what has no local endpoint at every address of the node, served or not.
fn unserved(question: &ProxyQuestion<'_>, port: PortOf) -> Translation {
    let endpoints = question.endpoints(port);
    let local = question.service(port).external_traffic_policy == TrafficPolicy::Local;
    if local && endpoints.any() && endpoints.local(question.node).is_empty() {
        return service_rules::no_local_endpoint(port);
    }
    service_rules::nobody_listens(question)
}
