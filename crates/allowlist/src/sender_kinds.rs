//! Pods that no policy of a namespace tells apart as senders: each is asked about once, for all exposures of the namespace.

use std::collections::BTreeMap;

use bulkhead_model::Name;
use bulkhead_path::{Family, Network};
use bulkhead_policy::SenderKind;
use bulkhead_snapshot::{Id as _, PodId};

use crate::allowed::pod_party;

/// The pods of a cluster, by what the policies of a namespace see in them. What nobody asked for is not worked out.
#[derive(Debug)]
pub(crate) struct SenderKinds {
    namespace: Name,
    /// For each family, the number of each pod's kind, or [`UNKNOWN`].
    numbers: [Vec<u32>; 2],
    kinds: BTreeMap<SenderKind, u32>,
}

/// A pod that nobody asked about yet.
const UNKNOWN: u32 = u32::MAX;

impl SenderKinds {
    /// Nothing worked out yet.
    pub(crate) fn new(namespace: Name, network: &Network<'_>) -> Self {
        let unknown = || vec![UNKNOWN; network.snapshot().pods.len()];
        Self { namespace, numbers: [unknown(), unknown()], kinds: BTreeMap::new() }
    }

    /// Whether they are those of a namespace.
    pub(crate) fn are_of(&self, namespace: &Name) -> bool {
        self.namespace == *namespace
    }

    /// The number of a sender's kind, by its address of a family. `subject` is any pod of the namespace.
    pub(crate) fn number(&mut self, network: &Network<'_>, subject: PodId, sender: PodId, family: Family) -> u32 {
        let [v4, v6] = &mut self.numbers;
        let numbers = if family == Family::V4 { v4 } else { v6 };
        let row = usize::try_from(sender.row()).ok();
        let Some(number) = row.and_then(|row| numbers.get_mut(row)) else { return UNKNOWN };
        if *number == UNKNOWN {
            let party = pod_party(network.snapshot(), sender, family);
            let kind = network.policies().sender_kind(network.snapshot(), subject, party);
            let next = u32::try_from(self.kinds.len()).unwrap_or(UNKNOWN);
            *number = *self.kinds.entry(kind).or_insert(next);
        }
        *number
    }
}
