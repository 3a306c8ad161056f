//! The endpoints of every Service.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bulkhead_model::object::EndpointSlice;
use bulkhead_model::{Issue, NamespacedName, ObjectRef, Position};

use super::derived;
use super::unique::Unique;
use crate::code;
use crate::snapshot::Snapshot;
use crate::table::ServiceId;

/// Each EndpointSlice once, then each Endpoints object once; the slices of one Endpoints object share their position.
pub(super) fn unique(slices: Vec<Arc<EndpointSlice>>, unique: &mut Unique<'_>) -> Vec<Arc<EndpointSlice>> {
    let (endpoints, slices): (Vec<_>, Vec<_>) = slices.into_iter().partition(|slice| slice.from_endpoints);
    let reference = |slice: &Arc<EndpointSlice>| ObjectRef::namespaced("EndpointSlice", &slice.name);
    let mut all = unique.by(slices, reference, |slice| slice.position);
    let mut last: BTreeMap<NamespacedName, Position> = BTreeMap::new();
    for slice in &endpoints {
        let earlier = last.insert(slice.name.clone(), slice.position);
        if let Some(earlier) = earlier.filter(|earlier| *earlier != slice.position) {
            unique.report(ObjectRef::namespaced("Endpoints", &slice.name), earlier, slice.position);
        }
    }
    let mut endpoints = endpoints;
    endpoints.retain(|slice| last.get(&slice.name) == Some(&slice.position));
    endpoints.sort_by(|a, b| a.name.cmp(&b.name));
    all.extend(endpoints);
    all
}

/// Gives every Service its slices: its EndpointSlices, or else those of its Endpoints object; or else, where the input has
/// neither for any Service, those that follow from its selector.
pub(super) fn index(snapshot: &mut Snapshot, slices: Vec<Arc<EndpointSlice>>) {
    if slices.is_empty() {
        derived::derive(snapshot);
        return;
    }
    let any_service = !snapshot.services.is_empty();
    let mut by_service: BTreeMap<ServiceId, Vec<Arc<EndpointSlice>>> = BTreeMap::new();
    let mut with_slices: BTreeSet<ServiceId> = BTreeSet::new();
    for slice in slices {
        let Some(service) = &slice.service else { continue };
        let service = NamespacedName::new(slice.name.namespace.clone(), service.clone());
        let Some(id) = snapshot.service(&service) else {
            if any_service {
                snapshot.issues.push(dangling(&slice, &service));
            }
            continue;
        };
        // Slices come before what was read from Endpoints.
        if slice.from_endpoints && with_slices.contains(&id) {
            continue;
        }
        if !slice.from_endpoints {
            with_slices.insert(id);
        }
        by_service.entry(id).or_default().push(slice);
    }
    snapshot.slices = by_service;
}

fn dangling(slice: &EndpointSlice, service: &NamespacedName) -> Issue {
    let kind = if slice.from_endpoints { "Endpoints" } else { "EndpointSlice" };
    let issue = Issue::warning(code::REFERENCE_DANGLING).at(slice.position);
    let issue = issue.about(ObjectRef::namespaced(kind, &slice.name));
    issue.with("target", ObjectRef::namespaced("Service", service))
}
