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
    let all_decided = own.iter().all(|area| is_decided(area, site, &earlier));
    if !all_decided {
        return None;
    }
    let touches = |rule: &&Earlier<'_>| rule.areas.iter().flatten().any(|area| own.iter().any(|own| own.meets(area)));
    let by: Vec<RuleSite<'_>> = earlier.iter().filter(touches).filter_map(Earlier::site).collect();
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

/// Whether every packet of an area is decided before the rule is asked. A Pass of an earlier tier brings packets to the rule; a
/// Pass of its own tier takes them past it.
fn is_decided(area: &Area, site: RuleSite<'_>, earlier: &[Earlier<'_>]) -> bool {
    let mut left = vec![area.clone()];
    for rule in earlier {
        let passes_to_here = rule.rule.action == Action::Pass && rule.policy.tier < site.policy.tier;
        match (&rule.areas, passes_to_here) {
            (None, true) => return false,
            (None, false) => {}
            (Some(areas), true) => {
                if left.iter().any(|part| areas.iter().any(|area| part.meets(area))) {
                    return false;
                }
            }
            (Some(areas), false) => {
                let Some(parts) = parts_without(left, areas) else { return false };
                left = parts;
            }
        }
        if left.is_empty() {
            return true;
        }
    }
    false
}
