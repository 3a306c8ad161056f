//! The rules: one file each, and the one list of them.
//!
//! To add a rule, add its file and its line in [`ALL`], its words in `report`, and its specification; documentation and
//! command line follow from the list. An id is never given to another rule, also not after the rule has gone.

use std::fmt;

use bulkhead_model::{Issue, Severity};

use crate::cluster::Cluster;
use crate::finding::Finding;

mod bh001_any_source;
mod bh002_any_destination;
mod bh003_separate_peers;
mod bh004_selects_no_pod;
mod bh005_peer_matches_nothing;
mod bh006_egress_without_dns;
mod bh007_dns_without_tcp;
mod bh008_block_holds_pods;
mod bh009_block_of_service;
mod bh010_block_ignored;
mod bh011_service_port;
mod bh012_named_port_unresolved;
mod bh013_policy_types;
mod bh014_host_network;
mod bh015_metadata_address;
mod bh016_unknown_field;
mod bh017_end_port;
mod bh018_input_error;
mod bh019_declared_twice;
mod bh020_host_bits;
mod bh021_redundant_entry;
mod bh022_redundant_rule;
mod bh023_redundant_policy;
mod bh024_shadowed_rule;
mod bh025_not_enforced;
mod bh026_sctp_uncertain;
mod bh027_other_policy_kind;
mod bh028_equal_priority;
mod bh029_pod_left_open;
mod bh030_contradictory_selector;
mod bh101_client_behind_source_nat;
mod bh102_node_allowlist_behind_local;
mod bh103_gateway_blocked;
mod bh104_source_ranges_miss_node_port;
mod bh105_node_address_opens_door;
mod bh201_isolation_switch;
mod bh202_cross_workspace;
mod bh203_isolation_without_workspace;
mod bh204_entry_without_isolation;
mod bh901_suppression_without_reason;
mod bh902_suppression_unused;
mod bh903_suppression_of_unknown_rule;

pub(crate) use bh901_suppression_without_reason::RULE as SUPPRESSION_WITHOUT_REASON;
pub(crate) use bh902_suppression_unused::RULE as SUPPRESSION_UNUSED;
pub(crate) use bh903_suppression_of_unknown_rule::RULE as SUPPRESSION_OF_UNKNOWN_RULE;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &bh001_any_source::RULE,
    &bh002_any_destination::RULE,
    &bh003_separate_peers::RULE,
    &bh004_selects_no_pod::RULE,
    &bh005_peer_matches_nothing::RULE,
    &bh006_egress_without_dns::RULE,
    &bh007_dns_without_tcp::RULE,
    &bh008_block_holds_pods::RULE,
    &bh009_block_of_service::RULE,
    &bh010_block_ignored::RULE,
    &bh011_service_port::RULE,
    &bh012_named_port_unresolved::RULE,
    &bh013_policy_types::RULE,
    &bh014_host_network::RULE,
    &bh015_metadata_address::RULE,
    &bh016_unknown_field::RULE,
    &bh017_end_port::RULE,
    &bh018_input_error::RULE,
    &bh019_declared_twice::RULE,
    &bh020_host_bits::RULE,
    &bh021_redundant_entry::RULE,
    &bh022_redundant_rule::RULE,
    &bh023_redundant_policy::RULE,
    &bh024_shadowed_rule::RULE,
    &bh025_not_enforced::RULE,
    &bh026_sctp_uncertain::RULE,
    &bh027_other_policy_kind::RULE,
    &bh028_equal_priority::RULE,
    &bh029_pod_left_open::RULE,
    &bh030_contradictory_selector::RULE,
    &bh101_client_behind_source_nat::RULE,
    &bh102_node_allowlist_behind_local::RULE,
    &bh103_gateway_blocked::RULE,
    &bh104_source_ranges_miss_node_port::RULE,
    &bh105_node_address_opens_door::RULE,
    &bh201_isolation_switch::RULE,
    &bh202_cross_workspace::RULE,
    &bh203_isolation_without_workspace::RULE,
    &bh204_entry_without_isolation::RULE,
    &bh901_suppression_without_reason::RULE,
    &bh902_suppression_unused::RULE,
    &bh903_suppression_of_unknown_rule::RULE,
];

/// One rule.
pub struct Rule {
    /// Its stable id: `BH` and three digits. The first digit is its [`Group`].
    pub id: &'static str,
    /// Its name, for people who do not know ids by heart: `any-source`.
    pub name: &'static str,
    /// How bad its findings are, unless the user says otherwise.
    pub severity: Severity,
    /// The keys of everything that it may say. The first is its id. A rule that reports what the reader found says it in the
    /// reader's words and has none of its own.
    pub messages: &'static [&'static str],
    /// Finds.
    pub(crate) find: fn(&Cluster<'_>) -> Vec<Finding>,
}

/// What a rule looks at; the first digit of its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// A policy, by itself and against the pods that are there.
    Policy,
    /// The way that packets take to a policy.
    Path,
    /// Workspaces and projects.
    Tenancy,
    /// Suppressions of findings.
    Suppression,
}

impl Rule {
    /// What it looks at.
    pub fn group(&self) -> Group {
        match self.id.as_bytes().get(2) {
            Some(b'0') => Group::Policy,
            Some(b'1') => Group::Path,
            Some(b'2') => Group::Tenancy,
            _ => Group::Suppression,
        }
    }
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Policy, Self::Path, Self::Tenancy, Self::Suppression];

    /// A stable word, and part of the key for its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Path => "path",
            Self::Tenancy => "tenancy",
            Self::Suppression => "suppression",
        }
    }
}

/// The rule of an id or a name, however it is capitalised.
pub fn find(text: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id.eq_ignore_ascii_case(text) || rule.name.eq_ignore_ascii_case(text))
}

/// Whether some rule reports what the reader found; what no rule reports has to be said otherwise.
pub fn reports(issue: &Issue) -> bool {
    bh018_input_error::is_reported(issue)
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_and_names_differ() {
        assert!(ALL.is_sorted_by(|a, b| a.id < b.id));
        let mut names: Vec<&str> = ALL.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn every_message_of_a_rule_begins_with_its_id() {
        for rule in ALL {
            for message in rule.messages {
                let of_rule =
                    *message == rule.id || message.strip_prefix(rule.id).is_some_and(|it| it.starts_with('.'));
                assert!(of_rule, "{message} of {}", rule.id);
            }
        }
    }

    #[test]
    fn a_rule_is_found_by_id_and_by_name() {
        assert_eq!(find("bh001").map(|rule| rule.name), Some("any-source"));
        assert_eq!(find("any-source").map(|rule| rule.id), Some("BH001"));
        assert_eq!(find("BH1"), None);
    }
}
