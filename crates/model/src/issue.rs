//! Something in the input that could not be read or is wrong: data, never a log line and never an `Err`.

use crate::{ObjectRef, Position};

/// The stable identity of one kind of issue, such as `cidrHostBits`. Its words, in every language, are in `report`
/// under the same key; its arguments are named in [`Issue::arguments`].
pub type IssueCode = &'static str;

/// How bad an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; no answer is affected.
    Note,
    /// Probably a mistake; answers are right for what stands there.
    Warning,
    /// Something could not be read, or contradicts itself; what it could touch is undetermined.
    Error,
}

/// One finding about the input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Issue {
    /// How bad.
    pub severity: Severity,
    /// Which kind.
    pub code: IssueCode,
    /// Where, if it came from a text.
    pub position: Option<Position>,
    /// The object that it is about, if it got as far as having a name.
    pub object: Option<ObjectRef>,
    /// The field's path in the object, as `spec.ingress[0].from[1].ipBlock.cidr`; empty for the object as a whole.
    pub field: String,
    /// What the words need, by name: `("value", "10.0.0.1/33")`. User input stands here unchanged.
    pub arguments: Vec<(&'static str, String)>,
}

impl Issue {
    /// An issue without place, object and field; see the `with_*` methods.
    pub fn new(severity: Severity, code: IssueCode) -> Self {
        Self { severity, code, position: None, object: None, field: String::new(), arguments: Vec::new() }
    }

    /// An issue of severity [`Severity::Error`].
    pub fn error(code: IssueCode) -> Self {
        Self::new(Severity::Error, code)
    }

    /// An issue of severity [`Severity::Warning`].
    pub fn warning(code: IssueCode) -> Self {
        Self::new(Severity::Warning, code)
    }

    /// An issue of severity [`Severity::Note`].
    pub fn note(code: IssueCode) -> Self {
        Self::new(Severity::Note, code)
    }

    /// The same issue at a position; an unknown position leaves it without one.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        self.position = position.is_known().then_some(position);
        self
    }

    /// The same issue about an object.
    #[must_use]
    pub fn about(mut self, object: ObjectRef) -> Self {
        self.object = Some(object);
        self
    }

    /// The same issue about a field.
    #[must_use]
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }

    /// The same issue with one more argument for its words.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // callers hand over what they have, mostly temporaries
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }
}
