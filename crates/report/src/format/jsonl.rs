//! `-o jsonl`: one JSON object a line, written while pairs are found.

use std::fmt::{self, Write};

use bulkhead_analysis::Reachability;
use bulkhead_analysis::reachability::{Pair, Side};
use bulkhead_wire::{PairConnectionsForm, SideForm};

use super::account_lines::AccountLines;
use super::{Answer, AnswerKind, Context, Format};

/// `-o jsonl`
pub(super) struct Jsonl;

impl Format for Jsonl {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Reach, AnswerKind::ExplainPairs]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        let mut text = String::new();
        self.write(answer, context, &mut text).ok().map(|()| text)
    }

    fn write(&self, answer: &Answer<'_>, context: &Context<'_>, to: &mut dyn Write) -> fmt::Result {
        match answer {
            Answer::Reach { reachability, .. } => {
                let mut lines = Lines::new(reachability);
                reachability.for_each(|pair| {
                    to.write_str(lines.line(&pair))?;
                    to.write_char('\n')
                })
            }
            Answer::ExplainPairs { reachability, .. } => {
                let mut lines = AccountLines::new(reachability, context);
                reachability.explain_each(|account| {
                    to.write_str(lines.line(account))?;
                    to.write_char('\n')
                })
            }
            _ => Ok(()),
        }
    }
}

/// Makes the JSON of pairs, a line each, out of parts that repeat: each is made once.
pub(super) struct Lines {
    peers: Vec<String>,
    /// The fields for the ports, by their number.
    connections: Vec<Option<String>>,
    line: String,
}

impl Lines {
    pub(super) fn new(reachability: &Reachability<'_>) -> Self {
        let peers = reachability.peers().iter().map(|peer| json(&SideForm::from(&peer.name))).collect();
        Self { peers, connections: Vec::new(), line: String::new() }
    }

    /// The JSON of a pair: what [`bulkhead_wire::PairForm`] is.
    pub(super) fn line(&mut self, pair: &Pair<'_>) -> &str {
        if self.connections.len() <= pair.number {
            self.connections.resize(pair.number + 1, None);
        }
        self.line.clear();
        self.line.push_str("{\"from\":");
        self.side(pair.from);
        self.line.push_str(",\"to\":");
        self.side(pair.to);
        self.line.push(',');
        if let Some(known) = self.connections.get_mut(pair.number) {
            let fields = known.get_or_insert_with(|| {
                let object = json(&PairConnectionsForm::from(pair.connections));
                object.trim_start_matches('{').to_owned()
            });
            self.line.push_str(fields);
        }
        &self.line
    }

    fn side(&mut self, side: Side<'_>) {
        match side {
            Side::Peer(place) => self.line.push_str(self.peers.get(place).map_or("null", String::as_str)),
            Side::Outside(addresses) => self.line.push_str(&json(&SideForm::from(addresses))),
        }
    }
}

/// Forms are trees of strings, numbers and lists: they always serialise.
pub(super) fn json(form: &impl serde::Serialize) -> String {
    serde_json::to_string(form).unwrap_or_default()
}
