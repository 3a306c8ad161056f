//! Why, for many pairs: below each pair what either side's policies say, port by port, and the nearest miss where that is no.

use std::fmt::{self, Write};

use bulkhead_analysis::Reachability;
use bulkhead_analysis::policy::reach::{Connections, PairConnections};
use bulkhead_analysis::reachability::{PairAccount, SideAccount};
use bulkhead_wire::SideForm;
use bulkhead_wire::pairs::family_name;

use super::super::ports::pair_text;
use super::super::{Context, Detail};
use super::explain_parts::Sayings;
use super::explain_sides;
use crate::style::{BAD, FAINT, GOOD, OPEN, STRONG, paint};

/// How many rules that come equally near are shown.
const SHOWN_NEAREST: usize = 2;

/// More pairs than this are no text that anybody reads: what each pod's policies say is written then, and to whom.
const READABLE_PAIRS: usize = 200;

/// Writes every pair, or what stands for many.
pub(super) fn write(
    reachability: &Reachability<'_>,
    detail: Detail,
    context: &Context<'_>,
    to: &mut dyn Write,
) -> fmt::Result {
    if detail == Detail::Readable && reachability.asked_pairs() > READABLE_PAIRS {
        return explain_sides::write(reachability, context, to);
    }
    let names: Vec<String> = reachability.peers().iter().map(|peer| name(SideForm::from(&peer.name))).collect();
    let mut writer = Writer { sayings: Sayings { context }, known: Vec::new(), names, is_first: true };
    reachability.explain_each(|account| writer.account(account, to))?;
    if writer.is_first {
        writeln!(to, "{}", context.speech.word("explain.noPairs"))?;
    }
    Ok(())
}

/// One pair.
pub(super) fn one(account: &PairAccount<'_>, reachability: &Reachability<'_>, context: &Context<'_>) -> String {
    let names = reachability.peers().iter().map(|peer| name(SideForm::from(&peer.name))).collect();
    let mut text = String::new();
    // Writing into a string never fails.
    let _ =
        Writer { sayings: Sayings { context }, known: Vec::new(), names, is_first: true }.account(account, &mut text);
    text
}

struct Writer<'a> {
    sayings: Sayings<'a>,
    /// What sides say, by the number of their parts.
    known: Vec<Option<String>>,
    names: Vec<String>,
    is_first: bool,
}

impl Writer<'_> {
    fn account(&mut self, account: &PairAccount<'_>, to: &mut dyn Write) -> fmt::Result {
        let speech = self.sayings.context.speech;
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
                        writeln!(to, "    {}", self.sayings.nearest(near))?;
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
            self.sayings.context.speech.word("explain.closed")
        } else {
            pair_text(&ports, self.sayings.context.speech)
        }
    }

    /// What one side says; made once for equal parts.
    fn side(&mut self, side: &SideAccount) -> &str {
        let number = side.parts.number;
        if self.known.len() <= number {
            self.known.resize(number + 1, None);
        }
        if self.known.get(number).is_some_and(Option::is_none) {
            let text = self.sayings.parts(side);
            if let Some(known) = self.known.get_mut(number) {
                *known = Some(text);
            }
        }
        self.known.get(number).and_then(Option::as_deref).unwrap_or_default()
    }
}

pub(super) fn name(form: SideForm) -> String {
    match form {
        SideForm::Workload(name) => name,
        SideForm::Pod(name) => format!("pod/{name}"),
        SideForm::Node(name) => format!("node/{name}"),
        SideForm::Cidrs(cidrs) => cidrs.join(", "),
    }
}
