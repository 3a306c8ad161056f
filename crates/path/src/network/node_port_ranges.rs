//! Which ports an engine takes for NodePorts. In ipvs mode a request for one is a packet for the node itself, and only by its port does the
//! engine know that it will be a pod's: with another `--service-node-port-range` the engine has to be told.

use std::ops::RangeInclusive;

use bulkhead_model::{PortNumber, Protocol};
use bulkhead_policy::Policies;
use bulkhead_snapshot::Snapshot;

use crate::agent::Agent;
use crate::cni::calico::felix_setting;

/// The range of an API server that is told nothing, and what engines take for it.
const DEFAULT: RangeInclusive<PortNumber> = 30000..=32767;

/// What an engine does with a request for a port that it does not take for a NodePort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    /// It is handled as the node's own traffic, whose way to a pod nothing settles.
    NodesOwn,
    /// What a pod sends to it is judged before it is translated, too.
    JudgedBefore,
}

/// Which ports an engine takes for NodePorts, and what says it.
#[derive(Debug)]
pub(crate) struct NodePortRanges {
    ranges: Vec<RangeInclusive<PortNumber>>,
    pub(crate) setting: &'static str,
    outside: Outside,
}

impl NodePortRanges {
    /// `None` where the engine does not ask for ports.
    pub(crate) fn of(snapshot: &Snapshot, policies: &Policies) -> Option<Self> {
        let (setting, told, outside) = match policies.engine().profile().name {
            "calico" | "canal" => {
                let setting = "FelixConfiguration spec.kubeNodePortRanges";
                let told = felix_setting(snapshot, "kubeNodePortRanges", "FELIX_KUBENODEPORTRANGES");
                (setting, told, Outside::NodesOwn)
            }
            "kube-router" => {
                let flag = "service-node-port-range";
                let agent = Agent::daemon_set(snapshot, |name| name == "kube-router");
                (
                    "kube-router --service-node-port-range",
                    agent.and_then(|agent| agent.flag(flag)),
                    Outside::JudgedBefore,
                )
            }
            _ => return None,
        };
        let ranges = told.map_or_else(|| vec![DEFAULT], |told| told.split(',').filter_map(range).collect());
        Some(Self { ranges, setting, outside })
    }

    /// Whether they count whatever translates requests, and not in ipvs mode only: so with kube-router
    /// (`pkg/controllers/netpol/network_policy_controller.go`: KUBE-ROUTER-INPUT).
    pub(crate) fn count_always(&self) -> bool {
        self.outside == Outside::JudgedBefore
    }

    /// What becomes of a request for a port that is none to the engine; `None` where it is one.
    pub(crate) fn outside(&self, protocol: Protocol, port: PortNumber) -> Option<Outside> {
        let is_inside = protocol != Protocol::Sctp && self.ranges.iter().any(|range| range.contains(&port));
        (!is_inside).then_some(self.outside)
    }
}

/// `30000:32767`, `30000-32767` or one port.
fn range(text: &str) -> Option<RangeInclusive<PortNumber>> {
    let text = text.trim();
    let (first, last) = text.split_once([':', '-']).unwrap_or((text, text));
    Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
}
