//! Labels and label selectors.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::{Name, Readable};

/// The labels of one object, sorted by key. Cheap to clone and to share between objects that have the same ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(Arc<[(Name, Name)]>);

impl Default for Labels {
    fn default() -> Self {
        Self(Arc::from([]))
    }
}

impl Labels {
    /// The value of a label.
    pub fn get(&self, key: &str) -> Option<&Name> {
        let at = self.0.binary_search_by(|(have, _)| have.as_str().cmp(key)).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// Keys and values, sorted by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Name, &Name)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same labels with one set.
    #[must_use]
    pub fn with(&self, key: impl Into<Name>, value: impl Into<Name>) -> Self {
        let key = key.into();
        let others = self.0.iter().filter(|(have, _)| *have != key).cloned();
        others.chain([(key.clone(), value.into())]).collect()
    }
}

impl FromIterator<(Name, Name)> for Labels {
    /// Sorts by key; of a key that comes twice, the last value stays.
    fn from_iter<I: IntoIterator<Item = (Name, Name)>>(pairs: I) -> Self {
        let map: std::collections::BTreeMap<Name, Name> = pairs.into_iter().collect();
        Self(map.into_iter().collect())
    }
}

/// A Kubernetes LabelSelector: all requirements must hold. Without any, it selects everything.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LabelSelector {
    /// `matchLabels` (as [`Operator::In`] with one value) and `matchExpressions`, in the manifest's order. A requirement
    /// that could not be read stays here as unreadable: the selector then selects nobody knows what.
    pub requirements: Vec<Readable<Requirement>>,
}

/// One requirement of a selector. Two that mean the same are equal, however they are written.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The label's key.
    pub key: Name,
    /// What must hold for it.
    pub operator: Operator,
    /// How the manifest says it, for those who show it again.
    pub written: Written,
}

/// How a manifest says a requirement.
#[derive(Clone, Debug)]
pub enum Written {
    /// In `matchLabels`.
    Label,
    /// In `matchExpressions`, with the values in the manifest's order.
    Expression {
        /// `values`.
        values: Vec<Name>,
    },
}

/// What must hold for a label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// The label is there with one of these values (sorted). Without any it never holds, which also stands for an operator
    /// that is none: implementations cannot make a selector of it, and select nothing.
    In(Vec<Name>),
    /// The label is not there, or has none of these values (sorted, not empty).
    NotIn(Vec<Name>),
    /// The label is there.
    Exists,
    /// The label is not there.
    DoesNotExist,
}

impl Requirement {
    /// `key = value`.
    pub fn equals(key: impl Into<Name>, value: impl Into<Name>) -> Self {
        Self { key: key.into(), operator: Operator::In(vec![value.into()]), written: Written::Label }
    }

    /// `key operator values`, as in `matchExpressions`.
    pub fn expression(key: impl Into<Name>, operator: Operator, values: Vec<Name>) -> Self {
        Self { key: key.into(), operator, written: Written::Expression { values } }
    }

    /// Whether labels meet the requirement.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        match &self.operator {
            Operator::In(values) => value.is_some_and(|value| values.binary_search(value).is_ok()),
            Operator::NotIn(values) => value.is_none_or(|value| values.binary_search(value).is_err()),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}

impl PartialEq for Requirement {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Requirement {}

impl PartialOrd for Requirement {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Requirement {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.key, &self.operator).cmp(&(&other.key, &other.operator))
    }
}

impl Hash for Requirement {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.key, &self.operator).hash(state);
    }
}

impl LabelSelector {
    /// The selector that selects everything.
    pub fn everything() -> Self {
        Self::default()
    }

    /// The selector of `key = value` pairs.
    pub fn from_labels<'a>(pairs: impl IntoIterator<Item = (&'a Name, &'a Name)>) -> Self {
        let equals = |(key, value): (&Name, &Name)| Readable::Known(Requirement::equals(key.clone(), value.clone()));
        Self { requirements: pairs.into_iter().map(equals).collect() }
    }

    /// Whether it selects everything.
    pub fn is_everything(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether it selects an object with these labels; `None` where an unreadable requirement decides, that is, where all
    /// the readable ones hold.
    pub fn matches(&self, labels: &Labels) -> Option<bool> {
        let mut answer = Some(true);
        for requirement in &self.requirements {
            match requirement {
                Readable::Known(requirement) if !requirement.matches(labels) => return Some(false),
                Readable::Known(_) => {}
                Readable::Unreadable { .. } => answer = None,
            }
        }
        answer
    }
}

/// The longest name of a label, and the longest value (`validation.LabelValueMaxLength`).
const LONGEST_LABEL: usize = 63;
/// The longest prefix of a key (`validation.DNS1123SubdomainMaxLength`).
const LONGEST_PREFIX: usize = 253;

/// Whether an object can have a label of this key (apimachinery, `IsQualifiedName`): a name, and perhaps a domain and a slash in front
/// of it.
pub fn is_key(key: &str) -> bool {
    let Some((prefix, name)) = key.split_once('/') else { return is_name(key) };
    let is_right = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_part = |part: &str| {
        let ends = [part.bytes().next(), part.bytes().next_back()];
        ends.iter().all(|end| end.is_some_and(|end| end != b'-')) && part.bytes().all(is_right)
    };
    prefix.len() <= LONGEST_PREFIX && prefix.split('.').all(is_part) && is_name(name)
}

/// Whether a label can have this value (`IsValidLabelValue`).
pub fn is_value(value: &str) -> bool {
    value.is_empty() || is_name(value)
}

fn is_name(name: &str) -> bool {
    let ends = [name.bytes().next(), name.bytes().next_back()];
    name.len() <= LONGEST_LABEL
        && ends.iter().all(|end| end.is_some_and(|end| end.is_ascii_alphanumeric()))
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(key, value)| (Name::from(*key), Name::from(*value))).collect()
    }

    #[test]
    fn not_in_selects_objects_without_the_key() {
        let selector = LabelSelector {
            requirements: vec![
                Requirement::expression("tier", Operator::NotIn(vec!["db".into()]), vec!["db".into()]).into(),
            ],
        };
        assert_eq!(selector.matches(&labels(&[])), Some(true));
        assert_eq!(selector.matches(&labels(&[("tier", "db")])), Some(false));
    }

    #[test]
    fn an_unreadable_requirement_leaves_open_what_the_others_do_not_exclude() {
        let unreadable = Readable::Unreadable { position: crate::Position::NOWHERE };
        let selector = LabelSelector { requirements: vec![unreadable, Requirement::equals("app", "web").into()] };
        assert_eq!(selector.matches(&labels(&[("app", "db")])), Some(false));
        assert_eq!(selector.matches(&labels(&[("app", "web")])), None);
    }

    #[test]
    fn keys_and_values_are_those_of_the_api() {
        for key in ["app", "a.b/c", "kubernetes.io/metadata.name", "A_b-c.9"] {
            assert!(is_key(key), "{key}");
        }
        for key in ["", "we b", "/a", "a/", "A.b/c", "a..b/c", "-a", "a-", "a/b/c", "k8s:app"] {
            assert!(!is_key(key), "{key}");
        }
        assert!(is_value("") && is_value(&"a".repeat(63)) && !is_value(&"a".repeat(64)));
    }
}
