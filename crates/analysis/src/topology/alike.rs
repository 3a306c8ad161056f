//! Parties of one place that reach the same and are reached by the same become one.
//!
//! Two are alike if everybody else has the same with both, and both have the same with each other. That is transitive, so that
//! each is held against one of a group only.

use std::collections::BTreeMap;

use bulkhead_model::Name;
use bulkhead_policy::reach::PortRanges;

use super::parties::Party;
use super::seats::Member;
use super::{Link, Openness};

/// What is open on one link: equal links have the same label.
type Label = u32;
/// The others of somebody on one side, each with the label.
type Row = Vec<(usize, Label)>;

/// Who is with whom, by number.
struct Rows {
    out: Vec<Row>,
    into: Vec<Row>,
}

/// Joins who is alike.
pub(super) fn joined(parties: Vec<Party>, links: Vec<Link>) -> (Vec<Party>, Vec<Link>) {
    let rows = Rows::new(parties.len(), &links);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut candidates: BTreeMap<(Container<'_>, [Vec<Label>; 2]), Vec<usize>> = BTreeMap::new();
    for (at, party) in parties.iter().enumerate() {
        let known = candidates.entry((container(party, at), rows.labels(at))).or_default();
        let fits = |group: &&usize| groups.get(**group).and_then(|it| it.first()).is_some_and(|it| rows.alike(*it, at));
        if let Some(group) = known.iter().find(fits).copied() {
            groups.get_mut(group).into_iter().for_each(|group| group.push(at));
        } else {
            known.push(groups.len());
            groups.push(vec![at]);
        }
    }
    drop(candidates);
    if groups.len() == parties.len() {
        return (parties, links);
    }
    let mut group_of = vec![0; parties.len()];
    for (group, members) in groups.iter().enumerate() {
        for member in members {
            if let Some(slot) = group_of.get_mut(*member) {
                *slot = group;
            }
        }
    }
    (join_parties(parties, &group_of, groups.len()), join_links(links, &group_of))
}

/// Where somebody is: only who is in one place is joined.
type Container<'a> = (u8, Option<&'a Name>, Option<usize>);

fn container(party: &Party, at: usize) -> Container<'_> {
    match party.members.first() {
        Some(Member::Peer(_)) => (0, party.namespace.as_ref(), None),
        Some(Member::Project(_)) => (1, party.workspace.as_ref(), None),
        Some(Member::Workspace(_)) => (2, None, None),
        Some(Member::Node(_)) => (3, None, None),
        _ => (4, None, Some(at)),
    }
}

impl Rows {
    fn new(parties: usize, links: &[Link]) -> Self {
        let mut labels: BTreeMap<(Openness, &PortRanges, &PortRanges), Label> = BTreeMap::new();
        let (mut out, mut into) = (vec![Row::new(); parties], vec![Row::new(); parties]);
        for link in links {
            let next = u32::try_from(labels.len()).unwrap_or(u32::MAX);
            let label = *labels.entry((link.open, &link.ports, &link.undetermined)).or_insert(next);
            out.get_mut(link.from).into_iter().for_each(|row: &mut Row| row.push((link.to, label)));
            into.get_mut(link.to).into_iter().for_each(|row: &mut Row| row.push((link.from, label)));
        }
        Self { out, into }
    }

    /// The labels of somebody, without what it has with itself: who is alike has the same.
    fn labels(&self, at: usize) -> [Vec<Label>; 2] {
        [&self.out, &self.into].map(|rows| {
            let row = rows.get(at).map_or(&[][..], Vec::as_slice);
            let mut labels: Vec<Label> = row.iter().filter(|(with, _)| *with != at).map(|(_, label)| *label).collect();
            labels.sort_unstable();
            labels
        })
    }

    fn alike(&self, one: usize, other: usize) -> bool {
        let with_each_other = self.label(one, other);
        let selves = [self.label(one, one), self.label(other, other)];
        let fits = |own: Option<Label>| own.is_none() || own == with_each_other;
        with_each_other == self.label(other, one)
            && (selves.iter().all(|own| fits(*own)) || (selves[0] == selves[1] && with_each_other.is_none()))
            && [&self.out, &self.into].into_iter().all(|rows| same_elsewhere(rows, one, other))
    }

    fn label(&self, from: usize, to: usize) -> Option<Label> {
        let row = self.out.get(from)?;
        let place = row.binary_search_by_key(&to, |(with, _)| *with).ok()?;
        row.get(place).map(|(_, label)| *label)
    }
}

/// Whether two have the same with everybody else.
fn same_elsewhere(rows: &[Row], one: usize, other: usize) -> bool {
    let others = |at: usize| rows.get(at).into_iter().flatten().filter(move |(with, _)| *with != one && *with != other);
    others(one).eq(others(other))
}

fn join_parties(parties: Vec<Party>, group_of: &[usize], groups: usize) -> Vec<Party> {
    let mut joined: Vec<Option<Party>> = vec![None; groups];
    for (party, group) in parties.into_iter().zip(group_of) {
        match joined.get_mut(*group) {
            Some(Some(whole)) => {
                if whole.namespace != party.namespace {
                    whole.namespace = None;
                }
                if whole.workspace != party.workspace {
                    whole.workspace = None;
                }
                whole.size += party.size;
                whole.members.extend(party.members);
            }
            Some(slot) => *slot = Some(party),
            None => {}
        }
    }
    joined.into_iter().flatten().collect()
}

/// Links of groups: the same for all members, summed up.
fn join_links(links: Vec<Link>, group_of: &[usize]) -> Vec<Link> {
    let place = |at: usize| group_of.get(at).copied().unwrap_or_default();
    let mut joined: BTreeMap<(usize, usize), Link> = BTreeMap::new();
    for link in links {
        let (from, to) = (place(link.from), place(link.to));
        let pairs = link.pairs;
        let whole = joined.entry((from, to)).or_insert(Link { from, to, pairs: 0, ..link });
        whole.pairs += pairs;
    }
    joined.into_values().collect()
}
