//! Follows everyone who is wanted, and those inside that nothing tells apart as few of them.
//!
//! What is found is what following each of them by itself finds, in the same order, less what could show no entry and no way of one:
//! of what a policy sees alike, [`WITNESSES`] are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use bulkhead_path::{Network, Sender, SetApart};
use bulkhead_snapshot::{NodeId, PodId};

use crate::client::{self, InOrder, Wanted};
use crate::crowd::{Crowd, Next, Others};
use crate::entry::WITNESSES;
use crate::requirement::{self, About, Requirement, Requirements, Source, Wishes};
use crate::shared::Shared;

/// Follows everyone who is wanted. Where it shows that clients are told apart by more than was thought, each is followed by itself.
pub(crate) fn collect(shared: &Shared<'_>, wishes: &Wishes<'_>, wanted: &Wanted, crowd: &Arc<Crowd>) -> Requirements {
    let apart = if crowd.is_empty() { Some(SetApart::default()) } else { set_apart(&shared.open, wishes) };
    let Some(apart) = apart else {
        let (services, pods) = (&wishes.target.services, &wishes.target.pods);
        let classes = client::classes(shared, shared.snapshot(), wanted, services, pods);
        let mut found = Requirements::default();
        requirement::collect(&shared.open, wishes, &classes, &mut found);
        return found;
    };
    let mut one_by_one = BTreeSet::new();
    loop {
        let mut following = Following { shared, wishes, found: Requirements::default(), given: Vec::new() };
        match following.everyone(wanted, &crowd.plan(shared, wishes.target, &apart, &one_by_one)) {
            Ok(()) => return following.found,
            Err(TellsApart(group)) => _ = one_by_one.insert(group),
        }
    }
}

/// What a target tells clients apart by; `None` where nobody can say that.
fn set_apart(open: &Network<'_>, wishes: &Wishes<'_>) -> Option<SetApart> {
    let mut all = SetApart::default();
    let targets: BTreeSet<_> = wishes.target.dials.iter().map(|dial| &dial.to).collect();
    for target in targets {
        let apart = open.set_apart(target)?;
        all.nodes.extend(apart.nodes);
        all.lists.extend(apart.lists);
        all.blocks.extend(apart.blocks);
    }
    Some(all)
}

/// The clients of this group are told apart by more than was thought.
struct TellsApart(usize);

/// One exposure, followed.
struct Following<'a> {
    shared: &'a Shared<'a>,
    wishes: &'a Wishes<'a>,
    found: Requirements,
    /// Groups whose others were given addresses of their nodes, and the places of these.
    given: Vec<(usize, Arc<Others>, BTreeSet<usize>)>,
}

impl Following<'_> {
    fn everyone(&mut self, wanted: &Wanted, plan: &[(InOrder, Next)]) -> Result<(), TellsApart> {
        let open = &self.shared.open;
        for class in client::address_classes(self.shared, &self.wishes.target.services, &wanted.outside) {
            requirement::follow(open, self.wishes, &class, &mut self.found);
        }
        let mut followed: Vec<(&InOrder, Range<usize>)> = Vec::new();
        let mut of_group: BTreeMap<usize, Vec<Range<usize>>> = BTreeMap::new();
        for (place, next) in plan {
            match next {
                Next::Follow(class, group) => {
                    let (from, unknown) = (self.found.ingress.len(), self.found.unknown.len());
                    requirement::follow(open, self.wishes, class, &mut self.found);
                    let range = from..self.found.ingress.len();
                    followed.push((place, range.clone()));
                    if let Some(group) = group {
                        if self.found.unknown.len() > unknown {
                            return Err(TellsApart(*group));
                        }
                        of_group.entry(*group).or_default().push(range);
                    }
                }
                Next::Others(group, others) => {
                    let ranges = of_group.get(group).map_or(&[][..], Vec::as_slice);
                    self.give(*group, others, ranges)?;
                }
            }
        }
        self.in_order(&followed)
    }

    /// Gives the others of a group what the one needs that was followed for them.
    fn give(&mut self, group: usize, others: &Arc<Others>, ranges: &[Range<usize>]) -> Result<(), TellsApart> {
        let followed: Vec<_> = others.followed().zip(ranges).collect();
        let [.., (other, of_other), (one, of_one)] = &followed[..] else { return Err(TellsApart(group)) };
        let needs = self.needs(*one, of_one);
        if needs != self.needs(*other, of_other) {
            return Err(TellsApart(group));
        }
        let mut given = Vec::new();
        for (index, (_, seen)) in (*of_one).clone().zip(needs) {
            let Some(requirement) = self.found.ingress.get(index) else { continue };
            let (peer, each) = match seen {
                Seen::Itself => (Source::Pods(others.pods().to_vec()), None),
                Seen::ItsNode(role) if !self.is_covered(requirement, role, others) => {
                    (requirement.peer.clone(), Some(role))
                }
                Seen::ItsNode(_) | Seen::EachDoor(_) | Seen::SomebodyElse(_) => continue,
            };
            given.push(Requirement {
                peer,
                each,
                node: None,
                senders: Some(Arc::clone(others)),
                ..requirement.clone()
            });
        }
        let roles: BTreeSet<usize> = given.iter().filter_map(|requirement| requirement.each).collect();
        if !roles.is_empty() {
            self.given.push((group, Arc::clone(others), roles));
        }
        self.found.ingress.extend(given);
        Ok(())
    }

    /// What a client needs, without what tells it from others.
    fn needs(&self, (pod, sender): (Option<PodId>, &Sender), range: &Range<usize>) -> Vec<(About<'_>, Seen)> {
        let own = self.found.ingress.get(range.clone()).unwrap_or_default();
        own.iter().map(|requirement| (requirement.about(), self.seen(requirement, pod, sender))).collect()
    }

    /// As whom the policy sees a client.
    fn seen(&self, requirement: &Requirement, pod: Option<PodId>, sender: &Sender) -> Seen {
        if let Some(role) = requirement.each {
            return Seen::EachDoor(role);
        }
        match &requirement.peer {
            Source::Pods(pods) if pod.is_some_and(|pod| pods.contains(&pod)) => Seen::Itself,
            Source::Addresses(set) if set.len() == 1 => {
                let role = set.ranges().next().and_then(|(own, _)| self.shared.open.role_of(sender.home(), own));
                role.map_or_else(|| Seen::SomebodyElse(requirement.peer.clone()), Seen::ItsNode)
            }
            other => Seen::SomebodyElse(other.clone()),
        }
    }

    /// Whether the same addresses are seen often enough already, each as that of a node whose door it is.
    fn is_covered(&self, requirement: &Requirement, role: usize, others: &Others) -> bool {
        let key = requirement.about();
        let covers = |before: &&Requirement| {
            let leads = |node| before.way.nodes().contains(node);
            before.each == Some(role)
                && before.senders.is_none()
                && before.about() == key
                && others.ends().into_iter().all(|end| end.is_some_and(leads))
        };
        self.found.ingress.iter().filter(covers).take(WITNESSES).count() == WITNESSES
    }

    /// Whether nothing that was followed between the others of a group is about the same addresses: the order of ways would be
    /// another.
    fn in_order(&self, followed: &[(&InOrder, Range<usize>)]) -> Result<(), TellsApart> {
        for (group, others, roles) in &self.given {
            let Some((first, last)) = others.places() else { continue };
            let between = followed.iter().filter(|(place, _)| first < *place && *place < last);
            let mut between = between.filter_map(|(_, range)| self.found.ingress.get(range.clone())).flatten();
            if between.any(|requirement| self.is_about(requirement, others, roles)) {
                return Err(TellsApart(*group));
            }
        }
        Ok(())
    }

    fn is_about(&self, requirement: &Requirement, others: &Others, roles: &BTreeSet<usize>) -> bool {
        let open = &self.shared.open;
        let given =
            |node: NodeId, address: IpAddr| roles.iter().any(|role| open.address_in_role(node, *role) == Some(address));
        match (requirement.each, &requirement.peer) {
            (Some(role), _) => {
                let leads = others.ends().into_iter().flatten().filter(|end| requirement.way.nodes().contains(*end));
                leads.into_iter().any(|end| open.address_in_role(end, role).is_some_and(|own| given(end, own)))
            }
            (None, Source::Addresses(set)) if set.len() == 1 => {
                let Some((address, _)) = set.ranges().next() else { return false };
                open.nodes_with(address).iter().any(|node| others.are_on(*node) && given(*node, address))
            }
            (None, Source::Addresses(_) | Source::Pods(_)) => false,
        }
    }
}

/// As whom a policy sees a client.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    /// As itself.
    Itself,
    /// By an address of the node that it is on.
    ItsNode(usize),
    /// By an address of the node whose door it is, by any but its own.
    EachDoor(usize),
    /// By an address that has nothing to do with it.
    SomebodyElse(Source),
}
