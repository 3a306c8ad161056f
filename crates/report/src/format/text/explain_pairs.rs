//! Why, for many pairs: below each pair what either side's policies say, port by port, and the nearest miss where that is no.

use std::fmt::{self, Write};

use bulkhead_analysis::Reachability;
use bulkhead_analysis::policy::explain::{NearMiss, Part};
use bulkhead_analysis::policy::reach::{Connections, PairConnections};
use bulkhead_analysis::policy::{RuleRef, Verdict};
use bulkhead_analysis::reachability::{PairAccount, SideAccount};
use bulkhead_wire::pairs::family_name;
use bulkhead_wire::{SideForm, Words as _};

use super::super::Context;
use super::super::ports::{pair_text, ports_text};
use crate::style::{BAD, FAINT, GOOD, OPEN, STRONG, paint};

/// How many rules that come equally near are shown.
const SHOWN_NEAREST: usize = 2;

/// Writes every pair.
pub(super) fn write(reachability: &Reachability<'_>, context: &Context<'_>, to: &mut dyn Write) -> fmt::Result {
    let names: Vec<String> = reachability.peers().iter().map(|peer| name(SideForm::from(&peer.name))).collect();
    let mut writer = Writer { context, known: Vec::new(), names, is_first: true };
    reachability.explain_each(|account| writer.account(account, to))?;
    if writer.is_first {
        writeln!(to, "{}", context.speech.word("explain.noPairs"))?;
    }
    Ok(())
}

struct Writer<'a> {
    context: &'a Context<'a>,
    /// What sides say, by the number of their parts.
    known: Vec<Option<String>>,
    names: Vec<String>,
    is_first: bool,
}

impl Writer<'_> {
    fn account(&mut self, account: &PairAccount<'_>, to: &mut dyn Write) -> fmt::Result {
        let speech = self.context.speech;
        if !self.is_first {
            to.write_char('\n')?;
        }
        self.is_first = false;
        let PairAccount { connections, .. } = account;
        let style = match (connections.open.is_empty(), connections.undetermined.is_empty()) {
            (false, _) => GOOD,
            (true, false) => OPEN,
            (true, true) => BAD,
        };
        let head = format!("{} → {}", self.name(account.from), self.name(account.to));
        let family = account.family.map(|family| format!(" ({})", family_name(family))).unwrap_or_default();
        let colon = speech.word("mark.colon");
        writeln!(to, "{}{family}{colon}{}", paint(STRONG, head), paint(style, self.ports(connections)))?;
        if account.is_apart {
            return writeln!(to, "  {}", speech.word("explain.apart"));
        }
        for (side, none) in [(&account.egress, "explain.noEgress"), (&account.ingress, "explain.noIngress")] {
            match side {
                None => writeln!(to, "  {}", paint(FAINT, speech.word(none)))?,
                Some(side) => {
                    to.write_str(self.side(side))?;
                    for near in side.nearest.iter().take(SHOWN_NEAREST) {
                        writeln!(to, "    {}", self.nearest(near))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn name(&self, side: bulkhead_analysis::reachability::Side<'_>) -> String {
        match side {
            bulkhead_analysis::reachability::Side::Peer(place) => self.names.get(place).cloned().unwrap_or_default(),
            bulkhead_analysis::reachability::Side::Outside(addresses) => {
                super::super::grouping::names::addresses_text(addresses)
            }
        }
    }

    fn ports(&self, connections: &Connections) -> String {
        let ports = PairConnections { any: connections.clone(), by_family: None };
        if connections.is_none() {
            self.context.speech.word("explain.closed")
        } else {
            pair_text(&ports, self.context.speech)
        }
    }

    /// What one side says; made once for equal parts.
    fn side(&mut self, side: &SideAccount) -> &str {
        let number = side.parts.number;
        if self.known.len() <= number {
            self.known.resize(number + 1, None);
        }
        if self.known.get(number).is_some_and(Option::is_none) {
            let text = self.parts(side);
            if let Some(known) = self.known.get_mut(number) {
                *known = Some(text);
            }
        }
        self.known.get(number).and_then(Option::as_deref).unwrap_or_default()
    }

    fn parts(&self, side: &SideAccount) -> String {
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

    fn nearest(&self, near: &NearMiss) -> String {
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

fn name(form: SideForm) -> String {
    match form {
        SideForm::Workload(name) => name,
        SideForm::Pod(name) => format!("pod/{name}"),
        SideForm::Node(name) => format!("node/{name}"),
        SideForm::Cidrs(cidrs) => cidrs.join(", "),
    }
}
