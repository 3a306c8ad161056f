//! Why, for everybody: what the policies of each pod say, and to whom; a connection takes a yes of both of its sides.

use std::fmt::{self, Write};

use bulkhead_analysis::Reachability;
use bulkhead_analysis::reachability::{Audience, SubjectAccount};
use bulkhead_wire::SideForm;
use bulkhead_wire::pairs::family_name;
use bulkhead_wire::reach::own_node_name;

use super::super::Context;
use super::super::grouping::names::addresses_text;
use super::explain_pairs::name;
use super::explain_parts::Sayings;
use crate::style::{FAINT, HEADING, STRONG, paint};

/// How many names of a list are shown before the rest is counted.
const SHOWN_NAMES: usize = 8;

pub(super) fn write(reachability: &Reachability<'_>, context: &Context<'_>, to: &mut dyn Write) -> fmt::Result {
    let names: Vec<String> = reachability.peers().iter().map(|peer| name(SideForm::from(&peer.name))).collect();
    let writer = Writer { reachability, names, sayings: Sayings { context } };
    writeln!(to, "{}", context.speech.word("explain.bySide"))?;
    reachability.explain_sides(|account| writer.account(account, to))?;
    let key = format!("reach.ownNode.{}", own_node_name(reachability.own_node()));
    writeln!(to, "\n{}", paint(FAINT, context.speech.word(&key)))
}

struct Writer<'a> {
    reachability: &'a Reachability<'a>,
    names: Vec<String>,
    sayings: Sayings<'a>,
}

impl Writer<'_> {
    fn account(&self, account: &SubjectAccount, to: &mut dyn Write) -> fmt::Result {
        let key = format!("explain.of.{}", account.direction.name());
        let who = self.list(&account.subjects);
        writeln!(to, "\n{}", paint(HEADING, self.sayings.context.speech.say(&key, &[("who", who)])))?;
        account.audiences.iter().try_for_each(|audience| self.audience(audience, to))
    }

    fn audience(&self, audience: &Audience, to: &mut dyn Write) -> fmt::Result {
        let family = audience.family.map(|family| format!(" ({})", family_name(family))).unwrap_or_default();
        writeln!(to, "  {}{family}", paint(STRONG, self.everybody(audience)))?;
        for line in self.sayings.parts(&audience.account).lines() {
            writeln!(to, "  {line}")?;
        }
        let Some(near) = audience.account.nearest.first() else { return Ok(()) };
        let nearest = self.sayings.nearest(near);
        let of = audience.peers.first().filter(|_| audience.peers.len() > 1).and_then(|at| self.names.get(*at));
        match of {
            Some(of) => {
                let of = [("who", of.clone()), ("nearest", nearest)];
                writeln!(to, "      {}", self.sayings.context.speech.say("explain.nearestOf", &of))
            }
            None => writeln!(to, "      {nearest}"),
        }
    }

    fn everybody(&self, audience: &Audience) -> String {
        let outside = Some(addresses_text(&audience.outside)).filter(|text| !text.is_empty());
        let inside = Some(self.list(&audience.peers)).filter(|text| !text.is_empty());
        inside.into_iter().chain(outside).collect::<Vec<_>>().join(", ")
    }

    /// Some peers by name, and how many more there are.
    fn list(&self, peers: &[usize]) -> String {
        let speech = self.sayings.context.speech;
        if peers.len() > SHOWN_NAMES && peers.len() == self.reachability.peers().len() {
            return speech.say("reach.all", &[("count", peers.len().to_string())]);
        }
        let shown = if peers.len() <= SHOWN_NAMES + 1 { peers.len() } else { SHOWN_NAMES };
        let names: Vec<&str> =
            peers.iter().take(shown).filter_map(|at| self.names.get(*at)).map(String::as_str).collect();
        let more = peers.len() - shown;
        let names = names.join(", ");
        if more == 0 { names } else { format!("{names} {}", speech.say("reach.more", &[("count", more.to_string())])) }
    }
}
