//! What the model says, against what was measured.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::net::IpAddr;

use bulkhead_path::{Address, Answer, Outcome as Said};
use bulkhead_snapshot::Snapshot;

use crate::cases::{Case, Outcome, Question};

/// An answer, as far as the measurement has it.
pub(crate) struct Answered {
    outcomes: BTreeSet<&'static str>,
    /// Of every route that delivers: endpoint, source at the socket, source at the policy.
    delivered: Vec<(Option<String>, Option<IpAddr>, Option<IpAddr>)>,
    why: Vec<String>,
}

pub(crate) fn said(snapshot: &Snapshot, answer: &Answer) -> Answered {
    let known = |address: &Option<Address>| address.as_ref().and_then(Address::known);
    let delivered = answer.routes.iter().filter(|route| route.outcome == Said::Delivered).map(|route| {
        let pod = route.endpoint.as_ref().and_then(|endpoint| endpoint.pod);
        (pod.map(|pod| snapshot.pods[pod].name.to_string()), known(&route.seen_by_pod), known(&route.seen_by_policy))
    });
    let word = |outcome: Said| if outcome == Said::Denied { "dropped" } else { outcome.name() };
    let why = answer.routes.iter().map(|route| format!("{}: {:?}", route.outcome.name(), route.reason));
    Answered {
        outcomes: answer.routes.iter().map(|route| word(route.outcome)).collect(),
        delivered: delivered.collect(),
        why: why
            .chain(answer.issues.iter().map(|issue| format!("{issue:?}")))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
    }
}

/// Every dimension in which the answer is another than the measurement.
pub(crate) fn differences(case: &Case, question: &Question, said: &Answered, enforced: bool) -> Vec<String> {
    let complete = case.complete && !case.proxied;
    let mut differences = Vec::new();
    let mut compare =
        |what: &str, differs: Option<String>| differences.extend(differs.map(|text| format!("{what}: {text}")));
    let results: BTreeSet<&str> = question.outcomes.iter().map(|outcome| class(&outcome.result)).collect();
    if case.proxied && said.outcomes == BTreeSet::from(["undetermined"]) {
        return Vec::new();
    }
    compare(
        "outcome",
        differ(&results, &said.outcomes, &BTreeSet::new(), complete).map(|text| format!("{text} {:?}", said.why)),
    );
    let reached: Vec<&Outcome> = question.outcomes.iter().filter(|outcome| outcome.result == "reached").collect();
    if !reached.iter().any(|outcome| outcome.endpoint.is_some()) {
        return differences;
    }
    let measured: BTreeSet<_> = reached.iter().map(|outcome| outcome.endpoint.clone()).collect();
    let told: BTreeSet<_> = said.delivered.iter().map(|(endpoint, ..)| endpoint.clone()).collect();
    compare("endpoints", differ(&measured, &told, &BTreeSet::new(), complete));

    let measured: BTreeSet<_> = reached.iter().map(|outcome| (outcome.endpoint.clone(), outcome.seen_by_pod)).collect();
    let told: BTreeSet<_> = said.delivered.iter().map(|(endpoint, pod, _)| (endpoint.clone(), *pod)).collect();
    let hidden: BTreeSet<_> =
        reached.iter().filter(|outcome| hides(case, outcome)).map(|outcome| &outcome.endpoint).collect();
    let free = measured.union(&told).filter(|(endpoint, _)| hidden.contains(endpoint)).cloned().collect();
    compare("seen by pod", differ(&measured, &told, &free, complete));

    let judged = |outcome: &&Outcome| !outcome.exempt && enforced;
    let seen = |outcome: &Outcome| (outcome.endpoint.clone(), outcome.seen_at_policy);
    let measured: BTreeSet<_> = reached.iter().copied().filter(judged).map(seen).collect();
    let told: BTreeSet<_> = said.delivered.iter().map(|(endpoint, _, policy)| (endpoint.clone(), *policy)).collect();
    let unjudged = reached.iter().copied().filter(|outcome| !judged(outcome));
    let mut free: BTreeSet<_> =
        unjudged.flat_map(|outcome| [seen(outcome), (outcome.endpoint.clone(), None)]).collect();
    free.extend(measured.iter().filter(|(_, source)| case.proxied && *source == case.proxy_address).cloned());
    compare("seen by policy", differ(&measured, &told, &free, complete));
    differences
}

fn class(result: &str) -> &str {
    match result {
        "reached" => "delivered",
        "noAnswer" => "dropped",
        "refused" => "rejected",
        other => other,
    }
}

/// Whether the source at the socket was picked on the endpoint's own node, in a world that does not show how.
fn hides(case: &Case, outcome: &Outcome) -> bool {
    (case.proxied && outcome.seen_by_pod == case.proxy_address)
        || (case.hides_device_order && (outcome.exempt || outcome.seen_at_policy != outcome.seen_by_pod))
}

/// The same set; where not every outcome was drawn, no less. What is free may be said and need not be.
fn differ<T: Ord + Debug + Clone>(
    measured: &BTreeSet<T>,
    said: &BTreeSet<T>,
    free: &BTreeSet<T>,
    complete: bool,
) -> Option<String> {
    let missing = measured.difference(free).any(|one| !said.contains(one));
    let more = complete && said.iter().any(|one| !measured.contains(one) && !free.contains(one));
    (missing || more).then(|| format!("measured {measured:?}, said {said:?}"))
}
