//! The pairs of two places, those who reach the same put together.

use std::collections::BTreeMap;

use super::Member;

/// One pair with the number of its ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) from: Member,
    pub(super) to: Member,
    pub(super) number: u32,
}

/// Everybody on the left reaches everybody on the right on the same ports. Who is on both sides is among those of several, and
/// reaches itself as every pod does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    /// Senders, sorted.
    pub(crate) from: Vec<Member>,
    /// Receivers, sorted.
    pub(crate) to: Vec<Member>,
    /// The number of their ports.
    pub(crate) number: u32,
}

/// Puts pairs together, by senders or by receivers: whichever takes fewer rows. `within`: both sides are of one place.
pub(super) fn collapse(edges: &[Edge], within: bool) -> Vec<Row> {
    let mut with_itself: Vec<Member> = edges.iter().filter(|edge| edge.from == edge.to).map(|edge| edge.from).collect();
    with_itself.sort_unstable();
    let added = |one: Member| within && with_itself.binary_search(&one).is_err();
    let by_sender = grouped(edges.iter().map(|edge| (edge.from, edge.to, edge.number)), added);
    let by_receiver = grouped(edges.iter().map(|edge| (edge.to, edge.from, edge.number)), added);
    let rows = if by_receiver.len() < by_sender.len() {
        by_receiver.into_iter().map(|(to, from, number)| Row { from, to, number }).collect()
    } else {
        by_sender.into_iter().map(|(from, to, number)| Row { from, to, number }).collect::<Vec<Row>>()
    };
    let mut rows: Vec<Row> = rows.into_iter().map(|row| without_itself(row, added)).collect();
    rows.sort_unstable();
    rows
}

/// Those on one side, those on the other, and the ports.
type Group = (Vec<Member>, Vec<Member>, u32);

/// Groups the first of each pair by the seconds that it has; `added` tells who is put to those that it has.
fn grouped(pairs: impl Iterator<Item = (Member, Member, u32)>, added: impl Fn(Member) -> bool) -> Vec<Group> {
    let mut others: BTreeMap<(Member, u32), Vec<Member>> = BTreeMap::new();
    for (one, other, number) in pairs {
        others.entry((one, number)).or_default().push(other);
    }
    let mut groups: BTreeMap<(Vec<Member>, u32), Vec<Member>> = BTreeMap::new();
    for ((one, number), mut others) in others {
        if added(one) {
            others.push(one);
        }
        others.sort_unstable();
        groups.entry((others, number)).or_default().push(one);
    }
    groups.into_iter().map(|((others, number), ones)| (ones, others, number)).collect()
}

/// A row of one who reaches others does not say that it reaches itself, unless its replicas do reach each other.
fn without_itself(mut row: Row, added: impl Fn(Member) -> bool) -> Row {
    match (row.from.as_slice(), row.to.as_slice()) {
        ([one], [_, _, ..]) if added(*one) => {
            let one = *one;
            row.to.retain(|to| *to != one);
        }
        ([_, _, ..], [one]) if added(*one) => {
            let one = *one;
            row.from.retain(|from| *from != one);
        }
        _ => {}
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(pairs: &[(u32, u32, u32)]) -> Vec<Edge> {
        pairs.iter().map(|(from, to, number)| Edge { from: *from, to: *to, number: *number }).collect()
    }

    #[test]
    fn everybody_who_reaches_all_others_is_one_row() {
        let all = edges(&[(1, 2, 0), (1, 3, 0), (2, 1, 0), (2, 3, 0), (3, 1, 0), (3, 2, 0)]);
        assert_eq!(collapse(&all, true), [Row { from: vec![1, 2, 3], to: vec![1, 2, 3], number: 0 }]);
    }

    #[test]
    fn whoever_takes_fewer_rows_is_grouped() {
        let fan = edges(&[(1, 9, 0), (2, 9, 0), (3, 9, 0), (1, 8, 1)]);
        let rows = collapse(&fan, false);
        let expected =
            [Row { from: vec![1], to: vec![8], number: 1 }, Row { from: vec![1, 2, 3], to: vec![9], number: 0 }];
        assert_eq!(rows, expected);
    }

    #[test]
    fn a_single_one_is_not_said_to_reach_itself() {
        assert_eq!(collapse(&edges(&[(1, 2, 0)]), true), [Row { from: vec![1], to: vec![2], number: 0 }]);
    }
}
