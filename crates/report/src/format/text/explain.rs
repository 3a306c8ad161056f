//! Accounts of verdicts: question by question, policy by policy, rule by rule; and the nearest miss where the answer is no.

use anstyle::Style;
use bulkhead_analysis::isolation::origin;
use bulkhead_analysis::model::{ObjectRef, Position};
use bulkhead_analysis::path::Request;
use bulkhead_analysis::policy::explain::{PolicyAccount, RuleAccount, RuleMatch};
use bulkhead_analysis::policy::{Action, Question, Verdict};
use bulkhead_analysis::{Account, Explained, Whole};
use bulkhead_wire::Words as _;
use bulkhead_wire::explanation::PeerForm;
use bulkhead_wire::hop::verdict_name;

use super::super::Context;
use super::columns::{Line, Page, fold, render_within};
use super::question::target_name;
use super::trace::whole_style;
use crate::style::{BAD, FAINT, GOOD, HEADING, OPEN, STRONG, paint};

const PLAIN: Style = Style::new();
/// How far to the right a rule may push why it does not match.
const WIDEST_RULE: usize = 70;
/// How many pods of a group are named.
const SHOWN_PODS: usize = 3;

/// The account of a request.
pub(super) fn render(request: &Request, explained: &Explained, context: &Context<'_>) -> String {
    let speech = context.speech;
    let whole = Whole::of(&explained.answer);
    let head = format!("{} → {}", request.from, target_name(request));
    let said = paint(whole_style(whole).bold(), speech.word(&format!("outcome.{}", whole.name())));
    let mut page = Page::default();
    page.line(format_args!("{}{}{said}", paint(STRONG, head), speech.word("mark.colon")));
    for alike in groups(&explained.accounts) {
        page.line("");
        page.block(&render_accounts(&alike, context));
    }
    if explained.accounts.is_empty() {
        page.line(speech.word("explain.notAsked"));
    }
    // What ends for another reason than a policy is not in any account.
    let silent = explained.answer.routes.iter().filter(|route| route.questions.is_empty());
    for reason in silent.filter_map(|route| route.reason.as_ref()) {
        page.line("");
        page.line(speech.say("explain.ends", &[("reason", speech.reason(reason))]));
    }
    page.finish()
}

/// Accounts that differ in nothing but the pod whose policies were asked: the replicas of one workload.
fn groups(accounts: &[Account]) -> Vec<Vec<&Account>> {
    let is_alike = |one: &Account, other: &Account| {
        let same_subject = Question { subject: one.question.subject, ..other.question };
        one.question == same_subject && one.explanation == other.explanation
    };
    let mut groups: Vec<Vec<&Account>> = Vec::new();
    for account in accounts {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| is_alike(first, account))) {
            Some(group) => group.push(account),
            None => groups.push(vec![account]),
        }
    }
    groups
}

/// One account for all pods of a group.
fn render_accounts(accounts: &[&Account], context: &Context<'_>) -> String {
    let speech = context.speech;
    let Some(account) = accounts.first() else { return String::new() };
    let question = &account.question;
    let name = |account: &&Account| format!("pod/{}", context.snapshot.pods[account.question.subject].name);
    let names: Vec<String> = accounts.iter().map(name).collect();
    let pod = fold(&names, SHOWN_PODS, |more| speech.say("trace.more", &[("count", more.to_string())]));
    let port = format!("{}/{}", question.port, question.protocol);
    let arguments = [("pod", pod), ("peer", peer_text(account, context)), ("port", port)];
    let heading = speech.say(&format!("explain.{}", question.direction.name()), &arguments);
    let verdict = &account.explanation.verdict;
    let style = match verdict {
        Verdict::Allow { .. } => GOOD,
        Verdict::Deny { .. } => BAD,
        Verdict::Undetermined { .. } => OPEN,
    };
    let said = speech.word(&format!("verdict.{}", verdict_name(verdict)));
    let mut page = Page::default();
    page.line(format_args!("{}{}{}", paint(HEADING, heading), speech.word("mark.colon"), paint(style, said)));
    let lines: Vec<Line> =
        account.explanation.policies.iter().flat_map(|policy| policy_lines(policy, account, context)).collect();
    if lines.is_empty() {
        page.line(format_args!("  {}", speech.word("explain.notIsolated")));
    }
    page.block(&render_within(&lines, WIDEST_RULE));
    for line in nearest_lines(account, context) {
        page.line(line);
    }
    page.finish()
}

/// The other side: its address, and whose that is.
fn peer_text(account: &Account, context: &Context<'_>) -> String {
    let speech = context.speech;
    let PeerForm { address, pod, node } = PeerForm::new(&account.question, context.snapshot);
    let owner = pod.map(|pod| format!("pod/{pod}")).or_else(|| node.map(|node| format!("node/{node}")));
    match (address, owner) {
        (Some(address), Some(owner)) => speech.say("explain.peerOf", &[("address", address), ("owner", owner)]),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => speech.word("explain.unknownAddress"),
    }
}

fn policy_lines(policy: &PolicyAccount, account: &Account, context: &Context<'_>) -> Vec<Line> {
    let speech = context.speech;
    let doubt = policy.doubt.map(|doubt| format!("{}{}", speech.word("mark.colon"), speech.word(doubt.code())));
    let place = place_text(policy.position, context);
    let line = Line::new(PLAIN, "  ").left(STRONG, policy.policy.to_string()).left(OPEN, doubt.unwrap_or_default());
    let made_of = origin(context.snapshot, &policy.policy);
    let made_of = made_of.map(|made_of| speech.say("explain.madeOf", &[("object", made_of.to_string())]));
    let mut lines = vec![line.left(FAINT, place).left(FAINT, made_of.unwrap_or_default())];
    let rules: Vec<&RuleAccount> = policy.rules.iter().filter(|rule| rule.rule.rule.is_some()).collect();
    if rules.is_empty() {
        lines.push(Line::new(FAINT, "      ").left(FAINT, speech.word("explain.noRules")));
    }
    lines.extend(rules.into_iter().flat_map(|rule| rule_lines(rule, account, context)));
    lines
}

/// A rule with what it says, and below it why it does not match.
fn rule_lines(account: &RuleAccount, of: &Account, context: &Context<'_>) -> Vec<Line> {
    let speech = context.speech;
    let (mark, style, said) = match (account.matches, account.rule.action) {
        (RuleMatch::Yes, Action::Allow) => ("✓", GOOD, speech.word("action.allow")),
        (RuleMatch::Yes, Action::Deny) => ("✗", BAD, speech.word("action.deny")),
        (RuleMatch::Yes, Action::Pass) => ("→", FAINT, speech.word("action.pass")),
        (RuleMatch::No, _) => ("·", FAINT, speech.word("match.no")),
        (RuleMatch::Undetermined(reason), _) => {
            let colon = speech.word("mark.colon");
            ("?", OPEN, format!("{}{colon}{}", speech.word("match.undetermined"), speech.word(reason.code())))
        }
    };
    let misses: Vec<String> = account.misses.iter().map(|miss| speech.miss(miss)).collect();
    let why = if misses.is_empty() {
        said
    } else {
        format!("{said}{}{}", speech.word("mark.colon"), misses.join(&speech.word("mark.semicolon")))
    };
    let name = rule_name(account, of, context);
    let place = place_text(account.rule.position, context);
    vec![Line::new(style, format!("    {mark} ")).left(PLAIN, name).left(FAINT, place).right(style, why)]
}

fn rule_name(account: &RuleAccount, of: &Account, context: &Context<'_>) -> String {
    let direction = of.question.direction.name().to_owned();
    match account.rule.rule {
        Some(rule) => context.speech.say("explain.rule", &[("direction", direction), ("rule", rule.to_string())]),
        None => context.speech.word("explain.whole"),
    }
}

/// Where the answer is no: what would have to be otherwise for a yes.
fn nearest_lines(account: &Account, context: &Context<'_>) -> Vec<String> {
    let speech = context.speech;
    if account.explanation.verdict.allows() != Some(false) {
        return Vec::new();
    }
    let line = |rule: &RuleAccount| {
        let policy: &ObjectRef = &rule.rule.policy;
        let of = [("rule", rule_name(rule, account, context)), ("policy", policy.to_string())];
        let misses: Vec<String> = rule.misses.iter().map(|miss| speech.miss(miss)).collect();
        let arguments =
            [("rule", speech.say("explain.ruleOf", &of)), ("misses", misses.join(&speech.word("mark.semicolon")))];
        format!("  {}", paint(STRONG, speech.say("explain.nearest", &arguments)))
    };
    account.explanation.nearest().into_iter().take(SHOWN_NEAREST).map(line).collect()
}

/// How many rules that come equally near are shown.
const SHOWN_NEAREST: usize = 3;

fn place_text(position: Position, context: &Context<'_>) -> String {
    let file = context.snapshot.source(position);
    file.map(|file| format!("  ({file}:{})", position.line)).unwrap_or_default()
}
