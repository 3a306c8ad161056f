//! From a selector to what it selects, without looking at everything: for each label, the items that have it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bulkhead_model::{LabelSelector, Name, Operator, Readable, Requirement};

/// What carries each label. Items are numbers that are given out in ascending order.
#[derive(Clone, Debug, Default)]
pub(crate) struct LabelIndex {
    keys: BTreeMap<Name, Postings>,
}

/// The items that have a key, and those that have it with one value, both sorted.
#[derive(Clone, Debug, Default)]
struct Postings {
    items: Vec<u32>,
    by_value: BTreeMap<Name, Vec<u32>>,
}

/// What a selector selects: surely, or perhaps, where it has a requirement that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selected {
    Surely(Vec<u32>),
    Perhaps(Vec<u32>),
}

impl LabelIndex {
    pub(crate) fn add<'a>(&mut self, item: u32, labels: impl Iterator<Item = (&'a Name, &'a Name)>) {
        for (key, value) in labels {
            let postings = self.keys.entry(key.clone()).or_default();
            put(&mut postings.items, item);
            put(postings.by_value.entry(value.clone()).or_default(), item);
        }
    }

    pub(crate) fn remove<'a>(&mut self, item: u32, labels: impl Iterator<Item = (&'a Name, &'a Name)>) {
        for (key, value) in labels {
            let Some(postings) = self.keys.get_mut(key) else { continue };
            take(&mut postings.items, item);
            if let Some(items) = postings.by_value.get_mut(value) {
                take(items, item);
                if items.is_empty() {
                    postings.by_value.remove(value);
                }
            }
        }
    }

    /// What a selector selects of `within`, which is sorted.
    pub(crate) fn select(&self, selector: &LabelSelector, within: &[u32]) -> Selected {
        let (mut sure, mut wanted, mut excluded) = (true, Vec::new(), Vec::new());
        for requirement in &selector.requirements {
            match requirement {
                Readable::Unreadable { .. } => sure = false,
                Readable::Known(requirement) => self.sort(requirement, &mut wanted, &mut excluded),
            }
        }
        // The rarest label first: the others only filter what it leaves.
        wanted.sort_by_key(Items::len);
        let mut wanted = wanted.into_iter();
        let mut selected: Vec<u32> = match wanted.next() {
            Some(first) => first.within(within),
            None => within.to_vec(),
        };
        for items in wanted {
            selected.retain(|item| items.has(*item));
        }
        for items in excluded {
            selected.retain(|item| !items.has(*item));
        }
        if sure { Selected::Surely(selected) } else { Selected::Perhaps(selected) }
    }

    fn sort<'a>(&'a self, requirement: &Requirement, wanted: &mut Vec<Items<'a>>, excluded: &mut Vec<Items<'a>>) {
        let postings = self.keys.get(&requirement.key);
        let with_key = || Items::of(postings.map(|postings| postings.items.as_slice()).into_iter());
        let with_value = |values: &[Name]| {
            let of_value = |value: &Name| postings.and_then(|postings| postings.by_value.get(value));
            Items::of(values.iter().filter_map(of_value).map(Vec::as_slice))
        };
        match &requirement.operator {
            Operator::In(values) => wanted.push(with_value(values)),
            Operator::Exists => wanted.push(with_key()),
            Operator::NotIn(values) => excluded.push(with_value(values)),
            Operator::DoesNotExist => excluded.push(with_key()),
        }
    }
}

/// The items of some values of one label, sorted in each list. An item has one value of a label, so lists do not overlap.
struct Items<'a>(Vec<Cow<'a, [u32]>>);

impl<'a> Items<'a> {
    fn of(lists: impl Iterator<Item = &'a [u32]>) -> Self {
        /// From here on, one merged list is faster to search than each of them.
        const MANY: usize = 8;
        let lists: Vec<&[u32]> = lists.collect();
        if lists.len() < MANY {
            return Self(lists.into_iter().map(Cow::Borrowed).collect());
        }
        let mut merged = lists.concat();
        merged.sort_unstable();
        Self(vec![Cow::Owned(merged)])
    }

    fn len(&self) -> usize {
        self.0.iter().map(|list| list.len()).sum()
    }

    fn has(&self, item: u32) -> bool {
        self.0.iter().any(|list| list.binary_search(&item).is_ok())
    }

    /// Those that are also in `within`, sorted.
    fn within(&self, within: &[u32]) -> Vec<u32> {
        let (Some(first), Some(last)) = (within.first(), within.last()) else { return Vec::new() };
        let mut found: Vec<u32> = Vec::new();
        for list in &self.0 {
            let from = list.partition_point(|item| item < first);
            let to = list.partition_point(|item| item <= last);
            let near = list.get(from..to).unwrap_or_default();
            found.extend(near.iter().filter(|item| within.binary_search(item).is_ok()));
        }
        if self.0.len() > 1 {
            found.sort_unstable();
        }
        found
    }
}

fn put(items: &mut Vec<u32>, item: u32) {
    match items.last() {
        Some(last) if *last >= item => {
            if let Err(at) = items.binary_search(&item) {
                items.insert(at, item);
            }
        }
        _ => items.push(item),
    }
}

fn take(items: &mut Vec<u32>, item: u32) {
    if let Ok(at) = items.binary_search(&item) {
        items.remove(at);
    }
}
