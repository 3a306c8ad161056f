//! kube-proxy in iptables mode (`pkg/proxy/iptables/proxier.go`; measured with kube-proxy 1.36).

use super::service_rules::{self, Matched};
use super::{Arrival, Proxy, ProxyQuestion, Refuses, Translation};
use crate::reason::{NO_LISTENER, Reason};

/// The mode.
#[derive(Clone, Copy, Debug)]
pub(super) struct Iptables;

impl Proxy for Iptables {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        if let Some(refused) = loopback(question) {
            return refused;
        }
        let matched = match service_rules::matched(question) {
            Ok(matched) => matched,
            Err(decided) => return decided,
        };
        match matched {
            Matched::Nothing => Translation::Untouched,
            Matched::Cluster(port) => service_rules::cluster_address(question, port),
            Matched::NodePort(port) => service_rules::external(question, port),
            Matched::HealthCheck(service) => service_rules::health_check(question, service),
            Matched::External(port) => left_alone_in_output(question, service_rules::external(question, port)),
            Matched::LoadBalancer(port) => service_rules::outside_source_ranges(question, port)
                .unwrap_or_else(|| left_alone_in_output(question, service_rules::external(question, port))),
        }
    }

    fn refuses(&self) -> Refuses {
        Refuses::AfterPolicy
    }
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

/// NodePorts at 127.0.0.1, where `localhostNodePorts` turns them off; they never work at ::1.
fn loopback(question: &ProxyQuestion<'_>) -> Option<Translation> {
    let on = question.network.kube_proxy().localhost_node_ports.value().copied().unwrap_or(true);
    let refused = question.destination.is_loopback() && (question.destination.is_ipv6() || !on);
    let reason = || Reason::new(NO_LISTENER).with("address", question.destination);
    refused.then(|| Translation::Rejected { service: None, reason: reason() })
}
