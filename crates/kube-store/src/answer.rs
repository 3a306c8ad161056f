//! What an API server says, as errors of a store.

use std::time::Duration;

use bulkhead_store::{Cause, ObjectKey, Resource, StoreError};
use kube::core::Status;

/// What a request was about, for errors that have to name it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    pub(crate) resource: &'a Resource,
    pub(crate) key: Option<&'a ObjectKey>,
}

impl About<'_> {
    /// An error of the client.
    pub(crate) fn error(&self, error: kube::Error) -> StoreError {
        match error {
            kube::Error::Api(status) => self.status(&status),
            kube::Error::Auth(error) => StoreError::Unauthorized(error.to_string()),
            kube::Error::SerdeError(error) => StoreError::Internal(format!("the answer is no JSON: {error}")),
            error => StoreError::unavailable(chain(&error)),
        }
    }

    /// An answer that is no JSON.
    pub(crate) fn unreadable(&self, error: &serde_json::Error) -> StoreError {
        StoreError::Internal(format!("the answer about {} is no JSON: {error}", self.resource_name()))
    }

    /// A refusal of the API server.
    pub(crate) fn status(&self, status: &Status) -> StoreError {
        let message = status.message.clone();
        match (status.reason.as_str(), status.code) {
            ("AlreadyExists", _) => {
                StoreError::AlreadyExists { resource: self.resource_name(), key: self.key_or_none() }
            }
            ("Conflict", _) => StoreError::Conflict { message: headline(status), causes: causes(status) },
            ("Invalid", _) => {
                StoreError::Invalid { resource: self.resource_name(), key: self.key_or_none(), causes: causes(status) }
            }
            ("NotFound", _) => self.not_found(status),
            ("Unauthorized", _) | (_, 401) => StoreError::Unauthorized(message),
            ("Forbidden", _) | (_, 403) => StoreError::Forbidden(message),
            ("Expired" | "Gone", _) | (_, 410) => StoreError::Expired(message),
            ("BadRequest" | "UnsupportedMediaType" | "MethodNotAllowed", _) | (_, 400) => {
                StoreError::BadRequest(message)
            }
            (_, 404) => self.not_found(status),
            (_, 408 | 429 | 500..) => {
                let seconds =
                    status.details.as_ref().map(|details| details.retry_after_seconds).filter(|after| *after > 0);
                let retry_after = seconds.map(|seconds| Duration::from_secs(seconds.into()));
                StoreError::Unavailable { message, retry_after }
            }
            _ => StoreError::Internal(message),
        }
    }

    /// A missing object, which need not be the one that was asked for (its namespace may be missing), or a missing kind.
    fn not_found(&self, status: &Status) -> StoreError {
        let details = status.details.as_ref().filter(|details| !details.name.is_empty());
        let Some(details) = details else { return StoreError::NoSuchKind(self.resource_name()) };
        let is_asked_for = self.key.is_some_and(|key| key.name == details.name && details.kind == self.resource.plural);
        if is_asked_for {
            return StoreError::NotFound { resource: self.resource_name(), key: self.key_or_none() };
        }
        StoreError::NotFound { resource: details.kind.clone(), key: ObjectKey::cluster(&details.name) }
    }

    fn resource_name(&self) -> String {
        self.resource.group_resource()
    }

    fn key_or_none(&self) -> ObjectKey {
        self.key.cloned().unwrap_or_else(|| ObjectKey::cluster(""))
    }
}

/// The causes of a refusal, by field; without any, the message is one.
fn causes(status: &Status) -> Vec<Cause> {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    let causes: Vec<Cause> = causes.map(|cause| Cause::new(cause.field.clone(), cause.message.clone())).collect();
    let is_plain = causes.is_empty() && status.reason == "Invalid";
    if is_plain { vec![Cause::new("", status.message.clone())] } else { causes }
}

/// The message without the causes that are pasted into it.
fn headline(status: &Status) -> String {
    let has_causes = status.details.as_ref().is_some_and(|details| !details.causes.is_empty());
    let first = status.message.split(':').next().unwrap_or_default();
    if has_causes { first.to_owned() } else { status.message.clone() }
}

/// An error with what caused it: `ServiceError` alone says nothing.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = error.source();
    }
    text
}
