//! An object of a state, kept as text: read, it takes many times the memory.

use bulkhead_analysis::snapshot::{Objects, Reader};
use bulkhead_store::Object;
use bulkhead_wire::change::ObjectName;
use serde_json::{Map, Value};

use crate::objects::text_for_people;

/// An object as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    json: Box<str>,
    /// As people read it, where they read its kind: the lines of answers are of this.
    yaml: Option<Box<str>>,
}

impl Kept {
    pub(crate) fn new(object: Object) -> Self {
        let yaml = text_for_people(&object).map(String::into_boxed_str);
        Self { json: object.into_value().to_string().into_boxed_str(), yaml }
    }

    /// The object.
    pub(crate) fn object(&self) -> Object {
        // What was written of an object is one.
        Object(serde_json::from_str::<Map<String, Value>>(&self.json).unwrap_or_default())
    }
}

/// What the analysis reads of objects: those that people read each as a text of its own, with the name that answers give it.
pub(crate) fn read<'k>(objects: impl Iterator<Item = (&'k ObjectName, &'k Kept)> + Clone) -> Objects {
    let mut list = r#"{"apiVersion":"v1","kind":"List","items":["#.to_owned();
    for (number, (_, kept)) in objects.clone().filter(|(_, kept)| kept.yaml.is_none()).enumerate() {
        if number > 0 {
            list.push(',');
        }
        list.push_str(&kept.json);
    }
    list.push_str("]}");
    let mut reader = Reader::new();
    reader.read_text("cluster", list.as_bytes());
    drop(list);
    for (name, kept) in objects {
        if let Some(yaml) = &kept.yaml {
            reader.read_text(&text_name(name), yaml.as_bytes());
        }
    }
    reader.finish()
}

/// `networkpolicy/shop/web`
fn text_name(name: &ObjectName) -> String {
    let kind = name.kind.to_ascii_lowercase();
    match &name.namespace {
        Some(namespace) => format!("{kind}/{namespace}/{}", name.name),
        None => format!("{kind}/{}", name.name),
    }
}
