//! A shape as a text, object by object, so that a dump may be larger than memory.

use std::io;

use serde_json::Value;

use crate::{Shape, yaml};

/// How a dump is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As `kubectl get -o yaml`.
    Yaml,
    /// As `kubectl get -o json`.
    Json,
    /// As the API answers: JSON without spaces.
    CompactJson,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Yaml, Self::Json, Self::CompactJson];

    /// What the user calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::CompactJson => "compact-json",
        }
    }

    /// How names of files end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json | Self::CompactJson => "json",
        }
    }
}

/// Writes a shape as one `List`.
///
/// # Errors
///
/// What the writer gave.
pub fn write(shape: &Shape, seed: u64, format: Format, out: &mut dyn io::Write) -> io::Result<()> {
    let (begin, end) = match format {
        Format::Yaml => ("apiVersion: v1\nitems:\n", "kind: List\nmetadata:\n  resourceVersion: \"\"\n"),
        Format::Json => (
            "{\n\"apiVersion\": \"v1\",\n\"items\": [\n",
            "\n],\n\"kind\": \"List\",\n\"metadata\": {\"resourceVersion\": \"\"}\n}\n",
        ),
        Format::CompactJson => {
            ("{\"apiVersion\":\"v1\",\"items\":[", "],\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"\"}}\n")
        }
    };
    out.write_all(begin.as_bytes())?;
    let (mut result, mut is_first) = (Ok(()), true);
    shape.each(seed, &mut |object| {
        if result.is_ok() {
            result = write_object(&object, format, is_first, out);
            is_first = false;
        }
    });
    result?;
    out.write_all(end.as_bytes())
}

fn write_object(object: &Value, format: Format, is_first: bool, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Yaml => out.write_all(yaml::list_element(object).as_bytes()),
        Format::Json if is_first => out.write_all(format!("{object:#}").as_bytes()),
        Format::Json => out.write_all(format!(",\n{object:#}").as_bytes()),
        Format::CompactJson if is_first => out.write_all(object.to_string().as_bytes()),
        Format::CompactJson => out.write_all(format!(",{object}").as_bytes()),
    }
}
