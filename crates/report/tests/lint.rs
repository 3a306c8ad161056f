//! What `lint` writes, held against what others require of it: the standard of SARIF, and a specification for every rule.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::Path;

use bulkhead_analysis::Analysis;
use bulkhead_analysis::check::{Settings, rule};
use bulkhead_analysis::snapshot::{Input, Snapshot};
use bulkhead_report::format::{Answer, AnswerKind, Context, find};
use bulkhead_report::{Language, Speech};
use serde_json::Value;

/// Policies with findings that have a place and that have none, related places, and names that URIs cannot have.
const INPUT: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: shop, labels: {app: web}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
  - ports: [{port: 80}]
  - ports: [{port: 80}]
  - from: [{ipBlock: {cidr: 10.0.0.0/33}}]
  egress: [{}]
";

fn sarif(name: &str, language: Language) -> Value {
    let snapshot = Snapshot::from_texts(&[Input { name, text: INPUT.as_bytes() }]);
    let report = Analysis::new(&snapshot).lint(&Settings::default(), &bulkhead_analysis::model::watch::Unwatched);
    assert!(report.findings.len() > 3, "{report:?}");
    let format = find("sarif", AnswerKind::Lint).expect("there is such a format");
    let context =
        Context { snapshot: &snapshot, speech: Speech { language }, width: bulkhead_report::format::DEFAULT_WIDTH };
    let text = format.render(&Answer::Lint { report: &report, fail_on: None }, &context).expect("it writes findings");
    serde_json::from_str(&text).expect("it is JSON")
}

/// What the schema of SARIF 2.1.0 (OASIS, 2020-03-27) requires of each object, as paths from it to what must be there.
const REQUIRED: [(&str, &[&str]); 8] = [
    ("", &["version", "runs"]),
    ("runs", &["tool"]),
    ("runs.tool", &["driver"]),
    ("runs.tool.driver", &["name"]),
    ("runs.tool.driver.rules", &["id"]),
    ("runs.results", &["message"]),
    ("runs.invocations", &["executionSuccessful"]),
    ("runs.invocations.toolExecutionNotifications", &["message"]),
];

/// Every object at a path; lists are looked through.
fn objects<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![value];
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let fields = found.into_iter().filter_map(|value| value.get(step));
        found = fields
            .flat_map(|field| field.as_array().map_or_else(|| vec![field], |list| list.iter().collect()))
            .collect();
    }
    found
}

#[test]
fn sarif_has_what_its_schema_requires() {
    let log = sarif("deploy/a policy.yaml", Language::English);
    assert_eq!(log["version"], "2.1.0");
    for (path, required) in REQUIRED {
        for object in objects(&log, path) {
            for field in required {
                assert!(!object[field].is_null(), "`{field}` is missing in `{path}`: {object}");
            }
        }
    }
    let texts = ["runs.results.message", "runs.tool.driver.rules.shortDescription", "runs.tool.driver.rules.help"];
    for message in texts.iter().flat_map(|path| objects(&log, path)) {
        assert!(message["text"].as_str().is_some_and(|text| !text.is_empty()), "a message needs a text: {message}");
    }
}

#[test]
fn sarif_results_point_at_their_rules_and_at_lines() {
    let log = sarif("deploy/a policy.yaml", Language::Chinese);
    let rules = objects(&log, "runs.tool.driver.rules");
    assert_eq!(rules.len(), rule::ALL.len());
    let results = objects(&log, "runs.results");
    let mut fingerprints = Vec::new();
    for result in &results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("a small one");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let level = result["level"].as_str().expect("a level");
        assert!(["none", "note", "warning", "error"].contains(&level), "{level}");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "deploy/a%20policy.yaml");
        assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line > 0));
        fingerprints.push(result["partialFingerprints"]["bulkheadFinding/v1"].as_str().expect("a text").to_owned());
    }
    let count = fingerprints.len();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), count, "two results have one fingerprint");
}

#[test]
fn fingerprints_stay_when_lines_move_and_languages_change() {
    let of = |log: &Value| -> Vec<Value> {
        objects(log, "runs.results").iter().map(|result| result["partialFingerprints"].clone()).collect()
    };
    assert_eq!(of(&sarif("a.yaml", Language::English)), of(&sarif("b.yaml", Language::Chinese)));
}

#[test]
fn findings_of_standard_input_have_no_file() {
    let log = sarif("-", Language::English);
    for result in objects(&log, "runs.results") {
        let location = &result["locations"][0];
        assert!(location["physicalLocation"].is_null());
        assert!(!location["logicalLocations"][0]["fullyQualifiedName"].is_null());
    }
}

#[test]
fn every_rule_has_a_specification() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/lint");
    let suppressions = std::fs::read_to_string(specs.join("suppressions.md")).expect("it is there");
    for rule in rule::ALL {
        let own = specs.join(format!("{}-{}.md", rule.id, rule.name));
        let here = suppressions.contains(&format!("{} `{}`", rule.id, rule.name));
        let text = std::fs::read_to_string(own).unwrap_or_default();
        let is_found = text.contains(&format!("[{}]: ", rule.id));
        assert!(is_found || here, "no specification in which {} `{}` is found", rule.id, rule.name);
    }
}
