//! Cilium in kube-proxy's place: at the socket for callers inside, at the NIC for clients outside.

use std::net::IpAddr;

use bulkhead_model::object::ConfigMap;
use bulkhead_model::{NamespacedName, ObjectRef, Protocol};
use bulkhead_snapshot::{Evidence, NodeId, Snapshot};

use super::balancing::{self, Forwarding};
use super::habits::{Choice, Habits, Loopback, Picks, Process, Ranges, Served, Source, Translated, Without};
use super::{Member, Mode, Proxy, ProxyMode, ProxyQuestion, Refuses, Translation, Way};
use crate::about::{SHOP, derived, stated};
use crate::network::{Network, PortOf};
use crate::reason::{PROXY_HABIT_UNKNOWN, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "cilium",
    title: "Cilium without kube-proxy",
    modes: &[
        Mode { name: "cilium", habits: &SNAT, rules: &Cilium::Snat },
        Mode { name: "cilium-dsr", habits: &DSR, rules: &Cilium::Dsr },
        Mode { name: "cilium-hybrid", habits: &DSR, rules: &Cilium::Hybrid },
    ],
    reads: &[
        "ConfigMap kube-system/cilium-config: kube-proxy-replacement, bpf-lb-mode, bpf-lb-mode-annotation, bpf-lb-sock-hostns-only",
        "annotation of Services: service.cilium.io/forwarding-mode, where bpf-lb-mode-annotation is true",
    ],
    engines: &["cilium"],
    example: &[include_str!("../../cni/cilium/nodes.yaml"), include_str!("example.yaml"), SHOP],
    detect: Some(detect),
};

const DOCS: &str = "docs.cilium.io network/kubernetes/kubeproxy-free";
const NODEPORT: &str = "cilium/cilium bpf/lib/nodeport.h";

/// What every mode has in common.
const SNAT: Habits = Habits {
    cluster_own: stated(Source::Kept, NODEPORT),
    cluster_other: stated(Source::Masqueraded, NODEPORT),
    local_own: stated(Source::Kept, DOCS),
    local_without: stated(Without::Dropped, DOCS),
    inside_local: stated(Choice::Everyone, DOCS),
    without: stated(Without::Refused, "cilium/cilium --service-no-backend-response: reject is the default since 1.14"),
    picks: stated(
        Picks::GatewayInTunnels,
        "cilium/cilium bpf/lib/nodeport.h: IPV4_GATEWAY and identity world in a tunnel, else IPV4_DIRECT_ROUTING",
    ),
    loopback: stated(Loopback::Serves, "cilium/cilium bpf/bpf_sock.c: loopback is looked up as a NodePort"),
    node_ports: derived(
        Served::All,
        "cilium/cilium --nodeport-addresses: without it, the addresses of the devices in use",
    ),
    far_node_port: stated(
        Translated::Here,
        "cilium/cilium bpf/bpf_sock.c: addresses of other nodes are looked up as NodePorts",
    ),
    process: derived(Process::OfDevice, "cilium/cilium bpf/bpf_sock.c: translated before the kernel picks a source"),
    source_ranges: stated(Ranges::Judged, DOCS),
};

const DSR: Habits = Habits {
    cluster_other: stated(
        Source::Preserved,
        "docs.cilium.io network/kubernetes/kubeproxy-free: DSR; hybrid is DSR for TCP",
    ),
    ..SNAT
};

/// How clients outside are forwarded to other nodes.
#[derive(Clone, Copy, Debug)]
enum Cilium {
    Snat,
    Dsr,
    /// Directly returned for TCP only.
    Hybrid,
}

fn config(snapshot: &Snapshot) -> Option<&ConfigMap> {
    snapshot.config_maps.get(&NamespacedName::new("kube-system", "cilium-config"))
}

fn detect(snapshot: &Snapshot) -> Option<(ProxyMode, Evidence)> {
    let map = config(snapshot)?;
    let setting = |key: &str| map.data.get(key).map(String::as_str);
    let replaces = setting("kube-proxy-replacement").filter(|value| *value == "true" || *value == "strict")?;
    let (key, value, name) = match setting("bpf-lb-mode") {
        Some(mode @ "dsr") => ("bpf-lb-mode", mode, "cilium-dsr"),
        Some(mode @ "hybrid") => ("bpf-lb-mode", mode, "cilium-hybrid"),
        Some("snat") | None => ("kube-proxy-replacement", replaces, "cilium"),
        Some(mode) => ("bpf-lb-mode", mode, "cni"),
    };
    let object = ObjectRef::namespaced("ConfigMap", &map.name);
    let (field, value) = (format!("data[\"{key}\"]"), value.to_owned());
    Some((Mode::named(name)?, Evidence::Field { object, field, value, position: map.position }))
}

impl Cilium {
    fn habits(self, protocol: Protocol) -> &'static Habits {
        match self {
            Self::Dsr => &DSR,
            Self::Hybrid if protocol == Protocol::Tcp => &DSR,
            Self::Snat | Self::Hybrid => &SNAT,
        }
    }

    /// A Service may name its own mode, where the agent heeds that.
    fn forward(self, question: &ProxyQuestion<'_>, port: PortOf) -> Result<Forwarding, Reason> {
        let service = question.service(port);
        let map = config(question.network.snapshot());
        let heeded = map.and_then(|map| map.data.get("bpf-lb-mode-annotation")).is_some_and(|value| value == "true");
        let own = service.annotations.get("service.cilium.io/forwarding-mode").filter(|_| heeded);
        let habits = match own.map(smol_str::SmolStr::as_str) {
            None => self.habits(question.protocol),
            Some("dsr") => &DSR,
            Some("snat") => &SNAT,
            Some(_) => return Err(Reason::new(PROXY_HABIT_UNKNOWN).with("habit", "forwardingMode")),
        };
        Ok(Forwarding { habits, policy: service.external_traffic_policy })
    }
}

impl Proxy for Cilium {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        let habits = self.habits(question.protocol);
        balancing::translate(question, habits, &|question, port| self.forward(question, port))
    }

    fn masquerade_source(&self, network: &Network<'_>, node: NodeId, way: Way) -> Option<Result<IpAddr, Reason>> {
        balancing::masquerade_source(&SNAT, network, node, way)
    }

    fn refuses(&self) -> Refuses {
        Refuses::BeforePolicy
    }
}
