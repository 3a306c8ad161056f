//! A difference as Markdown tables, for comments on changes.

use std::fmt::Write as _;

use bulkhead_analysis::difference::{Change, Difference, Presence};
use bulkhead_analysis::reachability::PeerName;

use super::super::Context;
use super::super::change::{Counts, Effect, blocks, effects, listed, party};

/// A table for each pair of tenants.
pub(super) fn render(difference: &Difference, context: &Context<'_>) -> String {
    let speech = context.speech;
    if difference.is_empty() {
        return speech.word("diff.nothing") + "\n";
    }
    let of_both = difference.changes.iter().filter(|change| change.presence == Presence::Both);
    let mut text = format!("**{}**\n", speech.say("diff.head", &Counts::of(of_both).arguments()));
    tables(difference, Presence::Both, context, &mut text);
    parties("diff.appeared", &difference.appeared, context, &mut text);
    tables(difference, Presence::Appeared, context, &mut text);
    parties("diff.disappeared", &difference.disappeared, context, &mut text);
    tables(difference, Presence::Disappeared, context, &mut text);
    text
}

fn parties(key: &str, parties: &[PeerName], context: &Context<'_>, text: &mut String) {
    if !parties.is_empty() {
        let names = listed(parties.iter().map(|each| format!("`{}`", party(each))).collect(), context.speech);
        let _ = writeln!(text, "\n{}", context.speech.say(key, &[("names", names)]));
    }
}

fn tables(difference: &Difference, presence: Presence, context: &Context<'_>, text: &mut String) {
    let word = |key: &str| context.speech.word(key);
    let columns = ["diff.from", "diff.to", "diff.gained", "diff.lost", "diff.undetermined"].map(word).join(" | ");
    for block in blocks(difference, presence, context.speech) {
        let _ = writeln!(text, "\n### {}\n\n| {columns} |\n| --- | --- | --- | --- | --- |", block.tenants);
        for row in block.rows {
            let [gained, lost, open] = cells(row.change, context);
            let _ = writeln!(text, "| {} | {} | {gained} | {lost} | {open} |", row.from, row.to);
        }
    }
}

/// What was gained, what was lost, and what nobody can tell.
fn cells(change: &Change, context: &Context<'_>) -> [String; 3] {
    let effects = effects(change, context.speech);
    let cell = |wanted: Effect| {
        let found = effects.iter().find(|(effect, _)| *effect == wanted);
        found.map(|(_, ports)| ports.clone()).unwrap_or_default()
    };
    [cell(Effect::Gained), cell(Effect::Lost), cell(Effect::Open)]
}
