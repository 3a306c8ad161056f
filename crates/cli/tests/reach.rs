//! `reach` on clusters that no specification has room for.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Cursor;

use bulkhead_cli::{ExitStatus, Streams, Surroundings};

/// Two namespaces of so many pods; in each, every pod lets in the one before it.
fn rings(pods: usize) -> String {
    let mut text = String::new();
    for namespace in ["left", "right"] {
        for pod in 0..pods {
            let before = (pod + pods - 1) % pods;
            let _ = write!(
                text,
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{pod}, namespace: {namespace}, labels: {{p: p{pod}}}}}\n\
                 spec: {{containers: [{{name: p, image: p}}]}}\n\
                 ---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p{pod}, namespace: {namespace}}}\n\
                 spec: {{podSelector: {{matchLabels: {{p: p{pod}}}}}, policyTypes: [Ingress, Egress], \
                 ingress: [{{from: [{{podSelector: {{matchLabels: {{p: p{before}}}}}}}], ports: [{{port: 80}}]}}], \
                 egress: [{{to: [{{podSelector: {{}}}}]}}]}}\n"
            );
        }
    }
    text
}

fn reach(cluster: &str, arguments: &[&str]) -> String {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut streams = Streams {
        stdin: Box::new(Cursor::new(cluster.to_owned())),
        stdout: &mut stdout,
        stderr: &mut stderr,
        surroundings: Surroundings::default(),
    };
    let words = ["bulkhead", "reach", "-f", "-"].iter().chain(arguments);
    let status = bulkhead_cli::run(words.map(OsString::from), &mut streams);
    drop(streams);
    assert_eq!(status, ExitStatus::Answered, "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

#[test]
fn what_nobody_reads_becomes_an_overview() {
    let cluster = rings(120);
    let overview = reach(&cluster, &[]);
    assert!(overview.lines().count() < 12, "{overview}");
    assert!(overview.contains("each within itself: left, right"), "{overview}");
    assert!(overview.contains("120 of 14280 pairs") && overview.contains("--full"), "{overview}");
    let full = reach(&cluster, &["--full"]);
    assert_eq!(full.lines().filter(|line| line.contains("TCP 80")).count(), 240);
    assert_eq!(full, reach(&cluster, &["--full"]));
}

#[test]
fn few_rows_are_listed() {
    let text = reach(&rings(3), &[]);
    assert_eq!(text.lines().filter(|line| line.contains("TCP 80")).count(), 6, "{text}");
    assert!(!text.contains("--full"));
}

#[test]
fn every_line_of_json_is_a_pair() {
    let text = reach(&rings(40), &["-o", "jsonl"]);
    assert_eq!(text.lines().count(), 80);
    for line in text.lines() {
        let pair: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(pair["ports"], serde_json::json!({"TCP": ["80"]}), "{line}");
        assert!(pair["from"]["pod"].is_string() && pair["to"]["pod"].is_string(), "{line}");
    }
}
