//! Two peers where one was probably meant: `- namespaceSelector` and `- podSelector` as two entries of a list are "or", and the
//! second one is about pods of the policy's own namespace. With one dash they are "and".
//!
//! Two such entries are often meant as they stand. What makes them suspicious is that the second selects no pod of the policy's
//! own namespace, of which the input has pods.

use bulkhead_model::Severity;
use bulkhead_policy::rule::{NamespaceSet, PodSet, Who};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;
use crate::site::{PeerSite, RuleSite};

pub(super) static RULE: Rule = Rule {
    id: "BH003",
    name: "separate-peers",
    severity: Severity::Warning,
    messages: &["BH003", "BH003.elsewhere"],
    find,
};

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.rules().flat_map(|site| suspicious_peers(cluster, site)).map(|pair| report(cluster, &pair)).collect()
}

/// A peer with a podSelector alone, and its neighbour with a namespaceSelector alone.
pub(super) struct Pair<'a> {
    pub(super) pods: PeerSite<'a>,
    namespaces: PeerSite<'a>,
    /// What the two would select as one.
    together: PodSet,
}

/// The pairs of neighbours that were probably meant as one peer.
pub(super) fn suspicious_peers<'a>(cluster: &Cluster<'_>, site: RuleSite<'a>) -> Vec<Pair<'a>> {
    let peers: Vec<PeerSite<'a>> = site.peers().collect();
    let pairs = peers.windows(2).filter_map(|pair| match pair {
        [a, b] => pair_of(cluster, *a, *b).or_else(|| pair_of(cluster, *b, *a)),
        _ => None,
    });
    pairs.filter(|pair| selects_nobody_at_home(cluster, pair)).collect()
}

fn pair_of<'a>(cluster: &Cluster<'_>, pods: PeerSite<'a>, namespaces: PeerSite<'a>) -> Option<Pair<'a>> {
    let is_everything = |set: &PodSet| {
        cluster.policies.selectors().get(set.pods).is_some_and(bulkhead_model::LabelSelector::is_everything)
    };
    let (Who::Pods(of_pods), Who::Pods(of_namespaces)) = (&pods.peer.who, &namespaces.peer.who) else { return None };
    let pods_alone = matches!(of_pods.namespaces, NamespaceSet::Named(_)) && !is_everything(of_pods);
    let namespaces_alone =
        matches!(of_namespaces.namespaces, NamespaceSet::Selected(_)) && is_everything(of_namespaces);
    let together = PodSet { namespaces: of_namespaces.namespaces.clone(), pods: of_pods.pods };
    (pods_alone && namespaces_alone).then_some(Pair { pods, namespaces, together })
}

fn selects_nobody_at_home(cluster: &Cluster<'_>, pair: &Pair<'_>) -> bool {
    let Who::Pods(set) = &pair.pods.peer.who else { return false };
    let NamespaceSet::Named(home) = &set.namespaces else { return false };
    cluster.population.of_namespace(home).next().is_some() && cluster.population.pods(set, None).is_surely_nothing()
}

fn report(cluster: &Cluster<'_>, pair: &Pair<'_>) -> Finding {
    let together = cluster.population.pods(&pair.together, None);
    let selector = cluster.policies.selectors().get(pair.together.pods).map(notation::selector).unwrap_or_default();
    let finding = if together.pods.is_empty() {
        RULE.finding()
    } else {
        let pods = together.pods.iter().map(|id| &*cluster.snapshot.pods[*id]);
        RULE.finding_of("BH003.elsewhere").with("pods", notation::pods(pods))
    };
    let namespace = pair.pods.at.policy.origin.namespace.clone().unwrap_or_default();
    let finding = pair.pods.place(finding).with("selector", selector).with("namespace", namespace);
    finding.related(&pair.pods.at.policy.origin, pair.namespaces.field(), pair.namespaces.peer.position)
}
