//! From documents to objects: Lists are unpacked, each object goes to the reader of its kind.

use bulkhead_model::{Issue, Labels, Name, NamespacedName, ObjectRef};

use super::super::kind::{self, KindReader, Scope};
use super::super::text::{Node, Piece, Value};
use super::cursor::Place;
use super::{Cursor, Fields, Object, OptionalFields, Reading, unread, value};
use crate::code;
use crate::objects::IgnoreRemark;

/// The annotation of an object that says which findings about it are not to be reported, and why.
pub const IGNORE_ANNOTATION: &str = "bulkhead.dev/ignore";

/// What the items of a typed List (`PodList`) leave to it.
#[derive(Clone, Copy, Debug, Default)]
struct Inherited<'t> {
    api_version: Option<&'t str>,
    kind: Option<&'t str>,
}

impl<'t> Inherited<'t> {
    /// What a List of that version and kind leaves to its items: nothing, if it is a mere `List`.
    fn from_list(api_version: Option<&'t str>, kind: Option<&'t str>) -> Self {
        let of_items = kind.and_then(|kind| kind.strip_suffix("List")).filter(|kind| !kind.is_empty());
        Self { api_version: of_items.and(api_version), kind: of_items }
    }
}

/// How deep Lists may stand in Lists.
const DEEPEST_LIST: usize = 8;

/// Reads all objects of a document, or of an item of a List.
pub(crate) fn read_piece(piece: &Piece<'_>, reading: &mut Reading<'_>) {
    match piece {
        Piece::Document(root) => read_node(root, Inherited::default(), DEEPEST_LIST, reading),
        Piece::Item(item, list) => {
            let inherited = Inherited::from_list(list.api_version.as_deref(), list.kind.as_deref());
            read_node(item, inherited, DEEPEST_LIST, reading);
        }
    }
}

fn read_node(node: &Node<'_>, inherited: Inherited<'_>, depth: usize, reading: &mut Reading<'_>) {
    let api_version = node.get("apiVersion").and_then(unread::text_of).or(inherited.api_version);
    let kind = node.get("kind").and_then(unread::text_of).or(inherited.kind);
    match (&node.value, node.get("items").map(|items| &items.value)) {
        (Value::List(nodes), _) if depth > 0 => {
            for node in nodes {
                read_node(node, Inherited::default(), depth - 1, reading);
            }
        }
        (Value::Map(_), Some(Value::List(items))) if depth > 0 && kind.is_none_or(|kind| kind.ends_with("List")) => {
            let inherited = Inherited::from_list(api_version, kind);
            for item in items {
                read_node(item, inherited, depth - 1, reading);
            }
        }
        (Value::Map(_), _) => match (api_version, kind) {
            (Some(api_version), Some(kind)) => read_object(node, api_version, kind, reading),
            (None, Some(kind)) => {
                half_an_object(node, "apiVersion", reading);
                unread::without_version(node, kind, reading);
            }
            (Some(api_version), None) if kind::has_policies(group_of(api_version)) => {
                reading.findings.error(code::KIND_MISSING, node.line, &[("version", api_version)]);
            }
            (Some(_), None) => half_an_object(node, "kind", reading),
            (None, None) => not_an_object(node, reading),
        },
        (Value::Unreadable, _) => {}
        (Value::List(_), _) => too_deep(node, reading),
        _ => not_an_object(node, reading),
    }
}

fn too_deep(node: &Node<'_>, reading: &Reading<'_>) {
    reading.findings.error(code::TOO_DEEP, node.line, &[("limit", &DEEPEST_LIST.to_string())]);
}

fn not_an_object(node: &Node<'_>, reading: &Reading<'_>) {
    let position = reading.findings.position(node.line);
    reading.findings.push(Issue::warning(code::NOT_AN_OBJECT).at(position));
}

/// The API group of an `apiVersion`; empty for the core group.
pub(super) fn group_of(api_version: &str) -> &str {
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}

/// An object without its kind or version, which kubectl refuses.
fn half_an_object(node: &Node<'_>, missing: &str, reading: &Reading<'_>) {
    reading.findings.error(code::MISSING_FIELD, node.line, &[("name", missing)]);
}

fn read_object(node: &Node<'_>, api_version: &str, kind: &str, reading: &mut Reading<'_>) {
    match node.get("items") {
        Some(Node { value: Value::List(_), .. }) if kind.ends_with("List") => return too_deep(node, reading),
        // An empty list, which `kubectl get` prints where there is nothing.
        Some(items) if kind.ends_with("List") && unread::is_null(items) => return,
        Some(_) if kind.ends_with("List") => {
            return reading.findings.error(code::LIST_UNREADABLE, node.line, &[("kind", kind)]);
        }
        _ => {}
    }
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    let Some(reader) = kind::find(group, kind) else {
        return unread::without_reader(node, (group, api_version), kind, reading);
    };
    let nobody = Place { findings: reading.findings, object: None };
    let root = Cursor::root(node, &nobody);
    let Some((name, object)) = name_of(&root, kind, reader) else { return unread::keep(node, reader, reading) };
    let place = Place { findings: reading.findings, object: Some(object) };
    let root = Cursor::root(node, &place);
    if !reader.knows(version) {
        root.error(code::VERSION_UNKNOWN, &[("version", api_version)]);
        return unread::keep(node, reader, reading);
    }
    let Ok(fields) = root.fields() else { return };
    let labels = reading.interner.labels(labels_of(&fields));
    reading.objects.ignore_remarks.extend(ignore_remark(node, &place));
    let object = Object { fields: &fields, version, name, labels, position: root.position() };
    if (reader.read)(&object, reading).is_err() {
        root.error(code::OBJECT_NOT_READ, &[]);
        unread::keep(node, reader, reading);
    }
}

fn name_of(root: &Cursor<'_>, kind: &str, reader: &KindReader) -> Option<(NamespacedName, ObjectRef)> {
    let fields = root.fields().ok()?;
    let metadata = fields.get("metadata");
    let metadata = metadata.as_ref().and_then(|metadata| metadata.fields().ok());
    let name = metadata.optional("name", value::loose_text);
    let name = name.or_else(|| metadata.optional("generateName", value::text)).filter(|name| !name.is_empty());
    let Some(name) = name else {
        root.error(code::NAME_MISSING, &[("kind", kind)]);
        return None;
    };
    // Where that cannot be read, nobody knows to whom the object belongs.
    let namespace = metadata.as_ref().map(|metadata| metadata.strict("namespace", value::loose_text));
    let namespace = namespace.transpose().ok()?.flatten().filter(|namespace| !namespace.is_empty());
    let namespace = namespace.unwrap_or_else(|| Name::new_static("default"));
    let object = ObjectRef {
        kind: kind.into(),
        namespace: (reader.scope == Scope::Namespaced).then(|| namespace.clone()),
        name: name.clone(),
    };
    Some((NamespacedName { namespace, name }, object))
}

fn labels_of(fields: &Fields<'_>) -> Labels {
    let metadata = fields.get("metadata");
    let metadata = metadata.as_ref().and_then(|metadata| metadata.fields().ok());
    metadata.optional("labels", value::labels).unwrap_or_default()
}

fn ignore_remark(node: &Node<'_>, place: &Place<'_>) -> Option<IgnoreRemark> {
    let annotation = node.get("metadata")?.get("annotations")?.get(IGNORE_ANNOTATION)?;
    let position = place.findings.position(annotation.line);
    Some(IgnoreRemark {
        object: place.object.clone()?,
        text: annotation.scalar().unwrap_or_default().to_owned(),
        position,
    })
}
