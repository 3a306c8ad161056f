//! Tables of objects, and the small numbers by which everything refers to them.

use std::marker::PhantomData;
use std::sync::Arc;

/// A number that refers to a row of one kind of table.
pub trait Id: Copy + Ord {
    /// The reference to a row.
    fn from_row(row: u32) -> Self;
    /// The row's number.
    fn row(self) -> u32;
}

macro_rules! id {
    ($(#[$doc:meta] $name:ident;)*) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl Id for $name {
            fn from_row(row: u32) -> Self {
                Self(row)
            }
            fn row(self) -> u32 {
                self.0
            }
        }
    )*};
}

id! {
    /// A namespace of a snapshot.
    NamespaceId;
    /// A node of a snapshot.
    NodeId;
    /// A pod of a snapshot.
    PodId;
    /// A Service of a snapshot.
    ServiceId;
}

/// Rows in a fixed order, found by [`Id`]. Ids are given out by the table only, and a table never shrinks, so looking one
/// up in its own table always succeeds. Copies share their rows until one of them changes.
#[derive(Clone, Debug)]
pub struct Table<I, T> {
    rows: Arc<Vec<T>>,
    id: PhantomData<I>,
}

impl<I: Id, T> Table<I, T> {
    /// The rows and their ids, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (I, &T)> + DoubleEndedIterator {
        self.rows.iter().enumerate().map(|(row, value)| (I::from_row(u32::try_from(row).unwrap_or(u32::MAX)), value))
    }

    /// The rows, in order.
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// The ids, in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = I> + DoubleEndedIterator + use<I, T> {
        (0..u32::try_from(self.rows.len()).unwrap_or(u32::MAX)).map(I::from_row)
    }

    /// A row, to change it; never what the table is sorted by.
    pub(crate) fn get_mut(&mut self, id: I) -> Option<&mut T>
    where
        T: Clone,
    {
        Arc::make_mut(&mut self.rows).get_mut(id.row() as usize)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The id of the row whose key equals `key`, in a table that is sorted by that key.
    pub fn find_by<K: Ord + ?Sized>(&self, key: &K, key_of: impl Fn(&T) -> &K) -> Option<I> {
        let row = self.rows.binary_search_by(|value| key_of(value).cmp(key)).ok()?;
        u32::try_from(row).ok().map(I::from_row)
    }
}

impl<I, T> From<Vec<T>> for Table<I, T> {
    fn from(rows: Vec<T>) -> Self {
        Self { rows: Arc::new(rows), id: PhantomData }
    }
}

impl<I: Id, T> std::ops::Index<I> for Table<I, T> {
    type Output = T;

    // Ids come from this table only (see the type's documentation), so this index is always in bounds.
    #[allow(clippy::indexing_slicing)]
    fn index(&self, id: I) -> &T {
        &self.rows[id.row() as usize]
    }
}
