//! What cards and rows say: short names inside their project, counts, kinds.

use std::collections::BTreeMap;

use bulkhead_analysis::model::{AddressSet, IpNet};
use bulkhead_wire::TopologyForm;
use bulkhead_wire::topology::PartyForm;

use crate::format::addresses_text;
use crate::words::Speech;

/// So many names of a party stand in its row.
const SHOWN_NAMES: usize = 3;

/// What stands in the head of a card.
pub(super) struct Heading {
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) kind: &'static str,
    pub(super) name: Option<String>,
}

/// The lines of each party.
pub(super) struct Names {
    lines: Vec<Vec<String>>,
}

impl Names {
    pub(super) fn new(form: &TopologyForm, speech: Speech) -> Self {
        let mut counts: BTreeMap<(Option<&str>, &str), usize> = BTreeMap::new();
        for party in &form.parties {
            for name in &party.names {
                *counts.entry((party.namespace.as_deref(), last(name))).or_default() += 1;
            }
        }
        let lines = |party: &PartyForm| {
            let is_alone = |name: &str| counts.get(&(party.namespace.as_deref(), last(name))).is_none_or(|it| *it == 1);
            let short = |name: &String| match party.kind {
                "pod" | "workload" if !is_alone(name) => format!("{}/{}", first(name), last(name)),
                _ => last(name).to_owned(),
            };
            match party.kind {
                "outside" => vec![addresses(party)],
                "otherRanges" => vec![speech.say("picture.otherRanges", &[("count", party.size.to_string())])],
                "nodes" => vec![speech.say("reach.allNodes", &[("count", party.size.to_string())])],
                "noWorkspace" => vec![speech.word("picture.noWorkspace")],
                "foreign" => vec![speech.word("foreign")],
                _ => listed(party.names.iter().map(short).collect(), speech),
            }
        };
        Self { lines: form.parties.iter().map(lines).collect() }
    }

    /// The lines of a party.
    pub(super) fn lines(&self, party: usize) -> Vec<String> {
        self.lines.get(party).cloned().unwrap_or_default()
    }

    /// The head of a card that is one party.
    #[allow(clippy::unused_self)] // beside `common`
    pub(super) fn own(&self, party: &PartyForm, speech: Speech) -> Heading {
        let kind = match party.kind {
            "workspace" | "noWorkspace" | "foreign" => "workspace",
            "project" => "project",
            _ => "workload",
        };
        let size = party.size.to_string();
        let sized = || speech.say("picture.workloads", &[("count", size.as_str())]);
        let (title, name) = match (party.names.as_slice(), party.kind) {
            ([], "foreign") => (speech.word("foreign"), None),
            ([], _) => (speech.word("picture.noWorkspace"), None),
            ([one], _) => (last(one).to_owned(), Some(one.clone())),
            (names, kind) => {
                (speech.say(&format!("picture.alike.{kind}"), &[("count", names.len().to_string())]), None)
            }
        };
        let place = match party.kind {
            "workload" | "pod" => party.names.first().map(|name| first(name).to_owned()),
            "foreign" => None,
            _ => Some(sized()),
        };
        let workspace = party.workspace.as_ref().filter(|_| party.kind == "project");
        let workspace = workspace.map(|workspace| speech.say("picture.inWorkspace", &[("workspace", workspace)]));
        let subtitle = [workspace, place].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        Heading { title, subtitle, kind, name }
    }

    /// The head of a card that has a row for each party.
    #[allow(clippy::unused_self)] // beside `own`
    pub(super) fn common(&self, party: &PartyForm, speech: Speech) -> Heading {
        let heading = |title: String, kind, name| Heading { title, subtitle: String::new(), kind, name };
        match (party.kind, &party.workspace, &party.namespace) {
            ("outside" | "otherRanges", ..) => heading(speech.word("reach.outside"), "outside", None),
            ("node" | "nodes", ..) => heading(speech.word("reach.nodes"), "nodes", None),
            ("project", Some(workspace), _) => Heading {
                subtitle: speech.word("picture.workspace"),
                ..heading(workspace.clone(), "workspace", Some(format!("workspace/{workspace}")))
            },
            (_, workspace, Some(namespace)) => Heading {
                subtitle: workspace.as_ref().map_or_else(
                    || speech.word("picture.project"),
                    |workspace| speech.say("picture.inWorkspace", &[("workspace", workspace)]),
                ),
                ..heading(namespace.clone(), "project", Some(format!("namespace/{namespace}")))
            },
            _ => heading(speech.word("picture.noWorkspace"), "workspace", None),
        }
    }
}

/// A few names, and how many more there are.
fn listed(names: Vec<String>, speech: Speech) -> Vec<String> {
    if names.len() <= SHOWN_NAMES + 1 {
        return names;
    }
    let more = speech.say("reach.more", &[("count", (names.len() - SHOWN_NAMES).to_string())]);
    names.into_iter().take(SHOWN_NAMES).chain([more]).collect()
}

/// `0.0.0.0/0 except 10.0.0.0/8`
fn addresses(party: &PartyForm) -> String {
    let blocks: Result<Vec<IpNet>, _> = party.names.iter().map(|block| block.parse::<IpNet>()).collect();
    match blocks {
        Ok(blocks) => {
            let all = blocks.into_iter().fold(AddressSet::empty(), |all, it| all.union(&AddressSet::from_net(it)));
            addresses_text(&all)
        }
        // Some were taken out of the answer.
        Err(_) => party.names.join(", "),
    }
}

/// What stands behind the last slash.
pub(super) fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// What stands before the first slash.
fn first(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}
