//! The measured cases, and the questions that they answer.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bulkhead_model::{Name, NamespacedName, PortRef, Protocol};
use bulkhead_path::{Origin, Request, Target};
use serde_json::Value;

/// One case.
pub(crate) struct Case {
    pub(crate) id: String,
    /// For a person who reads what went wrong.
    pub(crate) what: String,
    pub(crate) complete: bool,
    pub(crate) proxied: bool,
    pub(crate) proxy_address: Option<IpAddr>,
    /// Whether the world's snapshot does not show which source a node picks for its own pods.
    pub(crate) hides_device_order: bool,
    client: Value,
    door: Value,
    outcomes: Vec<Outcome>,
}

/// One measured outcome.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) result: String,
    pub(crate) entry_node: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) seen_by_pod: Option<IpAddr>,
    pub(crate) seen_at_policy: Option<IpAddr>,
    /// Whether no policy looks: the packet never passed the hook of a pod, or it came from the pod's own node.
    pub(crate) exempt: bool,
}

/// One question of a case, with the outcomes that answer it.
pub(crate) struct Question {
    pub(crate) id: String,
    pub(crate) request: Request,
    pub(crate) outcomes: Vec<Outcome>,
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

fn address(value: &Value, key: &str) -> Option<IpAddr> {
    text(value, key)?.parse().ok()
}

impl Case {
    pub(crate) fn read(line: &str, hides_device_order: bool) -> Self {
        let case: Value = serde_json::from_str(line).unwrap();
        let (client, door) = (case["client"].clone(), case["door"].clone());
        let outcomes =
            case["outcomes"].as_array().unwrap().iter().map(|outcome| outcome_of(&client, outcome)).collect();
        let place = text(&client, "node").unwrap_or_default();
        Self {
            id: text(&case, "id").unwrap(),
            what: format!(
                "{} {} on {place} to {} {}:{} of {}",
                client["kind"], client["address"], door["kind"], door["address"], door["port"], door["service"]
            ),
            complete: case["complete"] != Value::Bool(false),
            proxied: door["ipMode"] == "Proxy",
            proxy_address: address(&door, "proxyAddress"),
            hides_device_order,
            client,
            door,
            outcomes,
        }
    }

    /// Where the network outside chose among nodes, one question for each that it chose.
    pub(crate) fn questions(&self) -> Vec<Question> {
        let kind = self.door["kind"].as_str().unwrap();
        let outside = self.client["kind"] == "external" && ["loadBalancer", "externalIP", "clusterIP"].contains(&kind);
        if !outside {
            // A node's own process may meet the announcing node, too: where its own has no rule that refuses.
            let delivered_to = self.door["deliveredTo"].as_array().and_then(|nodes| nodes.first()?.as_str());
            let announcer = delivered_to.filter(|_| kind == "loadBalancer" || kind == "externalIP");
            let request = self.request(announcer);
            return vec![Question { id: self.id.clone(), request, outcomes: self.outcomes.clone() }];
        }
        let entries: BTreeSet<Option<String>> =
            self.outcomes.iter().map(|outcome| outcome.entry_node.clone()).collect();
        let of = |entry: Option<String>| Question {
            id: format!("{}@{}", self.id, entry.as_deref().unwrap_or("-")),
            request: self.request(entry.as_deref()),
            outcomes: self.outcomes.iter().filter(|outcome| outcome.entry_node == entry).cloned().collect(),
        };
        entries.into_iter().map(of).collect()
    }

    fn request(&self, entry: Option<&str>) -> Request {
        let protocol = self.door["protocol"].as_str().unwrap().to_ascii_uppercase();
        Request {
            from: match self.client["kind"].as_str().unwrap() {
                "external" => Origin::Address(address(&self.client, "address").unwrap()),
                "node" => Origin::Node(Name::from(text(&self.client, "node").unwrap())),
                _ => Origin::Pod(namespaced(&text(&self.client, "pod").unwrap())),
            },
            to: Target::Address(address(&self.door, "address").unwrap()),
            port: Some(PortRef::Number(u16::try_from(self.door["port"].as_u64().unwrap()).unwrap())),
            protocol: Protocol::from_name(&protocol).unwrap(),
            entry_node: entry.map(Name::from),
        }
    }
}

fn namespaced(name: &str) -> NamespacedName {
    let (namespace, name) = name.split_once('/').unwrap();
    NamespacedName::new(namespace, name)
}

fn outcome_of(client: &Value, outcome: &Value) -> Outcome {
    let hook = text(outcome, "policyHook");
    let local_process = ["node", "hostNetworkPod"].contains(&client["kind"].as_str().unwrap())
        && text(client, "node") == text(outcome, "endpointNode");
    let seen_at_policy = address(outcome, "seenAtPolicy");
    Outcome {
        result: text(outcome, "result").unwrap(),
        entry_node: text(outcome, "entryNode"),
        endpoint: text(outcome, "endpoint"),
        seen_by_pod: address(outcome, "seenByPod"),
        exempt: seen_at_policy.is_none()
            || hook.as_deref() == Some("input")
            || (local_process && hook.as_deref() != Some("forward")),
        seen_at_policy,
    }
}

/// Whether a node of this world picked, for its own pods, an address that its snapshot has nowhere: the order of devices, an
/// address on the loopback device and a second NIC are in no object.
pub(crate) fn hides_device_order(world: &str, snapshot: &str, cases: &str) -> bool {
    if world == "ipip-tunnelfirst" {
        return true;
    }
    let ranges: Vec<ipnet::IpNet> = snapshot
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("- ").split_once(": "))
        .filter(|(key, _)| ["cidr", "podCIDR"].contains(key))
        .filter_map(|(_, range)| range.trim_matches(['\'', '"']).parse().ok())
        .collect();
    let words: BTreeSet<&str> = snapshot.split(|c: char| !(c.is_ascii_hexdigit() || c == '.' || c == ':')).collect();
    let named = |address: &IpAddr| words.iter().any(|word| word.trim_matches(':').parse() == Ok(*address));
    let mut known: BTreeMap<IpAddr, bool> = BTreeMap::new();
    cases.lines().any(|line| {
        let case: Value = serde_json::from_str(line).unwrap();
        case["outcomes"].as_array().unwrap().iter().any(|outcome| {
            let seen = outcome_of(&case["client"], outcome);
            let Some(source) = seen.seen_by_pod.filter(|_| seen.result == "reached") else { return false };
            let given = [address(&case["client"], "address"), address(&case["door"], "proxyAddress")];
            !given.contains(&Some(source))
                && (seen.exempt || seen.seen_at_policy != Some(source))
                && !*known
                    .entry(source)
                    .or_insert_with(|| ranges.iter().any(|range| range.contains(&source)) || named(&source))
        })
    })
}
