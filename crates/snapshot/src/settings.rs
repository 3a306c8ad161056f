//! Settings that a component keeps as a YAML or JSON text inside of a ConfigMap: scalars and lists of scalars, by path.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

/// The first document of a settings text, flattened: `iptables.masqueradeAll` to its text. A list's entries stand under one
/// path, in order. `null` and `~` leave the path out, as the component would read them.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settings {
    values: BTreeMap<String, Vec<String>>,
}

impl FromIterator<(String, Vec<String>)> for Settings {
    /// Settings that come from elsewhere, by path.
    fn from_iter<I: IntoIterator<Item = (String, Vec<String>)>>(values: I) -> Self {
        Self { values: values.into_iter().collect() }
    }
}

/// The text is no YAML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not YAML at line {line}: {message}")]
pub struct SettingsError {
    /// The line in the text, counted from 1.
    pub line: usize,
    /// What the parser says.
    pub message: String,
}

impl Settings {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// Where the text is no YAML. Aliases are not followed: no settings text has any, and they are left out.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let mut flattening = Flattening::default();
        for event in Parser::new_from_str(text) {
            let (event, _) = event
                .map_err(|error| SettingsError { line: error.marker().line(), message: error.info().to_owned() })?;
            if matches!(event, Event::DocumentEnd) {
                break;
            }
            flattening.take(&event);
        }
        Ok(Self { values: flattening.values })
    }

    /// The scalar at a path, or the first entry of the list there.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.list(path).first().map(String::as_str)
    }

    /// The scalars of the list at a path; of a scalar, that one.
    pub fn list(&self, path: &str) -> &[String] {
        self.values.get(path).map_or(&[], Vec::as_slice)
    }
}

/// One open mapping or sequence: the path that it stands under, and for a mapping the key whose value comes next.
struct Open {
    path: String,
    key: Option<String>,
    mapping: bool,
}

#[derive(Default)]
struct Flattening {
    open: Vec<Open>,
    values: BTreeMap<String, Vec<String>>,
}

impl Flattening {
    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::MappingStart(..) => self.start(true),
            Event::SequenceStart(..) => self.start(false),
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
                self.value_is_over();
            }
            Event::Scalar(text, style, ..) => self.scalar(text, *style),
            Event::Alias(_) => self.value_is_over(),
            _ => {}
        }
    }

    fn start(&mut self, mapping: bool) {
        let path = self.path();
        self.open.push(Open { path, key: None, mapping });
    }

    /// Where the next value stands.
    fn path(&self) -> String {
        match self.open.last() {
            Some(Open { path, key: Some(key), .. }) if path.is_empty() => key.clone(),
            Some(Open { path, key: Some(key), .. }) => format!("{path}.{key}"),
            Some(Open { path, .. }) => path.clone(),
            None => String::new(),
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle) {
        if let Some(open) = self.open.last_mut().filter(|open| open.mapping && open.key.is_none()) {
            open.key = Some(text.to_owned());
            return;
        }
        let absent = style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL");
        if !absent {
            let path = self.path();
            self.values.entry(path).or_default().push(text.to_owned());
        }
        self.value_is_over();
    }

    fn value_is_over(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.key = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_scalars_and_lists_have_dotted_paths() {
        let settings = Settings::parse(
            "mode: nftables\nnftables:\n  masqueradeAll: true\nnodePortAddresses: [10.0.0.0/8, primary]\nportRange: ''\noom: null\n",
        )
        .unwrap();
        assert_eq!(settings.get("mode"), Some("nftables"));
        assert_eq!(settings.get("nftables.masqueradeAll"), Some("true"));
        assert_eq!(settings.list("nodePortAddresses"), ["10.0.0.0/8", "primary"]);
        assert_eq!(settings.get("portRange"), Some(""));
        assert_eq!(settings.get("oom"), None);
    }

    #[test]
    fn json_is_yaml() {
        let settings = Settings::parse(r#"{"Network":"10.244.0.0/16","Backend":{"Type":"vxlan"}}"#).unwrap();
        assert_eq!(settings.get("Backend.Type"), Some("vxlan"));
    }

    #[test]
    fn broken_text_says_where() {
        assert_eq!(Settings::parse("a: b\nc: [\n").unwrap_err().line, 3);
    }
}
