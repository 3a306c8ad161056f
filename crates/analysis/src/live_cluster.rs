//! A cluster that changes, ready to be asked at any time: for a controller or a console that watches one.
//!
//! A [`LiveCluster`] owns what was read and follows it with [`Live`], so that who reaches whom costs what a change touches. What
//! else is asked needs a whole [`Snapshot`]; it is made when it is asked for, and kept until the next change. Answers are those of a
//! snapshot that is made anew from the same objects.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use bulkhead_model::object::Owner;
use bulkhead_model::{Name, NamespacedName, ObjectRef};
use bulkhead_path::Overrides;
use bulkhead_policy::Policies;
use bulkhead_policy::reach::live::{Object, Reference};
use bulkhead_policy::reach::{Change, Live, Reach};
use bulkhead_snapshot::{Objects, Snapshot};

use crate::analysis::Analysis;

/// A cluster that changes.
#[derive(Debug)]
pub struct LiveCluster {
    overrides: Overrides,
    /// Objects that [`Live`] follows, by name.
    followed: BTreeMap<Reference, Object>,
    /// All others: Services, workloads, settings.
    others: Objects,
    /// How many pods name an owner, for each that is named. A workload without pods is given one from its template.
    owned: BTreeMap<(Name, Owner), usize>,
    live: OnceCell<Live>,
    snapshot: OnceCell<Snapshot>,
}

/// How a change was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Only what it touches is redone.
    Followed,
    /// Who reaches whom is worked out anew when it is asked for next: the change may show another engine, or pods of a workload
    /// that had none.
    Anew,
}

impl LiveCluster {
    /// Begins with what was read. What the user says stands before what objects show.
    pub fn new(objects: Objects, overrides: Overrides) -> Self {
        let (followed, live, snapshot) = (BTreeMap::new(), OnceCell::new(), OnceCell::new());
        let (others, owned) = (Objects::default(), BTreeMap::new());
        let mut cluster = Self { overrides, followed, others, owned, live, snapshot };
        let (sources, issues, skipped) = (objects.sources.clone(), objects.issues.clone(), objects.skipped.clone());
        let not_read = objects.not_read.clone();
        cluster.others = Objects { sources, issues, skipped, not_read, ..Objects::default() };
        cluster.put(objects);
        cluster
    }

    /// Takes in objects that came or changed, as they were read.
    pub fn put(&mut self, mut objects: Objects) -> Taken {
        let followed = take_followed(&mut objects);
        let mut taken = Taken::Followed;
        // Of objects that are read twice the last one counts.
        for object in followed {
            self.others.forget_remarks(&object_ref_of(&object.reference()));
            if self.put_followed(object) == Taken::Anew {
                taken = Taken::Anew;
            }
        }
        if !objects.is_empty() {
            taken = Taken::Anew;
        }
        self.others.put(objects);
        self.changed(taken)
    }

    /// Takes in that an object is there no more.
    pub fn remove(&mut self, object: &ObjectRef) -> Taken {
        let reference = reference_of(object);
        let Some(gone) = self.followed.remove(&reference) else {
            return if self.others.remove(object) { self.changed(Taken::Anew) } else { Taken::Followed };
        };
        self.others.forget_remarks(object);
        let taken = self.weigh(Some(&gone), None);
        if let Some(live) = self.live.get_mut() {
            live.apply(Change::Gone(reference));
        }
        self.changed(taken)
    }

    /// Who reaches whom now, by class: ask for those of pods and nodes by name.
    pub fn live(&self) -> &Live {
        self.live.get_or_init(|| {
            let snapshot = self.snapshot();
            let overrides = bulkhead_policy::Overrides { engine: self.overrides.engine };
            Live::new(snapshot, &Policies::with_overrides(snapshot, &overrides))
        })
    }

    /// The same without names.
    pub fn reach(&self) -> &Reach {
        self.live().reach()
    }

    /// The cluster state now.
    pub fn snapshot(&self) -> &Snapshot {
        self.snapshot.get_or_init(|| {
            let mut objects = self.others.clone();
            for object in self.followed.values().cloned() {
                match object {
                    Object::Namespace(it) => objects.namespaces.push(it),
                    Object::Node(it) => objects.nodes.push(it),
                    Object::Pod(it) => objects.pods.push(it),
                    Object::NetworkPolicy(it) => objects.network_policies.push(it),
                    Object::ClusterNetworkPolicy(it) => objects.cluster_network_policies.push(it),
                }
            }
            Snapshot::new(objects)
        })
    }

    /// The cluster state now, for every other question: why, by which way, what else.
    pub fn analysis(&self) -> Analysis<'_> {
        Analysis::with_overrides(self.snapshot(), &self.overrides)
    }

    fn put_followed(&mut self, object: Object) -> Taken {
        let before = self.followed.insert(object.reference(), object.clone());
        let taken = self.weigh(before.as_ref(), Some(&object));
        if let Some(live) = self.live.get_mut().filter(|_| taken == Taken::Followed) {
            live.apply(Change::Put(object));
        }
        taken
    }

    fn changed(&mut self, taken: Taken) -> Taken {
        self.snapshot = OnceCell::new();
        if taken == Taken::Anew {
            self.live = OnceCell::new();
        }
        taken
    }

    /// Whether a change of one object has a part in more than policies see in it.
    fn weigh(&mut self, before: Option<&Object>, after: Option<&Object>) -> Taken {
        let mut taken = Taken::Followed;
        // Annotations of nodes show engines.
        let annotations = |object: Option<&Object>| match object {
            Some(Object::Node(node)) => Some(node.annotations.clone()),
            _ => None,
        };
        if annotations(before).unwrap_or_default() != annotations(after).unwrap_or_default() {
            taken = Taken::Anew;
        }
        let owner = |object: Option<&Object>| match object {
            Some(Object::Pod(pod)) => pod.owner.clone().map(|owner| (pod.name.namespace.clone(), owner)),
            _ => None,
        };
        let (lost, won) = (owner(before), owner(after));
        // Pods of DaemonSets show engines, by their images.
        let of_daemon_set = |owner: &(Name, Owner)| owner.1.kind == "DaemonSet";
        let shows_engine = won.iter().chain(&lost).any(of_daemon_set);
        if shows_engine {
            taken = Taken::Anew;
        }
        if lost == won {
            return taken;
        }
        let has_workloads = !self.others.workloads.is_empty();
        if let Some(lost) = lost
            && let Some(count) = self.owned.get_mut(&lost)
        {
            *count -= 1;
            if *count == 0 {
                self.owned.remove(&lost);
                taken = if has_workloads { Taken::Anew } else { taken };
            }
        }
        if let Some(won) = won {
            let count = self.owned.entry(won).or_default();
            *count += 1;
            taken = if *count == 1 && has_workloads { Taken::Anew } else { taken };
        }
        taken
    }
}

/// The objects that [`Live`] follows, out of those that were read.
fn take_followed(objects: &mut Objects) -> Vec<Object> {
    let mut followed: Vec<Object> = Vec::new();
    followed.extend(std::mem::take(&mut objects.namespaces).into_iter().map(Object::Namespace));
    followed.extend(std::mem::take(&mut objects.nodes).into_iter().map(Object::Node));
    followed.extend(std::mem::take(&mut objects.pods).into_iter().map(Object::Pod));
    followed.extend(std::mem::take(&mut objects.network_policies).into_iter().map(Object::NetworkPolicy));
    let of_cluster = std::mem::take(&mut objects.cluster_network_policies);
    followed.extend(of_cluster.into_iter().map(Object::ClusterNetworkPolicy));
    followed
}

/// Its name as [`Live`] knows it; of a kind that it does not follow, the name of no policy.
fn reference_of(object: &ObjectRef) -> Reference {
    match (object.kind.as_str(), &object.namespace) {
        ("Namespace", None) => Reference::Namespace(object.name.clone()),
        ("Node", None) => Reference::Node(object.name.clone()),
        ("Pod", Some(namespace)) => Reference::Pod(NamespacedName::new(namespace.clone(), object.name.clone())),
        _ => Reference::Policy(object.clone()),
    }
}

fn object_ref_of(reference: &Reference) -> ObjectRef {
    match reference {
        Reference::Namespace(name) => ObjectRef::cluster("Namespace", name.clone()),
        Reference::Node(name) => ObjectRef::cluster("Node", name.clone()),
        Reference::Pod(name) => ObjectRef::namespaced("Pod", name),
        Reference::Policy(object) => object.clone(),
    }
}
