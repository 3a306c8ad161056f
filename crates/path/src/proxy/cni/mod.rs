//! A CNI that translates Services itself (Cilium without kube-proxy, Calico's eBPF dataplane): not modelled, and said so.

use super::{Proxy, ProxyQuestion, Refuses, Translation};
use crate::network::Found;
use crate::reason::{PROXY_OF_CNI, Reason};

/// The mode.
#[derive(Clone, Copy, Debug)]
pub(super) struct CniProxy;

impl Proxy for CniProxy {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        let services = question.network.services();
        let node_port = question.network.nodes().is_local(question.node, question.destination)
            && services.node_port(question.protocol, question.port) != Found::Nothing;
        if services.address(question.destination).is_none() && !node_port {
            return Translation::Untouched;
        }
        let name = question.network.cni().value().map_or("unknown", |member| member.name);
        Translation::Unknown(Reason::new(PROXY_OF_CNI).with("cni", name))
    }

    fn refuses(&self) -> Refuses {
        Refuses::AfterPolicy
    }
}
