//! `-o sarif`: SARIF 2.1.0 (OASIS), which code scanning reads. The structures here are those parts of the standard that are
//! written; a test holds what they give against what the standard requires.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bulkhead_analysis::check::{Finding, Report, Rule, rule};
use bulkhead_analysis::model::Severity;
use bulkhead_wire::FindingForm;
use serde::Serialize;

use super::{Answer, AnswerKind, Context, Format};

/// `-o sarif`
pub(super) struct Sarif;

impl Format for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Lint]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        match answer {
            // A tree of strings and numbers always serialises.
            Answer::Lint { report, .. } => serde_json::to_string_pretty(&log(report, context)).ok().map(|it| it + "\n"),
            _ => None,
        }
    }
}

/// How many results GitHub takes of a run (docs.github.com, "SARIF support for code scanning").
const MOST_RESULTS: usize = 25_000;

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<ResultForm>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    name: &'static str,
    short_description: Message,
    full_description: Message,
    help: Help,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    tags: [&'static str; 2],
    precision: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultForm {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<PhysicalLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

fn log(report: &Report, context: &Context<'_>) -> Log {
    let left_out = report.findings.len().saturating_sub(MOST_RESULTS);
    let notification = (left_out > 0).then(|| Notification {
        level: "warning",
        message: Message { text: context.speech.say("sarif.leftOut", &[("count", left_out.to_string())]) },
    });
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let results = report.findings.iter().take(MOST_RESULTS).map(|finding| {
        let occurrence = seen.entry(finding.identity()).or_default();
        *occurrence += 1;
        result(finding, *occurrence, context)
    });
    let run = Run {
        tool: Tool { driver: driver(context) },
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: notification.into_iter().collect(),
        }],
        column_kind: "unicodeCodePoints",
        results: results.collect(),
    };
    Log { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }
}

fn driver(context: &Context<'_>) -> Driver {
    let rules = rule::ALL.iter().map(|rule| descriptor(rule, context)).collect();
    Driver { name: "bulkhead", semantic_version: env!("CARGO_PKG_VERSION"), rules }
}

fn descriptor(rule: &Rule, context: &Context<'_>) -> Descriptor {
    let word = |suffix: &str| context.speech.word(&format!("{}.{suffix}", rule.id));
    let (why, fix) = (word("why"), word("help").replace('?', "…"));
    Descriptor {
        id: rule.id,
        name: rule.name,
        short_description: Message { text: word("title") },
        full_description: Message { text: why.clone() },
        help: Help { text: format!("{why} {fix}"), markdown: format!("{why}\n\n{fix}") },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: Properties { tags: ["kubernetes", rule.group().name()], precision: "high" },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn result(finding: &Finding, occurrence: usize, context: &Context<'_>) -> ResultForm {
    let form = FindingForm::new(finding, context.snapshot, &context.speech);
    let text = match &form.fix {
        Some(fix) => format!(
            "{}\n{}{}{fix}",
            form.message,
            context.speech.word("issues.help"),
            context.speech.word("mark.colon")
        ),
        None => form.message,
    };
    let related = form.related.into_iter().map(|related| location(related.file, related.line, Some(related.object)));
    let fingerprint = fingerprint(&format!("{}\u{1f}{occurrence}", finding.identity()));
    ResultForm {
        rule_id: form.rule,
        rule_index: rule::ALL.iter().position(|rule| *rule == finding.rule).unwrap_or_default(),
        level: level(finding.severity()),
        message: Message { text },
        related_locations: related.collect(),
        locations: [location(form.file, form.line, form.object)],
        partial_fingerprints: BTreeMap::from([("bulkheadFinding/v1", fingerprint)]),
    }
}

/// A place in a file, where there is one, and the object there. Standard input is no file.
fn location(file: Option<String>, line: Option<u32>, object: Option<String>) -> Location {
    let physical_location = file.filter(|file| file != "-").map(|file| PhysicalLocation {
        artifact_location: artifact(&file),
        region: line.map(|start_line| Region { start_line }),
    });
    let logical = object.map(|fully_qualified_name| LogicalLocation { fully_qualified_name, kind: "resource" });
    Location { physical_location, logical_locations: logical.into_iter().collect() }
}

/// A file as a URI: relative to the root of the sources, or absolute.
fn artifact(file: &str) -> ArtifactLocation {
    let uri = percent_encoded(file.trim_start_matches("./"));
    if file.starts_with('/') {
        return ArtifactLocation { uri: format!("file://{uri}"), uri_base_id: None };
    }
    ArtifactLocation { uri, uri_base_id: Some("%SRCROOT%") }
}

/// A path as RFC 3986 wants it.
fn percent_encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if is_plain {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string never fails.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// What stays when lines move: FNV-1a over what two runs have in common.
fn fingerprint(text: &str) -> String {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let hash = text.bytes().fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_become_uris() {
        let uri = |file| artifact(file).uri;
        assert_eq!(uri("./deploy/a b.yaml"), "deploy/a%20b.yaml");
        assert_eq!(uri("/etc/策略.yaml"), "file:///etc/%E7%AD%96%E7%95%A5.yaml");
        assert!(location(Some("-".to_owned()), Some(1), None).physical_location.is_none());
    }

    #[test]
    fn fingerprints_are_those_of_fnv_1a() {
        assert_eq!(fingerprint("foobar"), "85944171f73967e8");
    }
}
