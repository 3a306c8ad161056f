//! An ipBlock for egress that holds the address at which clouds hand out a node's credentials (169.254.169.254; on EC2 also
//! `fd00:ec2::254`), and was made for more than that.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bulkhead_model::object::{Direction, PortMatch};
use bulkhead_model::{Protocol, Severity};
use bulkhead_policy::Action;
use bulkhead_policy::rule::{PortSet, Ports, Who};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::site::{PeerSite, RuleSite};

pub(super) static RULE: Rule =
    Rule { id: "BH015", name: "metadata-address", severity: Severity::Warning, messages: &["BH015"], find };

const METADATA: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)), IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254))];

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let allowing = cluster.rules().filter(|site| {
        let is_open = site.policy.direction == Direction::Egress && site.rule.action == Action::Allow;
        is_open && holds_http(&site.rule.ports)
    });
    allowing.flat_map(RuleSite::peers).filter_map(of_peer).collect()
}

fn of_peer(peer: PeerSite<'_>) -> Option<Finding> {
    let Who::Block { block, .. } = &peer.peer.who else { return None };
    let address = METADATA.into_iter().find(|address| block.contains(*address))?;
    let is_made_for_it = block.cidr.prefix_len() == block.cidr.max_prefix_len();
    let finding = RULE.finding().with("cidr", block.cidr).with("address", address);
    (!is_made_for_it).then(|| peer.place(finding))
}

/// Whether a rule is about port 80, on which the credentials are. A name is never that of the metadata service's port.
fn holds_http(ports: &Ports) -> bool {
    let Ports::OneOf(ports) = ports else { return true };
    ports.iter().any(|port| match port {
        PortSet::Ports { protocol, port, .. } if protocol.is_none_or(|it| it == Protocol::Tcp) => match port {
            PortMatch::All => true,
            PortMatch::Range(range) => range.contains(80),
            PortMatch::Named(_) => false,
        },
        _ => false,
    })
}
