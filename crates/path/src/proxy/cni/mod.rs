//! A CNI that translates Services itself, and nothing more is known of it.

use super::{Member, Mode, Proxy, ProxyQuestion, Refuses, Translation};
use crate::network::Found;
use crate::reason::{PROXY_OF_CNI, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "cni",
    title: "a CNI in kube-proxy's place, of which nothing more is known",
    modes: &[Mode { name: "cni", habits: &super::iptables::HABITS, rules: &CniProxy }],
    reads: &[],
    engines: &[],
    example: &[],
    detect: Some(|_| None),
};

/// The mode.
#[derive(Clone, Copy, Debug)]
struct CniProxy;

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
