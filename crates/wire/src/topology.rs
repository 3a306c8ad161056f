//! Who reaches whom as a picture needs it.

use bulkhead_analysis::model::AddressSet;
use bulkhead_analysis::reachability::PeerName;
use bulkhead_analysis::topology::{Link, Member, Party, Topology};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::issue::IssueForm;
use crate::reach::PortsForm;

/// A word that stays the same in every language.
pub type Word = &'static str;

/// Parties of one size, and what is open between them. It can be read back, as pictures are made of what is left of an answer; its
/// issues are not, as no picture has them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TopologyForm {
    /// The level that was asked for: `workspace`, `project` or `workload`.
    #[serde(deserialize_with = "word")]
    pub asked: Word,
    /// The level of the parties: a larger one where there are too many.
    #[serde(deserialize_with = "word")]
    pub level: Word,
    /// How many parties of the level that was asked for are not told apart, because there are too many.
    pub folded: usize,
    /// Who takes part; those outside the cluster last.
    pub parties: Vec<PartyForm>,
    /// What is open, by the places of parties. What is not listed is closed by policies.
    pub links: Vec<LinkForm>,
    /// What is wrong with the question, and what else to know.
    #[serde(skip_deserializing)]
    pub issues: Vec<IssueForm>,
}

/// Some who reach the same and are reached by the same.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartyForm {
    /// `workspace`, `noWorkspace` (all projects without one), `project`, `workload`, `pod`, `node`, `nodes` (all of them), `outside`
    /// (a range of addresses), `otherRanges` (ranges that are not told apart) or `foreign` (everybody whom the reader may not see).
    #[serde(deserialize_with = "word")]
    pub kind: Word,
    /// Their workspace, where they have one.
    pub workspace: Option<String>,
    /// Their namespace, where all of them are in one.
    pub namespace: Option<String>,
    /// Who they are, as the command line spells it; empty for `noWorkspace`, `nodes`, `otherRanges` and `foreign`. Of
    /// `outside`: the blocks.
    pub names: Vec<String>,
    /// How many workloads, pods, nodes or ranges they stand for.
    pub size: usize,
    /// One of their pods, as `shop/web-0`, where they have any: what is asked about it is asked about one of them.
    pub pod: Option<String>,
}

/// What is open from one party to another; from a party to itself: among its members, or their replicas.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkForm {
    /// Who opens connections: a place in `parties`.
    pub from: usize,
    /// To whom.
    pub to: usize,
    /// `all`: every pair, on every port; `some`: less than that; `undetermined`: nothing is known to be open, and something may be.
    #[serde(deserialize_with = "word")]
    pub open: Word,
    /// How many pairs something is open between.
    pub pairs: usize,
    /// The ports of any of them.
    pub ports: PortsForm,
    /// Nobody can tell whether these are open; left out where there are none.
    #[serde(default, skip_serializing_if = "PortsForm::is_empty")]
    pub undetermined: PortsForm,
}

impl TopologyForm {
    /// The form of a topology.
    pub fn new(topology: &Topology, issues: Vec<IssueForm>) -> Self {
        Self {
            asked: topology.asked.name(),
            level: topology.level.name(),
            folded: topology.folded,
            parties: topology.parties.iter().map(Into::into).collect(),
            links: topology.links.iter().map(Into::into).collect(),
            issues,
        }
    }
}

impl From<&Party> for PartyForm {
    fn from(party: &Party) -> Self {
        Self {
            kind: party.members.first().map_or("nodes", kind),
            workspace: party.workspace.as_ref().map(ToString::to_string),
            namespace: party.namespace.as_ref().map(ToString::to_string),
            names: party.members.iter().flat_map(names).collect(),
            size: party.size,
            pod: party.pod.as_ref().map(ToString::to_string),
        }
    }
}

impl From<&Link> for LinkForm {
    fn from(link: &Link) -> Self {
        Self {
            from: link.from,
            to: link.to,
            open: link.open.name(),
            pairs: link.pairs,
            ports: (&link.ports).into(),
            undetermined: (&link.undetermined).into(),
        }
    }
}

/// The words that a form has.
const WORDS: [&str; 13] = [
    "workspace",
    "project",
    "workload",
    "pod",
    "node",
    "nodes",
    "noWorkspace",
    "outside",
    "otherRanges",
    "foreign",
    "all",
    "some",
    "undetermined",
];

fn word<'de, D: Deserializer<'de>>(from: D) -> Result<Word, D::Error> {
    let text = String::deserialize(from)?;
    let known = WORDS.into_iter().find(|word| *word == text);
    known.ok_or_else(|| D::Error::custom(format_args!("`{text}` is no word of a topology")))
}

/// The word for what a member is.
pub fn kind(member: &Member) -> &'static str {
    match member {
        Member::Foreign => "foreign",
        Member::Workspace(_) => "workspace",
        Member::NoWorkspace => "noWorkspace",
        Member::Project(_) => "project",
        Member::Peer(PeerName::Workload { .. }) => "workload",
        Member::Peer(PeerName::Pod(_)) => "pod",
        Member::Peer(PeerName::Node(_)) | Member::Node(_) => "node",
        Member::Nodes => "nodes",
        Member::Outside(_) => "outside",
        Member::OtherRanges(_) => "otherRanges",
    }
}

/// Who a member is, as the command line spells it: of addresses outside the blocks, of those without a name nothing.
pub fn names(member: &Member) -> Vec<String> {
    let blocks = |addresses: &AddressSet| addresses.to_nets().iter().map(ToString::to_string).collect();
    match member {
        Member::Workspace(name) => vec![format!("workspace/{name}")],
        Member::Project(name) => vec![format!("namespace/{name}")],
        Member::Peer(PeerName::Workload { namespace, kind, name }) => {
            vec![format!("{}/{namespace}/{name}", kind.to_ascii_lowercase())]
        }
        Member::Peer(PeerName::Pod(name)) => vec![format!("pod/{name}")],
        Member::Peer(PeerName::Node(name)) | Member::Node(name) => vec![format!("node/{name}")],
        Member::Outside(addresses) => blocks(addresses),
        Member::Foreign | Member::NoWorkspace | Member::Nodes | Member::OtherRanges(_) => Vec::new(),
    }
}
