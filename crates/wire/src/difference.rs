//! What becomes reachable and what stops being: one form a change.

use bulkhead_analysis::difference::{Change, Difference, Ends, Presence, Tenant};
use bulkhead_analysis::policy::reach::Connections;
use schemars::JsonSchema;
use serde::Serialize;

use crate::issue::IssueForm;
use crate::reach::{PortsForm, SideForm};

/// What is not the same in two states of a cluster.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DifferenceForm {
    /// Whether anything changed.
    pub changed: bool,
    /// Changes between those who are in both states.
    pub changes: Vec<ChangeForm>,
    /// Those who are in the new state only.
    pub appeared: Vec<SideForm>,
    /// Connections of those.
    pub with_appeared: Vec<ChangeForm>,
    /// Those who are in the old state only.
    pub disappeared: Vec<SideForm>,
    /// Connections of those.
    pub with_disappeared: Vec<ChangeForm>,
    /// What is wrong with the input of the new state, and what else to know.
    pub issues: Vec<IssueForm>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeForm {
    /// Whose the senders are.
    pub from_tenant: TenantForm,
    /// Whose the receivers are.
    pub to_tenant: TenantForm,
    /// Who opens the connection: each of these to each of `to`.
    pub from: Vec<SideForm>,
    /// To whom.
    pub to: Vec<SideForm>,
    /// Ports that were closed and are open.
    pub gained: PortsForm,
    /// Ports that were open and are closed.
    pub lost: PortsForm,
    /// Ports that nobody can tell of in one of the states, and that are not the same in the other.
    pub undetermined: PortsForm,
    /// The ports before.
    pub before: StateForm,
    /// The ports after.
    pub after: StateForm,
}

/// Ports in one state.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateForm {
    /// Open.
    pub ports: PortsForm,
    /// Nobody can tell.
    pub undetermined: PortsForm,
}

/// Whose somebody is.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TenantForm {
    /// A workspace.
    Workspace(String),
    /// A namespace of no workspace.
    Namespace(String),
    /// `{}`: the cluster's nodes.
    Nodes {},
    /// `{}`: nobody in the cluster.
    Outside {},
}

impl DifferenceForm {
    /// The form of a difference.
    pub fn new(difference: &Difference, issues: Vec<IssueForm>) -> Self {
        let of = |presence: Presence| {
            let changes = difference.changes.iter().filter(|change| change.presence == presence);
            changes.map(ChangeForm::from).collect()
        };
        Self {
            changed: !difference.is_empty(),
            changes: of(Presence::Both),
            appeared: difference.appeared.iter().map(SideForm::from).collect(),
            with_appeared: of(Presence::Appeared),
            disappeared: difference.disappeared.iter().map(SideForm::from).collect(),
            with_disappeared: of(Presence::Disappeared),
            issues,
        }
    }
}

impl From<&Change> for ChangeForm {
    fn from(change: &Change) -> Self {
        Self {
            from_tenant: (&change.from_tenant).into(),
            to_tenant: (&change.to_tenant).into(),
            from: ends(&change.from),
            to: ends(&change.to),
            gained: (&change.gained()).into(),
            lost: (&change.lost()).into(),
            undetermined: (&change.undetermined()).into(),
            before: (&change.before).into(),
            after: (&change.after).into(),
        }
    }
}

fn ends(ends: &Ends) -> Vec<SideForm> {
    match ends {
        Ends::Parties(parties) => parties.iter().map(SideForm::from).collect(),
        Ends::Outside(addresses) => vec![addresses.into()],
    }
}

impl From<&Connections> for StateForm {
    fn from(connections: &Connections) -> Self {
        Self { ports: (&connections.open).into(), undetermined: (&connections.undetermined).into() }
    }
}

impl From<&Tenant> for TenantForm {
    fn from(tenant: &Tenant) -> Self {
        match tenant {
            Tenant::Workspace(name) => Self::Workspace(name.to_string()),
            Tenant::Namespace(name) => Self::Namespace(name.to_string()),
            Tenant::Nodes => Self::Nodes {},
            Tenant::Outside => Self::Outside {},
        }
    }
}
