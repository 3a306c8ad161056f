//! What the user says about findings: which rules count for how much, and what is not to be reported.
//!
//! ```yaml
//! lint:
//!   severity: {any-destination: "off", BH014: error}
//!   ignore:
//!   - rules: [BH014]
//!     object: NetworkPolicy kube-system/*
//!     file: vendor/*
//!     reason: the CNI's own pods have to be in the node's network
//! ```

use std::collections::BTreeMap;

use bulkhead_model::{Issue, Severity, SourceId};
use bulkhead_snapshot::Input;
use bulkhead_snapshot::read::plain::{Cursor, Fields, Read, Reported, read_plain, value};

use crate::rule;
use crate::suppression::{Pattern, Place, Scope, Suppression};

/// What the user says about findings.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settings {
    /// How bad a rule's findings are, by the rule's id, where it is not as the rule says.
    pub levels: BTreeMap<&'static str, Level>,
    /// What is not to be reported, besides what objects say about themselves.
    pub suppressions: Vec<Suppression>,
    /// Whether suppressions count.
    pub suppressing: Suppressing,
}

/// How bad a rule's findings are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// They are not reported.
    Off,
    /// So bad.
    At(Severity),
}

/// Whether suppressions count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Suppressing {
    /// They do.
    #[default]
    Honoured,
    /// Everything is reported, for an audit.
    Ignored,
}

const LEVELS: [(&str, Level); 4] = [
    ("off", Level::Off),
    ("note", Level::At(Severity::Note)),
    ("warning", Level::At(Severity::Warning)),
    ("error", Level::At(Severity::Error)),
];

/// Reads a settings file. Whatever is wrong with it is an issue; a setting with an issue is left out.
pub fn read_settings(input: &Input<'_>, source: SourceId) -> (Settings, Vec<Issue>) {
    let mut settings = Settings::default();
    let issues = read_plain(input, source, |document| {
        // What could not be read has been reported.
        let _ = read_document(document, input.name, &mut settings);
    });
    (settings, issues)
}

fn read_document(document: &Cursor<'_>, file: &str, settings: &mut Settings) -> Read<()> {
    let fields = document.fields()?;
    let read = fields.strict("lint", |lint| {
        let fields = lint.fields()?;
        for (rule, level) in fields.optional("severity", read_levels).into_iter().flatten() {
            settings.levels.insert(rule, level);
        }
        settings.suppressions.extend(fields.list("ignore", |entry| read_suppression(entry, file)));
        fields.refuse_unknown()
    });
    fields.refuse_unknown()?;
    read.map(|_| ())
}

fn read_levels(levels: &Cursor<'_>) -> Read<Vec<(&'static str, Level)>> {
    let levels = levels.each_entry(|name, level| {
        let rule = rule::find(name).ok_or_else(|| level.error("lintRuleUnknown", &[("value", name)]));
        // YAML 1.1 reads `off` as a boolean; it is the word here all the same.
        let said = level.scalar().filter(|_| !level.is_empty_text()).unwrap_or_default().to_owned();
        let found = LEVELS.iter().find(|(name, _)| *name == said).map(|(_, level)| *level);
        let allowed = LEVELS.map(|(name, _)| name).join(", ");
        let found =
            found.ok_or_else(|| level.error("unknownValue", &[("value", level.shown()), ("allowed", &allowed)]));
        Ok::<_, Reported>((rule?.id, found?))
    })?;
    Ok(levels.into_iter().filter_map(Result::ok).collect())
}

fn read_suppression(entry: &Cursor<'_>, file: &str) -> Read<Suppression> {
    let fields = entry.fields()?;
    let rules: Vec<String> = fields.list("rules", value::text).into_iter().map(String::from).collect();
    let reason = fields.strict("reason", value::text)?.map(|reason| reason.trim().to_owned());
    let (object, files) = (pattern(&fields, "object")?, pattern(&fields, "file")?);
    fields.refuse_unknown()?;
    if rules.is_empty() {
        return Err(entry.error("missingField", &[("name", "rules")]));
    }
    let place = Place::Settings { file: file.to_owned(), line: entry.position().line };
    let scope = Scope::Matching { object, file: files };
    Ok(Suppression { rules, reason: reason.filter(|reason| !reason.is_empty()), scope, place })
}

fn pattern(fields: &Fields<'_>, name: &str) -> Read<Option<Pattern>> {
    Ok(fields.strict(name, value::text)?.map(|text| Pattern::new(&text)))
}
