//! Which lists and maps are merged, and how.

use super::path::{Path, Step};

/// How a list or a map is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Field by field.
    Granular,
    /// As one value.
    Atomic,
    /// A list whose values are its members.
    Set,
    /// A list whose items are told apart by these fields.
    Keyed(&'static [&'static str]),
}

/// Maps that are one value, and lists that are more than one. Every other list is one value (`x-kubernetes-list-type` in the API's
/// own schemas), every other map is merged field by field.
const SHAPES: &[(&str, Shape)] = &[
    ("metadata.finalizers", Shape::Set),
    ("metadata.ownerReferences", Shape::Keyed(&["uid"])),
    ("spec.podSelector", Shape::Atomic),
    ("spec.selector", Shape::Atomic),
    ("spec.ports", Shape::Keyed(&["port", "protocol"])),
    ("status.conditions", Shape::Keyed(&["type"])),
];

/// The shape of a map.
pub(super) fn of_map(path: &Path) -> Shape {
    find(path).unwrap_or(Shape::Granular)
}

/// The shape of a list.
pub(super) fn of_list(path: &Path) -> Shape {
    find(path).unwrap_or(Shape::Atomic)
}

fn find(path: &Path) -> Option<Shape> {
    let mut name = String::new();
    for step in path {
        let Step::Field(field) = step else { return None };
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(field);
    }
    SHAPES.iter().find(|(shaped, _)| *shaped == name).map(|(_, shape)| *shape)
}
