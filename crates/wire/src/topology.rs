//! Who reaches whom as a picture needs it.

use bulkhead_analysis::model::AddressSet;
use bulkhead_analysis::reachability::PeerName;
use bulkhead_analysis::topology::{Link, Member, Party, Topology};
use schemars::JsonSchema;
use serde::Serialize;

use crate::issue::IssueForm;
use crate::reach::PortsForm;

/// Parties of one size, and what is open between them.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TopologyForm {
    /// The level that was asked for: `workspace`, `project` or `workload`.
    pub asked: &'static str,
    /// The level of the parties: a larger one where there are too many.
    pub level: &'static str,
    /// How many parties of the level that was asked for are not told apart, because there are too many.
    pub folded: usize,
    /// Who takes part; those outside the cluster last.
    pub parties: Vec<PartyForm>,
    /// What is open, by the places of parties. What is not listed is closed by policies.
    pub links: Vec<LinkForm>,
    /// What is wrong with the question, and what else to know.
    pub issues: Vec<IssueForm>,
}

/// Some who reach the same and are reached by the same.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartyForm {
    /// `workspace`, `noWorkspace` (all projects without one), `project`, `workload`, `pod`, `node`, `nodes` (all of them), `outside`
    /// (a range of addresses) or `otherRanges` (ranges that are not told apart).
    pub kind: &'static str,
    /// Their workspace, where they have one.
    pub workspace: Option<String>,
    /// Their namespace, where all of them are in one.
    pub namespace: Option<String>,
    /// Who they are, as the command line spells it; empty for `noWorkspace`, `nodes` and `otherRanges`. Of `outside`: the blocks.
    pub names: Vec<String>,
    /// How many workloads, pods, nodes or ranges they stand for.
    pub size: usize,
}

/// What is open from one party to another; from a party to itself: among its members, or their replicas.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkForm {
    /// Who opens connections: a place in `parties`.
    pub from: usize,
    /// To whom.
    pub to: usize,
    /// `all`: every pair, on every port; `some`: less than that; `undetermined`: nothing is known to be open, and something may be.
    pub open: &'static str,
    /// How many pairs something is open between.
    pub pairs: usize,
    /// The ports of any of them.
    pub ports: PortsForm,
    /// Nobody can tell whether these are open; left out where there are none.
    #[serde(skip_serializing_if = "PortsForm::is_empty")]
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

fn kind(member: &Member) -> &'static str {
    match member {
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

fn names(member: &Member) -> Vec<String> {
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
        Member::NoWorkspace | Member::Nodes | Member::OtherRanges(_) => Vec::new(),
    }
}
