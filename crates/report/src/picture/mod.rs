//! Pictures, as SVG: laid out and drawn here, so that the command line, the server and the console show the same one.
//!
//! A picture is made from the forms of answers (`wire`) and knows nothing else: whoever takes something out of an answer has taken it
//! out of its picture. Colour is never the only sign, every text fits its box, and what is shortened is in a `title`.

mod layered;
mod measure;
mod page;
mod svg;
mod theme;
mod topology;
mod trace;

pub use page::reach_page;
pub use theme::{DARK, LIGHT, RULES};
pub use topology::draw_topology;
pub use trace::{Ways, draw_trace};

/// Where a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// In a file of its own: it brings its title and its colours.
    Alone(Ground),
    /// In a page that has rules for its classes.
    Inside,
}

impl Look {
    /// Whether the picture is a file of its own.
    pub(crate) fn is_alone(self) -> bool {
        matches!(self, Self::Alone(_))
    }
}

/// What a picture with its own colours is drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Light or dark, as the reader's system is.
    System,
    /// Light. The colours stand in the rules themselves, so that programs that know no variables show them.
    Light,
    /// Dark, in the same way.
    Dark,
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The document.
    pub svg: String,
    /// Its width in pixels.
    pub width: f64,
    /// Its height in pixels.
    pub height: f64,
    /// Where the parties are.
    pub boxes: Vec<Placed>,
}

/// Where a party is: its card, or its row of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// The party, by its place in the form.
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
