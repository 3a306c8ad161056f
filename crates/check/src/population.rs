//! Which pods and namespaces a policy's sets hold in this cluster.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use bulkhead_model::object::Pod;
use bulkhead_model::{LabelSelector, Labels, Name, Operator, Readable, Requirement};
use bulkhead_policy::rule::{NamespaceSet, PodSet};
use bulkhead_policy::selector::{SelectorId, SelectorTable};
use bulkhead_snapshot::{Id, NamespaceId, PodId, Snapshot};

/// The label that the API server sets on every namespace (KEP-2161).
pub(crate) const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// The pods that a set holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Those with a network of their own, sorted.
    pub(crate) pods: Vec<PodId>,
    /// Those in their node's network, which no policy is about.
    pub(crate) host_network: Vec<PodId>,
    /// How many more have ended.
    pub(crate) ended: usize,
    /// Whether there may be more: part of a selector could not be read, or it asks for labels of a namespace that nothing
    /// in the input declares.
    pub(crate) open: bool,
}

impl Selection {
    /// Whether it surely holds nothing, and never held anything that the input still shows.
    pub(crate) fn is_surely_nothing(&self) -> bool {
        self.pods.is_empty() && self.host_network.is_empty() && self.ended == 0 && !self.open
    }

    fn push(&mut self, id: PodId, pod: &Pod) {
        match (pod.is_active(), pod.host_network) {
            (false, _) => self.ended += 1,
            (true, true) => self.host_network.push(id),
            (true, false) => self.pods.push(id),
        }
    }
}

/// The namespaces that a set holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SelectedNamespaces {
    /// Sorted.
    pub(crate) namespaces: Vec<NamespaceId>,
    /// Whether there may be more.
    pub(crate) open: bool,
}

/// All pods and namespaces, ready to be selected from.
#[derive(Debug)]
pub(crate) struct Population<'a> {
    snapshot: &'a Snapshot,
    selectors: &'a SelectorTable,
    by_label: BTreeMap<(&'a str, &'a str), Vec<PodId>>,
    known_namespaces: RefCell<BTreeMap<SelectorId, Rc<SelectedNamespaces>>>,
    known_pods: RefCell<BTreeMap<PodSet, Rc<Selection>>>,
}

impl<'a> Population<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot, selectors: &'a SelectorTable) -> Self {
        let mut by_label: BTreeMap<(&str, &str), Vec<PodId>> = BTreeMap::new();
        for (id, pod) in snapshot.pods.iter() {
            for (key, value) in pod.labels.iter() {
                by_label.entry((key, value)).or_default().push(id);
            }
        }
        let (known_namespaces, known_pods) = (RefCell::default(), RefCell::default());
        Self { snapshot, selectors, by_label, known_namespaces, known_pods }
    }

    /// The pods of a set. `subject` is the namespace of the policy's pods, for sets that are made by comparison with it.
    pub(crate) fn pods(&self, set: &PodSet, subject: Option<&Name>) -> Rc<Selection> {
        let depends_on_subject = matches!(set.namespaces, NamespaceSet::SameLabels(_) | NamespaceSet::NotSameLabels(_));
        if depends_on_subject {
            return Rc::new(self.find_pods(set, subject));
        }
        if let Some(known) = self.known_pods.borrow().get(set) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.find_pods(set, subject));
        self.known_pods.borrow_mut().insert(set.clone(), Rc::clone(&found));
        found
    }

    /// The namespaces of a set.
    pub(crate) fn namespaces(&self, set: &NamespaceSet, subject: Option<&Name>) -> Rc<SelectedNamespaces> {
        match set {
            NamespaceSet::Named(name) => {
                let namespaces = self.snapshot.namespace(name).into_iter().collect();
                Rc::new(SelectedNamespaces { namespaces, open: false })
            }
            NamespaceSet::Selected(selector) => self.selected_namespaces(*selector),
            NamespaceSet::SameLabels(keys) => Rc::new(self.compared(keys, subject, true)),
            NamespaceSet::NotSameLabels(keys) => Rc::new(self.compared(keys, subject, false)),
        }
    }

    /// Whether the input shows what runs in a namespace: some pod of it, or the system's own pods, which are in every dump of a
    /// whole cluster. Otherwise a namespace without pods was perhaps only not dumped.
    pub(crate) fn shows_pods_of(&self, namespace: &str) -> bool {
        self.shows_cluster() || self.of_namespace(namespace).next().is_some()
    }

    /// Whether the input looks like that of a whole cluster.
    pub(crate) fn shows_cluster(&self) -> bool {
        self.of_namespace("kube-system").next().is_some()
    }

    /// The pods of one namespace, those that have ended among them.
    pub(crate) fn of_namespace(&self, namespace: &str) -> impl ExactSizeIterator<Item = (PodId, &'a Pod)> + use<'a> {
        let rows = self.snapshot.pods.rows();
        let first = rows.partition_point(|pod| pod.name.namespace.as_str() < namespace);
        let last = rows.partition_point(|pod| pod.name.namespace.as_str() <= namespace);
        let rows = rows.get(first..last).unwrap_or_default();
        let id = move |row: usize| PodId::from_row(u32::try_from(first + row).unwrap_or(u32::MAX));
        rows.iter().enumerate().map(move |(row, pod)| (id(row), pod.as_ref()))
    }

    fn find_pods(&self, set: &PodSet, subject: Option<&Name>) -> Selection {
        let namespaces = self.namespaces(&set.namespaces, subject);
        let mut selection = Selection { open: namespaces.open, ..Selection::default() };
        let Some(selector) = self.selectors.get(set.pods) else { return selection };
        let mut take = |id: PodId, pod: &Pod| match selector.matches(&pod.labels) {
            Some(true) => selection.push(id, pod),
            Some(false) => {}
            None => selection.open = true,
        };
        let name_of = |namespace: &NamespaceId| &self.snapshot.namespaces[*namespace].name;
        let inside = || namespaces.namespaces.iter().map(|namespace| self.of_namespace(name_of(namespace)).len()).sum();
        // To look into a namespace costs more than to look at a pod.
        let is_fewer = |pods: usize| pods <= namespaces.namespaces.len() || pods <= inside();
        match self.candidates(selector, is_fewer) {
            Some(candidates) => {
                for id in candidates {
                    let pod = &self.snapshot.pods[id];
                    let namespace = self.snapshot.namespace(&pod.name.namespace);
                    if namespace.is_some_and(|namespace| namespaces.namespaces.binary_search(&namespace).is_ok()) {
                        take(id, pod);
                    }
                }
            }
            None => {
                for namespace in &namespaces.namespaces {
                    self.of_namespace(name_of(namespace)).for_each(|(id, pod)| take(id, pod));
                }
            }
        }
        selection
    }

    /// The only pods that a selector can select, by the rarest label that it wants; `None` where it wants none, or where they are too many.
    fn candidates(&self, selector: &LabelSelector, is_few: impl Fn(usize) -> bool) -> Option<Vec<PodId>> {
        let wanted = selector.requirements.iter().filter_map(Readable::known);
        let lists = wanted.filter_map(|Requirement { key, operator, .. }| match operator {
            Operator::In(values) => {
                let lists = values.iter().filter_map(|value| self.by_label.get(&(key.as_str(), value.as_str())));
                Some(lists.collect::<Vec<_>>())
            }
            _ => None,
        });
        let count = |lists: &Vec<&Vec<PodId>>| lists.iter().map(|list| list.len()).sum::<usize>();
        let rarest = lists.min_by_key(count).filter(|rarest| is_few(count(rarest)))?;
        let mut pods: Vec<PodId> = rarest.into_iter().flatten().copied().collect();
        pods.sort_unstable();
        Some(pods)
    }

    fn selected_namespaces(&self, id: SelectorId) -> Rc<SelectedNamespaces> {
        if let Some(known) = self.known_namespaces.borrow().get(&id) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.find_namespaces(id));
        self.known_namespaces.borrow_mut().insert(id, Rc::clone(&found));
        found
    }

    fn find_namespaces(&self, id: SelectorId) -> SelectedNamespaces {
        let mut selected = SelectedNamespaces::default();
        let Some(selector) = self.selectors.get(id) else { return selected };
        let by_name = selector.requirements.iter().filter_map(Readable::known).find_map(names_wanted);
        let candidates: Vec<NamespaceId> = match by_name {
            Some(names) => names.iter().filter_map(|name| self.snapshot.namespace(name)).collect(),
            None => self.snapshot.namespaces.ids().collect(),
        };
        for candidate in candidates {
            let namespace = &self.snapshot.namespaces[candidate];
            match selector.matches(&namespace.labels) {
                Some(true) => selected.namespaces.push(candidate),
                Some(false) if namespace.declared => {}
                Some(false) => selected.open |= may_match(selector, &namespace.labels),
                None => selected.open = true,
            }
        }
        selected.namespaces.sort_unstable();
        selected
    }

    /// Namespaces whose labels have the same values as the subject's, or not (AdminNetworkPolicy before v0.1.2).
    fn compared(&self, keys: &[Name], subject: Option<&Name>, same: bool) -> SelectedNamespaces {
        let subject = subject.and_then(|name| self.snapshot.namespace(name));
        let Some(own) = subject.map(|id| &self.snapshot.namespaces[id].labels) else {
            return SelectedNamespaces { namespaces: Vec::new(), open: true };
        };
        let has_all = |labels: &Labels| keys.iter().all(|key| labels.get(key).is_some());
        let equal = |labels: &Labels| keys.iter().all(|key| labels.get(key) == own.get(key));
        let all = self.snapshot.namespaces.iter();
        let held = all.filter(|(_, it)| !keys.is_empty() && has_all(&it.labels) && equal(&it.labels) == same);
        SelectedNamespaces { namespaces: held.map(|(id, _)| id).collect(), open: false }
    }
}

/// The only namespaces that a requirement lets through, where it asks for them by name.
fn names_wanted(requirement: &Requirement) -> Option<&[Name]> {
    match &requirement.operator {
        Operator::In(values) if requirement.key == NAME_LABEL => Some(values),
        _ => None,
    }
}

/// Whether a namespace of which only its name is known may have labels that the selector selects.
fn may_match(selector: &LabelSelector, labels: &Labels) -> bool {
    let of_name = selector.requirements.iter().filter_map(Readable::known).filter(|it| it.key == NAME_LABEL);
    of_name.into_iter().all(|requirement| requirement.matches(labels))
}
