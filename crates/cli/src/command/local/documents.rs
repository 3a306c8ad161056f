//! Objects in files, as they are to be written.

use std::path::PathBuf;

use bulkhead_analysis::model::Issue;
use bulkhead_store::{KINDS, KnownKind, Object, Scope};
use serde_json::Value;

use crate::failure::Failure;
use crate::input::{Content, open, unreadable};
use crate::session::Session;
use crate::status::ExitStatus;

/// An object, and its kind.
pub(crate) type Document = (&'static KnownKind, Object);

/// The objects of files, in an order in which they can be written; those of kinds that no store here keeps are named.
pub(crate) fn read(filenames: &[PathBuf], session: &mut Session<'_, '_>) -> Result<Vec<Document>, Failure> {
    let (mut documents, mut issues) = (Vec::new(), Vec::new());
    for filename in filenames {
        for (name, text) in open(filename, session) {
            match text.and_then(Content::into_text) {
                Ok(text) => parse(&name, &text, &mut documents, &mut issues),
                Err(error) => issues.push(unreadable(&name, &error)),
            }
        }
    }
    if issues.iter().any(|issue| issue.severity == bulkhead_analysis::model::Severity::Error) {
        return Err(Failure::Issues(ExitStatus::Unusable, issues));
    }
    for issue in &issues {
        session.tell_issue(issue);
    }
    let order = |known: &KnownKind| KINDS.iter().position(|other| other.resource == known.resource);
    documents.sort_by_key(|(known, _)| order(known));
    Ok(documents)
}

fn parse(name: &str, text: &[u8], documents: &mut Vec<Document>, issues: &mut Vec<Issue>) {
    match bulkhead_server::documents(text) {
        Err(error) => issues.push(Issue::error("storeUnreadable").with("path", name).with("error", error)),
        Ok(values) => values.into_iter().for_each(|value| take(name, value, documents, issues)),
    }
}

fn take(name: &str, value: Value, documents: &mut Vec<Document>, issues: &mut Vec<Issue>) {
    let is_list = value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
    match value {
        Value::Null => {}
        Value::Object(mut list) if is_list && list.contains_key("items") => {
            if let Some(Value::Array(items)) = list.remove("items") {
                for item in items {
                    take(name, item, documents, issues);
                }
            }
        }
        Value::Object(fields) => {
            let mut object = Object(fields);
            let Some(known) = KnownKind::of(object.api_version(), object.kind()) else {
                let kind = format!("{} {}", object.api_version(), object.kind());
                issues.push(Issue::warning("storeKindSkipped").with("kind", kind).with("object", object.key()));
                return;
            };
            if known.resource.scope == Scope::Namespaced && object.namespace().is_none() {
                object.metadata_mut().insert("namespace".to_owned(), "default".into());
            }
            documents.push((known, object));
        }
        _ => issues.push(Issue::error("storeNoObjectInFile").with("path", name)),
    }
}
