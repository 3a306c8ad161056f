//! What the model says, against what was seen.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::IpAddr;

use bulkhead_analysis::model::object::PolicyManifest;
use bulkhead_analysis::path::{Address, Outcome, Reason, Route, reason};
use bulkhead_analysis::snapshot::{Input, Snapshot};
use bulkhead_analysis::{Analysis, distinct_routes};

use crate::cases::{describe, request};
use crate::cluster::Cluster;
use crate::probe::{Case, Ending, Observation};
use crate::world::{self, World};

/// Whether a policy engine looks at packets: the source at its hook is compared only then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Enforces,
    Absent,
}

/// One way that the model says there is.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) outcome: Outcome,
    reason: Option<&'static str>,
    /// What kube-proxy's own health check answers, where that is the door.
    health: Option<u16>,
    /// Index of the pod and its port.
    pub(crate) endpoint: Option<(usize, u16)>,
    pub(crate) seen_by_policy: Option<Address>,
    pub(crate) seen_by_pod: Option<Address>,
}

/// What the model says of each case in a world under some policies.
pub(crate) fn expect(
    cluster: &Cluster,
    world: &World,
    policies: &[PolicyManifest],
    cases: &[Case],
) -> Vec<Vec<Expected>> {
    let text = world::yaml(cluster, world, policies);
    let snapshot = Snapshot::from_texts(&[Input { name: "lab", text: text.as_bytes() }]);
    let analysis = Analysis::new(&snapshot);
    let of_case = |case: &Case| {
        let answer = analysis.trace(&request(cluster, case));
        let routes = answer.routes.iter().flat_map(|route| distinct_routes(analysis.network(), route));
        routes.map(|route| Expected::of(analysis.snapshot(), cluster, route)).collect()
    };
    cases.iter().map(of_case).collect()
}

impl Expected {
    fn of(snapshot: &Snapshot, cluster: &Cluster, route: Route) -> Self {
        let index = |route: &Route| {
            let endpoint = route.endpoint.as_ref()?;
            let name = &snapshot.pods[endpoint.pod?].name;
            let is_it = |pod: &crate::cluster::Pod| *name.namespace == *pod.namespace && *name.name == *pod.name;
            Some((cluster.pods.iter().position(is_it)?, endpoint.port))
        };
        let health = route.reason.as_ref().filter(|reason| reason.code == reason::HEALTH_CHECK);
        let status = |reason: &Reason| reason.arguments.iter().find(|(key, _)| *key == "status")?.1.parse().ok();
        Self {
            outcome: route.outcome,
            health: health.and_then(status),
            reason: route.reason.as_ref().map(|reason| reason.code),
            endpoint: index(&route),
            seen_by_policy: route.seen_by_policy,
            seen_by_pod: route.seen_by_pod,
        }
    }

    /// Whether this is a way on which nobody can say what happens.
    fn is_open(&self) -> bool {
        self.outcome == Outcome::Undetermined
    }

    /// Why nobody can say, where nobody can.
    pub(crate) fn open_reason(&self) -> Option<&'static str> {
        self.is_open().then(|| self.reason.unwrap_or("unknown"))
    }

    /// The endpoint that a policy keeps this way from.
    pub(crate) fn denied(&self) -> Option<(usize, u16)> {
        self.endpoint.filter(|_| self.outcome == Outcome::Denied)
    }

    /// Whether what was seen is this way.
    fn is(&self, seen: &Observation, engine: Engine) -> bool {
        let policy = |must_agree: bool| {
            let source = seen.at_policy.map(|(_, _, source)| source);
            match &self.seen_by_policy {
                _ if engine == Engine::Absent => true,
                None => !must_agree || source.is_none(),
                Some(Address::Known(address)) => source == Some(*address),
                Some(Address::Unknown(_)) => true,
            }
        };
        match (self.outcome, seen.ending) {
            (Outcome::Undetermined, _) | (Outcome::Rejected, Ending::Refused) => true,
            (Outcome::Delivered, Ending::Health(status)) => self.health == Some(status),
            (Outcome::Delivered, Ending::Reached { pod, port, source }) => {
                let at = seen.at_policy.is_none_or(|(at, at_port, _)| (at, at_port) == (pod, port));
                self.endpoint == Some((pod, port)) && sees(self.seen_by_pod.as_ref(), source) && at && policy(true)
            }
            (Outcome::Denied, Ending::NoAnswer) if self.reason == Some(reason::POLICY_EGRESS) => true,
            (Outcome::Denied, Ending::NoAnswer) => {
                policy(true) && self.endpoint == seen.at_policy.map(|(pod, port, _)| (pod, port))
            }
            (Outcome::Dropped, Ending::NoAnswer) => policy(false),
            _ => false,
        }
    }
}

fn sees(expected: Option<&Address>, source: IpAddr) -> bool {
    match expected {
        Some(Address::Known(address)) => *address == source,
        Some(Address::Unknown(_)) => true,
        None => false,
    }
}

/// How many attempts a case needs so that hardly ever an endpoint that is possible is missed.
pub(crate) fn attempts(cluster: &Cluster, expected: &[Expected]) -> usize {
    let endpoints: BTreeSet<_> = expected.iter().map(|way| way.endpoint).collect();
    match endpoints.len() {
        0 | 1 => 2,
        several => cluster.pace().per_endpoint * several,
    }
}

/// How a case was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// As the model says.
    Agrees,
    /// The model cannot say what happens on some way of it.
    Open,
    /// Otherwise; what was expected and what was seen.
    Disagrees(String),
}

/// Compares one case. `whole` says whether every possible endpoint must have been seen: not with session affinity.
pub(crate) fn compare(
    cluster: &Cluster,
    case: &Case,
    expected: &[Expected],
    seen: &[Observation],
    engine: Engine,
    whole: Choice,
) -> Verdict {
    let unexpected = seen.iter().filter(|seen| !expected.iter().any(|way| way.is(seen, engine)));
    let unexpected: BTreeSet<&Observation> = unexpected.collect();
    let missed = |way: &&Expected| !way.is_open() && !seen.iter().any(|seen| way.is(seen, engine));
    let missed: Vec<&Expected> = expected.iter().filter(missed).collect();
    if unexpected.is_empty() && (missed.is_empty() || whole == Choice::Sticks) && !expected.is_empty() {
        return if expected.iter().any(Expected::is_open) { Verdict::Open } else { Verdict::Agrees };
    }
    let mut text = describe(cluster, case);
    for way in expected {
        let _ = write!(text, "\n      expected {}", way.describe(cluster));
    }
    for observation in seen.iter().collect::<BTreeSet<_>>() {
        let mark = if unexpected.contains(observation) { "!" } else { " " };
        let _ = write!(text, "\n    {mark} seen     {}", observation.describe(cluster));
    }
    Verdict::Disagrees(text)
}

/// Whether each attempt chooses its endpoint anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Anew,
    /// `sessionAffinity: ClientIP`
    Sticks,
}

fn pod_name(cluster: &Cluster, pod: usize) -> String {
    cluster.pods.get(pod).map_or_else(|| "?".to_owned(), crate::cluster::Pod::full_name)
}

impl Expected {
    fn describe(&self, cluster: &Cluster) -> String {
        let address = |address: &Option<Address>| match address {
            None => "-".to_owned(),
            Some(Address::Known(address)) => address.to_string(),
            Some(Address::Unknown(reason)) => format!("unknown ({})", reason.code),
        };
        let endpoint =
            self.endpoint.map_or_else(|| "-".to_owned(), |(pod, port)| format!("{}:{port}", pod_name(cluster, pod)));
        format!(
            "{}{} at {endpoint}, policy sees {}, pod sees {}",
            self.outcome.name(),
            self.reason.map(|reason| format!(" ({reason})")).unwrap_or_default(),
            address(&self.seen_by_policy),
            address(&self.seen_by_pod),
        )
    }
}

impl Observation {
    pub(crate) fn describe(&self, cluster: &Cluster) -> String {
        let policy = self.at_policy.map_or_else(
            || "-".to_owned(),
            |(pod, port, source)| format!("{source} for {}:{port}", pod_name(cluster, pod)),
        );
        match self.ending {
            Ending::Reached { pod, port, source } => {
                format!("reached {}:{port}, policy sees {policy}, pod sees {source}", pod_name(cluster, pod))
            }
            Ending::Health(status) => format!("the health check says {status}"),
            Ending::Refused => format!("refused, policy sees {policy}"),
            Ending::Unreachable => format!("unreachable, policy sees {policy}"),
            Ending::NoAnswer => format!("no answer, policy sees {policy}"),
        }
    }
}
