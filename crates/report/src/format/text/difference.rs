//! What becomes reachable and what stops being, for people: by tenants first, then by workloads.

use bulkhead_analysis::difference::{Change, Difference, Presence};
use bulkhead_analysis::reachability::PeerName;

use super::super::Context;
use super::super::change::{Counts, Effect, blocks, effects, listed, party};
use super::columns::Page;
use crate::style::{BAD, FAINT, GOOD, HEADING, OPEN, STRONG, paint};

/// The answer for people.
pub(super) fn render(difference: &Difference, context: &Context<'_>) -> String {
    let speech = context.speech;
    let mut page = Page::default();
    if difference.is_empty() {
        page.line(speech.word("diff.nothing"));
        return page.finish();
    }
    let of_both = difference.changes.iter().filter(|change| change.presence == Presence::Both);
    page.line(paint(STRONG, speech.say("diff.head", &Counts::of(of_both).arguments())));
    write_blocks(difference, Presence::Both, context, &mut page);
    write_parties("diff.appeared", &difference.appeared, context, &mut page);
    write_blocks(difference, Presence::Appeared, context, &mut page);
    write_parties("diff.disappeared", &difference.disappeared, context, &mut page);
    write_blocks(difference, Presence::Disappeared, context, &mut page);
    page.line("");
    page.line(paint(FAINT, speech.word("diff.legend")));
    page.finish()
}

fn write_parties(key: &str, parties: &[PeerName], context: &Context<'_>, page: &mut Page) {
    if !parties.is_empty() {
        let names = listed(parties.iter().map(party).collect(), context.speech);
        page.line("");
        page.line(paint(STRONG, context.speech.say(key, &[("names", names)])));
    }
}

fn write_blocks(difference: &Difference, presence: Presence, context: &Context<'_>, page: &mut Page) {
    for block in blocks(difference, presence, context.speech) {
        page.line("");
        let counts = Counts::of(block.rows.iter().map(|row| row.change));
        let counts = context.speech.say("diff.counts", &counts.arguments());
        page.line(format_args!("{}  {}", paint(HEADING, block.tenants), paint(FAINT, counts)));
        for row in block.rows {
            page.line(format_args!("  {} → {}", row.from, row.to));
            page.block(&effect_lines(row.change, context));
        }
    }
}

fn effect_lines(change: &Change, context: &Context<'_>) -> String {
    let line = |(effect, ports): (Effect, String)| {
        let style = match effect {
            Effect::Gained => GOOD,
            Effect::Lost => BAD,
            Effect::Open => OPEN,
        };
        format!("    {}\n", paint(style, format_args!("{} {ports}", effect.mark())))
    };
    effects(change, context.speech).into_iter().map(line).collect()
}
