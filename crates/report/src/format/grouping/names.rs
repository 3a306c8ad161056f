//! Short names: a workload's own name where nobody else in its namespace has it, an address set in the fewest words.

use std::collections::BTreeMap;

use bulkhead_analysis::model::{AddressSet, IpNet, Name};
use bulkhead_analysis::reachability::{Peer, PeerName};

use super::{Grouping, Member};

/// Names of all members, as short as they can be inside their place.
pub(crate) struct Names {
    peers: Vec<String>,
}

impl Names {
    pub(crate) fn new(peers: &[Peer]) -> Self {
        let mut counts: BTreeMap<(Option<&Name>, &str), usize> = BTreeMap::new();
        for peer in peers {
            *counts.entry((peer.name.namespace(), own_name(&peer.name))).or_default() += 1;
        }
        let name = |peer: &Peer| {
            let own = own_name(&peer.name);
            let is_alone = counts.get(&(peer.name.namespace(), own)).is_none_or(|count| *count == 1);
            match &peer.name {
                PeerName::Workload { kind, .. } if !is_alone => format!("{kind}/{own}"),
                PeerName::Pod(_) => format!("pod/{own}"),
                _ => own.to_owned(),
            }
        };
        Self { peers: peers.iter().map(name).collect() }
    }

    /// The name of a member.
    pub(crate) fn of(&self, member: Member, grouping: &Grouping) -> String {
        match self.peers.get(member as usize) {
            Some(name) => name.clone(),
            None => grouping.addresses(member).map(addresses_text).unwrap_or_default(),
        }
    }
}

fn own_name(name: &PeerName) -> &str {
    match name {
        PeerName::Workload { name, .. } | PeerName::Node(name) => name,
        PeerName::Pod(name) => &name.name,
    }
}

/// `10.0.0.0/8`, `0.0.0.0/0 except 10.0.0.0/8, ::/0`: whichever way takes fewer blocks.
pub(crate) fn addresses_text(addresses: &AddressSet) -> String {
    let of_family = |families: [bool; 2]| family_text(&addresses.clone().of_families(families));
    let texts = [of_family([true, false]), of_family([false, true])];
    texts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn family_text(addresses: &AddressSet) -> Option<String> {
    let nets = addresses.to_nets();
    let hull = nets.iter().copied().reduce(hull)?;
    let except = AddressSet::from_net(hull).difference(addresses).to_nets();
    let list = |nets: &[IpNet]| nets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Some(if except.len() + 1 < nets.len() { format!("{hull} except {}", list(&except)) } else { list(&nets) })
}

/// The smallest block that holds two of one family.
fn hull(one: IpNet, other: IpNet) -> IpNet {
    let mut hull = one;
    while !hull.contains(&other) {
        let Some(wider) = hull.supernet() else { break };
        hull = wider;
    }
    hull
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_the_fewest_words() {
        let set = |text: &str, except: &[&str]| {
            let net = |text: &str| AddressSet::from_net(text.parse().unwrap());
            except.iter().fold(net(text), |set, except| set.difference(&net(except)))
        };
        assert_eq!(
            addresses_text(&set("0.0.0.0/0", &["10.0.0.0/8", "192.168.0.0/16"])),
            "0.0.0.0/0 except 10.0.0.0/8, 192.168.0.0/16"
        );
        assert_eq!(addresses_text(&set("10.0.0.0/31", &["10.0.0.1/32"])), "10.0.0.0/32");
        assert_eq!(addresses_text(&AddressSet::all()), "0.0.0.0/0, ::/0");
    }
}
