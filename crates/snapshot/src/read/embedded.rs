//! Files inside objects: a component's settings as a text in a ConfigMap, read by the same rules as everything else.

use bulkhead_model::{Issue, Position};

use super::text::{End, Findings, Node, Piece, Stream, Value};

/// A value of an embedded file. Scalars keep their text: whether `on` or `80` is a string depends on the setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmbeddedSetting {
    /// A scalar without quotes, or a string.
    Scalar(String),
    /// A list.
    List(Vec<EmbeddedSetting>),
    /// A map, in the order of the text. Of a key that comes twice the last one counts.
    Map(Vec<(String, EmbeddedSetting)>),
}

impl EmbeddedSetting {
    /// Reads the first document of a text; `None` for an empty one. What is wrong with it comes as issues without positions:
    /// the text has lines of its own.
    pub fn parse(text: &str) -> Result<Option<Self>, Vec<Issue>> {
        let findings = Findings::new(Position::NOWHERE.source);
        let mut first = None;
        Stream::new(&findings, None).feed(text, End::Last, &mut |piece| {
            if let Piece::Document(root) = &piece {
                first = first.take().or_else(|| Some(Self::of(root)));
            }
        });
        let issues = findings.into_issues();
        if issues.is_empty() { Ok(first) } else { Err(issues) }
    }

    fn of(node: &Node<'_>) -> Self {
        match &node.value {
            Value::Plain(text) | Value::Text(text) => Self::Scalar(text.to_string()),
            Value::List(nodes) => Self::List(nodes.iter().map(Self::of).collect()),
            Value::Map(entries) => {
                Self::Map(entries.iter().map(|(key, node)| (key.to_string(), Self::of(node))).collect())
            }
            // An issue says so, and nothing of the file is used then.
            Value::Unreadable | Value::PassedOver => Self::Scalar(String::new()),
        }
    }

    /// The value at a path such as `network.nsnpOptions`.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |setting, key| {
            let Self::Map(entries) = setting else { return None };
            entries.iter().rev().find(|(have, _)| have == key).map(|(_, value)| value)
        })
    }

    /// The text of a scalar.
    pub fn scalar(&self) -> Option<&str> {
        if let Self::Scalar(text) = self { Some(text) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_a_value() {
        let file = EmbeddedSetting::parse("network:\n  a: {b: [x, 'y']}\n  c: true\n").unwrap().unwrap();
        assert_eq!(file.at("network.c").and_then(EmbeddedSetting::scalar), Some("true"));
        let list =
            EmbeddedSetting::List(vec![EmbeddedSetting::Scalar("x".into()), EmbeddedSetting::Scalar("y".into())]);
        assert_eq!(file.at("network.a.b"), Some(&list));
        assert_eq!(file.at("network.c.d"), None);
    }

    #[test]
    fn a_broken_file_is_an_issue_and_an_empty_one_is_none() {
        let codes = |text| {
            EmbeddedSetting::parse(text).map_err(|issues| issues.iter().map(|issue| issue.code).collect::<Vec<_>>())
        };
        assert_eq!(codes("a: [1"), Err(vec!["syntax"]));
        assert_eq!(codes(""), Ok(None));
    }
}
