//! What many pods have in common is kept once. An object comes alone when it is watched, so that nobody else sees what it shares.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use bulkhead_model::object::{Container, EndpointSlice, Pod};
use bulkhead_model::{Labels, Name};

/// How many values a pool remembers at first. When it is full it forgets all of them: what is kept stays shared, and what comes later is
/// shared anew.
const FIRST: usize = 4096;
/// How many for each object that is kept: no more than a quarter of what may be different.
const OBJECTS_FOR_EACH: usize = 4;

/// Values that were seen in objects that are kept one by one.
#[derive(Debug, Default)]
pub struct Sharing {
    labels: HashSet<Labels>,
    containers: HashSet<Arc<[Container]>>,
    names: HashSet<Name>,
}

impl Sharing {
    /// Makes a pod share with others what it has in common with them. `objects` is how many are kept.
    pub fn pod(&mut self, pod: &mut Pod, objects: usize) {
        let most = most(objects);
        pod.labels = shared(&mut self.labels, pod.labels.clone(), most);
        pod.containers = shared(&mut self.containers, Arc::clone(&pod.containers), most);
        pod.node = pod.node.take().map(|node| shared(&mut self.names, node, most));
        pod.name.namespace = shared(&mut self.names, pod.name.namespace.clone(), most);
        if let Some(owner) = &mut pod.owner {
            owner.kind = shared(&mut self.names, owner.kind.clone(), most);
            owner.name = shared(&mut self.names, owner.name.clone(), most);
        }
    }

    /// The same of an EndpointSlice.
    pub fn endpoint_slice(&mut self, slice: &mut EndpointSlice, objects: usize) {
        for endpoint in &mut slice.endpoints {
            endpoint.node = endpoint.node.take().map(|node| shared(&mut self.names, node, most(objects)));
        }
    }
}

fn most(objects: usize) -> usize {
    FIRST.max(objects / OBJECTS_FOR_EACH)
}

fn shared<T: Clone + Eq + Hash>(pool: &mut HashSet<T>, value: T, most: usize) -> T {
    if let Some(known) = pool.get(&value) {
        return known.clone();
    }
    if pool.len() >= most {
        pool.clear();
    }
    pool.insert(value.clone());
    value
}
