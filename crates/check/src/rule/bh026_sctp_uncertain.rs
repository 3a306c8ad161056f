//! A rule about SCTP where it is not certain that the engine does anything about SCTP.

use bulkhead_model::{Protocol, Severity};
use bulkhead_policy::rule::PortSet;
use bulkhead_policy::{Answer, Habit};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;

pub(super) static RULE: Rule =
    Rule { id: "BH026", name: "sctp-uncertain", severity: Severity::Note, messages: &["BH026"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let profile = cluster.policies.engine().profile();
    if profile.sctp.value == Answer::Yes {
        return Vec::new();
    }
    let sctp =
        cluster.ports().filter(|site| matches!(site.port, PortSet::Ports { protocol: Some(Protocol::Sctp), .. }));
    let finding = sctp.map(|site| {
        let finding = site.place(RULE.finding()).with("port", notation::port(site.port));
        finding.with("engine", profile.name).with("source", profile.habit(Habit::Sctp).source)
    });
    finding.collect()
}
