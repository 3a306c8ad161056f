//! The `txt` format of that tool's `diff`.

use bulkhead_analysis::netpol_analyzer::{Difference, ListingDiff};

use super::{peer, ports};

/// A line for each difference: changed ones first, then added, then removed. Nothing where there is none.
pub(in crate::format) fn diff(diff: &ListingDiff) -> String {
    if diff.is_empty() {
        return String::new();
    }
    let kinds = [("changed", &diff.changed), ("added", &diff.added), ("removed", &diff.removed)];
    let lines: Vec<String> = kinds.into_iter().flat_map(|(kind, differences)| lines(kind, differences)).collect();
    format!("Connectivity diff:\n{}\n", lines.join("\n"))
}

fn lines(kind: &str, differences: &[Difference]) -> Vec<String> {
    let mut named: Vec<(String, String, &Difference)> = Vec::with_capacity(differences.len());
    named.extend(differences.iter().map(|difference| (peer(&difference.from), peer(&difference.to), difference)));
    named.sort_unstable_by(|one, two| (&one.0, &one.1).cmp(&(&two.0, &two.1)));
    let line = |(from, to, difference): &(String, String, &Difference)| {
        let (before, after) = (ports(&difference.before), ports(&difference.after));
        let of_workloads = workloads(kind, difference);
        format!("diff-type: {kind}, source: {from}, destination: {to}, dir1: {before}, dir2: {after}{of_workloads}")
    };
    named.iter().map(line).collect()
}

/// Which ends came or went with the connection.
fn workloads(kind: &str, difference: &Difference) -> String {
    let names: Vec<String> = difference.only_in_one.iter().map(peer).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(", workloads-diff-info: workload {} {kind}", names.join(" and "))
    }
}
