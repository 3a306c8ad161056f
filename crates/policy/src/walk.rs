//! From the matches of single rules to everything that the policies may say about a packet.
//!
//! Each policy that is about the pod makes [`Claim`]s. Where all is known it makes one; a doubt makes one more. The walk goes
//! tier by tier, priority by priority, and collects every end that the packet may come to. One end: the verdict is certain,
//! whatever the doubts. Two: undetermined, because of the doubts that lead to the other one.

use crate::matching::{Match, Packet};
use crate::rule::{Conflict, LoweredPolicy, PolicyDoubt, Tier};
use crate::verdict::{Action, Doubt, DoubtReason, RuleRef};

/// What a policy may say about a packet: what its first matching rule does, or nothing where none matches.
#[derive(Clone, Debug)]
struct Claim {
    /// The action, and the rules that it comes from; `None` where the policy says nothing.
    says: Option<(Action, Vec<RuleRef>)>,
    /// What must be so for the policy to say this and not what its last claim says; `None` in the last one.
    doubt: Option<DoubtReason>,
}

/// Every end that a packet may come to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ends {
    /// Whether it may be allowed, and whether it may be denied.
    pub(crate) allow: bool,
    pub(crate) deny: bool,
    /// What holds if no doubtful rule matches: the action (`Allow` or `Deny`), and the rules on the way to it.
    pub(crate) settled: Option<(Action, Vec<RuleRef>)>,
    /// Every doubt on the way, with what follows if it is so.
    pub(crate) doubts: Vec<(Action, Doubt)>,
}

/// Follows a packet through policies that are sorted by tier and priority and that are all about its pod's direction.
pub(crate) fn follow<'a>(packet: &Packet<'_>, policies: &[&'a LoweredPolicy]) -> Ends {
    let mut ends = Ends::default();
    let mut passed: Vec<RuleRef> = Vec::new();
    for tier in Tier::ALL {
        let of_tier = policies.iter().copied().filter(|policy| policy.tier == tier).collect::<Vec<&'a LoweredPolicy>>();
        if !follow_tier(packet, tier, &of_tier, &mut ends, &mut passed) {
            return ends;
        }
    }
    ends.allow = true;
    ends.settle(Action::Allow, passed, Vec::new());
    ends
}

/// Follows a packet through one tier. Gives whether it may come to the next one.
fn follow_tier(
    packet: &Packet<'_>,
    tier: Tier,
    policies: &[&LoweredPolicy],
    ends: &mut Ends,
    passed: &mut Vec<RuleRef>,
) -> bool {
    let (mut may_pass, mut settled_here) = (false, ends.settled.is_none());
    for level in policies.chunk_by(|a, b| a.priority == b.priority) {
        let claims: Vec<Vec<Claim>> = level.iter().filter_map(|policy| claims(packet, policy)).collect();
        let level = Level::of(tier.on_conflict(), &claims);
        may_pass |= level.may.iter().any(|(action, _)| *action == Action::Pass);
        ends.allow |= level.may.iter().any(|(action, _)| *action == Action::Allow);
        ends.deny |= level.may.iter().any(|(action, _)| *action == Action::Deny);
        ends.doubts.extend(level.may.into_iter().filter_map(|(action, doubt)| Some((action, doubt?))));
        if settled_here && let Some((action, rules)) = level.settled {
            settled_here = false;
            match action {
                Action::Pass => passed.extend(rules),
                Action::Allow | Action::Deny => ends.settle(action, passed.clone(), rules),
            }
        }
        if !level.may_be_silent {
            return may_pass;
        }
    }
    true
}

impl Ends {
    fn settle(&mut self, action: Action, mut passed: Vec<RuleRef>, rules: Vec<RuleRef>) {
        if self.settled.is_none() {
            passed.extend(rules);
            self.settled = Some((action, passed));
        }
    }
}

/// What the policies of one tier and one priority may say together.
struct Level {
    /// Every action that may come of it, and the doubt that it takes.
    may: Vec<(Action, Option<Doubt>)>,
    /// Whether it may be that none says anything.
    may_be_silent: bool,
    /// What they say if no doubtful rule matches, and which rules say it.
    settled: Option<(Action, Vec<RuleRef>)>,
}

impl Level {
    fn of(conflict: Conflict, policies: &[Vec<Claim>]) -> Self {
        let mut may: Vec<(Action, Option<Doubt>)> = policies.iter().flatten().filter_map(Claim::may).collect();
        let last = policies.iter().filter_map(|claims| claims.last()?.says.clone());
        let mut settled: Vec<(Action, RuleRef)> =
            last.flat_map(|(action, rules)| rules.into_iter().map(move |rule| (action, rule))).collect();
        match conflict {
            Conflict::AllowWins => {
                let surely =
                    |claims: &Vec<Claim>| claims.iter().all(|claim| claim.says_action() == Some(Action::Allow));
                if policies.iter().any(surely) {
                    may.retain(|(action, _)| *action == Action::Allow);
                }
                if settled.iter().any(|(action, _)| *action == Action::Allow) {
                    settled.retain(|(action, _)| *action == Action::Allow);
                }
            }
            Conflict::Undefined => may.extend(disagreement(&settled)),
        }
        let may_be_silent = policies.iter().all(|claims| claims.iter().any(|claim| claim.says.is_none()));
        let action = settled.first().map(|(action, _)| *action);
        let rules = settled.into_iter().map(|(_, rule)| rule).collect();
        Self { may, may_be_silent, settled: action.map(|action| (action, rules)) }
    }
}

/// Where policies of one priority surely match and disagree, what each says is as likely.
fn disagreement(settled: &[(Action, RuleRef)]) -> Vec<(Action, Option<Doubt>)> {
    let Some((first, _)) = settled.first() else { return Vec::new() };
    if settled.iter().all(|(action, _)| action == first) {
        return Vec::new();
    }
    let doubt = |rule: &RuleRef| Doubt { rule: rule.clone(), reason: DoubtReason::EqualPriority };
    settled.iter().map(|(action, rule)| (*action, Some(doubt(rule)))).collect()
}

impl Claim {
    fn says_action(&self) -> Option<Action> {
        self.says.as_ref().map(|(action, _)| *action)
    }

    /// What may come of it, and the doubt that it takes.
    fn may(&self) -> Option<(Action, Option<Doubt>)> {
        let (action, rules) = self.says.as_ref()?;
        let doubt = self.doubt.and_then(|reason| Some(Doubt { rule: rules.first()?.clone(), reason }));
        Some((*action, doubt))
    }
}

/// What one policy may say, the certain thing last; `None` where it is surely not about the pod.
fn claims(packet: &Packet<'_>, policy: &LoweredPolicy) -> Option<Vec<Claim>> {
    let applies = packet.matches_subject(&policy.subject);
    let doubt = match (applies, policy.doubt) {
        (Match::No, _) => return None,
        (_, Some(PolicyDoubt::MaySayAnything(reason))) => return Some(anything(policy, reason)),
        (Match::Maybe(reason), _) | (Match::Yes, Some(PolicyDoubt::MayNotApply(reason))) => Some(reason),
        (Match::Yes, None) => None,
    };
    let mut claims = claims_of_rules(packet, policy);
    if let Some(reason) = doubt {
        for claim in &mut claims {
            claim.doubt = Some(claim.doubt.unwrap_or(reason));
        }
        claims.push(Claim { says: None, doubt: None });
    }
    Some(claims)
}

/// What a policy that applies may say: one claim for each rule that may match, up to the first that surely does.
fn claims_of_rules(packet: &Packet<'_>, policy: &LoweredPolicy) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (at, rule) in policy.rules.iter().enumerate() {
        match packet.matches(rule) {
            Match::No => {}
            Match::Maybe(reason) => {
                claims.push(Claim { says: Some((rule.action, vec![policy.rule_ref(rule)])), doubt: Some(reason) });
            }
            Match::Yes => {
                let rules = all_that_say_so(packet, policy, at, rule.action);
                claims.push(Claim { says: Some((rule.action, rules)), doubt: None });
                return claims;
            }
        }
    }
    claims.push(Claim { says: None, doubt: None });
    claims
}

/// The rule that surely matches; where rules have no order, also the others that say the same and surely match.
fn all_that_say_so(packet: &Packet<'_>, policy: &LoweredPolicy, first: usize, action: Action) -> Vec<RuleRef> {
    let rules = policy.rules.get(first..).unwrap_or_default();
    let count = match policy.tier.on_conflict() {
        Conflict::AllowWins => rules.len(),
        Conflict::Undefined => 1,
    };
    let same = rules.iter().take(count).filter(|rule| rule.action == action && packet.matches(rule) == Match::Yes);
    same.map(|rule| policy.rule_ref(rule)).collect()
}

fn anything(policy: &LoweredPolicy, reason: DoubtReason) -> Vec<Claim> {
    let says = |action: &Action| Claim { says: Some((*action, vec![policy.whole_ref(*action)])), doubt: Some(reason) };
    let mut claims: Vec<Claim> = policy.tier.actions().iter().map(says).collect();
    claims.push(Claim { says: None, doubt: None });
    claims
}
