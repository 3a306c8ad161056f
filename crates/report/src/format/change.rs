//! Changes in rows, for the formats that people read: whose to whose, who to whom, what.

use std::collections::BTreeMap;

use bulkhead_analysis::difference::{Change, Difference, Ends, Presence, Tenant};
use bulkhead_analysis::model::{PortRange, Protocol};
use bulkhead_analysis::policy::reach::PortRanges;
use bulkhead_analysis::reachability::PeerName;

use crate::words::Speech;

/// How many names, and how many address blocks, are shown before the rest is counted.
const SHOWN: usize = 12;

/// What changed between two tenants.
pub(super) struct Block<'a> {
    /// The heading.
    pub(super) tenants: String,
    /// One for each change.
    pub(super) rows: Vec<Row<'a>>,
}

/// One change.
pub(super) struct Row<'a> {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) change: &'a Change,
}

/// The changes of one kind, by tenants.
pub(super) fn blocks<'a>(difference: &'a Difference, presence: Presence, speech: Speech) -> Vec<Block<'a>> {
    let mut blocks: BTreeMap<(&Tenant, &Tenant), Vec<&Change>> = BTreeMap::new();
    for change in difference.changes.iter().filter(|change| change.presence == presence) {
        blocks.entry((&change.from_tenant, &change.to_tenant)).or_default().push(change);
    }
    let row = |change: &'a Change| Row { from: ends(&change.from, speech), to: ends(&change.to, speech), change };
    let block = |((from, to), changes): ((&Tenant, &Tenant), Vec<&'a Change>)| Block {
        tenants: format!("{} → {}", tenant(from, speech), tenant(to, speech)),
        rows: changes.into_iter().map(row).collect(),
    };
    blocks.into_iter().map(block).collect()
}

fn tenant(tenant: &Tenant, speech: Speech) -> String {
    match tenant {
        Tenant::Workspace(name) => speech.say("diff.workspace", &[("name", name.as_str())]),
        Tenant::Namespace(name) => name.to_string(),
        Tenant::Nodes => speech.word("diff.nodes"),
        Tenant::Outside => speech.word("diff.outside"),
    }
}

/// `shop/Deployment/web`, `pod/shop/web-0`, `node/n1`.
pub(super) fn party(party: &PeerName) -> String {
    match party {
        PeerName::Workload { namespace, kind, name } => format!("{namespace}/{kind}/{name}"),
        PeerName::Pod(name) => format!("pod/{name}"),
        PeerName::Node(name) => format!("node/{name}"),
    }
}

fn ends(ends: &Ends, speech: Speech) -> String {
    match ends {
        Ends::Parties(parties) => listed(parties.iter().map(party).collect(), speech),
        Ends::Outside(addresses) => {
            let nets: Vec<String> = addresses.to_nets().iter().map(ToString::to_string).collect();
            if nets == ["0.0.0.0/0", "::/0"] { speech.word("diff.anyAddress") } else { listed(nets, speech) }
        }
    }
}

/// Names with the rest counted.
pub(super) fn listed(mut names: Vec<String>, speech: Speech) -> String {
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let shown = names.join(", ");
    if more == 0 { shown } else { speech.say("diff.more", &[("names", shown), ("count", more.to_string())]) }
}

/// What became of the ports of a change: a mark, and which.
pub(super) fn effects(change: &Change, speech: Speech) -> Vec<(Effect, String)> {
    let sets =
        [(Effect::Gained, change.gained()), (Effect::Lost, change.lost()), (Effect::Open, change.undetermined())];
    let shown = sets.into_iter().filter(|(_, ports)| !ports.is_empty());
    shown.map(|(effect, ports)| (effect, ports_text(&ports, speech))).collect()
}

/// What became of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// They are open now.
    Gained,
    /// They are closed now.
    Lost,
    /// Nobody can tell, before or after.
    Open,
}

impl Effect {
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Gained => "+",
            Self::Lost => "-",
            Self::Open => "?",
        }
    }
}

/// `80/TCP, 8000-8080/TCP, 53/UDP`
fn ports_text(ports: &PortRanges, speech: Speech) -> String {
    if ports.is_all() {
        return speech.word("diff.allPorts");
    }
    let mut shown = Vec::new();
    for protocol in Protocol::ALL {
        for range in ports.of(protocol) {
            shown.push(match range {
                PortRange::ALL => speech.say("diff.allOf", &[("protocol", protocol.name())]),
                PortRange { first, last } if first == last => format!("{first}/{protocol}"),
                PortRange { first, last } => format!("{first}-{last}/{protocol}"),
            });
        }
    }
    listed(shown, speech)
}

/// How many pairs of ends gained, lost, both, and in how many nobody can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) gained: usize,
    pub(super) lost: usize,
    pub(super) changed: usize,
    pub(super) undetermined: usize,
}

impl Counts {
    pub(super) fn of<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Self {
        let mut counts = Self::default();
        for change in changes {
            let pairs = size(&change.from) * size(&change.to);
            let count = match (change.gained().is_empty(), change.lost().is_empty()) {
                (false, false) => &mut counts.changed,
                (false, true) => &mut counts.gained,
                (true, false) => &mut counts.lost,
                (true, true) => &mut counts.undetermined,
            };
            *count += pairs;
        }
        counts
    }

    pub(super) fn arguments(self) -> [(&'static str, String); 4] {
        [
            ("gained", self.gained.to_string()),
            ("lost", self.lost.to_string()),
            ("changed", self.changed.to_string()),
            ("undetermined", self.undetermined.to_string()),
        ]
    }
}

fn size(ends: &Ends) -> usize {
    match ends {
        Ends::Parties(parties) => parties.len(),
        Ends::Outside(_) => 1,
    }
}
