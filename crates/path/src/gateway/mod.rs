//! Which pods serve an Ingress, and how they reach its backends: one folder for each controller, and the list of them.
//!
//! A gateway ends the client's connection and opens its own: the backend's policy sees the gateway, never the client.

pub(crate) mod ingress_nginx;
mod kubesphere;

use std::fmt::Debug;

use bulkhead_model::Name;
use bulkhead_model::object::{Ingress, Pod};
use bulkhead_snapshot::{PodId, Snapshot};

/// The controllers. A pod belongs to the first that takes it for its own.
const MEMBERS: &[Recognise] = &[kubesphere::recognise, ingress_nginx::recognise];

/// Whether a pod is one of a controller's.
type Recognise = fn(&Pod) -> Option<Settings>;

/// How a controller's pods are set up: equal pods of one namespace are one gateway.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Settings {
    /// The controller, as `ingress-nginx`.
    pub(crate) controller: &'static str,
    /// `spec.controller` of the IngressClasses that it serves.
    pub(crate) controller_class: Name,
    /// The name of the class that it serves where no IngressClass is there.
    pub(crate) class: Name,
    /// Whether it serves Ingresses without a class.
    pub(crate) without_class: bool,
    /// The only namespace whose Ingresses it serves.
    pub(crate) namespace: Option<Name>,
}

/// Pods that serve Ingresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gateway {
    pub(crate) settings: Settings,
    pub(crate) pods: Vec<PodId>,
}

/// Every gateway of a snapshot.
pub(crate) fn all(snapshot: &Snapshot) -> Vec<Gateway> {
    let mut gateways: std::collections::BTreeMap<(Name, Settings), Vec<PodId>> = std::collections::BTreeMap::new();
    for (id, pod) in snapshot.pods.iter().filter(|(_, pod)| pod.is_active()) {
        if let Some(settings) = MEMBERS.iter().find_map(|recognise| recognise(pod)) {
            gateways.entry((pod.name.namespace.clone(), settings)).or_default().push(id);
        }
    }
    gateways.into_iter().map(|((_, settings), pods)| Gateway { settings, pods }).collect()
}

impl Gateway {
    /// Whether it serves an Ingress.
    pub(crate) fn serves(&self, snapshot: &Snapshot, ingress: &Ingress) -> bool {
        let watched = self.settings.namespace.as_ref().is_none_or(|only| *only == ingress.name.namespace);
        watched && self.serves_class(snapshot, ingress.class.as_ref())
    }

    fn serves_class(&self, snapshot: &Snapshot, class: Option<&Name>) -> bool {
        let mut classes = snapshot.ingress_classes.iter();
        match class {
            Some(name) => match classes.find(|class| class.name == *name) {
                Some(class) => class.controller == self.settings.controller_class,
                None => *name == self.settings.class,
            },
            // The API server fills the default class in when an Ingress is made.
            None => {
                self.settings.without_class
                    || classes.any(|class| class.is_default && class.controller == self.settings.controller_class)
            }
        }
    }
}
