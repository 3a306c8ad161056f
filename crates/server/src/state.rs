//! The objects of one state of the cluster.
//!
//! Objects are kept as texts ([`Kept`]), and pods and EndpointSlices of a live cluster as the analysis reads them: there are many of them,
//! and nobody changes them here. A state is cheap to copy; copies share what they have in common.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use bulkhead_analysis::model::object::{EndpointSlice, Pod};
use bulkhead_analysis::model::{NamespacedName, Position, SourceId};
use bulkhead_analysis::snapshot::{Input, Objects, Sharing, Snapshot, read};
use bulkhead_store::{List, Object, ObjectKey, Resource};
use bulkhead_wire::change::ObjectName;

use crate::kept::{self, Kept};
use crate::named::Named;
use crate::objects::{group_of, name_of};

/// A name, and the API group of the kind.
type Key = (ObjectName, String);

/// The objects of one state of the cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    objects: Arc<BTreeMap<Key, Arc<Kept>>>,
    /// What the analysis reads of those, once somebody has asked: where only pods come and go, one state has it of the one before.
    read: Arc<OnceLock<Objects>>,
    pods: Named<Pod>,
    endpoint_slices: Named<EndpointSlice>,
    /// Whether pods and EndpointSlices are kept as they are read, not as objects.
    as_read: bool,
}

/// The objects of a part of a list.
#[derive(Debug)]
pub(crate) enum Part {
    Objects(Vec<(Key, Kept)>),
    Pods(Vec<Arc<Pod>>),
    EndpointSlices(Vec<Arc<EndpointSlice>>),
}

/// Where everything of a live cluster stands.
const IN_CLUSTER: Position = Position { source: SourceId(0), line: 1 };

impl Part {
    /// The objects of a list in JSON; `None` for what is no list.
    pub(crate) fn read(resource: &Resource, text: &str) -> Option<Self> {
        let read_all = || read(&[Input { name: "cluster", text: text.as_bytes() }]);
        Some(match resource.kind.as_ref() {
            "Pod" => Self::Pods(read_all().pods),
            "EndpointSlice" => Self::EndpointSlices(read_all().endpoint_slices),
            _ => Self::Objects(List::read(resource, text)?.items.into_iter().map(keyed).collect()),
        })
    }
}

impl FromIterator<Object> for State {
    fn from_iter<I: IntoIterator<Item = Object>>(objects: I) -> Self {
        let whole = |object: Object| (key_of(&object), Arc::new(Kept::new(object)));
        let keyed = objects.into_iter().map(whole);
        Self { objects: Arc::new(keyed.collect()), ..Self::default() }
    }
}

impl State {
    /// An empty one of a live cluster.
    pub(crate) fn of_live() -> Self {
        Self { as_read: true, ..Self::default() }
    }

    /// The object of a name. Of what is kept as it is read there is none.
    pub(crate) fn find(&self, name: &ObjectName) -> Option<Object> {
        self.entry(name).map(|(_, kept)| kept.object())
    }

    /// Whether there is an object of a name, other than of what is kept as it is read.
    pub(crate) fn has(&self, name: &ObjectName) -> bool {
        self.entry(name).is_some()
    }

    fn entry(&self, name: &ObjectName) -> Option<(&Key, &Arc<Kept>)> {
        let entry = self.objects.range((name.clone(), String::new())..).next()?;
        (entry.0.0 == *name).then_some(entry)
    }

    /// Every object but those that are kept as they are read.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ObjectName, &Kept)> + Clone {
        self.objects.iter().map(|((name, _), kept)| (name, kept.as_ref()))
    }

    /// The objects of a kind, or those of them that are in a namespace.
    pub(crate) fn of_kind(&self, kind: &str, namespace: Option<&str>) -> impl Iterator<Item = (&ObjectName, &Kept)> {
        let namespace = namespace.map(str::to_owned);
        let first = ObjectName { kind: kind.to_owned(), namespace: namespace.clone(), name: String::new() };
        let kind = kind.to_owned();
        let is_asked =
            move |name: &ObjectName| name.kind == kind && (namespace.is_none() || name.namespace == namespace);
        let from = self.objects.range((first, String::new())..);
        from.map(|((name, _), kept)| (name, kept.as_ref())).take_while(move |(name, _)| is_asked(name))
    }

    /// The pods that are kept as they are read.
    pub(crate) fn pods(&self) -> impl Iterator<Item = &Arc<Pod>> {
        self.pods.values()
    }

    /// The EndpointSlices that are kept as they are read.
    pub(crate) fn endpoint_slices(&self) -> impl Iterator<Item = &Arc<EndpointSlice>> {
        self.endpoint_slices.values()
    }

    /// Takes an object; whether that changes anything.
    pub(crate) fn put(&mut self, object: Object, sharing: &mut Sharing) -> bool {
        if self.as_read
            && let Some(resource) = as_read(&object)
        {
            let key = object.key();
            return match Part::read(&resource, &object.into_value().to_string()) {
                Some(Part::Pods(mut pods)) if !pods.is_empty() => pods.drain(..).any(|pod| self.put_pod(pod, sharing)),
                Some(Part::EndpointSlices(mut slices)) if !slices.is_empty() => {
                    slices.drain(..).any(|slice| self.put_slice(slice, sharing))
                }
                // What cannot be read counts as missing.
                _ => self.remove(&resource.group, &resource.kind, &key),
            };
        }
        let (key, kept) = if self.as_read { keyed(object) } else { (key_of(&object), Kept::new(object)) };
        self.put_kept(key, kept)
    }

    fn put_kept(&mut self, key: Key, kept: Kept) -> bool {
        let is_other = self.objects.get(&key).is_none_or(|known| **known != kept);
        if is_other {
            self.objects_mut().insert(key, Arc::new(kept));
        }
        is_other
    }

    /// The objects, to change them.
    fn objects_mut(&mut self) -> &mut BTreeMap<Key, Arc<Kept>> {
        self.read = Arc::default();
        Arc::make_mut(&mut self.objects)
    }

    /// Takes that an object is gone; whether that changes anything.
    pub(crate) fn remove(&mut self, group: &str, kind: &str, key: &ObjectKey) -> bool {
        let namespaced = || NamespacedName::new(key.namespace.as_deref().unwrap_or_default(), key.name.as_str());
        match kind {
            "Pod" if self.as_read => self.pods.remove(&namespaced()),
            "EndpointSlice" if self.as_read => self.endpoint_slices.remove(&namespaced()),
            _ => {
                let (namespace, name) = (key.namespace.clone(), key.name.clone());
                let name = ObjectName { kind: kind.to_owned(), namespace, name };
                let key = (name, group.to_owned());
                self.objects.contains_key(&key) && self.objects_mut().remove(&key).is_some()
            }
        }
    }

    /// Takes a whole list of a kind for everything that there is of it; whether that changes anything.
    pub(crate) fn replace(&mut self, resource: &Resource, parts: Vec<Part>, sharing: &mut Sharing) -> bool {
        let mut all = Self { as_read: self.as_read, ..Self::default() };
        for part in parts {
            match part {
                Part::Objects(objects) => objects.into_iter().for_each(|(key, kept)| _ = all.put_kept(key, kept)),
                Part::Pods(pods) => pods.into_iter().for_each(|pod| _ = all.put_pod(pod, sharing)),
                Part::EndpointSlices(slices) => slices.into_iter().for_each(|slice| _ = all.put_slice(slice, sharing)),
            }
        }
        match resource.kind.as_ref() {
            "Pod" if self.as_read => replaced(&mut self.pods, all.pods),
            "EndpointSlice" if self.as_read => replaced(&mut self.endpoint_slices, all.endpoint_slices),
            kind => {
                let of_kind = |(name, group): &Key| name.kind == kind && *group == *resource.group;
                let known = self.objects.iter().filter(|(key, _)| of_kind(key));
                if known.eq(all.objects.iter()) {
                    return false;
                }
                let objects = self.objects_mut();
                objects.retain(|key, _| !of_kind(key));
                objects.extend(Arc::unwrap_or_clone(all.objects));
                true
            }
        }
    }

    fn put_pod(&mut self, mut pod: Arc<Pod>, sharing: &mut Sharing) -> bool {
        let read = Arc::make_mut(&mut pod);
        read.position = IN_CLUSTER;
        sharing.pod(read, self.pods.len());
        let name = pod.name.clone();
        self.pods.put(&name, pod)
    }

    fn put_slice(&mut self, mut slice: Arc<EndpointSlice>, sharing: &mut Sharing) -> bool {
        let read = Arc::make_mut(&mut slice);
        read.position = IN_CLUSTER;
        sharing.endpoint_slice(read, self.endpoint_slices.len());
        let name = slice.name.clone();
        self.endpoint_slices.put(&name, slice)
    }

    /// The same after some objects were replaced, added (`Some`) or taken away (`None`).
    pub(crate) fn changed(&self, edits: &BTreeMap<ObjectName, Option<Object>>) -> Self {
        let (mut changed, mut sharing) = (self.clone(), Sharing::default());
        for (name, object) in edits {
            if let Some((known, _)) = self.entry(name) {
                changed.objects_mut().remove(known);
            } else if let Some((resource, key)) = self.kept_as_read(name) {
                changed.remove(&resource.group, &resource.kind, &key);
            }
            if let Some(object) = object {
                changed.put(object.clone(), &mut sharing);
            }
        }
        changed
    }

    /// The kind and key of a name, where such an object would be kept as it is read.
    pub(crate) fn kept_as_read(&self, name: &ObjectName) -> Option<(Resource, ObjectKey)> {
        let resource = read_kind(&name.kind).filter(|_| self.as_read)?;
        Some((resource, ObjectKey::namespaced(name.namespace.as_ref()?, &name.name)))
    }

    /// Keeps an object whole that was kept as it is read.
    pub(crate) fn make_whole(&mut self, resource: &Resource, object: Object) {
        self.remove(&resource.group, &resource.kind, &object.key());
        self.objects_mut().insert(key_of(&object), Arc::new(Kept::new(object)));
    }

    /// What the analysis reads of it.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut objects = self.read.get_or_init(|| kept::read(self.iter())).clone();
        objects.pods.extend(self.pods().cloned());
        objects.endpoint_slices.extend(self.endpoint_slices().cloned());
        Snapshot::new(objects)
    }
}

fn key_of(object: &Object) -> Key {
    (name_of(object), group_of(object).to_owned())
}

/// An object of a live cluster, as it is kept. A server keeps managed fields whatever is written, and nobody here asks for them.
fn keyed(mut object: Object) -> (Key, Kept) {
    object.metadata_mut().remove("managedFields");
    (key_of(&object), Kept::new(object))
}

/// The kind of an object that is kept as it is read.
fn as_read(object: &Object) -> Option<Resource> {
    read_kind(object.kind()).filter(|resource| *resource.group == *group_of(object))
}

fn read_kind(kind: &str) -> Option<Resource> {
    let known = bulkhead_store::KINDS.iter().find(|known| known.resource.kind == kind);
    known.filter(|_| matches!(kind, "Pod" | "EndpointSlice")).map(|known| known.resource.clone())
}

fn replaced<T: PartialEq>(known: &mut Named<T>, all: Named<T>) -> bool {
    let is_other = *known != all;
    *known = all;
    is_other
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::viewer::Tenancy;

    fn objects() -> Vec<Object> {
        let values = [
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"kubesphere.io/workspace": "w"}}}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop", "managedFields": [{"manager": "m"}]},
                "spec": {"clusterIP": "10.96.0.9", "selector": {"app": "web"}, "ports": [{"port": 80}]}}),
            pod("web-0", "secret-team"),
            json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                "metadata": {"name": "web-x", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
                "endpoints": [{"addresses": ["10.1.0.7"]}], "ports": [{"port": 8080}]}),
        ];
        values.into_iter().filter_map(Object::from_value).collect()
    }

    fn pod(name: &str, team: &str) -> Value {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop", "labels": {"app": "web", "team": team}},
            "spec": {"nodeName": "n1", "containers": [{"name": "web", "env": [{"name": "DB", "value": "192.0.2.77"}]}],
                "nodeSelector": {"pool": "secret-pool"}},
            "status": {"podIP": "10.1.0.7", "phase": "Running"}})
    }

    fn of_live(objects: Vec<Object>) -> State {
        let (mut state, mut sharing) = (State::of_live(), Sharing::default());
        for object in objects {
            assert!(state.put(object.clone(), &mut sharing));
            assert!(!state.put(object, &mut sharing), "nothing changed");
        }
        state
    }

    #[test]
    fn what_is_kept_as_it_is_read_means_the_same() {
        let (whole, live) = (objects().into_iter().collect::<State>(), of_live(objects()));
        let (one, other) = (whole.snapshot(), live.snapshot());
        assert!(one.pods.iter().eq(other.pods.iter()));
        let slices = |snapshot: &Snapshot| -> Vec<Arc<EndpointSlice>> {
            snapshot.services.iter().flat_map(|(id, _)| snapshot.endpoint_slices(id)).cloned().collect()
        };
        assert_eq!(slices(&one), slices(&other));
        assert_eq!(slices(&one).len(), 1);
        assert!(one.services.iter().eq(other.services.iter()));
        assert!(Tenancy::of(&whole).projects().eq(Tenancy::of(&live).projects()));
    }

    #[test]
    fn what_was_read_of_objects_stays_until_one_of_them_changes() {
        let mut state = of_live(objects());
        let ports = |state: &State| -> Vec<u16> {
            let snapshot = state.snapshot();
            snapshot.services.iter().flat_map(|(_, it)| it.ports.iter().map(|port| port.port)).collect()
        };
        assert_eq!(ports(&state), [80]);
        let before = state.clone();
        assert!(state.put(Object::from_value(pod("web-1", "team")).unwrap(), &mut Sharing::default()));
        assert!(Arc::ptr_eq(&before.read, &state.read) && ports(&state) == [80]);
        let mut service = objects().remove(1).into_value();
        service["spec"]["ports"] = json!([{"port": 81}]);
        assert!(state.put(Object::from_value(service).unwrap(), &mut Sharing::default()));
        assert_eq!((ports(&state), ports(&before)), (vec![81], vec![80]));
        let web = ObjectKey::namespaced("shop", "web");
        assert!(state.remove("", "Service", &web) && !state.remove("", "Service", &web));
        assert!(ports(&state).is_empty() && ports(&before) == [80]);
    }

    #[test]
    fn changes_of_pods_are_followed_and_previewed() {
        let mut state = of_live(objects());
        let name = ObjectName { kind: "Pod".to_owned(), namespace: Some("shop".to_owned()), name: "web-0".to_owned() };
        assert!(state.find(&name).is_none());
        let (resource, key) = state.kept_as_read(&name).unwrap();
        let edited = state.changed(&BTreeMap::from([(name.clone(), Object::from_value(pod("web-0", "other")))]));
        let team = |state: &State| state.snapshot().pods.iter().map(|(_, pod)| pod.labels.get("team").cloned()).next();
        assert_eq!(team(&edited).flatten().as_deref(), Some("other"));
        assert_eq!(team(&state).flatten().as_deref(), Some("secret-team"));
        let mut whole = state.clone();
        whole.make_whole(&resource, Object::from_value(pod("web-0", "whole")).unwrap());
        assert!(whole.find(&name).is_some());
        assert_eq!(team(&whole).flatten().as_deref(), Some("whole"));
        assert_eq!(whole.snapshot().pods.iter().count(), 1);
        assert_eq!(state.changed(&BTreeMap::from([(name, None)])).pods().count(), 0);
        let mut remove = || state.remove(&resource.group, &resource.kind, &key);
        assert!(remove() && !remove());
        // A new list is all that there is.
        assert!(state.put(Object::from_value(pod("web-0", "x")).unwrap(), &mut Sharing::default()));
        let parts =
            vec![Part::read(&resource, &json!({"kind": "PodList", "items": [pod("web-1", "y")]}).to_string()).unwrap()];
        assert!(state.replace(&resource, parts, &mut Sharing::default()));
        assert_eq!(state.pods().map(|pod| pod.name.name.as_str()).collect::<Vec<_>>(), ["web-1"]);
    }
}
