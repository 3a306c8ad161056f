//! What one label may be: absent, or one of some values, or any but some.

use std::collections::BTreeSet;

use bulkhead_model::{Name, Operator};

/// A set of states of one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LabelValues {
    /// The values in the set, or those that are not.
    listed: BTreeSet<Name>,
    /// Whether the values in the set are all but those listed.
    all_but: bool,
    /// Whether the label may be absent.
    absent: bool,
}

impl LabelValues {
    /// The states that an operator lets through.
    pub(crate) fn of(operator: &Operator) -> Self {
        let (listed, all_but, absent): (&[Name], _, _) = match operator {
            Operator::In(values) => (values, false, false),
            Operator::NotIn(values) => (values, true, true),
            Operator::Exists => (&[], true, false),
            Operator::DoesNotExist => (&[], false, true),
        };
        Self { listed: listed.iter().cloned().collect(), all_but, absent }
    }

    /// The label is there with this value.
    pub(crate) fn only(value: Name) -> Self {
        Self { listed: BTreeSet::from([value]), all_but: false, absent: false }
    }

    /// Every state.
    pub(crate) fn any() -> Self {
        Self { listed: BTreeSet::new(), all_but: true, absent: true }
    }

    /// Every state of a label that is always there.
    pub(crate) fn any_value() -> Self {
        Self { absent: false, ..Self::any() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.listed.is_empty() && !self.all_but && !self.absent
    }

    /// Every state that is not in the set.
    pub(crate) fn complement(&self) -> Self {
        Self { listed: self.listed.clone(), all_but: !self.all_but, absent: !self.absent }
    }

    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let (a, b) = (&self.listed, &other.listed);
        let (listed, all_but) = match (self.all_but, other.all_but) {
            (false, false) => (a.intersection(b).cloned().collect(), false),
            (false, true) => (a.difference(b).cloned().collect(), false),
            (true, false) => (b.difference(a).cloned().collect(), false),
            (true, true) => (a.union(b).cloned().collect(), true),
        };
        Self { listed, all_but, absent: self.absent && other.absent }
    }

    pub(crate) fn difference(&self, other: &Self) -> Self {
        self.intersection(&other.complement())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states() -> Vec<(LabelValues, &'static str)> {
        let names = |list: &[&str]| list.iter().map(|name| Name::from(*name)).collect();
        vec![
            (LabelValues::of(&Operator::In(names(&["a", "b"]))), "ab"),
            (LabelValues::of(&Operator::NotIn(names(&["a"]))), "bc-"),
            (LabelValues::of(&Operator::Exists), "abc"),
            (LabelValues::of(&Operator::DoesNotExist), "-"),
            (LabelValues::any(), "abc-"),
            (LabelValues::only("c".into()), "c"),
        ]
    }

    /// Which of the values a, b, c and the absent label are in a set; c stands for every value that nobody lists but `only`.
    fn show(values: &LabelValues) -> String {
        let mut text = String::new();
        for value in ["a", "b", "c"] {
            if values.listed.contains(value) != values.all_but {
                text.push_str(value);
            }
        }
        if values.absent {
            text.push('-');
        }
        text
    }

    #[test]
    fn set_operations_agree_with_looking_at_every_state() {
        for (a, members_a) in states() {
            assert_eq!(show(&a), members_a);
            for (b, members_b) in states() {
                let both: String = members_a.chars().filter(|state| members_b.contains(*state)).collect();
                let left: String = members_a.chars().filter(|state| !members_b.contains(*state)).collect();
                assert_eq!(show(&a.intersection(&b)), both, "{members_a} and {members_b}");
                assert_eq!(show(&a.difference(&b)), left, "{members_a} without {members_b}");
            }
        }
    }
}
