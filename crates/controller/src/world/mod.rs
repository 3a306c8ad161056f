//! What is known of the cluster: every object that decides about a policy, as the last list or event told it.

mod allowlist;
mod dependencies;
mod echo;
mod excerpt;
mod exposing;
mod reference;
mod touch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bulkhead_analysis::isolation::names;
use bulkhead_analysis::model::object::{Namespace, NamespaceNetworkPolicy};
use bulkhead_analysis::model::{Name, NamespacedName};
use bulkhead_analysis::snapshot::Sharing;
use bulkhead_store::{Event, Object};

use self::dependencies::Common;
use self::echo::Echoes;
use self::reference::References;
pub(crate) use self::touch::Touched;
use crate::kept::{Kept, Listed, Row, name_of};
use crate::source::{Kind, Source};

/// What is known of the cluster.
#[derive(Debug, Default)]
pub(crate) struct World {
    rows: BTreeMap<Kind, BTreeMap<NamespacedName, Row>>,
    references: References,
    common: Common,
    echoes: Echoes,
    sharing: Sharing,
}

impl World {
    /// Takes a list for everything that there is of a source.
    pub(crate) fn list(&mut self, source: &Source, list: Listed, touched: &mut Touched) {
        self.replace(source.kind, |name| source.holds(name), list, touched);
    }

    /// Takes a list for all NetworkPolicies of a namespace.
    pub(crate) fn list_policies(&mut self, namespace: &Name, list: Listed, touched: &mut Touched) {
        self.replace(Kind::NetworkPolicy, |name| name.namespace == *namespace, list, touched);
    }

    fn replace(&mut self, kind: Kind, inside: impl Fn(&NamespacedName) -> bool, list: Listed, touched: &mut Touched) {
        let there: BTreeSet<&NamespacedName> = list.rows.iter().map(|(name, _)| name).collect();
        let known = self.all(kind).map(|(name, _)| name);
        let gone: Vec<NamespacedName> = known.filter(|name| inside(name) && !there.contains(name)).cloned().collect();
        for name in gone {
            self.set(kind, name, None, touched);
        }
        for (name, row) in list.rows {
            self.echoes.forget(kind, &name);
            self.set(kind, name, row, touched);
        }
    }

    /// Takes an event. What a write of our own is still unanswered for is kept until it is answered.
    pub(crate) fn told(&mut self, kind: Kind, event: Event, now: Duration, touched: &mut Touched) {
        let (Event::Added(object) | Event::Modified(object) | Event::Deleted(object)) = &event else { return };
        let name = name_of(&object.key());
        if let Some(event) = self.echoes.hold(kind, &name, event, now) {
            self.take(kind, name, &event, touched);
        }
    }

    fn take(&mut self, kind: Kind, name: NamespacedName, event: &Event, touched: &mut Touched) {
        let row = match event {
            Event::Added(object) | Event::Modified(object) => Row::read(kind, object),
            Event::Deleted(_) | Event::Bookmark(_) => None,
        };
        self.set(kind, name, row, touched);
    }

    /// A write of our own to a policy is under way.
    pub(crate) fn writing(&mut self, policy: &NamespacedName) {
        self.echoes.begin(Kind::NetworkPolicy, policy);
    }

    /// It was answered: the policy is like this now, or gone. What was told meanwhile and is older counts for nothing.
    pub(crate) fn wrote(
        &mut self,
        policy: &NamespacedName,
        object: Option<&Object>,
        until: Duration,
        touched: &mut Touched,
    ) {
        let kind = Kind::NetworkPolicy;
        let there = self.row(kind, policy);
        let version = match object {
            Some(object) => object.resource_version().unwrap_or_default().into(),
            None => there.and_then(Row::uid).cloned().unwrap_or_default(),
        };
        let row = object.and_then(|object| Row::read(kind, object));
        let later = self.echoes.answered(kind, policy, object.is_some(), &version, until);
        // That it is as it was made calls for nothing where it was made: whoever made it knows.
        let mut elsewhere = Touched::default();
        self.set(kind, policy.clone(), row, &mut elsewhere);
        touched.ways |= elsewhere.ways;
        for event in later {
            self.take(kind, policy.clone(), &event, touched);
        }
    }

    /// It failed, or nobody knows: what was told meanwhile counts.
    pub(crate) fn not_written(&mut self, policy: &NamespacedName, touched: &mut Touched) {
        for event in self.echoes.failed(Kind::NetworkPolicy, policy) {
            self.take(Kind::NetworkPolicy, policy.clone(), &event, touched);
        }
    }

    fn set(&mut self, kind: Kind, name: NamespacedName, row: Option<Row>, touched: &mut Touched) {
        let count = self.len();
        let rows = self.rows.entry(kind).or_default();
        let old = match row {
            Some(mut row) => {
                match &mut row.kept {
                    Kept::Pod(pod) => self.sharing.pod(Arc::make_mut(pod), count),
                    Kept::EndpointSlice(slice) => self.sharing.endpoint_slice(Arc::make_mut(slice), count),
                    _ => {}
                }
                rows.insert(name.clone(), row)
            }
            None => rows.remove(&name),
        };
        let new = rows.get(&name);
        let key = (kind, name);
        if old.as_ref().map(|row| (&row.kept, row.terminating)) != new.map(|row| (&row.kept, row.terminating)) {
            self.references.update(&key, new.map(|row| &row.kept));
            self.touch(&key, old.as_ref(), touched);
        }
    }

    /// The object of a name.
    pub(crate) fn row(&self, kind: Kind, name: &NamespacedName) -> Option<&Row> {
        self.rows.get(&kind)?.get(name)
    }

    /// Everything of a kind.
    pub(crate) fn all(&self, kind: Kind) -> impl Iterator<Item = (&NamespacedName, &Row)> {
        self.rows.get(&kind).into_iter().flatten()
    }

    /// What of a kind is in a namespace; without one that is empty, what is in none.
    pub(crate) fn inside(&self, kind: Kind, namespace: &str) -> impl Iterator<Item = (&NamespacedName, &Row)> {
        let from = NamespacedName::new(namespace, "");
        let namespace = namespace.to_owned();
        let rows = self.rows.get(&kind).into_iter().flat_map(move |rows| rows.range(from.clone()..));
        rows.take_while(move |(name, _)| name.namespace == namespace)
    }

    /// The namespace of a name.
    pub(crate) fn namespace(&self, name: &str) -> Option<(&Namespace, &Row)> {
        let row = self.row(Kind::Namespace, &NamespacedName::new("", name))?;
        match &row.kept {
            Kept::Namespace(namespace) => Some((namespace, row)),
            _ => None,
        }
    }

    /// The names of all namespaces.
    pub(crate) fn namespaces(&self) -> impl Iterator<Item = &Name> {
        self.inside(Kind::Namespace, "").map(|(name, _)| &name.name)
    }

    /// The entries of a namespace.
    pub(crate) fn entries(&self, namespace: &str) -> impl Iterator<Item = (&NamespaceNetworkPolicy, &Row)> {
        self.inside(Kind::Entry, namespace).filter_map(|(_, row)| match &row.kept {
            Kept::Entry(entry) => Some((entry.as_ref(), row)),
            _ => None,
        })
    }

    /// Whether a policy is one that is made of an object of its own: an entry, an allowlist of a workspace, or an Exposure.
    pub(crate) fn is_made_of_an_object(&self, policy: &NamespacedName) -> bool {
        if let Some(entry) = policy.name.strip_prefix(names::POLICY_PREFIX) {
            return self.row(Kind::Entry, &NamespacedName::new(policy.namespace.clone(), entry)).is_some();
        }
        if let Some(exposure) = names::exposure_of_policy(&policy.name) {
            return self.row(Kind::Exposure, &NamespacedName::new(policy.namespace.clone(), exposure)).is_some();
        }
        let allowlist = policy.name.strip_prefix(names::WORKSPACE_POLICY_PREFIX);
        allowlist.is_some_and(|allowlist| self.row(Kind::Allowlist, &NamespacedName::new("", allowlist)).is_some())
    }

    /// How many objects of each kind are kept.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.rows.iter().map(|(kind, rows)| (kind.name(), u64::try_from(rows.len()).unwrap_or(u64::MAX)))
    }
}

/// Whether a policy is called as ours are.
fn is_called_as_ours(name: &NamespacedName) -> bool {
    names::is_of_a_plan(&name.name)
}
