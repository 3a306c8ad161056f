//! The changes of one namespace, in order.

use bulkhead_model::NamespacedName;
use bulkhead_model::object::{Direction, NetworkPolicy, PolicyManifest};

use super::Step;
use super::stage::{Changing, DIRECTIONS, Rules, add, selects_everything};
use crate::names;
use crate::plan::is_ours;

/// What changes in one namespace.
#[derive(Debug, Default)]
pub(super) struct Changes<'a> {
    pub(super) apply: Vec<&'a PolicyManifest>,
    pub(super) delete: Vec<&'a NamespacedName>,
    /// Every policy that is there.
    pub(super) there: Vec<&'a NetworkPolicy>,
}

/// What becomes of a direction.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Turn {
    /// Pods that are isolated stay so: a policy holds its own rules, old and new.
    None,
    /// Pods that nothing isolates will be isolated: who carries it holds these rules, too.
    Closes(Rules),
    /// Pods that are isolated will not be: who carries it holds these rules, too, and goes last.
    Opens(Rules),
}

/// What becomes of a direction, and who carries it.
#[derive(Debug)]
struct Turning {
    direction: Direction,
    turn: Turn,
    /// Some pods turn and some do not, so that a carrier may only hold rules that concern all of them.
    mixed: bool,
}

impl Changes<'_> {
    /// The writes, in order.
    pub(super) fn steps(self) -> Vec<Step> {
        let there = |name: &NamespacedName| self.there.iter().copied().find(|policy| policy.name == *name);
        let gone = self.delete.iter().map(|name| Changing::gone(name, there(name)));
        if self.apply.len() + self.delete.len() == 1 {
            let only = self.apply.iter().map(|manifest| Step::Write((*manifest).clone()));
            return only.chain(gone.map(|policy| policy.finished())).collect();
        }
        let (mut changing, mut meanwhile) = (Vec::new(), Vec::new());
        for manifest in &self.apply {
            let policy = Changing::written(there(&manifest.name), manifest);
            if policy.changes_pods() {
                // Where everything of the right name is ours, nothing carries a label.
                let is_labelled = manifest.labels.get(names::MANAGED_BY).is_some_and(|value| value == names::MANAGER);
                let is_taken =
                    |name: &NamespacedName| is_labelled && there(name).is_some_and(|policy| !is_ours(policy));
                let halves = policy.split(manifest, is_taken);
                meanwhile.extend(halves.last().map(|coming| Step::Delete(coming.name().clone())));
                changing.extend(halves);
            } else {
                changing.push(policy);
            }
        }
        changing.extend(gone);
        let mut steps = self.ordered(&changing);
        steps.extend(meanwhile);
        steps
    }

    fn ordered(&self, changing: &[Changing]) -> Vec<Step> {
        let turns = DIRECTIONS.map(|direction| self.turning(changing, direction));
        let carrier = carrier(changing, &turns);
        let holds_turns = |policy: &Changing| carrier.is_none_or(|name| name == policy.name());
        let narrow_first = |policy: &Changing| !policy.selects_every_pod() && turns.iter().any(|turn| turn.mixed);
        let wide = |policy: &Changing| {
            let holds_all = holds_turns(policy) || narrow_first(policy);
            let [ingress, egress] = &turns;
            policy.widened(in_between(policy, ingress, holds_all), in_between(policy, egress, holds_all))
        };
        // Who closes a direction comes before those that only add to it; who opens one goes after all others.
        let rank = |policy: &&Changing| match (narrow_first(policy), holds_turns(policy)) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        };
        let mut inward: Vec<&Changing> = changing.iter().collect();
        inward.sort_by_key(rank);
        let mut steps: Vec<Step> = inward.iter().copied().filter_map(wide).collect();
        let narrowed = inward.iter().rev().map(|policy| policy.finished());
        let narrowed: Vec<Step> = narrowed.filter(|step| !steps.contains(step)).collect();
        steps.extend(narrowed);
        steps
    }

    /// What becomes of a direction.
    fn turning(&self, changing: &[Changing], direction: Direction) -> Turning {
        let constant = |policy: &&&NetworkPolicy| !changing.iter().any(|other| *other.name() == policy.name);
        let isolates = |policy: &NetworkPolicy| match direction {
            Direction::Ingress => policy.isolates_ingress != Some(false),
            Direction::Egress => policy.isolates_egress != Some(false),
        };
        let constant: Vec<&NetworkPolicy> =
            self.there.iter().filter(constant).copied().filter(|policy| isolates(policy)).collect();
        let always = constant.iter().any(|policy| policy.pod_selector.requirements.is_empty());
        let of_every_pod = |manifest: &Option<PolicyManifest>| {
            manifest.as_ref().is_some_and(|manifest| selects_everything(&manifest.pod_selector))
        };
        let (mut before, mut after) = (Isolated::default(), Isolated::default());
        for policy in changing {
            before.note(policy.old_rules(direction), of_every_pod(&policy.old));
            after.note(policy.new_rules(direction), of_every_pod(&policy.new));
        }
        let (closed_before, closed_after) = (always || before.every_pod, always || after.every_pod);
        let (turn, mixed) = match (closed_before, closed_after) {
            // Nobody at all is isolated on one side, so that a carrier may hold everything of the other.
            (false, _) if constant.is_empty() && !before.any && after.any => (Turn::Closes(after.rules), false),
            (_, false) if constant.is_empty() && !after.any && before.any => (Turn::Opens(before.rules), false),
            (false, true) => (Turn::Closes(after.rules_of_every_pod), true),
            (true, false) => (Turn::Opens(before.rules_of_every_pod), true),
            (true, true) | (false, false) => (Turn::None, false),
        };
        Turning { direction, turn, mixed }
    }
}

/// What the changing policies isolate, before or after.
#[derive(Debug, Default)]
struct Isolated {
    any: bool,
    every_pod: bool,
    rules: Rules,
    rules_of_every_pod: Rules,
}

impl Isolated {
    fn note(&mut self, rules: Option<&[bulkhead_model::object::RuleManifest]>, of_every_pod: bool) {
        let Some(rules) = rules else { return };
        self.any = true;
        add(&mut self.rules, rules);
        if of_every_pod {
            self.every_pod = true;
            add(&mut self.rules_of_every_pod, rules);
        }
    }
}

/// Whether a policy isolates on the side of a turn where pods are isolated.
fn is_closed_by(policy: &Changing, turning: &Turning) -> bool {
    match turning.turn {
        Turn::None => true,
        Turn::Closes(_) => policy.new_rules(turning.direction).is_some(),
        Turn::Opens(_) => policy.old_rules(turning.direction).is_some(),
    }
}

/// The one policy that can carry every turn: it selects every pod, and isolates in all directions that turn. Without one, all do.
fn carrier<'c>(changing: &'c [Changing], turns: &[Turning]) -> Option<&'c NamespacedName> {
    let can =
        |policy: &&Changing| policy.selects_every_pod() && turns.iter().all(|turning| is_closed_by(policy, turning));
    changing.iter().find(can).map(Changing::name)
}

/// The rules that a policy holds in between; `None` where it does not isolate then.
fn in_between(policy: &Changing, turning: &Turning, holds_all: bool) -> Option<Rules> {
    let (old, new) = (policy.old_rules(turning.direction), policy.new_rules(turning.direction));
    let mut held = Rules::new();
    for rules in [old, new].into_iter().flatten() {
        add(&mut held, rules);
    }
    match &turning.turn {
        Turn::Closes(rules) | Turn::Opens(rules) if holds_all && is_closed_by(policy, turning) => add(&mut held, rules),
        _ => {}
    }
    (old.is_some() || new.is_some()).then_some(held)
}
