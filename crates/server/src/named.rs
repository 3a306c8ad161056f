//! Many objects by name, of which the copies share what does not change: those of a namespace are copied where one of them changes, and
//! no others.

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_analysis::model::{Name, NamespacedName};

/// Objects by namespace and name.
#[derive(Debug)]
pub(crate) struct Named<T> {
    namespaces: Arc<BTreeMap<Name, OfNamespace<T>>>,
    len: usize,
}

type OfNamespace<T> = Arc<BTreeMap<Name, Arc<T>>>;

impl<T> Clone for Named<T> {
    fn clone(&self) -> Self {
        Self { namespaces: Arc::clone(&self.namespaces), len: self.len }
    }
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { namespaces: Arc::default(), len: 0 }
    }
}

impl<T: PartialEq> PartialEq for Named<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.namespaces == other.namespaces
    }
}

impl<T> Named<T> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// All of them, by namespace and name.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Arc<T>> {
        self.namespaces.values().flat_map(|of_namespace| of_namespace.values())
    }

    /// Takes an object; whether that changes anything.
    pub(crate) fn put(&mut self, name: &NamespacedName, object: Arc<T>) -> bool
    where
        T: PartialEq,
    {
        let known = self.namespaces.get(&name.namespace).and_then(|of_namespace| of_namespace.get(&name.name));
        if known.is_some_and(|known| *known == object) {
            return false;
        }
        let of_namespace = Arc::make_mut(&mut self.namespaces).entry(name.namespace.clone()).or_default();
        if Arc::make_mut(of_namespace).insert(name.name.clone(), object).is_none() {
            self.len += 1;
        }
        true
    }

    /// Takes that an object is gone; whether there was one.
    pub(crate) fn remove(&mut self, name: &NamespacedName) -> bool {
        let is_there = |of_namespace: &OfNamespace<T>| of_namespace.contains_key(&name.name);
        if !self.namespaces.get(&name.namespace).is_some_and(is_there) {
            return false;
        }
        let namespaces = Arc::make_mut(&mut self.namespaces);
        if let Some(of_namespace) = namespaces.get_mut(&name.namespace) {
            Arc::make_mut(of_namespace).remove(&name.name);
            self.len -= 1;
            if of_namespace.is_empty() {
                namespaces.remove(&name.namespace);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_share_what_does_not_change() {
        let name = |namespace: &str, name: &str| NamespacedName::new(namespace, name);
        let mut all = Named::default();
        assert!(all.put(&name("a", "x"), Arc::new(1)) && all.put(&name("a", "y"), Arc::new(2)));
        assert!(all.put(&name("b", "x"), Arc::new(3)) && !all.put(&name("b", "x"), Arc::new(3)));
        let before = all.clone();
        assert!(all.put(&name("a", "x"), Arc::new(4)));
        assert_eq!((before.len(), all.len()), (3, 3));
        assert!(before.values().map(|it| **it).eq([1, 2, 3]) && all.values().map(|it| **it).eq([4, 2, 3]));
        assert!(Arc::ptr_eq(&before.namespaces["b"], &all.namespaces["b"]));
        assert!(all.remove(&name("b", "x")) && !all.remove(&name("b", "x")) && !all.remove(&name("c", "x")));
        assert!(all.values().map(|it| **it).eq([4, 2]) && all.len() == 2 && all != before);
        assert_eq!(all.namespaces.len(), 1);
    }
}
