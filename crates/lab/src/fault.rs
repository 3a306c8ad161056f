//! Faults planted into the model's answers: a comparison that does not notice them would notice nothing.

use bulkhead_analysis::path::{Address, Outcome};

use crate::cluster::Cluster;
use crate::compare::{Engine, Expected};

/// A way in which a model could be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// What the policy sees stands where the pod's view belongs, and the other way round.
    SwapsSources,
    /// The source is another address.
    OtherSource,
    /// A way is missing.
    ForgetsWay,
    /// There is one way too many.
    InventsWay,
    /// Denied instead of delivered, delivered instead of denied, refused instead of dropped.
    OtherOutcome,
}

impl Fault {
    pub(crate) const ALL: [Self; 5] =
        [Self::SwapsSources, Self::OtherSource, Self::ForgetsWay, Self::InventsWay, Self::OtherOutcome];

    /// The answer with the fault in it; `None` where it has no place in this answer.
    pub(crate) fn plant(self, cluster: &Cluster, answer: &[Expected], engine: Engine) -> Option<Vec<Expected>> {
        let delivered = |way: &&Expected| way.outcome == Outcome::Delivered && way.endpoint.is_some();
        let first = answer.iter().find(delivered);
        let mut wrong = answer.to_vec();
        match self {
            Self::SwapsSources => {
                let differ = |way: &&Expected| {
                    delivered(way)
                        && way.seen_by_policy.as_ref().is_some_and(is_known)
                        && way.seen_by_pod.as_ref().is_some_and(is_known)
                        && way.seen_by_policy != way.seen_by_pod
                };
                answer.iter().find(differ).filter(|_| engine == Engine::Enforces)?;
                for way in wrong.iter_mut().filter(|way| way.outcome == Outcome::Delivered) {
                    std::mem::swap(&mut way.seen_by_policy, &mut way.seen_by_pod);
                }
            }
            Self::OtherSource => {
                let endpoint = first.filter(|way| way.seen_by_pod.as_ref().is_some_and(is_known))?.endpoint;
                for way in wrong.iter_mut().filter(|way| way.endpoint == endpoint) {
                    way.seen_by_pod =
                        Some(Address::Known(crate::cluster::external(bulkhead_analysis::path::Family::V4, 255)));
                }
            }
            Self::ForgetsWay => {
                let endpoint = first?.endpoint;
                wrong.retain(|way| way.endpoint != endpoint);
                (!wrong.is_empty()).then_some(())?;
            }
            Self::InventsWay => {
                let stranger = (0..cluster.pods.len())
                    .find(|pod| answer.iter().all(|way| way.endpoint.is_none_or(|(have, _)| have != *pod)))?;
                let mut invented = first?.clone();
                invented.endpoint = Some((stranger, 1));
                wrong.push(invented);
            }
            Self::OtherOutcome => {
                for way in &mut wrong {
                    way.outcome = match way.outcome {
                        Outcome::Denied | Outcome::Rejected => Outcome::Delivered,
                        Outcome::Delivered => Outcome::Dropped,
                        _ => Outcome::Rejected,
                    };
                }
            }
        }
        Some(wrong)
    }
}

fn is_known(address: &Address) -> bool {
    matches!(address, Address::Known(_))
}
