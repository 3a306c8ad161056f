//! Addresses outside of which something changed.

use std::collections::BTreeMap;

use bulkhead_model::AddressSet;
use bulkhead_policy::reach::{ClassId, Connections, Reach};

/// What a class opens to addresses, or lets in from them: disjoint sets that together are all addresses.
type Held = Vec<(AddressSet, Connections)>;

/// The addresses for which the answer is not the same in both states, by what it was and what it is.
pub(super) fn changed(
    classes: [Option<ClassId>; 2],
    reach: [&Reach; 2],
    ask: impl Fn(&Reach, ClassId) -> Held,
) -> Vec<(AddressSet, [Connections; 2])> {
    let [old, new] = reach;
    let [before, after] = classes;
    let held = |reach: &Reach, class: Option<ClassId>| match class {
        Some(class) => ask(reach, class),
        None => vec![(AddressSet::all(), Connections::none())],
    };
    let (before, after) = (held(old, before), held(new, after));
    let mut changed: BTreeMap<[Connections; 2], AddressSet> = BTreeMap::new();
    if before == after {
        return Vec::new();
    }
    for (addresses, was) in &before {
        for (others, is) in after.iter().filter(|(_, is)| is != was) {
            let both = addresses.intersection(others);
            if !both.is_empty() {
                let known = changed.entry([was.clone(), is.clone()]).or_default();
                *known = known.union(&both);
            }
        }
    }
    changed.into_iter().map(|(both, addresses)| (addresses, both)).collect()
}
