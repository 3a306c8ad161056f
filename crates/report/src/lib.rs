//! Answers for people and programs: one file for each output format, in English and Chinese from the same keys.
//!
//! Everything below this crate speaks in data: codes, reasons, hops. Words are made here and in the console, nowhere else.
//! Texts carry colours as ANSI sequences always; whoever writes them strips those where they are not wanted.
//!
//! This crate reads nothing and writes nothing: it gives strings.

pub mod format;
pub mod issues;
pub mod picture;
pub mod story;
mod style;
pub mod table;
pub mod timings;
pub mod words;

pub use format::{Answer, AnswerKind, Context, Format};
pub use format::{question_name, yaml_document};
pub use issues::render_issues;
pub use picture::{Ground, Look, Picture, Ways, draw_topology, draw_trace};
pub use story::{Story, render_story};
pub use words::{Language, Speech, is_word};
