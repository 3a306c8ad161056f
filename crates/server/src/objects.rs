//! Objects as JSON: out of texts, into what the analysis reads, and changed.

use bulkhead_report::yaml_document;
use bulkhead_store::{KnownKind, Object, Scope};
use bulkhead_wire::change::ObjectName;
use serde_json::Value;

/// A text that holds no objects.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is neither YAML nor JSON.
    #[error("`{name}`: {error}")]
    Syntax {
        /// The text's name.
        name: String,
        /// What the reader says.
        error: String,
    },
    /// A document in it is no object.
    #[error("`{0}` has a document that is no object")]
    NoObject(String),
}

/// The kinds that people read and write here: each object is a text of its own, so that answers name it and its lines.
const READ_BY_PEOPLE: [&str; 7] = [
    "NetworkPolicy",
    "NamespaceNetworkPolicy",
    "WorkspaceAllowlist",
    "Exposure",
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "ClusterNetworkPolicy",
];

/// Fields that a server gave an object, and that nobody wants to read.
const OF_A_SERVER: [&str; 5] = ["managedFields", "uid", "resourceVersion", "generation", "creationTimestamp"];

/// How deep a text may nest: what is kept as JSON can be read again.
const DEEPEST: usize = 100;

/// The documents of a YAML or JSON text, of whatever size.
///
/// # Errors
///
/// What the reader says, where it is neither, or nests more than a hundred levels deep.
pub fn documents(text: &[u8]) -> Result<Vec<Value>, String> {
    let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map(|value| vec![value]).map_err(|error| error.to_string());
    }
    let budget = serde_saphyr::budget! {
        max_depth: DEEPEST,
        max_reader_input_bytes: None,
        max_events: usize::MAX,
        max_nodes: usize::MAX,
        max_documents: usize::MAX,
        max_total_scalar_bytes: usize::MAX,
    };
    let options = serde_saphyr::options! { budget: budget };
    serde_saphyr::from_multiple_with_options(text, options).map_err(|error| error.to_string())
}

/// The objects of a YAML or JSON text with any number of documents.
pub fn parse(name: &str, text: &[u8]) -> Result<Vec<Object>, Unreadable> {
    let values = documents(text).map_err(|error| Unreadable::Syntax { name: name.to_owned(), error })?;
    let mut objects = Vec::new();
    for value in values {
        take(name, value, &mut objects)?;
    }
    Ok(objects)
}

fn take(name: &str, value: Value, objects: &mut Vec<Object>) -> Result<(), Unreadable> {
    let is_list = value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
    match value {
        Value::Null => Ok(()),
        Value::Object(mut list) if is_list && list.contains_key("items") => {
            let items = list.remove("items").and_then(|items| items.as_array().cloned()).unwrap_or_default();
            items.into_iter().try_for_each(|item| take(name, item, objects))
        }
        Value::Object(fields) => {
            let mut object = Object(fields);
            let known = KnownKind::of(object.api_version(), object.kind());
            let is_namespaced = known.is_some_and(|known| known.resource.scope == Scope::Namespaced);
            if is_namespaced && object.namespace().is_none() {
                object.metadata_mut().insert("namespace".to_owned(), "default".into());
            }
            objects.push(object);
            Ok(())
        }
        _ => Err(Unreadable::NoObject(name.to_owned())),
    }
}

/// For a kind that people read and write here, the object as they read it, but for its status: that comes last, says nothing that is
/// analysed, and may have an entry for every node.
pub(crate) fn text_for_people(object: &Object) -> Option<String> {
    READ_BY_PEOPLE.contains(&object.kind()).then(|| {
        let mut object = object.clone();
        object.0.shift_remove("status");
        yaml(&object)
    })
}

/// An object as people read it.
pub(crate) fn yaml(object: &Object) -> String {
    let mut object = object.clone();
    for field in OF_A_SERVER {
        object.metadata_mut().remove(field);
    }
    yaml_document(&object.into_value())
}

/// The API group of an object's kind; empty for the core group.
pub(crate) fn group_of(object: &Object) -> &str {
    object.api_version().split_once('/').map_or("", |(group, _)| group)
}

/// The name of an object.
pub(crate) fn name_of(object: &Object) -> ObjectName {
    ObjectName {
        kind: object.kind().to_owned(),
        namespace: object.namespace().map(str::to_owned),
        name: object.name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_documents_are_taken_apart() {
        let text = b"kind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\napiVersion: v1\nkind: Node\nmetadata: {name: n1}\n---\n";
        let names: Vec<String> = parse("x", text).unwrap().iter().map(|object| object.key().to_string()).collect();
        assert_eq!(names, ["default/a", "n1"]);
        assert!(matches!(parse("x", b"- 1"), Err(Unreadable::NoObject(_))));
        assert!(matches!(parse("x", b"{"), Err(Unreadable::Syntax { .. })));
    }

    #[test]
    fn what_nests_too_deep_to_be_kept_is_refused() {
        let deep = |levels: usize| {
            let mut text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nspec:\n".to_owned();
            (0..levels).for_each(|level| text.push_str(&[&" ".repeat(level + 1), "a:\n"].concat()));
            text + &" ".repeat(levels + 1) + "1\n"
        };
        let object = &parse("x", deep(90).as_bytes()).unwrap()[0];
        assert_eq!(crate::kept::Kept::new(object.clone()).object(), *object);
        for text in [deep(120), format!("a: {}", "[".repeat(100_000)), "- ".repeat(100_000)] {
            assert!(matches!(parse("x", text.as_bytes()), Err(Unreadable::Syntax { .. })));
        }
    }

    #[test]
    fn large_texts_are_read() {
        let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {a: b, c: d}}\n---\n".repeat(30_000);
        assert_eq!(parse("x", text.as_bytes()).unwrap().len(), 30_000);
    }

    #[test]
    fn what_a_server_gave_is_not_read() {
        let object =
            &parse("x", b"apiVersion: v1\nkind: Pod\nmetadata: {name: a, uid: u, resourceVersion: '7'}").unwrap()[0];
        assert_eq!(yaml(object), "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: default\n");
    }
}
