//! What a plan is, and how it comes from a snapshot.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::object::{NetworkPolicy, PolicyManifest};
use bulkhead_model::{Issue, IssueCode, Name, NamespacedName, ObjectRef};
use bulkhead_snapshot::Snapshot;
use jiff::Timestamp;

use crate::same::means_the_same;
use crate::setting;
use crate::{code, names};

/// Whose policies are planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Setting {
    /// Ours: KubeSphere's switches, objects and names without its faults.
    #[default]
    Default,
    /// What KubeSphere 3.4.1's controller writes in one pass, faults included.
    KubeSphere,
}

impl Setting {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Default, Self::KubeSphere];

    /// Its name on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::KubeSphere => "kubesphere",
        }
    }
}

/// What a plan depends on besides the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settings {
    /// Namespaces that may always come in; `None` takes them from KubeSphere's own settings (the ConfigMap
    /// `kubesphere-system/kubesphere-config`, `network.nsnpOptions.allowedIngressNamespaces`).
    pub allowed_ingress_namespaces: Option<Vec<Name>>,
    /// Whether pods still reach the API server once egress is restricted. Only for [`Setting::Default`].
    pub api_server: ApiServerEgress,
    /// This cluster's name among those of a WorkspaceTemplate's overrides. Only for [`Setting::Default`].
    pub cluster: Option<Name>,
    /// Services that are DNS besides those that are found. Only for [`Setting::Default`].
    pub dns_services: Vec<NamespacedName>,
    /// The time that entries are held against which expire; without one none has expired. Only for [`Setting::Default`].
    pub now: Option<Timestamp>,
    /// Entries whose policy was refused when it was written, for reasons that no snapshot shows: they mean nothing now. Only for
    /// [`Setting::Default`].
    pub refused: BTreeSet<NamespacedName>,
}

/// Whether pods still reach the API server once egress is restricted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ApiServerEgress {
    /// Only by an entry, as in KubeSphere.
    #[default]
    Restricted,
    /// Always.
    Open,
}

/// What the switches and allowlists of a snapshot mean, and what has to change for it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Plan {
    /// Every policy that there ought to be, by namespace and name.
    pub desired: Vec<PolicyManifest>,
    /// Those of them that have to be written: the cluster has them otherwise, or not at all.
    pub apply: Vec<PolicyManifest>,
    /// Policies of the snapshot that have to go, by namespace and name.
    pub delete: Vec<NamespacedName>,
    /// What the switches say of each project that has any, by name.
    pub projects: Vec<ProjectStatus>,
    /// What became of each entry, by namespace and name.
    pub entries: Vec<EntryStatus>,
    /// What is wrong, or worth knowing.
    pub issues: Vec<Issue>,
}

/// What the switches say of one project.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProjectStatus {
    /// The project.
    pub namespace: Name,
    /// Its workspace, if it has one.
    pub workspace: Option<Name>,
    /// What the switches say.
    pub isolation: Isolation,
}

/// What the switches say of a project. A project's own switch comes before its workspace's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Isolation {
    /// Isolated from every other project.
    Project,
    /// Isolated from every other workspace.
    Workspace,
    /// Both switches are off.
    Off,
    /// In no workspace: nobody's affair, as in KubeSphere.
    NoWorkspace,
    /// Nobody knows: the workspace is not there, or its switch could not be read. Everything stays as it is.
    Unknown,
}

/// What became of one entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryStatus {
    /// The entry.
    pub entry: NamespacedName,
    /// What became of it.
    pub state: EntryState,
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryState {
    /// It means this policy.
    Resolved {
        /// The policy's name; its namespace is the entry's.
        policy: Name,
    },
    /// No switch is on. The entry waits.
    Inactive,
    /// Its time is over.
    Expired,
    /// It means nothing that could be written. It has no effect on anything else.
    Unresolved {
        /// Why: the code of the issue about it.
        reason: IssueCode,
        /// What stays of the policy that it had before.
        last_applied: LastApplied,
    },
}

/// What stays of the policy that an unresolved entry had before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LastApplied {
    /// There was none, or it goes.
    Nothing,
    /// It stays as it is: a Service that is away for a minute must not cut off, nor open, anything.
    Kept,
    /// It allows nothing any more, and still restricts egress: what it allowed is forbidden now, and removing it would open more.
    Narrowed,
}

/// What a setting makes of a snapshot, before it is held against the policies that are there.
#[derive(Debug, Default)]
pub(crate) struct Desired {
    pub(crate) policies: BTreeMap<NamespacedName, PolicyManifest>,
    pub(crate) delete: BTreeSet<NamespacedName>,
    pub(crate) projects: Vec<ProjectStatus>,
    pub(crate) entries: Vec<EntryStatus>,
    pub(crate) issues: Vec<Issue>,
}

impl Desired {
    pub(crate) fn add(&mut self, policy: PolicyManifest) -> Option<PolicyManifest> {
        self.policies.insert(policy.name.clone(), policy)
    }
}

/// Works out what the switches and allowlists of a snapshot mean.
pub fn plan(snapshot: &Snapshot, setting: Setting, settings: &Settings) -> Plan {
    match setting {
        Setting::Default => held_against(snapshot, setting::default::desired(snapshot, settings), Owner::Label),
        Setting::KubeSphere => held_against(snapshot, setting::kubesphere::desired(snapshot, settings), Owner::Anyone),
    }
}

/// Whose policies may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// Those with our label.
    Label,
    /// All: KubeSphere has no label and takes every policy of the right name for its own.
    Anyone,
}

fn held_against(snapshot: &Snapshot, desired: Desired, owner: Owner) -> Plan {
    let there: BTreeMap<&NamespacedName, &NetworkPolicy> =
        snapshot.network_policies.iter().map(|policy| (&policy.name, policy)).collect();
    let gone = desired.delete.into_iter();
    let delete = gone.filter(|name| there.contains_key(name) && !desired.policies.contains_key(name)).collect();
    let mut plan = Plan {
        desired: desired.policies.into_values().collect(),
        delete,
        projects: desired.projects,
        entries: desired.entries,
        issues: desired.issues,
        ..Plan::default()
    };
    for manifest in &plan.desired {
        match there.get(&manifest.name) {
            Some(policy) if means_the_same(policy, manifest) => {}
            Some(policy) if owner == Owner::Label && !is_ours(policy) => plan.issues.push(conflict(policy)),
            Some(_) | None => plan.apply.push(manifest.clone()),
        }
    }
    if owner == Owner::Label {
        let wanted: BTreeSet<&NamespacedName> = plan.desired.iter().map(|manifest| &manifest.name).collect();
        let others = snapshot.network_policies.iter().filter(|policy| is_called_as_ours(policy) && !is_ours(policy));
        plan.issues.extend(others.filter(|policy| !wanted.contains(&policy.name)).map(not_ours));
    }
    plan.entries.sort();
    plan.issues.sort();
    plan.issues.dedup();
    plan
}

fn is_called_as_ours(policy: &NetworkPolicy) -> bool {
    policy.name.name.starts_with(names::POLICY_PREFIX)
}

/// Whether a policy carries our label. No other is ever changed or deleted by [`Setting::Default`].
pub(crate) fn is_ours(policy: &NetworkPolicy) -> bool {
    policy.labels.get(names::MANAGED_BY).is_some_and(|value| value == names::MANAGER)
}

fn conflict(policy: &NetworkPolicy) -> Issue {
    about(Issue::error(code::POLICY_CONFLICT), policy)
}

fn not_ours(policy: &NetworkPolicy) -> Issue {
    about(Issue::warning(code::POLICY_NOT_OURS), policy)
}

fn about(issue: Issue, policy: &NetworkPolicy) -> Issue {
    issue.at(policy.position).about(ObjectRef::namespaced("NetworkPolicy", &policy.name)).with("policy", &policy.name)
}
