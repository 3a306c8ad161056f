//! Pods by what their containers run. Pods of one template share their containers, which are looked at once.

use std::collections::BTreeMap;

use bulkhead_model::object::Container;
use bulkhead_snapshot::{PodId, Snapshot};

/// Whether a container runs something.
pub(crate) type Runs = fn(&Container) -> bool;

/// For each question the active pods with a container for which the answer is yes.
pub(crate) fn pods_running(snapshot: &Snapshot, questions: &[Runs]) -> Vec<Vec<PodId>> {
    let mut found: Vec<Vec<PodId>> = vec![Vec::new(); questions.len()];
    let mut known: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (id, pod) in snapshot.pods.iter().filter(|(_, pod)| pod.is_active()) {
        let answers = known.entry((pod.containers.as_ptr().addr(), pod.containers.len())).or_insert_with(|| {
            let yes = questions.iter().enumerate().filter(|(_, runs)| pod.containers.iter().any(*runs));
            yes.map(|(index, _)| index).collect()
        });
        for index in answers.iter() {
            if let Some(pods) = found.get_mut(*index) {
                pods.push(id);
            }
        }
    }
    found
}
