//! What a rule finds: data, with the place and everything that its words need.

use bulkhead_model::{Issue, ObjectRef, Position, Severity};

use crate::rule::Rule;

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// What, where and how bad. Its code is one of [`Rule::messages`].
    pub issue: Issue,
    /// Other places that have a part in it.
    pub related: Vec<Related>,
}

/// Another place that has a part in a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// The object there.
    pub object: ObjectRef,
    /// The field of it; empty for the object as a whole.
    pub field: String,
    /// Where it stands, if it came from a text.
    pub position: Option<Position>,
}

impl Rule {
    /// A finding with the rule's own message.
    pub(crate) fn finding(&'static self) -> Finding {
        self.finding_of(self.id)
    }

    /// A finding with one of the rule's other messages.
    pub(crate) fn finding_of(&'static self, message: &'static str) -> Finding {
        debug_assert!(self.messages.contains(&message), "{message} is not among the messages of {}", self.id);
        Finding { rule: self, issue: Issue::new(self.severity, message), related: Vec::new() }
    }

    /// What the reader found, as a finding of this rule, in the reader's words.
    pub(crate) fn read_finding(&'static self, issue: &Issue) -> Finding {
        Finding { rule: self, issue: Issue { severity: self.severity, ..issue.clone() }, related: Vec::new() }
    }
}

impl Finding {
    pub(crate) fn at(self, position: Position) -> Self {
        Self { issue: self.issue.at(position), ..self }
    }

    pub(crate) fn about(self, object: &ObjectRef) -> Self {
        Self { issue: self.issue.about(object.clone()), ..self }
    }

    pub(crate) fn in_field(self, field: impl Into<String>) -> Self {
        Self { issue: self.issue.in_field(field), ..self }
    }

    pub(crate) fn with(self, name: &'static str, value: impl ToString) -> Self {
        Self { issue: self.issue.with(name, value), ..self }
    }

    pub(crate) fn related(mut self, object: &ObjectRef, field: impl Into<String>, position: Position) -> Self {
        let position = position.is_known().then_some(position);
        self.related.push(Related { object: object.clone(), field: field.into(), position });
        self
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.issue.severity
    }

    /// What two runs over a changed file have in common: the rule, the message, the object and the field, and the arguments;
    /// not the line.
    pub fn identity(&self) -> String {
        let object = self.issue.object.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut parts = vec![self.issue.code.to_owned(), object, self.issue.field.clone()];
        parts.extend(self.issue.arguments.iter().map(|(name, value)| format!("{name}={value}")));
        parts.join("\u{1f}")
    }
}
