//! Sets of classes: the 64-class words that are not empty, sorted.
//!
//! A set that lies in one namespace costs a word or two, one that holds everything costs a bit a class.

/// The number of a class of pods or nodes that no policy can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub(crate) u32);

impl ClassId {
    /// Classes are numbered from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A set of classes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClassSet {
    words: Vec<(u32, u64)>,
}

fn place(class: ClassId) -> (u32, u64) {
    (class.0 / 64, 1 << (class.0 % 64))
}

impl ClassSet {
    /// How many words it takes.
    pub(crate) fn weight(&self) -> usize {
        self.words.len()
    }

    pub(crate) fn len(&self) -> usize {
        self.words.iter().map(|(_, bits)| bits.count_ones() as usize).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(crate) fn contains(&self, class: ClassId) -> bool {
        let (block, bit) = place(class);
        let at = self.words.binary_search_by_key(&block, |word| word.0);
        at.ok().and_then(|at| self.words.get(at)).is_some_and(|word| word.1 & bit != 0)
    }

    /// Puts a class in; gives whether it was not there.
    pub(crate) fn insert(&mut self, class: ClassId) -> bool {
        let (block, bit) = place(class);
        match self.words.binary_search_by_key(&block, |word| word.0) {
            Ok(at) => self.words.get_mut(at).is_some_and(|word| {
                let is_new = word.1 & bit == 0;
                word.1 |= bit;
                is_new
            }),
            Err(at) => {
                self.words.insert(at, (block, bit));
                true
            }
        }
    }

    /// Takes a class out; gives whether it was there.
    pub(crate) fn remove(&mut self, class: ClassId) -> bool {
        let (block, bit) = place(class);
        let Ok(at) = self.words.binary_search_by_key(&block, |word| word.0) else { return false };
        let Some(word) = self.words.get_mut(at) else { return false };
        let was_there = word.1 & bit != 0;
        word.1 &= !bit;
        if word.1 == 0 {
            self.words.remove(at);
        }
        was_there
    }

    /// Puts a class in or takes it out; gives whether that changed anything.
    pub(crate) fn set(&mut self, class: ClassId, is_in: bool) -> bool {
        if is_in { self.insert(class) } else { self.remove(class) }
    }

    /// Its classes, in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = ClassId> + '_ {
        self.words.iter().flat_map(|(block, bits)| {
            let mut left = *bits;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(ClassId(block * 64 + bit))
            })
        })
    }

    /// Classes in any of the sets.
    pub(crate) fn union_of<'a>(sets: impl Iterator<Item = &'a Self>) -> Self {
        let mut words: Vec<(u32, u64)> = sets.flat_map(|set| set.words.iter().copied()).collect();
        words.sort_unstable_by_key(|word| word.0);
        words.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 |= next.1;
            }
            is_same
        });
        Self { words }
    }

    /// Classes in both sets.
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let (small, large) = if self.weight() <= other.weight() { (self, other) } else { (other, self) };
        let both = small.words.iter().filter_map(|(block, bits)| {
            let both = bits & large.word(*block);
            (both != 0).then_some((*block, both))
        });
        Self { words: both.collect() }
    }

    fn word(&self, block: u32) -> u64 {
        let at = self.words.binary_search_by_key(&block, |word| word.0).ok();
        at.and_then(|at| self.words.get(at)).map_or(0, |word| word.1)
    }
}

impl FromIterator<ClassId> for ClassSet {
    /// Fastest where the classes come in ascending order.
    fn from_iter<I: IntoIterator<Item = ClassId>>(classes: I) -> Self {
        let mut set = Self::default();
        for class in classes {
            let (block, bit) = place(class);
            match set.words.last_mut() {
                Some(last) if last.0 == block => last.1 |= bit,
                Some(last) if last.0 > block => {
                    set.insert(class);
                }
                _ => set.words.push((block, bit)),
            }
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(classes: &[u32]) -> ClassSet {
        classes.iter().copied().map(ClassId).collect()
    }

    #[test]
    fn order_of_insertion_does_not_matter() {
        assert_eq!(set(&[700, 3, 64, 63, 3]), set(&[3, 63, 64, 700]));
        assert_eq!(set(&[700, 3]).iter().map(|class| class.0).collect::<Vec<_>>(), [3, 700]);
    }

    #[test]
    fn a_word_that_runs_empty_goes() {
        let mut some = set(&[3, 700]);
        assert!(some.remove(ClassId(3)) && !some.remove(ClassId(4)));
        assert_eq!(some, set(&[700]));
        assert!(some.set(ClassId(5), true) && !some.set(ClassId(5), true) && some.set(ClassId(5), false));
        assert_eq!(some.weight(), 1);
    }

    #[test]
    fn both_sets_meet_word_by_word() {
        let sets = [set(&[1, 900]), set(&[2, 65]), set(&[3, 65])];
        assert_eq!(ClassSet::union_of(sets.iter()), set(&[1, 2, 3, 65, 900]));
        assert_eq!(set(&[1, 2, 65]).intersection(&set(&[2, 65, 900])), set(&[2, 65]));
    }
}
