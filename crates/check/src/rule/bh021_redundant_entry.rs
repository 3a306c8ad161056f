//! A peer or a port that adds nothing to the rule's other entries and to the other rules, whatever pods there are.

use bulkhead_model::Severity;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;
use crate::redundancy::{Entry, RedundantEntry};

pub(super) static RULE: Rule =
    Rule { id: "BH021", name: "redundant-entry", severity: Severity::Note, messages: &["BH021", "BH021.port"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.redundancy().entries.iter().filter_map(report).collect()
}

fn report(entry: &RedundantEntry<'_>) -> Option<Finding> {
    match entry.entry {
        Entry::Peer(index) => entry.site.peers().nth(index).map(|peer| peer.place(RULE.finding())),
        Entry::Port(index) => {
            let port = entry.site.ports().nth(index)?;
            Some(port.place(RULE.finding_of("BH021.port")).with("port", notation::port(port.port)))
        }
    }
}
