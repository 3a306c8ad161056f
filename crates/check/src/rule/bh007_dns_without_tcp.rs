//! Pods that may ask the cluster's DNS over UDP and not over TCP: answers that do not fit into a datagram are asked for again over
//! TCP (RFC 7766), and those questions fail.

use bulkhead_model::object::Direction;
use bulkhead_model::{Protocol, Severity};

use super::Rule;
use super::bh006_egress_without_dns::{asks, report};
use crate::cluster::Cluster;
use crate::dns::{Asks, servers};
use crate::finding::Finding;
use crate::isolated::isolated_pods;

pub(super) static RULE: Rule =
    Rule { id: "BH007", name: "dns-without-tcp", severity: Severity::Note, messages: &["BH007"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let servers = servers(cluster);
    let groups = isolated_pods(cluster, Direction::Egress);
    let halved = groups.iter().filter(|group| {
        asks(cluster, group, &servers, Protocol::Udp) == Asks::Yes
            && asks(cluster, group, &servers, Protocol::Tcp) == Asks::No
    });
    halved.filter_map(|group| report(cluster, group, RULE.finding())).collect()
}
