//! Changes that are the same for several, said once.

use std::collections::BTreeMap;

use super::{Change, Ends};

/// The same changes, sorted: senders who changed alike towards the same receivers stand together, and then receivers.
pub(super) fn compact(changes: Vec<Change>) -> Vec<Change> {
    let by_receiver =
        merged(changes, |change| std::mem::replace(&mut change.from, nobody()), |change| &mut change.from);
    let mut merged = merged(by_receiver, |change| std::mem::replace(&mut change.to, nobody()), |change| &mut change.to);
    merged.sort();
    merged
}

/// Joins changes that differ in one end only.
fn merged(
    changes: Vec<Change>,
    take: impl Fn(&mut Change) -> Ends,
    end: impl Fn(&mut Change) -> &mut Ends,
) -> Vec<Change> {
    let mut ends: BTreeMap<Change, Vec<Ends>> = BTreeMap::new();
    for mut change in changes {
        let taken = take(&mut change);
        ends.entry(change).or_default().push(taken);
    }
    let mut merged = Vec::with_capacity(ends.len());
    for (rest, ends) in ends {
        let mut parties = Vec::new();
        for taken in ends {
            match taken {
                Ends::Parties(more) => parties.extend(more),
                Ends::Outside(_) => {
                    let mut change = rest.clone();
                    *end(&mut change) = taken;
                    merged.push(change);
                }
            }
        }
        if !parties.is_empty() {
            parties.sort();
            let mut change = rest;
            *end(&mut change) = Ends::Parties(parties);
            merged.push(change);
        }
    }
    merged
}

fn nobody() -> Ends {
    Ends::Parties(Vec::new())
}
