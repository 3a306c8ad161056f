//! Policies of the whole cluster with one tier and one priority that are about the same packets and want different things. Which
//! of them counts, the API leaves open (policy.networking.k8s.io `spec.priority`).

use bulkhead_model::Severity;
use bulkhead_policy::rule::{Conflict, LoweredPolicy};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::meaning::{Area, areas_of_rule};
use crate::site::{RuleSite, rules_of};

pub(super) static RULE: Rule =
    Rule { id: "BH028", name: "equal-priority", severity: Severity::Warning, messages: &["BH028"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let ordered = cluster.policies.lowered().iter().filter(|policy| policy.tier.on_conflict() == Conflict::Undefined);
    let ordered: Vec<&LoweredPolicy> = ordered.filter(|policy| policy.doubt.is_none()).collect();
    let levels = ordered.chunk_by(|a, b| (a.tier, a.priority) == (b.tier, b.priority));
    levels.flat_map(|level| of_level(cluster, level)).collect()
}

fn of_level(cluster: &Cluster<'_>, level: &[&LoweredPolicy]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, first) in level.iter().enumerate() {
        for second in level.iter().skip(at + 1) {
            let comparable = first.direction == second.direction && first.origin != second.origin;
            let conflict = comparable.then(|| conflict(cluster, first, second)).flatten();
            findings.extend(conflict.map(|(one, other)| report(one, other)));
        }
    }
    findings
}

/// The first two rules that are about the same packets and disagree.
fn conflict<'a>(
    cluster: &Cluster<'_>,
    first: &'a LoweredPolicy,
    second: &'a LoweredPolicy,
) -> Option<(RuleSite<'a>, RuleSite<'a>)> {
    let areas = |site: RuleSite<'_>| areas_of_rule(site.policy, site.rule, cluster.policies.selectors());
    let others: Vec<(RuleSite<'_>, Vec<Area>)> =
        rules_of(second).filter_map(|site| Some((site, areas(site)?))).collect();
    rules_of(first).find_map(|one| {
        let own = areas(one)?;
        let disagrees = others.iter().find(|(other, areas)| {
            other.rule.action != one.rule.action && own.iter().any(|own| areas.iter().any(|area| own.meets(area)))
        });
        disagrees.map(|(other, _)| (one, *other))
    })
}

fn report(one: RuleSite<'_>, other: RuleSite<'_>) -> Finding {
    let finding = other.place(RULE.finding()).with("other", &one.policy.origin).with("rule", one.field());
    let finding = finding.with("priority", one.policy.priority);
    finding.related(&one.policy.origin, one.field(), one.rule.position)
}
