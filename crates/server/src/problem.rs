//! Why a request was not answered: data until the language is known.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bulkhead_analysis::model::Issue;
use bulkhead_report::Speech;
use bulkhead_store::StoreError;
use bulkhead_wire::change::PreviewForm;
use bulkhead_wire::problem::ProblemForm;
use bulkhead_wire::{IssueForm, Words as _};

/// Why a request was not answered. Its words are made on the way out, in the language of the request.
#[derive(Clone, Debug)]
pub struct Problem(Box<Parts>);

/// What a problem is made of.
#[derive(Clone, Debug)]
struct Parts {
    status: StatusCode,
    /// The code, whose words are under `problem.CODE`.
    issue: Issue,
    issues: Vec<Issue>,
    preview: Option<Box<PreviewForm>>,
}

impl Problem {
    /// A problem of a kind.
    pub(crate) fn new(status: StatusCode, code: &'static str) -> Self {
        Self(Box::new(Parts { status, issue: Issue::error(code), issues: Vec::new(), preview: None }))
    }

    /// The same with one more argument for its words.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.0.issue = self.0.issue.with(name, value);
        self
    }

    /// The same with all that is wrong.
    #[must_use]
    pub(crate) fn because(mut self, issues: impl IntoIterator<Item = Issue>) -> Self {
        self.0.issues.extend(issues);
        self
    }

    /// The same with what a change would do now.
    #[must_use]
    pub(crate) fn showing(mut self, preview: PreviewForm) -> Self {
        self.0.preview = Some(Box::new(preview));
        self
    }

    /// A request that cannot be read.
    pub(crate) fn unreadable(issue: impl Into<Box<Issue>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "problem.unreadable").because([*issue.into()])
    }

    /// There is no such object.
    pub(crate) fn not_found(kind: &str, name: impl ToString) -> Self {
        Self::new(StatusCode::NOT_FOUND, "problem.notFound").with("kind", kind).with("name", name)
    }

    /// The program itself failed.
    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "problem.internal")
    }

    /// The kind of problem, as one stable word.
    pub(crate) fn name(&self) -> &'static str {
        self.0.issue.code.trim_start_matches("problem.")
    }

    /// The form in a language.
    pub(crate) fn form(&self, speech: Speech) -> ProblemForm {
        let name = self.name();
        ProblemForm {
            kind: format!("urn:bulkhead:problem:{name}"),
            title: speech.issue(&self.0.issue),
            status: self.0.status.as_u16(),
            detail: speech.help(&self.0.issue),
            issues: self.0.issues.iter().map(|issue| IssueForm::at(issue, None, &speech)).collect(),
            preview: self.0.preview.clone(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::NotFound { resource, key } => Self::not_found(resource, key),
            StoreError::Conflict { .. } | StoreError::AlreadyExists { .. } => {
                Self::new(StatusCode::CONFLICT, "problem.conflict").because(issues_of(&error))
            }
            StoreError::Invalid { .. } | StoreError::BadRequest(_) | StoreError::NoSuchKind(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "problem.invalid").because(issues_of(&error))
            }
            StoreError::Expired(_) => Self::new(StatusCode::GONE, "problem.expired"),
            StoreError::Forbidden(_) | StoreError::Unauthorized(_) => {
                Self::new(StatusCode::FORBIDDEN, "problem.forbidden").because(issues_of(&error))
            }
            _ => Self::new(StatusCode::SERVICE_UNAVAILABLE, "problem.storeFails").because(issues_of(&error)),
        }
    }
}

/// What a store has against a write: one issue for each cause.
pub(crate) fn issues_of(error: &StoreError) -> Vec<Issue> {
    let listed = match error {
        StoreError::Invalid { key, causes, .. } => {
            causes.iter().map(|cause| Issue::error("storeInvalid").with("object", key).with("cause", cause)).collect()
        }
        StoreError::Conflict { message, causes } => {
            let causes: Vec<String> = causes.iter().map(ToString::to_string).collect();
            let causes = if causes.is_empty() { "-".to_owned() } else { causes.join("; ") };
            vec![Issue::error("storeConflict").with("message", message).with("causes", causes)]
        }
        error => vec![Issue::error("storeRefused").with("error", error)],
    };
    if listed.is_empty() { vec![Issue::error("storeRefused").with("error", error)] } else { listed }
}
