//! Endpoints that a Service will have and that the input does not show: manifests come without pods, or with pods that have no address yet.

use bulkhead_model::object::{Pod, PodOrigin, PodPhase};
use bulkhead_snapshot::{ServiceId, Snapshot};

use crate::reason::{POD_WITHOUT_ADDRESS, PODS_NOT_IN_INPUT, Reason};

/// Why nobody can tell what endpoints a Service has: it selects pods that the input has no address of, and the input has no endpoints of the
/// Service. In a cluster every Service with a selector has an EndpointSlice, be it an empty one.
pub(crate) fn endpoints_expected(snapshot: &Snapshot, service: ServiceId) -> Option<Reason> {
    let row = &snapshot.services[service];
    let selector = row.selector.as_ref().filter(|_| snapshot.endpoint_slices(service).is_empty())?;
    let selected = |pod: &Pod| selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value));
    let without_address = |pod: &Pod| pod.phase == PodPhase::Running && !pod.terminating && pod.addresses.is_empty();
    let mut pods = snapshot.pods_of(&row.name.namespace).filter(|(_, pod)| selected(pod) && without_address(pod));
    let (_, pod) = pods.next()?;
    Some(match (pod.origin, &pod.owner) {
        (PodOrigin::Template, Some(owner)) => {
            let name = format!("{}/{}/{}", owner.kind.to_ascii_lowercase(), pod.name.namespace, owner.name);
            Reason::new(PODS_NOT_IN_INPUT).with("workload", name)
        }
        _ => Reason::new(POD_WITHOUT_ADDRESS).with("pod", &pod.name),
    })
}
