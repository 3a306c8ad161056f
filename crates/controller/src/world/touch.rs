//! Whose policies a change may change.

use std::collections::BTreeSet;

use bulkhead_analysis::isolation::{is_named_as_dns, names};
use bulkhead_analysis::model::object::Service;
use bulkhead_analysis::model::{Name, NamespacedName};

use super::allowlist::Inside;
use super::{World, is_called_as_ours};
use crate::kept::{Kept, Row};
use crate::source::Kind;

/// Whose policies may have to be others now.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// Those of these namespaces.
    pub(crate) namespaces: BTreeSet<Name>,
    /// Those of these, as far as they are made of Exposures.
    pub(crate) exposing: BTreeSet<Name>,
    /// The status of these allowlists of workspaces may have to be another one.
    pub(crate) allowlists: BTreeSet<Name>,
    /// The policies that are made of what changed.
    pub(crate) policies: BTreeSet<NamespacedName>,
    /// These Exposures changed.
    pub(crate) exposures: BTreeSet<NamespacedName>,
    /// Something changed that may be on a way to what is exposed elsewhere.
    pub(crate) ways: bool,
}

impl World {
    /// Notes whose policies a change may change. The object is as it is now; `old` is how it was.
    pub(super) fn touch(&mut self, key: &(Kind, NamespacedName), old: Option<&Row>, touched: &mut Touched) {
        self.touch_exposing(key, touched);
        if !old.zip(self.row(key.0, &key.1)).is_some_and(|(old, new)| differ_by_ways(old, new)) {
            self.touch_projects(key, old, touched);
        }
    }

    fn touch_projects(&mut self, key: &(Kind, NamespacedName), old: Option<&Row>, touched: &mut Touched) {
        let (kind, name) = key;
        let new = self.rows.get(kind).and_then(|rows| rows.get(name));
        let both = || [old, new].into_iter().flatten().map(|row| &row.kept);
        match kind {
            Kind::Namespace => {
                touched.namespaces.insert(name.name.clone());
                self.touch_readers(&name.name, Inside::Namespace, touched);
                for kept in both() {
                    if let Kept::Namespace(namespace) = kept
                        && let Some(workspace) = namespace.labels.get(names::WORKSPACE_LABEL)
                    {
                        self.touch_allowlists_of(workspace, touched);
                    }
                }
                self.common.outdated |= true;
            }
            Kind::Workspace | Kind::WorkspaceTemplate => {
                let members = self.members(&name.name);
                touched.namespaces.extend(members);
                self.touch_allowlists_of(&name.name, touched);
            }
            Kind::Node => {
                let marked = |kept: &Kept| matches!(kept, Kept::Node(node) if !node.annotations.is_empty());
                self.common.outdated |= both().any(marked);
            }
            Kind::ConfigMap | Kind::DaemonSet => self.common.outdated |= true,
            Kind::Service => {
                let is_common = both().any(|kept| matches!(kept, Kept::Service(service) if is_common(service)));
                self.common.note_service(name, new.is_some() && is_common);
                self.common.outdated |= is_common || self.common.extra_services.contains(name);
                self.touch_readers(&name.namespace, Inside::Services, touched);
            }
            Kind::EndpointSlice | Kind::Pod => {
                self.common.outdated |= self.common.is_home(&name.namespace);
                self.touch_readers(&name.namespace, Inside::Services, touched);
            }
            Kind::NetworkPolicy if is_called_as_ours(name) => drop(touched.namespaces.insert(name.namespace.clone())),
            Kind::NetworkPolicy | Kind::Exposure | Kind::Surroundings(_) => {}
            Kind::Entry => {
                touched.namespaces.insert(name.namespace.clone());
                touched.policies.insert(names::policy_of_entry(name));
            }
            Kind::Allowlist => {
                for kept in both() {
                    if let Kept::Allowlist(allowlist) = kept {
                        self.touch_allowlist(allowlist, touched);
                    }
                }
            }
        }
    }
}

/// Whether two states of an object are the same to everything but Exposures.
fn differ_by_ways(old: &Row, new: &Row) -> bool {
    old.terminating == new.terminating && old.kept.without_ways() == new.kept.without_ways()
}

/// Whether a Service may be one that every project depends on: DNS, or the API server.
pub(super) fn is_common(service: &Service) -> bool {
    is_named_as_dns(service) || (service.name.namespace == "default" && service.name.name == "kubernetes")
}
