//! A rule that never decides anything: whatever it matches, rules that are asked before it have decided, whatever pods there are.
//! Rules of an AdminNetworkPolicy or a ClusterNetworkPolicy stand behind the earlier rules of their policy and behind policies of
//! a smaller priority; rules of a NetworkPolicy behind those of the Admin tier.

use bulkhead_model::Severity;
use bulkhead_policy::Action;
use bulkhead_policy::rule::{Conflict, LoweredPolicy, LoweredRule};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::meaning::{Area, areas_of_rule, parts_without};
use crate::notation;
use crate::site::{RuleSite, rules_of};

pub(super) static RULE: Rule =
    Rule { id: "BH024", name: "shadowed-rule", severity: Severity::Warning, messages: &["BH024"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let has_order = cluster.policies.lowered().iter().any(|policy| policy.tier.on_conflict() == Conflict::Undefined);
    if !has_order {
        return Vec::new();
    }
    cluster.rules().filter_map(|site| of_rule(cluster, site)).collect()
}

/// A rule that is asked before another one.
struct Earlier<'a> {
    policy: &'a LoweredPolicy,
    rule: &'a LoweredRule,
    /// What it matches; `None` where nobody knows.
    areas: Option<Vec<Area>>,
}

fn of_rule<'a>(cluster: &Cluster<'a>, site: RuleSite<'a>) -> Option<Finding> {
    let own = areas_of_rule(site.policy, site.rule, cluster.policies.selectors())?;
    if own.iter().all(Area::is_empty) {
        return None;
    }
    let earlier = earlier_rules(cluster, site);
    let mut by: Vec<usize> = Vec::new();
    for area in &own {
        by.extend(deciders(area, site, &earlier)?);
    }
    by.sort_unstable();
    by.dedup();
    let by: Vec<RuleSite<'_>> = by.iter().filter_map(|at| earlier.get(*at)?.site()).collect();
    let text = by.iter().map(|site| format!("{} {}", site.policy.origin, site.field()));
    let finding = site.place(RULE.finding()).with("by", notation::listed(text));
    Some(by.iter().fold(finding, |finding, by| finding.related(&by.policy.origin, by.field(), by.rule.position)))
}

impl<'a> Earlier<'a> {
    fn site(&self) -> Option<RuleSite<'a>> {
        Some(RuleSite { policy: self.policy, rule: self.rule, index: self.rule.index? })
    }
}

/// Every rule that is surely asked before this one, in the order in which they are asked.
fn earlier_rules<'a>(cluster: &Cluster<'a>, site: RuleSite<'a>) -> Vec<Earlier<'a>> {
    let place = |policy: &LoweredPolicy| (policy.tier, policy.priority);
    let ordered =
        cluster.policies.lowered().iter().filter(|policy| {
            policy.direction == site.policy.direction && policy.tier.on_conflict() == Conflict::Undefined
        });
    let before = ordered
        .clone()
        .filter(|policy| place(policy) < place(site.policy))
        .flat_map(|policy| policy.rules.iter().map(move |rule| (policy, rule)));
    let is_ordered = site.policy.tier.on_conflict() == Conflict::Undefined;
    let own = is_ordered.then(|| rules_of(site.policy).filter(|rule| rule.index < site.index));
    let own = own.into_iter().flatten().map(|rule| (rule.policy, rule.rule));
    let earlier =
        |(policy, rule)| Earlier { policy, rule, areas: areas_of_rule(policy, rule, cluster.policies.selectors()) };
    before.chain(own).map(earlier).collect()
}

/// The places of the rules that decide every packet of an area before the rule is asked; `None` where some packet may get as
/// far. A Pass of an earlier tier brings packets to the rule; a Pass of its own tier takes them past it.
fn deciders(area: &Area, site: RuleSite<'_>, earlier: &[Earlier<'_>]) -> Option<Vec<usize>> {
    let (mut left, mut by) = (vec![area.clone()], Vec::new());
    left.retain(|part| !part.is_empty());
    for (at, rule) in earlier.iter().enumerate() {
        if left.is_empty() {
            break;
        }
        let passes_to_here = rule.rule.action == Action::Pass && rule.policy.tier < site.policy.tier;
        let touches = |areas: &[Area]| left.iter().any(|part| areas.iter().any(|area| part.meets(area)));
        match &rule.areas {
            None if passes_to_here => return None,
            Some(areas) if passes_to_here && touches(areas) => return None,
            Some(areas) if !passes_to_here => {
                let before = left.clone();
                left = parts_without(left, areas)?;
                if left != before {
                    by.push(at);
                }
            }
            _ => {}
        }
    }
    left.is_empty().then_some(by)
}
