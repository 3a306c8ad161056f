//! Whether kube-proxy takes a packet for one of a pod on its own node (`pkg/proxy/util/localdetector.go`).

use super::{Arrival, ProxyQuestion};
use crate::cni::{Family, PodInterface};
use crate::network::DetectLocal;
use crate::reason::{CLUSTER_CIDR_UNKNOWN, DETECT_LOCAL_UNKNOWN, Reason};

/// What the detector says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recognised {
    /// A local pod's.
    Local,
    /// Not a local pod's.
    NotLocal,
    /// Nothing is configured: there are no rules that depend on it.
    NoDetector,
    /// Nobody can tell.
    Unknown(Reason),
}

pub(crate) fn recognise(question: &ProxyQuestion<'_>) -> Recognised {
    let proxy = question.network.kube_proxy();
    match proxy.detect_local.value() {
        None => Recognised::Unknown(Reason::missing(DETECT_LOCAL_UNKNOWN, "--detect-local")),
        Some(DetectLocal::ClusterCidr) => match proxy.cluster_cidr.value() {
            None => Recognised::Unknown(Reason::missing(CLUSTER_CIDR_UNKNOWN, "--cluster-cidr")),
            Some(cidrs) => in_ranges(question, cidrs),
        },
        Some(DetectLocal::NodeCidr) => in_ranges(question, &question.network.snapshot().nodes[question.node].pod_cidrs),
        Some(DetectLocal::BridgeInterface(bridge)) => by_interface(question, |interface| match interface {
            PodInterface::Bridge(name) => name == bridge,
            PodInterface::EachPod(_) => false,
        }),
        Some(DetectLocal::InterfaceNamePrefix(prefix)) => by_interface(question, |interface| match interface {
            PodInterface::Bridge(name) | PodInterface::EachPod(name) => name.starts_with(prefix.as_str()),
        }),
    }
}

/// The ranges of the packet's family detect by its source; without one there is no detector for that family.
fn in_ranges(question: &ProxyQuestion<'_>, ranges: &[bulkhead_model::IpNet]) -> Recognised {
    let mut of_family = ranges.iter().filter(|range| Family::of(range.addr()) == question.family()).peekable();
    if of_family.peek().is_none() {
        return Recognised::NoDetector;
    }
    match question.source {
        Some(source) if of_family.any(|range| range.contains(&source)) => Recognised::Local,
        // What is not known is an address that a node picked for its NIC or a tunnel; it comes from no pod of this node.
        Some(_) | None => Recognised::NotLocal,
    }
}

fn by_interface(question: &ProxyQuestion<'_>, is_it: impl Fn(&PodInterface) -> bool) -> Recognised {
    match (question.from, question.network.cni_rules()) {
        (Arrival::Pod(_), Ok(cni)) if is_it(&cni.pod_interface()) => Recognised::Local,
        (Arrival::Pod(_), Err(unknown)) => Recognised::Unknown(unknown),
        _ => Recognised::NotLocal,
    }
}
