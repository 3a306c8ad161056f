//! Pictures.

use schemars::JsonSchema;
use serde::Serialize;

use crate::topology::TopologyForm;

/// A picture, for a page that has rules for its classes.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PictureForm {
    /// The picture as SVG. Elements of cards have `data-card`, those of parties `data-party`, those of lines `data-ends`.
    pub svg: String,
    /// Its width in pixels.
    pub width: f64,
    /// Its height in pixels.
    pub height: f64,
    /// Where parties are.
    pub boxes: Vec<BoxForm>,
    /// How its classes look.
    pub sheet: SheetForm,
}

/// How the classes of pictures look, as CSS; the colours are variables.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SheetForm {
    /// Rules for classes.
    pub rules: &'static str,
    /// Values of the variables on a light ground.
    pub light: &'static str,
    /// Values of the variables on a dark ground.
    pub dark: &'static str,
}

/// Where a party is.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BoxForm {
    /// The party, by its place in the list of parties.
    pub party: usize,
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
}

/// Who reaches whom, and the picture of it.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DrawnTopologyForm {
    /// Parties, and what is open between them.
    pub topology: TopologyForm,
    /// The same, drawn.
    pub picture: PictureForm,
}
