//! The part of the cluster that the policies of some projects depend on, as a snapshot.
//!
//! A plan made from it says of those projects what a plan made from everything says; a property test holds the two together.

use std::collections::BTreeSet;

use bulkhead_analysis::isolation::names;
use bulkhead_analysis::model::object::WorkspaceAllowlist;
use bulkhead_analysis::model::{Name, NamespacedName};
use bulkhead_analysis::snapshot::{Objects, Snapshot};

use super::World;
use super::reference::{self, Key};
use crate::kept::Kept;
use crate::source::Kind;

impl World {
    /// The part that the policies of some projects depend on.
    pub(crate) fn excerpt(&self, projects: &BTreeSet<Name>) -> Snapshot {
        let mut keys: BTreeSet<Key> = BTreeSet::new();
        let mut services: BTreeSet<&NamespacedName> = BTreeSet::new();
        for project in projects {
            keys.insert((Kind::Namespace, NamespacedName::new("", project.clone())));
            if let Some(workspace) = self.workspace_of(project) {
                let name = NamespacedName::new("", workspace.clone());
                keys.extend([(Kind::Workspace, name.clone()), (Kind::WorkspaceTemplate, name)]);
                for allowlist in self.allowlists_of(workspace) {
                    self.add_allowlist(allowlist, &mut keys);
                    services.extend(reference::services(&allowlist.ingress, &allowlist.egress));
                }
            }
            for kind in [Kind::Entry, Kind::NetworkPolicy] {
                for (name, _) in self.inside(kind, project) {
                    let named = self.references.of(kind, name);
                    keys.extend(named.map(|other| (Kind::Namespace, NamespacedName::new("", other.clone()))));
                    keys.insert((kind, name.clone()));
                }
            }
            services.extend(
                self.entries(project).flat_map(|(entry, _)| reference::services(&entry.ingress, &entry.egress)),
            );
        }
        self.snapshot_of(&keys, services)
    }

    /// The part that an allowlist depends on that is for nobody.
    pub(crate) fn excerpt_of_allowlist(&self, name: &Name) -> Snapshot {
        let key = (Kind::Allowlist, NamespacedName::new("", name.clone()));
        let mut keys = BTreeSet::new();
        let mut services = BTreeSet::new();
        if let Some(Kept::Allowlist(allowlist)) = self.row(key.0, &key.1).map(|row| &row.kept) {
            let workspace = NamespacedName::new("", allowlist.workspace.clone());
            keys.extend([(Kind::Workspace, workspace.clone()), (Kind::WorkspaceTemplate, workspace)]);
            self.add_allowlist(allowlist, &mut keys);
            services.extend(reference::services(&allowlist.ingress, &allowlist.egress));
        }
        self.snapshot_of(&keys, services)
    }

    fn add_allowlist(&self, allowlist: &WorkspaceAllowlist, keys: &mut BTreeSet<Key>) {
        let name = NamespacedName::new("", allowlist.name.clone());
        let named = self.references.of(Kind::Allowlist, &name);
        keys.extend(named.map(|other| (Kind::Namespace, NamespacedName::new("", other.clone()))));
        keys.insert((Kind::Allowlist, name));
    }

    fn snapshot_of(&self, keys: &BTreeSet<Key>, services: BTreeSet<&NamespacedName>) -> Snapshot {
        let mut objects = Objects::default();
        self.common().iter().for_each(|kept| kept.put(&mut objects));
        services.into_iter().flat_map(|name| self.service_with_pods(name)).for_each(|kept| kept.put(&mut objects));
        keys.iter().filter_map(|(kind, name)| self.row(*kind, name)).for_each(|row| row.kept.put(&mut objects));
        Snapshot::new(objects)
    }

    pub(super) fn workspace_of(&self, project: &Name) -> Option<&Name> {
        self.namespace(project)?.0.labels.get(names::WORKSPACE_LABEL).filter(|label| !label.is_empty())
    }
}
