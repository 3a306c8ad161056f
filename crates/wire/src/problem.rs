//! Errors of the API: `application/problem+json` (RFC 9457).

use schemars::JsonSchema;
use serde::Serialize;

use crate::change::PreviewForm;
use crate::issue::IssueForm;

/// Why a request was not answered.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProblemForm {
    /// A stable name: `urn:bulkhead:problem:CODE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same in words.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// What exactly, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is wrong with the request, one by one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<IssueForm>,
    /// Of `previewStale`: what the change would do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview: Option<Box<PreviewForm>>,
}
