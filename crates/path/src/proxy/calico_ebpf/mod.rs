//! Calico's eBPF dataplane in kube-proxy's place: the client's address is kept everywhere.

use std::net::IpAddr;

use bulkhead_model::ObjectRef;
use bulkhead_snapshot::{Evidence, NodeId, Snapshot};

use super::balancing;
use super::habits::{Choice, Habits, Loopback, Picks, Process, Ranges, Served, Source, Translated, Without};
use super::{Member, Mode, Proxy, ProxyMode, ProxyQuestion, Refuses, Translation, Way};
use crate::about::{SHOP, derived, open, stated};
use crate::network::Network;
use crate::reason::Reason;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "calico-ebpf",
    title: "Calico's eBPF dataplane",
    modes: &[
        Mode { name: "calico-ebpf", habits: &HABITS, rules: &CalicoEbpf },
        Mode { name: "calico-ebpf-dsr", habits: &DSR, rules: &CalicoEbpf },
    ],
    reads: &["FelixConfiguration default: bpfEnabled, bpfExternalServiceMode"],
    engines: &["calico-ebpf"],
    example: &[include_str!("../../cni/calico/example.yaml"), include_str!("example.yaml"), SHOP],
    detect: Some(detect),
};

const DOCS: &str = "docs.tigera.io operations/ebpf/about-ebpf: the client's address is preserved";

const HABITS: Habits = Habits {
    cluster_own: stated(Source::Preserved, DOCS),
    cluster_other: stated(
        Source::Preserved,
        "docs.tigera.io operations/ebpf/about-ebpf: tunnelled to the endpoint's node, and its answer tunnelled back",
    ),
    local_own: stated(Source::Preserved, DOCS),
    local_without: derived(Without::Dropped, "as the API has it for externalTrafficPolicy Local"),
    inside_local: open(Choice::Open, "projectcalico/calico felix/bpf-gpl"),
    without: open(Without::Refused, "projectcalico/calico felix/bpf-gpl: an ICMP error"),
    picks: stated(Picks::Never, DOCS),
    loopback: open(Loopback::Refuses, "projectcalico/calico felix/bpf/proxy"),
    node_ports: derived(Served::All, "projectcalico/calico felix/bpf/proxy: the node's addresses"),
    far_node_port: open(Translated::Open, "projectcalico/calico felix/bpf-gpl: connect-time balancing"),
    process: derived(
        Process::OfDevice,
        "projectcalico/calico felix/bpf-gpl: translated before the kernel picks a source",
    ),
    source_ranges: stated(Ranges::Judged, "docs.tigera.io operations/ebpf: loadBalancerSourceRanges"),
};

const DSR: Habits = Habits {
    cluster_other: stated(
        Source::Preserved,
        "projectcalico/calico felix/config/config_params.go BPFExternalServiceMode: the endpoint's node answers directly",
    ),
    ..HABITS
};

/// Both modes keep every source: only the way of the answer differs.
#[derive(Clone, Copy, Debug)]
struct CalicoEbpf;

fn detect(snapshot: &Snapshot) -> Option<(ProxyMode, Evidence)> {
    let felix = snapshot.felix_configurations.iter().find(|configuration| configuration.name == "default")?;
    let setting = |key: &str| felix.spec.get(key).map(String::as_str);
    let enabled = setting("bpfEnabled").filter(|value| *value == "true")?;
    let direct = setting("bpfExternalServiceMode").filter(|mode| mode.eq_ignore_ascii_case("dsr"));
    let (field, value, name) = match direct {
        Some(mode) => ("spec.bpfExternalServiceMode", mode, "calico-ebpf-dsr"),
        None => ("spec.bpfEnabled", enabled, "calico-ebpf"),
    };
    let object = ObjectRef::cluster("FelixConfiguration", felix.name.clone());
    let (field, value) = (field.to_owned(), value.to_owned());
    Some((Mode::named(name)?, Evidence::Field { object, field, value, position: felix.position }))
}

/// Whether nobody can tell if the dataplane runs: its setting is neither true nor false.
pub(super) fn is_unreadable(snapshot: &Snapshot) -> bool {
    let felix = snapshot.felix_configurations.iter().find(|configuration| configuration.name == "default");
    let enabled = felix.and_then(|felix| felix.spec.get("bpfEnabled"));
    enabled.is_some_and(|value| value.parse::<bool>().is_err())
}

impl Proxy for CalicoEbpf {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        balancing::by_habits(question, &HABITS)
    }

    fn masquerade_source(&self, network: &Network<'_>, node: NodeId, way: Way) -> Option<Result<IpAddr, Reason>> {
        balancing::masquerade_source(&HABITS, network, node, way)
    }

    fn refuses(&self) -> Refuses {
        Refuses::BeforePolicy
    }
}
