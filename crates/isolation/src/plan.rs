//! What a plan is, and how it comes from a snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bulkhead_model::object::{NetworkPolicy, PolicyManifest};
use bulkhead_model::{Issue, IssueCode, Name, NamespacedName, ObjectRef};
use bulkhead_snapshot::Snapshot;
use jiff::Timestamp;

use crate::apply::apply_to;
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
    /// Policies that were refused when they were written, for reasons that no snapshot shows: what they are made of means nothing there
    /// now. Only for [`Setting::Default`].
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
    /// What became of each allowlist of a workspace, by name.
    pub allowlists: Vec<AllowlistStatus>,
    /// What became of each Exposure, by namespace and name. Only where somebody has worked out what they need ([`Draft::expose`]).
    pub exposures: Vec<ExposureStatus>,
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

/// What became of an allowlist of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AllowlistStatus {
    /// The allowlist.
    pub allowlist: Name,
    /// What became of it. It is inactive where it is for no project that is isolated.
    pub state: EntryState,
    /// The isolated projects that it is for, by name.
    pub projects: Vec<Name>,
    /// The policies that there are of it, by namespace: one in each of those projects, or what stays of them.
    pub policies: Vec<NamespacedName>,
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

/// What became of an Exposure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExposureStatus {
    /// The Exposure.
    pub exposure: NamespacedName,
    /// What became of it.
    pub state: ExposureState,
    /// The policies that there are of it, in its own namespace.
    pub policies: Vec<Name>,
}

/// What became of an Exposure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExposureState {
    /// Everything that it needs is let in, and nothing else: by its policies, or by others already.
    Resolved,
    /// What is known to be needed is let in. Of something else nobody knows whether it is: what was let in for the same request before
    /// stays.
    Partial {
        /// Why: the code of an issue.
        reason: IssueCode,
    },
    /// Nothing isolates the target's pods: everyone gets in, and nothing is to be opened.
    Inactive,
    /// Its time is over.
    Expired,
    /// Nobody knows what it needs.
    Unresolved {
        /// Why: the code of an issue.
        reason: IssueCode,
        /// What stays of the policies that it had before.
        last_applied: LastApplied,
    },
}

/// What a setting makes of a snapshot, before it is held against the policies that are there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Desired {
    pub(crate) policies: BTreeMap<NamespacedName, PolicyManifest>,
    pub(crate) delete: BTreeSet<NamespacedName>,
    pub(crate) projects: Vec<ProjectStatus>,
    pub(crate) entries: Vec<EntryStatus>,
    pub(crate) allowlists: Vec<AllowlistStatus>,
    pub(crate) exposures: Vec<ExposureStatus>,
    pub(crate) issues: Vec<Issue>,
}

impl Desired {
    pub(crate) fn add(&mut self, policy: PolicyManifest) -> Option<PolicyManifest> {
        self.policies.insert(policy.name.clone(), policy)
    }
}

/// Works out what the switches and allowlists of a snapshot mean. Exposures, and the policies that they have, are left alone: what they
/// need is for others to say ([`Draft`]).
pub fn plan(snapshot: &Snapshot, setting: Setting, settings: &Settings) -> Plan {
    draft(snapshot, setting, settings).plan(snapshot)
}

/// A plan to which policies of Exposures may still come.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) desired: Desired,
    owner: Owner,
    /// Policies that were refused when they were written.
    pub(crate) refused: BTreeSet<NamespacedName>,
}

/// Works out what the switches and allowlists of a snapshot mean, and leaves room for Exposures.
pub fn draft(snapshot: &Snapshot, setting: Setting, settings: &Settings) -> Draft {
    let (desired, owner) = match setting {
        Setting::Default => (setting::default::desired(snapshot, settings), Owner::Label),
        Setting::KubeSphere => (setting::kubesphere::desired(snapshot, settings), Owner::Anyone),
    };
    Draft { desired, owner, refused: settings.refused.clone() }
}

impl Draft {
    /// The plan. `snapshot` is the one that the draft is of.
    pub fn plan(self, snapshot: &Snapshot) -> Plan {
        held_against(snapshot, self.desired, self.owner)
    }

    /// The snapshot as it will be without any policy of an Exposure: what an Exposure needs is needed beside what others let in, and
    /// never beside what it has got already.
    pub fn without_exposures(&self, snapshot: Snapshot) -> Snapshot {
        let plan = self.clone().plan(&snapshot);
        let mut after = snapshot;
        // What an API server would refuse is told by whoever carries the plan out.
        let _ = apply_to(&plan, &mut after.network_policies);
        let is_of_exposure =
            |policy: &Arc<NetworkPolicy>| is_ours(policy) && names::exposure_of_policy(&policy.name.name).is_some();
        after.network_policies.retain(|policy| !is_of_exposure(policy));
        after
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
        snapshot.network_policies.iter().map(|policy| (&policy.name, policy.as_ref())).collect();
    let gone = desired.delete.into_iter();
    let delete = gone.filter(|name| there.contains_key(name) && !desired.policies.contains_key(name)).collect();
    let mut plan = Plan {
        desired: desired.policies.into_values().collect(),
        delete,
        projects: desired.projects,
        entries: desired.entries,
        allowlists: desired.allowlists,
        exposures: desired.exposures,
        issues: desired.issues,
        ..Plan::default()
    };
    for manifest in &plan.desired {
        match there.get(&manifest.name) {
            Some(policy) if means_the_same(policy, manifest) && is_asked_alike(policy, manifest) => {}
            Some(policy) if owner == Owner::Label && !is_ours(policy) => plan.issues.push(conflict(policy)),
            Some(_) | None => plan.apply.push(manifest.clone()),
        }
    }
    if owner == Owner::Label {
        let wanted: BTreeSet<&NamespacedName> = plan.desired.iter().map(|manifest| &manifest.name).collect();
        let others = snapshot.network_policies.iter().filter(|policy| is_called_as_ours(policy) && !is_ours(policy));
        plan.issues.extend(others.filter(|policy| !wanted.contains(&policy.name)).map(|policy| not_ours(policy)));
    }
    plan.entries.sort();
    plan.allowlists.sort();
    plan.exposures.sort();
    plan.issues.sort();
    plan.issues.dedup();
    plan
}

/// Whether an Exposure's policy was made of the same request; always so for others.
fn is_asked_alike(policy: &NetworkPolicy, manifest: &PolicyManifest) -> bool {
    manifest.labels.get(names::ASKED_LABEL).is_none_or(|asked| policy.labels.get(names::ASKED_LABEL) == Some(asked))
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
