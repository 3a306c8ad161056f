//! Why the policies of one pod say what they say about one packet: every policy that was asked, every rule of it, and for a
//! rule that does not match, by what it misses.
//!
//! Made on demand, for one question. [`decide`](crate::decide()) gives the verdict; this gives the account around it.

mod explainer;
mod looks;
mod miss;
mod parts;

use bulkhead_model::{ObjectRef, Position};
use bulkhead_snapshot::Snapshot;

pub use self::explainer::{Explainer, NearMiss, SubjectNumber};
pub use self::miss::{LabelOf, Miss};
pub use self::parts::{Part, Parts};

use crate::decide::{Question, decide};
use crate::matching::{BlockHabits, Match, Packet};
use crate::policies::Policies;
use crate::rule::{LoweredPolicy, LoweredRule, PolicyDoubt, Tier};
use crate::verdict::{Action, DoubtReason, RuleRef, Verdict};

/// The account of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What the policies say.
    pub verdict: Verdict,
    /// Every policy that is, or may be, about the pod in this direction, in the order in which they are asked.
    pub policies: Vec<PolicyAccount>,
}

/// One policy that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyAccount {
    /// The policy.
    pub policy: ObjectRef,
    /// Where it stands.
    pub position: Position,
    /// When it is asked.
    pub tier: Tier,
    /// Inside its tier, smaller numbers first.
    pub priority: u32,
    /// Why it may not be about the pod, or may say something else than it seems to.
    pub doubt: Option<DoubtReason>,
    /// Its rules, in order.
    pub rules: Vec<RuleAccount>,
}

/// One rule of a policy that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleAccount {
    /// The rule.
    pub rule: RuleRef,
    /// Whether it is about the packet.
    pub matches: RuleMatch,
    /// Where it does not match: by what the peer and the port that come nearest miss the packet. Never empty then.
    pub misses: Vec<Miss>,
}

/// Whether a rule is about a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleMatch {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// Nobody knows.
    Undetermined(DoubtReason),
}

impl Explanation {
    /// The rules that would allow the packet if the least were otherwise: those with the fewest misses. Empty where no rule
    /// could allow it.
    pub fn nearest(&self) -> Vec<&RuleAccount> {
        let rules = self.policies.iter().flat_map(|policy| &policy.rules);
        let missing: Vec<&RuleAccount> =
            rules.filter(|rule| rule.rule.action == Action::Allow && rule.matches == RuleMatch::No).collect();
        let least = missing.iter().map(|rule| rule.weight()).min();
        missing.into_iter().filter(|rule| Some(rule.weight()) == least).collect()
    }
}

impl RuleAccount {
    fn weight(&self) -> u32 {
        self.misses.iter().map(Miss::weight).sum()
    }
}

/// Explains what the policies of one pod say about one packet.
pub fn explain(snapshot: &Snapshot, policies: &Policies, question: &Question) -> Explanation {
    let profile = policies.engine().profile();
    let habits = BlockHabits::of(profile);
    let packet = Packet { snapshot, selectors: policies.selectors(), question, habits };
    let asked = policies.concerning(snapshot, question);
    Explanation {
        verdict: decide(snapshot, policies, question),
        policies: asked.into_iter().filter_map(|policy| account(&packet, policy)).collect(),
    }
}

/// The account of one policy; `None` where it is surely not about the pod.
fn account(packet: &Packet<'_>, policy: &LoweredPolicy) -> Option<PolicyAccount> {
    let doubt = match (packet.matches_subject(&policy.subject), policy.doubt) {
        (Match::No, _) => return None,
        (_, Some(PolicyDoubt::MaySayAnything(reason) | PolicyDoubt::MayNotApply(reason)))
        | (Match::Maybe(reason), None) => Some(reason),
        (Match::Yes, None) => None,
    };
    let rules = policy.rules.iter().map(|rule| rule_account(packet, policy, rule)).collect();
    Some(PolicyAccount {
        policy: policy.origin.clone(),
        position: policy.position,
        tier: policy.tier,
        priority: policy.priority,
        doubt,
        rules,
    })
}

fn rule_account(packet: &Packet<'_>, policy: &LoweredPolicy, rule: &LoweredRule) -> RuleAccount {
    let matches = match packet.matches(rule) {
        Match::Yes => RuleMatch::Yes,
        Match::No => RuleMatch::No,
        Match::Maybe(reason) => RuleMatch::Undetermined(reason),
    };
    let misses =
        if matches == RuleMatch::No { miss::misses(packet, rule, miss::Of::PeersAndPorts) } else { Vec::new() };
    RuleAccount { rule: policy.rule_ref(rule), matches, misses }
}
