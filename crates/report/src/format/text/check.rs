//! Claims: a line each, and below those that do not hold what speaks against them.

use bulkhead_analysis::assertion::{Found, Held, Judged};
use bulkhead_analysis::{Assertions, Whole};
use bulkhead_wire::Words as _;

use super::super::Context;
use super::explain_pairs;
use super::question::target_name;
use super::trace::whole_style;
use crate::issues::render_issue;
use crate::style::{BAD, FAINT, GOOD, OPEN, STRONG, paint};

/// All claims, and how many ended how.
pub(super) fn render(assertions: &Assertions<'_>, context: &Context<'_>) -> String {
    let mut text = String::new();
    for judged in &assertions.judged {
        text.push_str(&head(judged, context));
        text.push_str(&indented(&against(judged, assertions, context)));
    }
    let count = |held| assertions.count(held).to_string();
    let counts = [("held", count(Held::Yes)), ("failed", count(Held::No)), ("undetermined", count(Held::Undetermined))];
    let style = if assertions.all_hold() { GOOD } else { BAD };
    if !text.is_empty() {
        text.push('\n');
    }
    text + &paint(style, context.speech.say("check.summary", &counts)) + "\n"
}

/// What speaks against a claim, as lines without colour of their own head.
pub(in super::super) fn against(judged: &Judged, of: &Assertions<'_>, context: &Context<'_>) -> String {
    let mut text: String = judged.found.iter().map(|found| one(found, of, context)).collect();
    let more = judged.against.saturating_sub(judged.found.len());
    if more > 0 && !judged.found.is_empty() {
        text.push_str(&context.speech.say("check.more", &[("count", more.to_string())]));
        text.push('\n');
    }
    text
}

/// One line.
pub(in super::super) fn message(judged: &Judged, context: &Context<'_>) -> String {
    let key = if judged.held == Held::No { "check.failed" } else { "check.undetermined" };
    let arguments = [("expect", judged.assertion.expect.name().to_owned()), ("count", judged.against.to_string())];
    context.speech.say(key, &arguments)
}

fn head(judged: &Judged, context: &Context<'_>) -> String {
    let (mark, style) = match judged.held {
        Held::Yes => ("✓", GOOD),
        Held::No => ("✗", BAD),
        Held::Undetermined => ("?", OPEN),
    };
    let assertion = &judged.assertion;
    let colon = context.speech.word("mark.colon");
    let test = if assertion.test.is_empty() { String::new() } else { format!("{}{colon}", assertion.test) };
    let place = format!("{}:{}", assertion.file, assertion.line);
    format!("{} {test}{}  {}\n", paint(style, mark), paint(STRONG, &assertion.name), paint(FAINT, place))
}

fn one(found: &Found, of: &Assertions<'_>, context: &Context<'_>) -> String {
    let speech = context.speech;
    match found {
        Found::Nothing(issue) => render_issue(issue, None, speech),
        Found::Pair(pair) => explain_pairs::one(&pair.account(), of.reachability_of(pair), context),
        Found::Ways { request, answer } => {
            let whole = Whole::of(answer);
            let said = speech.word(&format!("outcome.{}", whole.name()));
            let (from, to) = (request.from.to_string(), target_name(request));
            let colon = speech.word("mark.colon");
            let mut text = format!("{} → {to}{colon}{}\n", paint(STRONG, from), paint(whole_style(whole), said));
            let mut told = std::collections::BTreeSet::new();
            for route in &answer.routes {
                let reason = route.reason.as_ref().map(|reason| speech.reason(reason));
                let outcome = speech.word(&format!("outcome.{}", bulkhead_analysis::outcome::name(route.outcome)));
                let seen = super::picture::seen(route, context);
                let parts: Vec<String> = [Some(outcome), reason, seen].into_iter().flatten().collect();
                if told.insert(parts.clone()) {
                    text.extend(["  ", &parts.join(&speech.word("mark.semicolon")), "\n"]);
                }
            }
            text
        }
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}
