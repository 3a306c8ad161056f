//! Answers to requests: `query`, one line each, and `trace -o json`.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_analysis::path::{Address, Answer, Network, Route, RouteEndpoint};
use bulkhead_analysis::policy::Identity;
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_analysis::{ByNode, MemberSources, ToldRoute, Whole, outcome, told_routes};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::evidence::{DeviationForm, EvidenceForm, evidence};
use crate::hop::{HopForm, known};
use crate::issue::{IssueForm, Words};

/// The answer to one request.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerForm {
    /// The request's id, unchanged; null where it had none.
    pub id: Value,
    /// `delivered`, `denied`, `dropped`, `rejected`, `undetermined` or `mixed`.
    pub outcome: &'static str,
    /// Every distinguishable route.
    pub routes: Vec<RouteForm>,
    /// What is wrong with the request, and what else to know.
    pub issues: Vec<IssueForm>,
}

/// One route.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteForm {
    /// The first node that the packet meets; the first of `entryNodes`.
    pub entry_node: Option<String>,
    /// All nodes by which the packet takes this route. By each of them policy and pod see the same source, unless
    /// `seenByPolicyByNode` and `seenByPodByNode` say otherwise.
    pub entry_nodes: Vec<String>,
    /// The nodes whose port is called, where a client inside calls the port of a node; else the same as `entryNodes`.
    pub door_nodes: Vec<String>,
    /// The kind of door, as `NodePort`.
    pub door: Option<&'static str>,
    /// The Service whose rules translated the packet.
    pub service: Option<String>,
    /// Where it ends, as far as it gets.
    pub endpoint: Option<EndpointForm>,
    /// `delivered`, `denied`, `dropped`, `rejected` or `undetermined`.
    pub outcome: &'static str,
    /// Why it ends so, as a stable word; null where it is delivered.
    pub reason: Option<&'static str>,
    /// The source that the endpoint's policy sees; null where no policy looks, and where it is in `unknown`.
    pub seen_by_policy: Option<String>,
    /// What the policy takes that source for, where its engine judges by identity: `pod`, `world`, `remote-node` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_by_policy_as: Option<&'static str>,
    /// The source at the endpoint's socket; null where the packet does not get there, and where it is in `unknown`.
    pub seen_by_pod: Option<String>,
    /// Where the nodes differ in it: `seenByPolicy` by each of `doorNodes`, in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_by_policy_by_node: Option<Vec<Option<String>>>,
    /// Where the nodes differ in it: `seenByPod` by each of `doorNodes`, in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_by_pod_by_node: Option<Vec<Option<String>>>,
    /// The fields above that the snapshot does not tell, each with a stable word for what is missing.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unknown: BTreeMap<&'static str, &'static str>,
    /// The rules that decided, in the order of the way.
    pub evidence: Vec<EvidenceForm>,
    /// The habits of the policy engine without which the verdicts could be others.
    pub deviations: Vec<DeviationForm>,
    /// What no object shows and was taken to be as it usually is, as stable words.
    pub assumptions: Vec<&'static str>,
    /// Every step; only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hops: Option<Vec<HopForm>>,
}

/// The end of a route.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointForm {
    /// The pod, as `shop/web-0`; null for an endpoint that is no pod of the cluster.
    pub pod: Option<String>,
    /// The node that it is on.
    pub node: Option<String>,
    /// Its address; null for a pod that has none in the input.
    pub address: Option<String>,
    /// The port that the connection arrives at.
    pub port: u16,
}

/// How much of each route to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Where it begins and ends.
    Ends,
    /// Every hop, too; those of the first of its nodes.
    Hops,
}

/// How routes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Telling {
    /// How much of each.
    pub detail: Detail,
    /// Whether nodes that behave alike have one each.
    pub by_node: ByNode,
}

impl AnswerForm {
    /// The form of an answer.
    pub fn new(id: Value, answer: &Answer, network: &Network<'_>, telling: Telling, words: &dyn Words) -> Self {
        let snapshot = network.snapshot();
        let routes = told_routes(network, answer, telling.by_node);
        let form = |told: &ToldRoute| {
            let route = RouteForm::new(&told.route, snapshot, telling.detail);
            match &told.sources {
                Some(sources) => route.with_sources(sources),
                None => route,
            }
        };
        Self {
            id,
            outcome: Whole::of(answer).name(),
            routes: routes.iter().map(form).collect(),
            issues: answer.issues.iter().map(|issue| IssueForm::new(issue, snapshot, words)).collect(),
        }
    }

    /// The answer to a request that could not be read: nobody can tell, and these are the reasons.
    pub fn unreadable(id: Value, issues: Vec<IssueForm>) -> Self {
        Self { id, outcome: "undetermined", routes: Vec::new(), issues }
    }
}

impl RouteForm {
    /// The form of a route.
    pub fn new(route: &Route, snapshot: &Snapshot, detail: Detail) -> Self {
        let node_name = |node: &_| snapshot.nodes[*node].name.to_string();
        let verdicts = route.verdicts.iter();
        let deviations: BTreeSet<DeviationForm> =
            verdicts.clone().flat_map(|(_, _, verdict)| verdict.deviations()).map(DeviationForm::from).collect();
        let hops = || route.hops.iter().map(|hop| HopForm::new(snapshot, hop)).collect();
        Self {
            entry_node: route.entry_nodes.first().map(node_name),
            entry_nodes: route.entry_nodes.iter().map(node_name).collect(),
            door_nodes: route.door_nodes.iter().map(node_name).collect(),
            door: route.door.map(bulkhead_analysis::path::DoorKind::name),
            service: route.service.map(|service| snapshot.services[service].name.to_string()),
            endpoint: route.endpoint.as_ref().map(|endpoint| EndpointForm::new(endpoint, snapshot)),
            outcome: outcome::name(route.outcome),
            reason: route.reason.as_ref().map(|reason| reason.code),
            seen_by_policy: route.seen_by_policy.as_ref().and_then(known),
            seen_by_policy_as: route.seen_as.map(Identity::name),
            seen_by_pod: route.seen_by_pod.as_ref().and_then(known),
            seen_by_policy_by_node: None,
            seen_by_pod_by_node: None,
            unknown: unknown(route),
            evidence: verdicts
                .flat_map(|(direction, pod, verdict)| evidence(snapshot, *direction, *pod, verdict))
                .collect(),
            deviations: deviations.into_iter().collect(),
            assumptions: route.assumptions.iter().map(|reason| reason.code).collect(),
            hops: (detail == Detail::Hops).then(hops),
        }
    }

    /// The same with what is seen by each of its nodes.
    fn with_sources(self, sources: &MemberSources) -> Self {
        let list = |seen: &[Option<Address>]| {
            let differs = seen.iter().any(|address| Some(address) != seen.first());
            differs.then(|| seen.iter().map(|address| address.as_ref().and_then(known)).collect())
        };
        Self {
            seen_by_policy_by_node: list(&sources.seen_by_policy),
            seen_by_pod_by_node: list(&sources.seen_by_pod),
            ..self
        }
    }
}

impl EndpointForm {
    /// The form of an endpoint.
    pub fn new(endpoint: &RouteEndpoint, snapshot: &Snapshot) -> Self {
        // Where the packet does not get to the pod's node, the pod itself says where it is.
        let pod_node = || endpoint.pod.and_then(|pod| snapshot.pods[pod].node.as_ref()).map(ToString::to_string);
        Self {
            pod: endpoint.pod.map(|pod| snapshot.pods[pod].name.to_string()),
            node: endpoint.node.map(|node| snapshot.nodes[node].name.to_string()).or_else(pod_node),
            address: endpoint.address.map(|address| address.to_string()),
            port: endpoint.port,
        }
    }
}

/// The addresses of a route that the snapshot does not tell, by field.
fn unknown(route: &Route) -> BTreeMap<&'static str, &'static str> {
    let fields = [("seenByPolicy", &route.seen_by_policy), ("seenByPod", &route.seen_by_pod)];
    let unknown = fields.into_iter().filter_map(|(field, address)| match address {
        Some(Address::Unknown(reason)) => Some((field, reason.code)),
        _ => None,
    });
    unknown.collect()
}
