//! Words for stable keys, in every language.
//!
//! A key is a code of an issue or a reason (`noLocalEndpoint`), or a name of this crate's own (`trace.noRoute`). Its entry
//! has the sentence in each language side by side; `{name}` stands for an argument. A test finds every code that a crate
//! of this workspace can give and fails where an entry is missing.

mod about;
mod allowlist;
mod check;
mod cli;
mod controller;
mod demo;
mod diff;
mod explain;
mod help;
mod isolation;
mod lint;
mod local;
mod path;
mod picture;
mod plan;
mod policy;
mod reach;
mod request;
mod server;
mod snapshot;
mod trace;

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use bulkhead_analysis::allowlist::{Stranger, Witness};
use bulkhead_analysis::check::Finding;
use bulkhead_analysis::model::Issue;
use bulkhead_analysis::model::object::PeerManifest;
use bulkhead_analysis::path::Reason;
use bulkhead_analysis::policy::explain::Miss;
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_wire::Words;
use bulkhead_wire::explanation::{miss_arguments, miss_name};

use crate::format::text::minimal::{stranger_text, witness_text};
use crate::format::text::peer::peer_text;

/// A key and its words: key, English, Chinese.
type Entry = (&'static str, &'static str, &'static str);

/// All entries, a list for each part of the program.
const TABLES: &[&[Entry]] = &[
    about::ENTRIES,
    allowlist::ENTRIES,
    check::ENTRIES,
    cli::ENTRIES,
    controller::ENTRIES,
    demo::ENTRIES,
    diff::ENTRIES,
    explain::ENTRIES,
    help::ENTRIES,
    isolation::ENTRIES,
    lint::AROUND,
    lint::PATH,
    lint::POLICY,
    lint::TENANCY,
    local::ENTRIES,
    path::ENTRIES,
    picture::ENTRIES,
    plan::ENTRIES,
    policy::ENTRIES,
    reach::ENTRIES,
    request::ENTRIES,
    server::ENTRIES,
    snapshot::ENTRIES,
    trace::ENTRIES,
];

static ENTRIES: LazyLock<BTreeMap<&'static str, &'static Entry>> =
    LazyLock::new(|| TABLES.iter().flat_map(|table| table.iter()).map(|entry| (entry.0, entry)).collect());

/// A language that answers can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// English, and what JSON has unless asked otherwise.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// The language of a locale such as `zh_CN.UTF-8`; `None` for one that there are no words in.
    pub fn from_locale(locale: &str) -> Option<Self> {
        let name = locale.split(['_', '.', '-', '@']).next().unwrap_or_default();
        match name {
            "en" | "C" | "POSIX" => Some(Self::English),
            "zh" => Some(Self::Chinese),
            _ => None,
        }
    }
}

/// Speaks one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Speech {
    /// Which.
    pub language: Language,
}

impl Speech {
    /// The words of a key with its arguments; `None` for a key without an entry.
    pub fn find<V: AsRef<str>>(self, key: &str, arguments: &[(&str, V)]) -> Option<String> {
        let entry = ENTRIES.get(key)?;
        let template = match self.language {
            Language::English => entry.1,
            Language::Chinese => entry.2,
        };
        Some(fill(template, arguments))
    }

    /// The words of a key with its arguments. A key without an entry stands for itself, with its arguments: a missing word
    /// must not hide a fact.
    pub fn say<V: AsRef<str>>(self, key: &str, arguments: &[(&str, V)]) -> String {
        self.find(key, arguments).unwrap_or_else(|| {
            let arguments: Vec<String> =
                arguments.iter().map(|(name, value)| format!("{name} `{}`", value.as_ref())).collect();
            if arguments.is_empty() { key.to_owned() } else { format!("{key} ({})", arguments.join(", ")) }
        })
    }

    /// The words of a key that has no arguments.
    pub fn word(self, key: &str) -> String {
        self.say::<&str>(key, &[])
    }

    /// The words of a key, where they need no argument.
    pub(crate) fn plain(self, key: &str) -> Option<String> {
        self.find::<&str>(key, &[]).filter(|_| ENTRIES.get(key).is_some_and(|entry| !entry.1.contains('{')))
    }

    /// What can be done about an issue, where there is something to say.
    pub fn help(self, issue: &Issue) -> Option<String> {
        self.find(&format!("{}.help", issue.code), &issue.arguments)
    }
}

impl Words for Speech {
    fn issue(&self, issue: &Issue) -> String {
        // The reader names types by a word; people read them in their language.
        let said = |(name, value): &(&'static str, String)| {
            let kind = if *name == "expected" { self.find::<&str>(&format!("type.{value}"), &[]) } else { None };
            (*name, kind.unwrap_or_else(|| value.clone()))
        };
        self.say(issue.code, &issue.arguments.iter().map(said).collect::<Vec<_>>())
    }

    fn word(&self, key: &str) -> String {
        Speech::word(*self, key)
    }

    fn miss(&self, miss: &Miss) -> String {
        let name = if matches!(miss, Miss::Label { has: None, .. }) { "labelMissing" } else { miss_name(miss) };
        let said = |(name, value): (&'static str, String)| {
            let shown = match name {
                "of" => self.word(&format!("miss.of.{value}")),
                "habit" => self.word(&value),
                _ if value == "-" => self.word("miss.none"),
                _ => value,
            };
            (name, shown)
        };
        self.say(&format!("miss.{name}"), &miss_arguments(miss).into_iter().map(said).collect::<Vec<_>>())
    }

    fn reason(&self, reason: &Reason) -> String {
        self.say(reason.code, &reason.arguments)
    }

    fn witness(&self, witness: &Witness, snapshot: &Snapshot, namespace: &str) -> String {
        witness_text(witness, snapshot, *self, Some(namespace))
    }

    fn stranger(&self, stranger: &Stranger, snapshot: &Snapshot, namespace: &str) -> String {
        stranger_text(stranger, snapshot, *self, Some(namespace))
    }

    fn peer(&self, peer: &PeerManifest) -> String {
        peer_text(peer, *self)
    }

    /// By the message, where that has something of its own to say; by the rule otherwise.
    fn fix(&self, finding: &Finding) -> Option<String> {
        let rule = finding.rule;
        let own = rule.messages.contains(&finding.issue.code).then(|| self.help(&finding.issue)).flatten();
        own.or_else(|| self.find(&format!("{}.help", rule.id), &finding.issue.arguments))
    }
}

/// A template with its `{name}`s filled in. User input is put in once and never looked at again, so that braces in it stay.
fn fill<V: AsRef<str>>(template: &str, arguments: &[(&str, V)]) -> String {
    let (mut filled, mut rest) = (String::with_capacity(template.len()), template);
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let named = after.split_once('}').filter(|(name, _)| is_name(name));
        let Some((name, tail)) = named else {
            filled.push('{');
            rest = after;
            continue;
        };
        let value = arguments.iter().find(|(have, _)| *have == name);
        filled.push_str(value.map_or("?", |(_, value)| value.as_ref()));
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

/// Whether a text between braces names an argument; JSON in an example does not.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_ascii_alphanumeric())
}

/// Every word of every sentence.
static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let sentences = TABLES.iter().flat_map(|table| table.iter()).flat_map(|entry| [entry.1, entry.2]);
    sentences.flat_map(|sentence| sentence.split(|letter: char| !letter.is_ascii_alphabetic())).collect()
});

/// Whether sentences of this program have a word, so that it need not be anybody's name where it stands in one.
pub fn is_word(text: &str) -> bool {
    WORDS.contains(text)
}

/// Keys that have an entry.
pub fn keys() -> impl Iterator<Item = &'static str> {
    TABLES.iter().flat_map(|table| table.iter()).map(|entry| entry.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_filled_in_once() {
        let issue = Issue::error("requestName").with("value", "{value}{");
        let english = Speech { language: Language::English }.issue(&issue);
        assert_eq!(english, "`{value}{` is not NAMESPACE/NAME");
    }

    #[test]
    fn a_key_without_an_entry_stands_for_itself() {
        let issue = Issue::error("neverHeard").with("value", "x");
        assert_eq!(Speech::default().issue(&issue), "neverHeard (value `x`)");
    }

    #[test]
    fn every_key_has_one_entry_with_the_same_arguments_in_both_languages() {
        let placeholders = |text: &str| {
            let mut names: Vec<String> =
                text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|part| part.0.to_owned()).collect();
            names.sort();
            names.dedup();
            names
        };
        let mut seen = std::collections::BTreeSet::new();
        for (key, english, chinese) in TABLES.iter().flat_map(|table| table.iter()) {
            assert!(seen.insert(key), "{key} has two entries");
            assert_eq!(placeholders(english), placeholders(chinese), "{key}");
            assert_ne!(english, chinese, "{key} says the same in both languages");
        }
    }

    #[test]
    fn a_locale_names_a_language() {
        assert_eq!(Language::from_locale("zh_CN.UTF-8"), Some(Language::Chinese));
        assert_eq!(Language::from_locale("C.UTF-8"), Some(Language::English));
        assert_eq!(Language::from_locale("de_DE"), None);
    }
}
