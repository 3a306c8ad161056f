//! An allowlist of a workspace means in every project what an entry of that project would.

use bulkhead_isolation::{EntryState, Setting, Settings, names, plan};
use bulkhead_model::object::{NamespaceNetworkPolicy, PolicyManifest, WorkspaceAllowlist};
use bulkhead_model::{Name, NamespacedName};
use bulkhead_snapshot::Snapshot;
use proptest::prelude::*;

use crate::properties::{workspace_of, worlds};

/// The cluster with each entry as an allowlist of its project's workspace, and with each as an entry of every project of it.
fn both_ways(before: &Snapshot) -> (Snapshot, Snapshot) {
    let (mut allowlists, mut entries) = (before.clone(), before.clone());
    for snapshot in [&mut allowlists, &mut entries] {
        snapshot.network_policies.clear();
        snapshot.namespace_network_policies.clear();
    }
    // An allowlist has no `policyTypes`.
    let known = before.namespace_network_policies.iter().filter(|entry| entry.policy_types.is_none());
    for (number, entry) in known.enumerate() {
        let Some(workspace) = workspace_of(before, &entry.name.namespace) else { continue };
        let name = Name::from(format!("a{number:03}"));
        let members =
            before.namespaces.rows().iter().filter(|it| it.labels.get(names::WORKSPACE_LABEL) == Some(&workspace));
        entries.namespace_network_policies.extend(members.map(|member| NamespaceNetworkPolicy {
            name: NamespacedName { namespace: member.name.clone(), name: name.clone() },
            ..entry.clone()
        }));
        allowlists.workspace_allowlists.push(WorkspaceAllowlist {
            name,
            workspace,
            namespace_selector: None,
            pod_selector: entry.pod_selector.clone(),
            ingress: entry.ingress.clone(),
            egress: entry.egress.clone(),
            expires: entry.expires,
            unreadable: entry.unreadable,
            unknown_field: entry.unknown_field,
            position: entry.position,
        });
    }
    entries.namespace_network_policies.sort_by(|one, other| one.name.cmp(&other.name));
    (allowlists, entries)
}

fn desired(snapshot: &Snapshot) -> Vec<PolicyManifest> {
    plan(snapshot, Setting::Default, &Settings::default()).desired
}

/// The policies as those of entries are called, by name.
fn called_as_entries(policies: Vec<PolicyManifest>) -> Vec<PolicyManifest> {
    let renamed = |mut policy: PolicyManifest| {
        if let Some(allowlist) = policy.name.name.strip_prefix(names::WORKSPACE_POLICY_PREFIX) {
            policy.name = names::policy_of_entry(&NamespacedName::new(policy.name.namespace.clone(), allowlist));
        }
        policy
    };
    let mut policies: Vec<PolicyManifest> = policies.into_iter().map(renamed).collect();
    policies.sort_by(|one, other| one.name.cmp(&other.name));
    policies
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_means_in_every_project_what_an_entry_there_would(world in worlds()) {
        let (allowlists, entries) = both_ways(&world.snapshot());
        prop_assert_eq!(called_as_entries(desired(&allowlists)), desired(&entries));
    }

    #[test]
    fn what_became_of_it_names_its_policies(world in worlds()) {
        let (allowlists, _) = both_ways(&world.snapshot());
        let plan = plan(&allowlists, Setting::Default, &Settings::default());
        for status in &plan.allowlists {
            let policy = names::policy_of_allowlist(&status.allowlist);
            let there: Vec<&NamespacedName> =
                plan.desired.iter().map(|manifest| &manifest.name).filter(|name| name.name == policy).collect();
            prop_assert_eq!(status.policies.iter().collect::<Vec<_>>(), there);
            let is_resolved = matches!(status.state, EntryState::Resolved { .. });
            prop_assert_eq!(is_resolved, !status.policies.is_empty(), "{:?}", status);
        }
    }
}
