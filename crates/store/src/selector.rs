//! Label selectors as kubectl writes them: `app=web,tier!=db,env in (a, b),!legacy`.

use std::fmt;
use std::str::FromStr;

use crate::Object;

/// All requirements must hold; none selects everything.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Selector(pub Vec<Requirement>);

/// One requirement on an object's labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// `key=value`, `key in (…)`
    In(String, Vec<String>),
    /// `key!=value`, `key notin (…)`: also where the label is missing.
    NotIn(String, Vec<String>),
    /// `key`
    Exists(String),
    /// `!key`
    Missing(String),
}

/// A text that is no selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no label selector")]
pub struct SelectorError {
    /// The part that cannot be read.
    pub text: String,
}

impl Selector {
    /// Objects whose label has one value.
    pub fn label(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self(vec![Requirement::In(key.into(), vec![value.into()])])
    }

    /// Whether it selects everything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an object's labels match.
    pub fn matches(&self, object: &Object) -> bool {
        self.0.iter().all(|requirement| match requirement {
            Requirement::In(key, values) => object.label(key).is_some_and(|value| values.iter().any(|v| v == value)),
            Requirement::NotIn(key, values) => object.label(key).is_none_or(|value| values.iter().all(|v| v != value)),
            Requirement::Exists(key) => object.label(key).is_some(),
            Requirement::Missing(key) => object.label(key).is_none(),
        })
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        split_outside_parentheses(text)
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(requirement)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// The parts between commas that stand in no parentheses.
fn split_outside_parentheses(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let comma = |character: char| {
        depth += i32::from(character == '(') - i32::from(character == ')');
        character == ',' && depth == 0
    };
    text.split(comma).map(str::trim).collect()
}

fn requirement(text: &str) -> Result<Requirement, SelectorError> {
    let error = || SelectorError { text: text.to_owned() };
    let key = |key: &str| if is_key(key.trim()) { Ok(key.trim().to_owned()) } else { Err(error()) };
    let value = |value: &str| if is_value(value.trim()) { Ok(value.trim().to_owned()) } else { Err(error()) };
    if let Some((name, wanted)) = text.split_once("!=") {
        return Ok(Requirement::NotIn(key(name)?, vec![value(wanted)?]));
    }
    if let Some((name, wanted)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return Ok(Requirement::In(key(name)?, vec![value(wanted)?]));
    }
    if let Some((before, list)) = text.split_once('(') {
        let list = list.strip_suffix(')').ok_or_else(error)?;
        let values = list.split(',').map(value).collect::<Result<Vec<_>, _>>()?;
        let (name, operator) = before.trim().rsplit_once(' ').ok_or_else(error)?;
        return match operator {
            "in" => Ok(Requirement::In(key(name)?, values)),
            "notin" => Ok(Requirement::NotIn(key(name)?, values)),
            _ => Err(error()),
        };
    }
    match text.strip_prefix('!') {
        Some(name) => Ok(Requirement::Missing(key(name)?)),
        None => Ok(Requirement::Exists(key(text)?)),
    }
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

fn is_value(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, requirement) in self.0.iter().enumerate() {
            write!(f, "{}{requirement}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In(key, values) => write!(f, "{key} in ({})", values.join(",")),
            Self::NotIn(key, values) => write!(f, "{key} notin ({})", values.join(",")),
            Self::Exists(key) => f.write_str(key),
            Self::Missing(key) => write!(f, "!{key}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_is_read_and_written_back() {
        let selector: Selector = "app=web, tier!=db,env in (a, b),zone notin (x),ready,!legacy".parse().unwrap();
        assert_eq!(selector.to_string(), "app in (web),tier notin (db),env in (a,b),zone notin (x),ready,!legacy");
        assert_eq!(selector.to_string().parse::<Selector>().unwrap(), selector);
    }

    #[test]
    fn a_missing_label_is_not_in_but_nothing_else() {
        let object = Object::from_value(json!({"metadata": {"labels": {"app": "web"}}})).unwrap();
        for (text, matches) in
            [("app=web", true), ("app=db", false), ("tier!=db", true), ("tier", false), ("!tier", true), ("", true)]
        {
            assert_eq!(text.parse::<Selector>().unwrap().matches(&object), matches, "{text}");
        }
    }

    #[test]
    fn what_is_no_selector_is_named() {
        for text in ["a b", "=x", "a in b", "a in (b", "a like (b)", "a=b c"] {
            assert!(text.parse::<Selector>().is_err(), "{text}");
        }
    }
}
