//! A peer whose selectors select nothing of the input: no namespace has the labels, or no pod in those namespaces.
//!
//! Nothing is said where a namespace could have the labels for all that anybody knows (objects live in it, and none declares
//! it), and where the input does not show what runs there.

use bulkhead_model::{LabelSelector, Operator, Readable, Severity};
use bulkhead_policy::rule::{NamespaceSet, PodSet, Who};

use super::Rule;
use super::bh003_separate_peers::suspicious_peers;
use super::bh030_contradictory_selector::contradicts_itself;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::near_miss::near_miss;
use crate::notation;
use crate::population::NAME_LABEL;
use crate::site::PeerSite;

pub(super) static RULE: Rule = Rule {
    id: "BH005",
    name: "peer-matches-nothing",
    severity: Severity::Warning,
    messages: &["BH005", "BH005.near", "BH005.namespaces", "BH005.namespaces.near"],
    find,
};

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let peers = cluster.rules().flat_map(|site| {
        // Those have a better explanation.
        let explained: Vec<usize> = suspicious_peers(cluster, site).iter().map(|pair| pair.pods.index).collect();
        site.peers().filter(|peer| !explained.contains(&peer.index)).collect::<Vec<_>>()
    });
    peers.filter_map(|peer| of_peer(cluster, peer)).collect()
}

fn of_peer(cluster: &Cluster<'_>, peer: PeerSite<'_>) -> Option<Finding> {
    let Who::Pods(set) = &peer.peer.who else { return None };
    if contradicts_itself(cluster, peer) {
        return None;
    }
    let selectors = cluster.policies.selectors();
    let namespaces = cluster.population.namespaces(&set.namespaces, None);
    if let NamespaceSet::Selected(id) = &set.namespaces
        && namespaces.namespaces.is_empty()
    {
        let selector = selectors.get(*id)?;
        let found = namesake(cluster, selector).or_else(|| no_namespace(cluster, selector, namespaces.open));
        return found.map(|finding| peer.place(finding.with("selector", notation::selector(selector))));
    }
    let selector = selectors.get(set.pods).filter(|selector| !selector.is_everything())?;
    let names = namespaces.namespaces.iter().map(|id| &cluster.snapshot.namespaces[*id].name);
    let known = names.into_iter().all(|name| cluster.population.shows_pods_of(name));
    let sure = known && cluster.population.pods(set, None).is_surely_nothing();
    sure.then(|| peer.place(no_pod(cluster, set, selector)))
}

/// A selector that wants a label to be the name of a namespace, which has no such label: namespaces are mistaken for having
/// their name as a label `name`, and they have it as another.
fn namesake(cluster: &Cluster<'_>, selector: &LabelSelector) -> Option<Finding> {
    let known = selector.requirements.iter().filter_map(Readable::known);
    let mut wanted = known.filter(|requirement| requirement.key != NAME_LABEL).filter_map(|requirement| {
        let Operator::In(values) = &requirement.operator else { return None };
        let name = values.iter().find(|value| cluster.snapshot.namespace(value).is_some())?;
        Some((requirement, name))
    });
    let (requirement, name) = wanted.next()?;
    let finding = RULE.finding_of("BH005.namespaces.near").with("wanted", notation::one_requirement(requirement));
    Some(finding.with("instead", format!("{NAME_LABEL}={name}")))
}

/// A selector that no namespace satisfies. Where the input is not a whole cluster, only one that comes near is reported: the
/// others may be about namespaces that are somewhere else.
fn no_namespace(cluster: &Cluster<'_>, selector: &LabelSelector, open: bool) -> Option<Finding> {
    let declared = cluster.snapshot.namespaces.rows().iter().filter(|namespace| namespace.declared);
    let labels: Vec<_> = declared.map(|namespace| &namespace.labels).collect();
    if open || labels.is_empty() {
        return None;
    }
    match near_miss(selector, &labels) {
        None => cluster.population.shows_cluster().then(|| RULE.finding_of("BH005.namespaces")),
        Some(near) => {
            let finding = RULE.finding_of("BH005.namespaces.near");
            Some(finding.with("wanted", near.wanted).with("instead", near.instead))
        }
    }
}

fn no_pod(cluster: &Cluster<'_>, set: &PodSet, selector: &LabelSelector) -> Finding {
    let namespaces = cluster.population.namespaces(&set.namespaces, None);
    let names = namespaces.namespaces.iter().map(|id| &cluster.snapshot.namespaces[*id].name);
    let pods = names.clone().flat_map(|name| cluster.population.of_namespace(name));
    let labels: Vec<_> = pods.map(|(_, pod)| &pod.labels).collect();
    let finding = match near_miss(selector, &labels) {
        None => RULE.finding(),
        Some(near) => RULE.finding_of("BH005.near").with("wanted", near.wanted).with("instead", near.instead),
    };
    finding.with("selector", notation::selector(selector)).with("namespaces", notation::listed(names))
}
