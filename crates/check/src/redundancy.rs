//! NetworkPolicies, rules and entries that add nothing to the others, whatever pods there are.
//!
//! Everything that is named here can be taken away together: what was found is out of the set that covers the next. Later objects
//! are looked at first, so that of two that say the same the later one is named. A policy that allows nothing is never named: it
//! is the isolation that the others are exceptions from.

use std::collections::BTreeMap;

use bulkhead_model::{Name, ObjectRef};
use bulkhead_policy::rule::{LoweredPolicy, Tier};
use bulkhead_policy::selector::SelectorTable;
use bulkhead_policy::{Action, Policies};

use crate::meaning::{
    Area, PortArea, PortIndex, Remainder, areas_of_peer, areas_of_rule, port_area, port_areas, remainder, subject_area,
};
use crate::site::{RuleSite, rules_of};

/// What adds nothing.
#[derive(Debug, Default)]
pub(crate) struct Redundancy<'a> {
    pub(crate) policies: Vec<RedundantPolicy<'a>>,
    pub(crate) rules: Vec<RedundantRule<'a>>,
    pub(crate) entries: Vec<RedundantEntry<'a>>,
}

/// A policy without which every packet would fare the same.
#[derive(Debug)]
pub(crate) struct RedundantPolicy<'a> {
    pub(crate) policy: &'a LoweredPolicy,
    /// The policies that say it, too.
    pub(crate) by: Vec<&'a LoweredPolicy>,
    /// Whether it says exactly what one other says.
    pub(crate) is_same: bool,
}

/// A rule without which its policy and the others would still let everything through that it does.
#[derive(Debug)]
pub(crate) struct RedundantRule<'a> {
    pub(crate) site: RuleSite<'a>,
    /// The rules that say it, too.
    pub(crate) by: Vec<RuleSite<'a>>,
}

/// A peer or a port of a rule that adds nothing.
#[derive(Debug)]
pub(crate) struct RedundantEntry<'a> {
    pub(crate) site: RuleSite<'a>,
    pub(crate) entry: Entry,
}

/// Which entry of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Peer(usize),
    Port(usize),
}

/// One policy in one direction, as sets.
#[derive(Debug)]
struct Member<'a> {
    policy: &'a LoweredPolicy,
    subject: Option<Area>,
    rules: Vec<Part<'a>>,
    live: bool,
}

#[derive(Debug)]
struct Part<'a> {
    site: RuleSite<'a>,
    areas: Option<Vec<Area>>,
    live: bool,
}

/// Finds everything that adds nothing.
pub(crate) fn redundancy(policies: &Policies) -> Redundancy<'_> {
    let mut namespaces: BTreeMap<&Name, Vec<&LoweredPolicy>> = BTreeMap::new();
    for policy in policies.lowered().iter().filter(|policy| policy.tier == Tier::NetworkPolicy) {
        if let Some(namespace) = &policy.origin.namespace {
            namespaces.entry(namespace).or_default().push(policy);
        }
    }
    let (mut found, selectors) = (Redundancy::default(), policies.selectors());
    for of_namespace in namespaces.into_values() {
        let mut members: Vec<Member<'_>> =
            of_namespace.into_iter().map(|policy| Member::new(policy, selectors)).collect();
        find_policies(&mut members, &mut found.policies);
        find_rules(&mut members, &mut found.rules);
        find_entries(&members, selectors, &mut found.entries);
    }
    found
}

impl<'a> Member<'a> {
    fn new(policy: &'a LoweredPolicy, selectors: &SelectorTable) -> Self {
        let allowing = rules_of(policy).filter(|site| site.rule.action == Action::Allow);
        let part = |site: RuleSite<'a>| Part { site, areas: areas_of_rule(policy, site.rule, selectors), live: true };
        let subject = policy.doubt.is_none().then(|| subject_area(policy, selectors)).flatten();
        Self { policy, subject, rules: allowing.map(part).collect(), live: true }
    }

    /// Whether everything about it is known, and it allows something.
    fn is_candidate(&self) -> bool {
        let written = self.policy.rules.iter().filter(|rule| rule.index.is_some()).count();
        let selects = self.subject.as_ref().is_some_and(|subject| !subject.is_empty());
        selects && written > 0 && written == self.rules.len() && self.rules.iter().all(Part::is_known)
    }
}

impl Part<'_> {
    fn is_known(&self) -> bool {
        self.areas.is_some()
    }
}

/// Whether all of these areas are covered, and by whom: owners of which none can be left out.
fn covered<O: Copy + PartialEq>(areas: &[Area], others: &[(O, &Area)]) -> Option<Vec<O>> {
    let near: Vec<(O, &Area)> =
        others.iter().copied().filter(|(_, other)| areas.iter().any(|area| area.meets(other))).collect();
    let covers = |others: &[(O, &Area)]| {
        areas.iter().all(|area| remainder(area, others.iter().map(|(_, other)| *other)) == Remainder::Nothing)
    };
    if !covers(&near) {
        return None;
    }
    let mut needed = near;
    let mut owners: Vec<O> = Vec::new();
    for (owner, _) in &needed {
        if !owners.contains(owner) {
            owners.push(*owner);
        }
    }
    for owner in owners.clone() {
        let without: Vec<(O, &Area)> = needed.iter().copied().filter(|(of, _)| *of != owner).collect();
        if covers(&without) {
            owners.retain(|have| *have != owner);
            needed = without;
        }
    }
    Some(owners)
}

/// The live areas of a direction's rules that `keep` wants, with their owners.
fn pool<'m>(members: &'m [Member<'_>], like: &Member<'_>, keep: impl Fn(Owner) -> bool) -> Vec<(Owner, &'m Area)> {
    let mut pool = Vec::new();
    for (member_at, member) in members.iter().enumerate() {
        if !member.live || member.policy.direction != like.policy.direction {
            continue;
        }
        for (rule_at, part) in member.rules.iter().enumerate().filter(|(_, part)| part.live) {
            let owner = Owner { member: member_at, rule: rule_at };
            if keep(owner) {
                pool.extend(part.areas.iter().flatten().map(|area| (owner, area)));
            }
        }
    }
    pool
}

/// A rule, by its policy's place and its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Owner {
    member: usize,
    rule: usize,
}

fn find_policies<'a>(members: &mut [Member<'a>], found: &mut Vec<RedundantPolicy<'a>>) {
    let mut origins: Vec<&ObjectRef> = members.iter().map(|member| &member.policy.origin).collect();
    origins.dedup();
    for origin in origins.into_iter().rev() {
        let own: Vec<usize> = places(members, origin);
        let by: Option<Vec<Vec<usize>>> = own.iter().map(|place| policy_covered(members, *place)).collect();
        let Some(by) = by else { continue };
        let mut by: Vec<usize> = by.into_iter().flatten().collect();
        by.sort_unstable();
        by.dedup_by_key(|place| members.get(*place).map(|member| &member.policy.origin));
        let Some(first) = own.first().and_then(|place| members.get(*place)) else { continue };
        let is_same = says_the_same(members, &own, &by);
        let policies = by.iter().filter_map(|place| members.get(*place)).map(|member| member.policy).collect();
        found.push(RedundantPolicy { policy: first.policy, by: policies, is_same });
        for place in own {
            if let Some(member) = members.get_mut(place) {
                member.live = false;
            }
        }
    }
}

fn places(members: &[Member<'_>], origin: &ObjectRef) -> Vec<usize> {
    let own = members.iter().enumerate().filter(|(_, member)| member.policy.origin == *origin);
    own.map(|(place, _)| place).collect()
}

/// The members that isolate the same pods and let the same through as one member; `None` where they do not.
fn policy_covered(members: &[Member<'_>], place: usize) -> Option<Vec<usize>> {
    let member = members.get(place).filter(|member| member.is_candidate())?;
    let is_other = |other: &Member<'_>| other.live && other.policy.origin != member.policy.origin;
    let same_direction =
        members.iter().enumerate().filter(|(_, other)| other.policy.direction == member.policy.direction);
    let subjects: Vec<(usize, &Area)> = same_direction
        .filter(|(_, other)| is_other(other))
        .filter_map(|(at, other)| Some((at, other.subject.as_ref()?)))
        .collect();
    let mut by = covered(&[member.subject.clone()?], &subjects)?;
    let rules = pool(members, member, |owner| members.get(owner.member).is_some_and(is_other));
    for part in &member.rules {
        by.extend(covered(part.areas.as_deref()?, &rules)?.into_iter().map(|owner| owner.member));
    }
    Some(by)
}

/// Whether the members of one policy say exactly what one other policy says.
fn says_the_same(members: &[Member<'_>], own: &[usize], by: &[usize]) -> bool {
    let [other] = by else { return false };
    let Some(other) = members.get(*other) else { return false };
    let others = places(members, &other.policy.origin);
    let of_own: Vec<&Member<'_>> = own.iter().filter_map(|place| members.get(*place)).collect();
    others.len() == own.len()
        && others.iter().filter_map(|place| members.get(*place)).all(|other| {
            let own = of_own.iter().find(|own| own.policy.direction == other.policy.direction);
            own.is_some_and(|own| holds(own, other))
        })
}

/// Whether one member says everything that another says.
fn holds(member: &Member<'_>, other: &Member<'_>) -> bool {
    let (Some(subject), Some(of_other)) = (&member.subject, &other.subject) else { return false };
    let areas: Vec<&Area> = member.rules.iter().flat_map(|part| part.areas.iter().flatten()).collect();
    let known = other.is_candidate();
    let mut of_rules = other.rules.iter().flat_map(|part| part.areas.iter().flatten());
    known
        && remainder(of_other, [subject]) == Remainder::Nothing
        && of_rules.all(|area| remainder(area, areas.iter().copied()) == Remainder::Nothing)
}

fn find_rules<'a>(members: &mut [Member<'a>], found: &mut Vec<RedundantRule<'a>>) {
    for member_at in (0..members.len()).rev() {
        let count = members.get(member_at).filter(|member| member.live).map_or(0, |member| member.rules.len());
        for rule_at in (0..count).rev() {
            let this = Owner { member: member_at, rule: rule_at };
            let Some(by) = rule_covered(members, this) else { continue };
            let site = |owner: Owner| Some(members.get(owner.member)?.rules.get(owner.rule)?.site);
            let by: Vec<RuleSite<'a>> = by.into_iter().filter_map(site).collect();
            found.extend(site(this).map(|site| RedundantRule { site, by }));
            if let Some(part) = members.get_mut(member_at).and_then(|member| member.rules.get_mut(rule_at)) {
                part.live = false;
            }
        }
    }
}

fn rule_covered(members: &[Member<'_>], this: Owner) -> Option<Vec<Owner>> {
    let member = members.get(this.member)?;
    let areas = member.rules.get(this.rule)?.areas.as_deref()?;
    // A rule that matches nothing at all has a finding of its own.
    let matches_nothing = areas.iter().all(Area::is_empty);
    if matches_nothing { None } else { covered(areas, &pool(members, member, |owner| owner != this)) }
}

fn find_entries<'a>(members: &[Member<'a>], selectors: &SelectorTable, found: &mut Vec<RedundantEntry<'a>>) {
    for (member_at, member) in members.iter().enumerate().filter(|(_, member)| member.live) {
        for (rule_at, part) in member.rules.iter().enumerate().filter(|(_, part)| part.live && part.is_known()) {
            let this = Owner { member: member_at, rule: rule_at };
            let others: Vec<&Area> =
                pool(members, member, |owner| owner != this).into_iter().map(|(_, area)| area).collect();
            let entries = redundant_entries(part.site, &others, selectors);
            found.extend(entries.into_iter().map(|entry| RedundantEntry { site: part.site, entry }));
        }
    }
}

/// The entries of one rule that add nothing to its others and to other rules; the last ones first, and together.
fn redundant_entries(site: RuleSite<'_>, others: &[&Area], selectors: &SelectorTable) -> Vec<Entry> {
    let Some(all_ports) = port_area(&site.rule.ports) else { return Vec::new() };
    let mut found = Vec::new();
    let areas: Vec<Option<Area>> =
        site.peers().map(|peer| areas_of_peer(site.policy, Some(peer.peer), all_ports.clone(), selectors)).collect();
    let mut gone = vec![false; areas.len()];
    for (at, area) in areas.iter().enumerate().rev() {
        let siblings = areas.iter().zip(&gone).enumerate().filter(|(other, (_, gone))| *other != at && !**gone);
        let siblings = siblings.filter_map(|(_, (area, _))| area.as_ref());
        let is_covered = |area: &Area| {
            !area.is_empty() && remainder(area, siblings.chain(others.iter().copied())) == Remainder::Nothing
        };
        if area.as_ref().is_some_and(is_covered) {
            found.push(Entry::Peer(at));
            if let Some(gone) = gone.get_mut(at) {
                *gone = true;
            }
        }
    }
    found.extend(redundant_ports(site, others, selectors));
    found
}

fn redundant_ports(site: RuleSite<'_>, others: &[&Area], selectors: &SelectorTable) -> Vec<Entry> {
    let ports = port_areas(&site.rule.ports);
    let mut peers = site.peers().map(|peer| Some(peer.peer)).collect::<Vec<_>>();
    if peers.is_empty() {
        peers.push(None);
    }
    let of_peers = |ports: &PortArea| -> Option<Vec<Area>> {
        peers.iter().map(|peer| areas_of_peer(site.policy, *peer, ports.clone(), selectors)).collect()
    };
    let areas: Vec<Option<Vec<Area>>> = ports.iter().map(|port| of_peers(port.as_ref()?)).collect();
    let index = PortIndex::new(ports.iter().enumerate().filter_map(|(at, port)| Some((at, port.as_ref()?))));
    let mut found = Vec::new();
    let mut gone = vec![false; ports.len()];
    for (at, (port, own)) in ports.iter().zip(&areas).enumerate().rev() {
        let (Some(port), Some(own)) = (port, own) else { continue };
        let near = index.near(port).into_iter().filter(|other| *other != at && gone.get(*other) == Some(&false));
        let siblings: Vec<&Area> = near.filter_map(|other| areas.get(other)?.as_ref()).flatten().collect();
        let covers = |area: &Area| remainder(area, siblings.iter().chain(others).copied()) == Remainder::Nothing;
        if own.iter().all(covers) && !own.iter().all(Area::is_empty) {
            found.push(Entry::Port(at));
            if let Some(gone) = gone.get_mut(at) {
                *gone = true;
            }
        }
    }
    found
}
