//! Policies of all kinds.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::check::Report;
use bulkhead_analysis::isolation::names::{MANAGED_BY, MANAGER};
use bulkhead_analysis::model::object::{ClusterNetworkPolicy, NetworkPolicy, Pod, PolicySubject, PolicyTier};
use bulkhead_analysis::model::watch::Watch;
use bulkhead_analysis::model::{ObjectRef, Readable};
use bulkhead_report::Speech;
use bulkhead_wire::change::ObjectName;
use bulkhead_wire::policies::{PoliciesForm, PolicyDetailForm, PolicySummaryForm};
use bulkhead_wire::{FindingForm, LintForm};
use schemars::SchemaGenerator;

use super::operation::optional;
use super::reading::Parameters;
use super::{Method, Operation, Parameter};
use crate::objects::yaml;
use crate::problem::Problem;
use crate::viewer::{Asking, Sight};

/// How many policies one answer has.
const MOST_POLICIES: usize = 1_000;
/// How many pods of a policy are named.
const MOST_PODS: usize = 1_000;

const POLICIES_PARAMETERS: &[Parameter] = &[
    optional("namespace", "Only those of this project."),
    optional("after", "Only those after this one: `next` of the part before."),
];

pub(super) const POLICIES: Operation = Operation {
    method: Method::Get,
    path: "/policies",
    id: "getPolicies",
    summary: "Policies of all kinds, with how many pods they select and how many findings there are about them.",
    parameters: POLICIES_PARAMETERS,
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<PoliciesForm>),
    route: || get(policies),
};

async fn policies(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    let parameters = parameters.of(POLICIES_PARAMETERS)?;
    let namespace = parameters.optional("namespace").map(str::to_owned);
    let after = parameters.optional("after").map(str::to_owned);
    let (speech, sight) = (asking.speech, Arc::clone(&asking.sight));
    namespace.iter().try_for_each(|namespace| sight.gate(namespace))?;
    let question = move |analysis: &Analysis<'_>, watch: &dyn Watch| {
        let is_asked = |of: Option<&str>| (namespace.is_none() || of == namespace.as_deref()) && is_seen(of, &sight);
        let all = summaries(analysis, &is_asked, speech, watch);
        part(all.into_values().collect(), after.as_deref())
    };
    Ok(asking.answer(asking.ask(question).await?))
}

fn part(all: Vec<PolicySummaryForm>, after: Option<&str>) -> PoliciesForm {
    let count = all.len();
    let mut rest = all.into_iter().filter(|policy| after.is_none_or(|after| place(policy).as_str() > after));
    let policies: Vec<PolicySummaryForm> = rest.by_ref().take(MOST_POLICIES).collect();
    let next = rest.next().and_then(|_| policies.last().map(place));
    PoliciesForm { policies, next, count }
}

/// Where a policy stands in the order of the list.
fn place(policy: &PolicySummaryForm) -> String {
    format!("{}/{}/{}", policy.kind, policy.namespace.as_deref().unwrap_or_default(), policy.name)
}

pub(super) const POLICY: Operation = Operation {
    method: Method::Get,
    path: "/policies/{kind}/{namespace}/{name}",
    id: "getPolicy",
    summary: "One policy: its YAML, the pods that it selects, and what the lint rules say. `-` stands for no namespace.",
    parameters: &[],
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<PolicyDetailForm>),
    route: || get(policy),
};

async fn policy(
    Path((kind, namespace, name)): Path<(String, String, String)>,
    asking: Asking,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let (speech, epoch) = (asking.speech, &asking.epoch);
    let name = ObjectName { kind, namespace: Some(namespace).filter(|namespace| namespace != "-"), name };
    let missing = || Problem::not_found(&name.kind, &name.name);
    if !is_seen(name.namespace.as_deref(), &asking.sight) {
        return Err(missing());
    }
    let text = epoch.state.find(&name).map(|object| yaml(&object)).ok_or_else(missing)?;
    let asked = name.clone();
    let detail = asking.ask(move |analysis, watch| detail(analysis, &asked, text, (speech, watch))).await?;
    Ok(asking.answer(detail.ok_or_else(missing)?))
}

fn detail(
    analysis: &Analysis<'_>,
    name: &ObjectName,
    yaml: String,
    (speech, watch): (Speech, &dyn Watch),
) -> Option<PolicyDetailForm> {
    let is_asked = |of: Option<&str>| of == name.namespace.as_deref();
    let summary = summaries(analysis, &is_asked, speech, watch).remove(name)?;
    let named = |pod: &Arc<Pod>| pod.name.to_string();
    let selects = if name.kind == "NetworkPolicy" {
        let policy = analysis.snapshot().network_policies.iter().find(|policy| {
            policy.name.name == name.name && Some(policy.name.namespace.as_str()) == name.namespace.as_deref()
        });
        policy.map(|policy| selected(analysis, policy).take(MOST_PODS).map(named).collect())
    } else {
        let of_name = |policy: &&ClusterNetworkPolicy| policy.name == name.name && policy.kind.name() == name.kind;
        let policy = analysis.snapshot().cluster_network_policies.iter().find(of_name);
        policy.map(|policy| subjects(analysis, policy).take(MOST_PODS).map(named).collect())
    };
    let about = findings(analysis, &is_asked, speech, watch).remove(&shown(name)).unwrap_or_default();
    Some(PolicyDetailForm { summary, yaml, selects: selects.unwrap_or_default(), about })
}

/// Whether the policies of a namespace may be seen. Those of the cluster speak of everybody: they are the administrators'.
fn is_seen(namespace: Option<&str>, sight: &Sight) -> bool {
    namespace.map_or(sight.is_everything(), |namespace| sight.sees(namespace))
}

type Findings = BTreeMap<String, Vec<FindingForm>>;

/// Whether a namespace is asked for; `None` stands for what is in none.
type Asked<'f> = dyn Fn(Option<&str>) -> bool + 'f;

/// The findings by the object that they are about.
fn findings(analysis: &Analysis<'_>, is_asked: &Asked<'_>, speech: Speech, watch: &dyn Watch) -> Findings {
    let all = analysis.default_report(watch).findings.iter();
    let of = |object: &ObjectRef| is_asked(object.namespace.as_deref());
    let about = all.filter(|finding| finding.issue.object.as_ref().is_some_and(of));
    let report = Report { findings: about.cloned().collect(), suppressed: Vec::new() };
    let mut by_object = Findings::new();
    for finding in LintForm::new(&report, analysis.snapshot(), &speech).findings {
        if let Some(object) = &finding.object {
            by_object.entry(object.clone()).or_default().push(finding);
        }
    }
    by_object
}

/// An object as findings name it.
fn shown(name: &ObjectName) -> String {
    match &name.namespace {
        Some(namespace) => format!("{} {namespace}/{}", name.kind, name.name),
        None => format!("{} {}", name.kind, name.name),
    }
}

fn summaries(
    analysis: &Analysis<'_>,
    is_asked: &Asked<'_>,
    speech: Speech,
    watch: &dyn Watch,
) -> BTreeMap<ObjectName, PolicySummaryForm> {
    let (snapshot, findings) = (analysis.snapshot(), findings(analysis, is_asked, speech, watch));
    let of_projects = snapshot.network_policies.iter().filter(|policy| is_asked(Some(&policy.name.namespace)));
    let of_projects = of_projects.map(|policy| of_project(analysis, policy));
    let of_cluster = snapshot.cluster_network_policies.iter().filter(|_| is_asked(None));
    let of_cluster = of_cluster.map(|policy| of_cluster_policy(analysis, policy));
    let named = of_projects.chain(of_cluster).map(|summary| {
        let (kind, namespace, name) = (summary.kind.clone(), summary.namespace.clone(), summary.name.clone());
        let object = ObjectName { kind, namespace, name };
        let count = findings.get(&shown(&object)).map_or(0, Vec::len);
        (object, PolicySummaryForm { findings: count, ..summary })
    });
    named.collect()
}

fn of_project(analysis: &Analysis<'_>, policy: &NetworkPolicy) -> PolicySummaryForm {
    let isolates = [("Ingress", policy.isolates_ingress), ("Egress", policy.isolates_egress)];
    PolicySummaryForm {
        kind: "NetworkPolicy".to_owned(),
        namespace: Some(policy.name.namespace.to_string()),
        name: policy.name.name.to_string(),
        tier: Some("NetworkPolicy"),
        directions: isolates
            .into_iter()
            .filter(|(_, isolates)| *isolates != Some(false))
            .map(|(name, _)| name)
            .collect(),
        pods: selected(analysis, policy).count(),
        generated: policy.labels.get(MANAGED_BY).is_some_and(|manager| manager == MANAGER),
        findings: 0,
    }
}

fn of_cluster_policy(analysis: &Analysis<'_>, policy: &ClusterNetworkPolicy) -> PolicySummaryForm {
    let rules = [("Ingress", !policy.ingress.is_empty()), ("Egress", !policy.egress.is_empty())];
    PolicySummaryForm {
        kind: policy.kind.name().to_owned(),
        namespace: None,
        name: policy.name.to_string(),
        tier: policy.tier.known().map(|tier| match tier {
            PolicyTier::Admin => "Admin",
            PolicyTier::Baseline => "Baseline",
        }),
        directions: rules.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect(),
        pods: subjects(analysis, policy).count(),
        generated: false,
        findings: 0,
    }
}

/// The pods that a policy surely selects: those of the node's network are nobody's.
fn selected<'a>(analysis: &Analysis<'a>, policy: &'a NetworkPolicy) -> impl Iterator<Item = &'a Arc<Pod>> + use<'a> {
    let pods = analysis.snapshot().pods_of(&policy.name.namespace).map(|(_, pod)| pod);
    pods.filter(|pod| pod.is_active() && !pod.host_network)
        .filter(|pod| policy.pod_selector.matches(&pod.labels) == Some(true))
}

fn subjects<'a>(
    analysis: &Analysis<'a>,
    policy: &'a ClusterNetworkPolicy,
) -> impl Iterator<Item = &'a Arc<Pod>> + use<'a> {
    let snapshot = analysis.snapshot();
    let selectors = match &policy.subject {
        Readable::Known(PolicySubject::Pods { namespaces, pods }) => Some((namespaces, pods)),
        _ => None,
    };
    let is_subject = move |pod: &&'a Arc<Pod>| {
        let namespace = snapshot.namespace(&pod.name.namespace).map(|id| &snapshot.namespaces[id].labels);
        selectors.zip(namespace).is_some_and(|((namespaces, pods), labels)| {
            namespaces.matches(labels) == Some(true) && pods.matches(&pod.labels) == Some(true)
        })
    };
    snapshot.pods.iter().map(|(_, pod)| pod).filter(|pod| pod.is_active() && !pod.host_network).filter(is_subject)
}
