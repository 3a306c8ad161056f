//! `local get`

use bulkhead_analysis::model::Issue;
use bulkhead_report::format::yaml_document;
use bulkhead_report::table::render_table;
use bulkhead_store::{KnownKind, Object, ObjectKey, Scope, Selection, Store as _};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::arguments::{GetArguments, ObjectArguments};
use super::open;
use super::write::named;
use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

const FORMATS: [&str; 4] = ["table", "yaml", "json", "name"];

/// Prints objects.
pub(super) fn run(arguments: &GetArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = arguments.output.as_str();
    if !FORMATS.contains(&format) {
        let issue = Issue::error("noSuchFormat").with("value", format).with("known", FORMATS.join(", "));
        return Err(Failure::usage(issue));
    }
    let known = open::kind(&arguments.objects.kind)?;
    let selection = selection(known, &arguments.objects)?;
    let store = open::store_that_is_there(&arguments.store, session)?;
    let runtime = open::runtime()?;
    let answer = if let Some(name) = &arguments.objects.name {
        let key = ObjectKey { namespace: selection.namespace, name: name.clone() };
        let object = runtime.block_on(store.get(&known.resource, &key)).map_err(|error| open::refused(&error))?;
        let object = shown(object, arguments);
        match format {
            "yaml" => yaml_document(&object.into_value()),
            "json" => pretty(&object.into_value()),
            _ => lines(format, known, &[object], &arguments.objects, session),
        }
    } else {
        let list = runtime.block_on(store.list(&known.resource, &selection)).map_err(|error| open::refused(&error))?;
        let items: Vec<Object> = list.items.into_iter().map(|object| shown(object, arguments)).collect();
        match format {
            "yaml" => yaml_document(&list_of(items)),
            "json" => pretty(&list_of(items)),
            _ => lines(format, known, &items, &arguments.objects, session),
        }
    };
    session.answer(&answer)?;
    Ok(ExitStatus::Answered)
}

/// The object as it is printed: who wrote which field only if that was asked for.
fn shown(mut object: Object, arguments: &GetArguments) -> Object {
    if !arguments.show_managed_fields {
        object.metadata_mut().remove("managedFields");
    }
    object
}

/// What `-n`, `-A` and `-l` select.
pub(super) fn selection(known: &KnownKind, arguments: &ObjectArguments) -> Result<Selection, Failure> {
    let labels = arguments.selector.parse();
    let labels =
        labels.map_err(|_| Failure::usage(Issue::error("storeSelector").with("value", &arguments.selector)))?;
    let everywhere = arguments.all_namespaces || known.resource.scope == Scope::Cluster;
    Ok(Selection { namespace: (!everywhere).then(|| arguments.namespace.clone()), name: None, labels })
}

fn list_of(items: Vec<Object>) -> Value {
    let items: Vec<Value> = items.into_iter().map(Object::into_value).collect();
    json!({"apiVersion": "v1", "kind": "List", "items": items})
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Names, or a table with the columns that the kind's definition has.
fn lines(
    format: &str,
    known: &KnownKind,
    objects: &[Object],
    arguments: &ObjectArguments,
    session: &Session<'_, '_>,
) -> String {
    if format == "name" {
        return objects.iter().map(|object| named(&known.resource, &object.key()) + "\n").collect();
    }
    let columns = columns(known);
    let with_namespace = arguments.all_namespaces && known.resource.scope == Scope::Namespaced;
    let mut headings: Vec<&str> = if with_namespace { vec!["NAMESPACE", "NAME"] } else { vec!["NAME"] };
    headings.extend(columns.iter().map(|(heading, _)| heading.as_str()));
    headings.push("AGE");
    let now = open::clock(session).now();
    let row = |object: &Object| {
        let mut row: Vec<String> =
            with_namespace.then(|| object.namespace().unwrap_or("").to_owned()).into_iter().collect();
        row.push(object.name().to_owned());
        row.extend(columns.iter().map(|(_, path)| value_at(object, path)));
        row.push(age(object, now));
        row
    };
    let rows: Vec<Vec<String>> = objects.iter().map(row).collect();
    render_table(&headings, &rows)
}

/// The printer columns of our own kinds, but the age.
fn columns(known: &KnownKind) -> Vec<(String, String)> {
    let definitions = bulkhead_resources::definitions();
    let ours = definitions.iter().find(|definition| definition.name == known.resource.group_resource());
    let columns = ours.and_then(|definition| {
        definition.manifest.pointer("/spec/versions/0/additionalPrinterColumns")?.as_array().cloned()
    });
    let text = |column: &Value, field: &str| column.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let columns = columns.unwrap_or_default();
    let named = columns.iter().filter(|column| text(column, "name") != "Age");
    named.map(|column| (text(column, "name").to_uppercase(), text(column, "jsonPath"))).collect()
}

/// What a column's path leads to: fields, and the one item of a list whose field has a value (`[?(@.type=="Ready")]`).
fn value_at(object: &Object, path: &str) -> String {
    let root = Value::Object(object.0.clone());
    let (mut value, mut rest) = (Some(&root), path);
    while let (Some(here), false) = (value, rest.is_empty()) {
        if let Some((filter, after)) = rest.strip_prefix("[?(@.").and_then(|rest| rest.split_once(")]")) {
            let (field, wanted) = filter.split_once("==").unwrap_or((filter, ""));
            let wanted = wanted.trim_matches('"');
            let is_wanted = |item: &&Value| item.get(field).and_then(Value::as_str) == Some(wanted);
            value = here.as_array().and_then(|items| items.iter().find(is_wanted));
            rest = after;
        } else {
            let field = rest.trim_start_matches('.');
            let end = field.find(['.', '[']).unwrap_or(field.len());
            value = here.get(field.get(..end).unwrap_or_default());
            rest = field.get(end..).unwrap_or_default();
        }
    }
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// How long an object has been there, in the largest unit that fits twice, as kubectl says it.
fn age(object: &Object, now: Timestamp) -> String {
    let created = object.text("creationTimestamp").and_then(|text| text.parse::<Timestamp>().ok());
    let Some(created) = created else { return "<unknown>".to_owned() };
    let seconds = (now.as_second() - created.as_second()).max(0);
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60)] {
        if seconds >= 2 * length {
            return format!("{}{unit}", seconds / length);
        }
    }
    format!("{seconds}s")
}
