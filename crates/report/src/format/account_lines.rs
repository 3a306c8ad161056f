//! The JSON of many accounts, a line each, out of parts that repeat: names, what the policies of a pod say, rules, misses. Each is
//! made once.

use std::fmt::Write as _;

use bulkhead_analysis::Reachability;
use bulkhead_analysis::policy::RuleRef;
use bulkhead_analysis::policy::explain::{Miss, NearMiss};
use bulkhead_analysis::reachability::{PairAccount, Side, SideAccount};
use bulkhead_analysis::snapshot::PodId;
use bulkhead_wire::pairs::{family_name, miss_form, part_forms};
use bulkhead_wire::{NearestForm, PortsForm, SideForm};
use rustc_hash::FxHashMap;

use super::Context;
use super::jsonl::json;

/// More misses than this are not kept: what they say about addresses and labels may be another thing for each pair.
const KEPT_MISSES: usize = 65_536;

/// Makes lines.
pub(super) struct AccountLines<'a> {
    reachability: &'a Reachability<'a>,
    context: &'a Context<'a>,
    peers: Vec<String>,
    /// The list of parts, by pod and the number of its parts: evidence names the pod.
    parts: FxHashMap<(PodId, usize), String>,
    /// A rule that comes near, up to the list of its misses.
    rules: FxHashMap<RuleRef, String>,
    misses: FxHashMap<Miss, String>,
    line: String,
}

impl<'a> AccountLines<'a> {
    pub(super) fn new(reachability: &'a Reachability<'a>, context: &'a Context<'a>) -> Self {
        let peers = reachability.peers().iter().map(|peer| json(&SideForm::from(&peer.name))).collect();
        let (parts, rules, misses) = (FxHashMap::default(), FxHashMap::default(), FxHashMap::default());
        Self { reachability, context, peers, parts, rules, misses, line: String::new() }
    }

    /// The JSON of an account: what [`bulkhead_wire::PairAccountForm`] is.
    pub(super) fn line(&mut self, account: &PairAccount<'_>) -> &str {
        self.line.clear();
        self.line.push_str("{\"from\":");
        self.end(account.from);
        self.line.push_str(",\"to\":");
        self.end(account.to);
        if let Some(family) = account.family {
            // Writing into a string never fails.
            let _ = write!(self.line, ",\"family\":\"{}\"", family_name(family));
        }
        if account.is_apart {
            self.line.push_str(",\"apart\":true");
        }
        self.line.push_str(",\"ports\":");
        if account.connections.open.is_empty() {
            self.line.push_str("{}");
        } else {
            self.line.push_str(&json(&PortsForm::from(&account.connections.open)));
        }
        if !account.connections.undetermined.is_empty() {
            self.line.push_str(",\"undetermined\":");
            self.line.push_str(&json(&PortsForm::from(&account.connections.undetermined)));
        }
        self.line.push_str(",\"egress\":");
        self.side(account.egress.as_ref());
        self.line.push_str(",\"ingress\":");
        self.side(account.ingress.as_ref());
        self.line.push('}');
        &self.line
    }

    fn end(&mut self, side: Side<'_>) {
        match side {
            Side::Peer(place) => self.line.push_str(self.peers.get(place).map_or("null", String::as_str)),
            Side::Outside(addresses) => self.line.push_str(&json(&SideForm::from(addresses))),
        }
    }

    fn side(&mut self, side: Option<&SideAccount>) {
        let Some(side) = side else { return self.line.push_str("null") };
        let snapshot = self.reachability.snapshot();
        let parts = self.parts.entry((side.subject, side.parts.number));
        let parts = parts.or_insert_with(|| json(&part_forms(side, snapshot)));
        self.line.push_str("{\"parts\":");
        self.line.push_str(parts);
        self.line.push_str(",\"nearest\":[");
        for (at, near) in side.nearest.iter().enumerate() {
            if at > 0 {
                self.line.push(',');
            }
            self.near_miss(near);
        }
        self.line.push_str("]}");
    }

    fn near_miss(&mut self, near: &NearMiss) {
        let snapshot = self.reachability.snapshot();
        if let Some(known) = self.rules.get(&near.rule) {
            self.line.push_str(known);
        } else {
            let form = json(&NearestForm::without_misses(&near.rule, snapshot));
            let open = form.trim_end_matches("]}");
            self.line.push_str(open);
            self.rules.insert(near.rule.clone(), open.to_owned());
        }
        for (at, miss) in near.misses.iter().enumerate() {
            if at > 0 {
                self.line.push(',');
            }
            if let Some(known) = self.misses.get(miss) {
                self.line.push_str(known);
                continue;
            }
            let text = json(&miss_form(miss, &self.context.speech));
            self.line.push_str(&text);
            if self.misses.len() < KEPT_MISSES {
                self.misses.insert(miss.clone(), text);
            }
        }
        self.line.push_str("]}");
    }
}

#[cfg(test)]
mod tests {
    use bulkhead_analysis::Analysis;
    use bulkhead_analysis::model::watch::Unwatched;
    use bulkhead_analysis::reachability::{By, Narrowing};
    use bulkhead_analysis::snapshot::{Input, Snapshot, read};
    use bulkhead_wire::PairAccountForm;

    use super::super::DEFAULT_WIDTH;
    use super::*;
    use crate::words::{Language, Speech};

    /// Two workspaces, both families, named ports, a block, a policy of the cluster, something unreadable.
    const CLUSTER: &str = include_str!("account_lines.yaml");

    #[test]
    fn lines_are_the_forms() {
        let snapshot = Snapshot::new(read(&[Input { name: "cluster.yaml", text: CLUSTER.as_bytes() }]));
        let analysis = Analysis::new(&snapshot);
        for language in [Language::English, Language::Chinese] {
            let speech = Speech { language };
            let context = Context { snapshot: &snapshot, speech, width: DEFAULT_WIDTH };
            let reachability = analysis.reachability(By::Pod, Narrowing::default(), &Unwatched);
            let mut lines = AccountLines::new(&reachability, &context);
            let mut count = 0;
            let result: Result<(), std::convert::Infallible> = reachability.explain_each(|account| {
                let form = PairAccountForm::new(account, &reachability, &context.speech);
                assert_eq!(lines.line(account), json(&form));
                count += 1;
                Ok(())
            });
            assert_eq!(result, Ok(()));
            assert!(count > 20, "{count}");
        }
    }
}
