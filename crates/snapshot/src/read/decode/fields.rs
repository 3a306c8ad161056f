//! The fields of a map: looked up by name, with a memory of what was asked for, so that the rest can be reported.

use std::cell::Cell;
use std::collections::BTreeSet;

use bulkhead_model::Position;

use super::super::text::Entry;
use super::{Cursor, Read, Reported};
use crate::code;

/// The fields of a map. `null` counts as missing, as in Go.
#[derive(Debug)]
pub struct Fields<'p> {
    at: Cursor<'p>,
    entries: &'p [Entry<'p>],
    /// One bit for each entry that was asked for. No map of a strict kind has more fields than bits; more count as unknown.
    asked: Cell<u128>,
}

impl<'p> Fields<'p> {
    pub(super) fn new(at: &Cursor<'p>, entries: &'p [Entry<'p>]) -> Self {
        Self { at: *at, entries, asked: Cell::new(0) }
    }

    /// The map itself.
    pub fn at(&self) -> &Cursor<'p> {
        &self.at
    }

    /// A field that is there and not null. Of a key that comes twice the last one is taken, as by every decoder, and
    /// reported.
    pub fn get<'c>(&'c self, name: &'c str) -> Option<Cursor<'c>> {
        let mut found = None;
        for (index, (key, node)) in self.entries.iter().enumerate() {
            if key != name {
                continue;
            }
            if found.is_some() {
                self.at.field(name, node).warning(code::DUPLICATE_KEY, &[("name", name)]);
            }
            found = Some(node);
            self.mark(index);
        }
        found.map(|node| self.at.field(name, node)).filter(|cursor| !cursor.is_null())
    }

    /// A field by a reader: missing, read, or reported.
    pub fn strict<T>(&self, name: &str, read: impl FnOnce(&Cursor<'_>) -> Read<T>) -> Read<Option<T>> {
        self.get(name).map(|cursor| read(&cursor)).transpose()
    }

    /// A field that must be there.
    pub fn required<T>(&self, name: &str, read: impl FnOnce(&Cursor<'_>) -> Read<T>) -> Read<T> {
        match self.get(name) {
            Some(cursor) => read(&cursor),
            None => Err(self.at.error(code::MISSING_FIELD, &[("name", name)])),
        }
    }

    /// A field that is left out where it cannot be read; that has been reported then.
    pub fn optional<T>(&self, name: &str, read: impl FnOnce(&Cursor<'_>) -> Read<T>) -> Option<T> {
        self.strict(name, read).ok().flatten()
    }

    /// The elements of a list field that could be read; the others have been reported.
    pub fn list<T>(&self, name: &str, mut read: impl FnMut(&Cursor<'_>) -> Read<T>) -> Vec<T> {
        let elements = self.optional(name, |cursor| cursor.each(|element| read(&element).ok()));
        elements.into_iter().flatten().flatten().collect()
    }

    /// Reports every field that nobody asked for, and gives the place of the first one. In a strict map a key that comes
    /// twice is as bad: nobody knows which one was meant.
    pub fn report_unknown(&self) -> Option<Position> {
        let (mut first, mut seen) = (None, BTreeSet::new());
        for (index, (key, node)) in self.entries.iter().enumerate() {
            let twice = !seen.insert(key.as_ref());
            if self.is_marked(index) && !twice {
                continue;
            }
            let cursor = self.at.field(key, node);
            if !twice {
                cursor.error(code::UNKNOWN_FIELD, &[("name", key)]);
            }
            first = first.or(Some(cursor.position()));
        }
        first
    }

    /// As [`Self::report_unknown`], for a map that is not to be read at all where it has such a field.
    pub fn refuse_unknown(&self) -> Read<()> {
        if self.report_unknown().is_some() { Err(Reported::EARLIER) } else { Ok(()) }
    }

    /// No fields, at the same place.
    pub fn empty(&self) -> Fields<'_> {
        Fields::new(&self.at, &[])
    }

    fn mark(&self, index: usize) {
        self.asked.set(self.asked.get() | bit(index));
    }

    fn is_marked(&self, index: usize) -> bool {
        self.asked.get() & bit(index) != 0
    }
}

fn bit(index: usize) -> u128 {
    u32::try_from(index).ok().and_then(|index| 1_u128.checked_shl(index)).unwrap_or(0)
}

/// Fields of a map that may be missing: everything in it is missing then.
pub trait OptionalFields {
    /// The field, left out where it, or the map, is missing or cannot be read.
    fn optional<T>(&self, name: &str, read: impl FnOnce(&Cursor<'_>) -> Read<T>) -> Option<T>;
    /// The readable elements of the list field.
    fn list<T>(&self, name: &str, read: impl FnMut(&Cursor<'_>) -> Read<T>) -> Vec<T>;
}

impl OptionalFields for Option<Fields<'_>> {
    fn optional<T>(&self, name: &str, read: impl FnOnce(&Cursor<'_>) -> Read<T>) -> Option<T> {
        self.as_ref().and_then(|fields| fields.optional(name, read))
    }

    fn list<T>(&self, name: &str, read: impl FnMut(&Cursor<'_>) -> Read<T>) -> Vec<T> {
        self.as_ref().map(|fields| fields.list(name, read)).unwrap_or_default()
    }
}
