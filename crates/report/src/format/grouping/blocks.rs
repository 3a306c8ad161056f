//! Pairs of places, those that say the same put together: "every namespace reaches the name servers".

use std::collections::BTreeMap;

use super::rows::Row;
use super::{Member, Place};

/// What one place, or several that do the same, reaches at others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// Where senders are; more than one only where rows speak of everybody there.
    pub(crate) from: Vec<Place>,
    /// Where receivers are; the same.
    pub(crate) to: Vec<Place>,
    /// Whether the receivers' place has only one peer, which reaches itself as every pod does, although no pair says so.
    is_single: bool,
    /// Whether each place reaches only itself; both lists are the same then.
    pub(crate) is_each_within: bool,
    /// What they reach.
    pub(crate) rows: Vec<BlockRow>,
}

/// A row of a block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlockRow {
    /// Senders.
    pub(crate) from: Members,
    /// Receivers.
    pub(crate) to: Members,
    /// The number of their ports.
    pub(crate) number: u32,
}

/// Some of those at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Members {
    /// All who are there.
    Everybody,
    /// These.
    Listed(Vec<Member>),
}

impl Block {
    pub(super) fn new<'a>(
        from: &Place,
        to: &Place,
        rows: Vec<Row>,
        everybody: impl Fn(&Place) -> &'a [Member],
    ) -> Self {
        let members = |listed: Vec<Member>, place: &Place| {
            if listed == everybody(place) { Members::Everybody } else { Members::Listed(listed) }
        };
        let row = |row: Row| BlockRow { from: members(row.from, from), to: members(row.to, to), number: row.number };
        let rows = rows.into_iter().map(row).collect();
        Self {
            from: vec![from.clone()],
            to: vec![to.clone()],
            is_single: from != to && everybody(to).len() == 1,
            is_each_within: false,
            rows,
        }
    }
}

/// Puts blocks together: of all senders' places that reach the same, then of all receivers' places, then of all places in
/// which the same is so.
pub(super) fn merged(blocks: Vec<Block>) -> Vec<Block> {
    let all_senders = |block: &Block| block.rows.iter().all(|row| row.from == Members::Everybody);
    let all_receivers = |block: &Block| block.rows.iter().all(|row| row.to == Members::Everybody);
    let key_of_receiver = |block: &Block| all_senders(block).then(|| (block.to.clone(), block.rows.clone()));
    let key_of_sender = |block: &Block| {
        all_receivers(block).then(|| {
            let itself = block.to.iter().filter(|_| block.is_single && all_senders(block));
            let mut from: Vec<Place> = block.from.iter().chain(itself).cloned().collect();
            from.sort();
            from.dedup();
            (from, block.rows.clone())
        })
    };
    let key_within = |block: &Block| {
        let is_one = block.from.len() == 1 && block.from == block.to;
        (is_one && all_senders(block) && all_receivers(block)).then(|| (Vec::new(), block.rows.clone()))
    };
    let blocks = merge(blocks, key_of_receiver, |whole, block| whole.from.extend(block.from));
    let blocks = merge(blocks, key_of_sender, |whole, block| {
        whole.from.extend(block.from);
        whole.from.sort();
        whole.from.dedup();
        whole.to.extend(block.to);
    });
    let mut blocks = merge(blocks, key_within, |whole, block| {
        whole.is_each_within = true;
        whole.from.extend(block.from);
        whole.to.extend(block.to);
    });
    blocks.sort_by(|one, other| (&one.from, &one.to).cmp(&(&other.from, &other.to)));
    blocks
}

/// What makes blocks one: places, and rows about everybody there.
type Key = (Vec<Place>, Vec<BlockRow>);

fn merge(blocks: Vec<Block>, key: impl Fn(&Block) -> Option<Key>, add: impl Fn(&mut Block, Block)) -> Vec<Block> {
    let mut known: BTreeMap<Key, usize> = BTreeMap::new();
    let mut merged: Vec<Block> = Vec::new();
    for block in blocks {
        let Some(key) = key(&block) else {
            merged.push(block);
            continue;
        };
        let next = merged.len();
        let at = *known.entry(key).or_insert(next);
        match merged.get_mut(at) {
            Some(whole) => add(whole, block),
            None => merged.push(block),
        }
    }
    merged
}
