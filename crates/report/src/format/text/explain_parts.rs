//! What the policies of one side say, port by port, and the nearest miss where that is no.

use std::fmt::Write as _;

use bulkhead_analysis::policy::explain::{NearMiss, Part};
use bulkhead_analysis::policy::{RuleRef, Verdict};
use bulkhead_analysis::reachability::SideAccount;
use bulkhead_wire::Words as _;

use super::super::Context;
use super::super::ports::ports_text;
use crate::style::{BAD, FAINT, GOOD, OPEN, paint};

/// Says it.
pub(super) struct Sayings<'a> {
    pub(super) context: &'a Context<'a>,
}

impl Sayings<'_> {
    /// A line for each part.
    pub(super) fn parts(&self, side: &SideAccount) -> String {
        let speech = self.context.speech;
        let mut text = String::new();
        let mut sorted: Vec<&Part> = side.parts.parts.iter().collect();
        sorted.sort_by_key(|part| weight(part));
        let last = sorted.len().saturating_sub(1);
        for (at, part) in sorted.into_iter().enumerate() {
            let is_rest = at == last && last > 0 && matches!(part.verdict, Verdict::Deny { .. });
            let about = match (part.ports.is_all(), is_rest) {
                (true, _) => speech.word("reach.everyPort"),
                (false, true) => speech.word("explain.otherwise"),
                (false, false) => ports_text(&part.ports),
            };
            let direction = speech.word(&format!("explain.side.{}", side.direction.name()));
            let (style, verdict) = match &part.verdict {
                Verdict::Allow { .. } => (GOOD, speech.word("verdict.allow")),
                Verdict::Deny { .. } => (BAD, speech.word("verdict.deny")),
                Verdict::Undetermined { .. } => (OPEN, speech.word("verdict.undetermined")),
            };
            let (colon, because) = (speech.word("mark.colon"), self.because(&part.verdict));
            // Writing into a string never fails.
            let _ = writeln!(text, "  {direction} {about} {}{colon}{because}", paint(style, verdict));
        }
        text
    }

    fn because(&self, verdict: &Verdict) -> String {
        let speech = self.context.speech;
        let separator = speech.word("mark.semicolon");
        let list = |rules: &[RuleRef]| rules.iter().map(|rule| self.rule(rule)).collect::<Vec<_>>().join(&separator);
        match verdict {
            Verdict::Allow { rules, .. } if rules.is_empty() => speech.word("explain.notIsolated"),
            Verdict::Allow { rules, .. } => list(rules),
            Verdict::Deny { policies, .. } => list(policies),
            Verdict::Undetermined { because, .. } => {
                let colon = speech.word("mark.colon");
                let doubt = |doubt: &bulkhead_analysis::policy::Doubt| {
                    format!("{}{colon}{}", self.rule(&doubt.rule), speech.word(doubt.reason.code()))
                };
                because.iter().map(doubt).collect::<Vec<_>>().join(&separator)
            }
        }
    }

    /// The rule, or that the policy isolates, with its place.
    fn rule(&self, rule: &RuleRef) -> String {
        let speech = self.context.speech;
        let place = self.context.snapshot.source(rule.position);
        let place =
            place.map(|file| paint(FAINT, format_args!(" ({file}:{})", rule.position.line))).unwrap_or_default();
        match rule.rule {
            None => format!("{}{place}", speech.say("explain.policy", &[("policy", rule.policy.to_string())])),
            Some(index) => {
                let of = [("direction", rule.direction.name().to_owned()), ("rule", index.to_string())];
                let of = [("rule", speech.say("explain.rule", &of)), ("policy", rule.policy.to_string())];
                format!("{}{place}", speech.say("explain.ruleOf", &of))
            }
        }
    }

    /// The rule that comes nearest, and what it misses by.
    pub(super) fn nearest(&self, near: &NearMiss) -> String {
        let speech = self.context.speech;
        let misses: Vec<String> = near.misses.iter().map(|miss| speech.miss(miss)).collect();
        let arguments = [("rule", self.rule(&near.rule)), ("misses", misses.join(&speech.word("mark.semicolon")))];
        speech.say("explain.nearest", &arguments)
    }
}

/// What is denied on most ports comes last, and is "any other port".
fn weight(part: &Part) -> u32 {
    match part.verdict {
        Verdict::Deny { .. } => part.ports.iter().map(|(_, range)| u32::from(range.last - range.first) + 1).sum(),
        Verdict::Allow { .. } | Verdict::Undetermined { .. } => 0,
    }
}
