//! kube-network-policies' tables. Rows of its pipeline are asked as they stand; a row of one matcher (a selector, ports, a
//! subject, a block) is put into a policy whose effect is that match alone.

use serde_json::{Value, json};

use crate::asked::{Cluster, End, namespace, pod, protocol, typed};
use crate::corpus;

const ALPHA1: &str = "policy.networking.k8s.io/v1alpha1";
const ALPHA2: &str = "policy.networking.k8s.io/v1alpha2";
const DENY: u64 = 1;
const NEXT: u64 = 2;

/// Rows that contradict the API, with the reason.
const CONTRADICTIONS: [(&str, &str); 5] = [
    (
        "TestSyncPacket/allow_all_override_deny_ingress",
        "its empty list of rules, which allows nothing, is meant to allow all",
    ),
    ("TestMatchesSelector/nil_selector_should_not_match", "in an object, no selector means everything, not nothing"),
    (
        "Test_adminNetworkPolicyAction/multiport_allow_egress_node_port",
        "its nodes peer matches a pod of the node; the API means addresses in the node's status",
    ),
    (
        "Test_adminNetworkPolicyAction/multiport_allow_egress_ns_selector_fail",
        "a pod of a namespace that no object declares is no pod there; every namespace is selected by an empty selector",
    ),
    (
        "Test_adminNetworkPolicyAction/multiport_allow_egress_ns_and_pod_selector_fail",
        "a pod of a namespace that no object declares is no pod there; every namespace is selected by an empty selector",
    ),
];

/// What a row says, as one question.
struct Asked {
    objects: Vec<Value>,
    from: String,
    to: String,
    port: u16,
    protocol: String,
    passes: bool,
}

/// Without the nulls that Go writes, with an endPort that the API takes.
fn clean(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let entries = map.iter().filter(|(_, value)| !value.is_null());
            entries
                .map(|(key, value)| {
                    (
                        key.clone(),
                        if key == "endPort" && value.as_u64() > Some(65535) { json!(65535) } else { clean(value) },
                    )
                })
                .collect()
        }
        Value::Array(values) => values.iter().map(clean).collect(),
        other => other.clone(),
    }
}

fn pods(rows: &Value) -> Vec<Value> {
    let mut pods = typed("Pod", "v1", rows);
    for (number, pod) in pods.iter_mut().enumerate() {
        if pod["status"]["podIPs"].is_null() {
            pod["status"]["podIPs"] = json!([{"ip": format!("10.7.0.{}", 11 + number)}]);
        }
    }
    pods
}

/// Objects of the cluster, which have no namespace.
fn of_cluster(kind: &str, version: &str, rows: &Value) -> Vec<Value> {
    let mut objects = typed(kind, version, rows);
    for object in &mut objects {
        object["metadata"].as_object_mut().unwrap().remove("namespace");
    }
    objects
}

fn network_policies(rows: &Value) -> Vec<Value> {
    typed("NetworkPolicy", "networking.k8s.io/v1", rows)
}

fn network_policy(namespace: &str, selector: &Value, direction: &str, rules: &Value) -> Value {
    let kind = if direction == "ingress" { "Ingress" } else { "Egress" };
    let spec = json!({"podSelector": selector, "policyTypes": [kind], direction: rules});
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"namespace": namespace, "name": "p"}, "spec": spec})
}

/// The packet of a row, by its addresses.
fn packet(objects: Vec<Value>, packet: &Value, passes: bool) -> Vec<Asked> {
    let text = |name: &str| packet[name].as_str().unwrap().to_owned();
    let port = u16::try_from(packet["DstPort"].as_u64().unwrap()).unwrap();
    vec![Asked { objects, from: text("SrcIP"), to: text("DstIP"), port: port.max(1), protocol: text("Proto"), passes }]
}

fn pipeline(row: &Value) -> Vec<Asked> {
    let mut objects =
        [typed("Namespace", "v1", &row["namespaces"]), network_policies(&row["nps"]), pods(&row["pods"])].concat();
    let tiers = [("AdminNetworkPolicy", "anpVerdict"), ("BaselineAdminNetworkPolicy", "banpVerdict")];
    for (kind, verdict) in tiers.into_iter().filter(|(_, verdict)| row[verdict] != NEXT) {
        let action = if row[verdict] == DENY { "Deny" } else { "Allow" };
        let rules = |peers: &str| json!([{"action": action, peers: [{"namespaces": {}}]}]);
        let spec =
            json!({"priority": 10, "subject": {"namespaces": {}}, "ingress": rules("from"), "egress": rules("to")});
        let mut policy = json!({"apiVersion": ALPHA1, "kind": kind, "metadata": {"name": "default"}, "spec": spec});
        if kind == "BaselineAdminNetworkPolicy" {
            policy["spec"].as_object_mut().unwrap().remove("priority");
        }
        objects.push(policy);
    }
    packet(objects, &row["packet"], row["wantAllow"] == true)
}

fn sync_packet(row: &Value) -> Vec<Asked> {
    let objects =
        [typed("Namespace", "v1", &row["namespace"]), network_policies(&row["networkpolicy"]), pods(&row["pod"])]
            .concat();
    packet(objects, &row["p"], row["expect"] == true)
}

fn admin(row: &Value) -> Vec<Asked> {
    let policies = of_cluster("AdminNetworkPolicy", ALPHA1, &row["networkpolicy"]);
    let objects =
        [typed("Namespace", "v1", &row["namespace"]), policies, pods(&row["pod"]), nodes(&row["node"])].concat();
    packet(objects, &row["p"], row["expect"] == true)
}

fn nodes(row: &Value) -> Vec<Value> {
    if row.is_null() { Vec::new() } else { typed("Node", "v1", &json!([row])) }
}

/// The row names no pods: both ends are pods of namespaces with the label that the policies ask for, or not.
fn baseline(row: &Value) -> Vec<Asked> {
    let mut objects = of_cluster("BaselineAdminNetworkPolicy", ALPHA1, &row["policies"]);
    let address = |name: &str| row["packet"][name].as_str().unwrap();
    let in_foo = address("SrcIP") == "192.168.1.11";
    objects.push(namespace("source", &if in_foo { json!({"a": "b"}) } else { json!({}) }));
    objects.push(namespace("target", &json!({})));
    objects.push(pod("source", "a", &json!({}), address("SrcIP"), &[]));
    objects.push(pod("target", "b", &json!({}), address("DstIP"), &[]));
    packet(objects, &row["packet"], row["expected"] == true)
}

fn cluster_policies(row: &Value) -> Vec<Asked> {
    let policies = of_cluster("ClusterNetworkPolicy", ALPHA2, &row["policies"]);
    let objects =
        [typed("Namespace", "v1", &row["testNamespaces"]), policies, pods(&row["testPods"]), nodes(&row["testNode"])]
            .concat();
    let verdict = if row["wantAdmin"] == NEXT { &row["wantBase"] } else { &row["wantAdmin"] };
    packet(objects, &row["packet"], *verdict != DENY)
}

/// Two pods, in namespaces of their own, and the policy; asked from left to right.
fn pair(labels: &Value, policy: Value, target: Option<&Value>, port: u16, protocol: &str, passes: bool) -> Asked {
    let target = target.cloned().unwrap_or_else(|| pod("right", "target", &json!({}), "10.7.2.5", &[]));
    let name = |field: &str| target["metadata"][field].as_str().unwrap().to_owned();
    let to = format!("{}/{}", name("namespace"), name("name"));
    let objects = vec![
        namespace("left", &json!({})),
        namespace(&name("namespace"), &json!({})),
        pod("left", "source", labels, "10.7.1.5", &[]),
        target,
        policy,
    ];
    Asked { objects, from: "left/source".into(), to, port, protocol: protocol.into(), passes }
}

fn selector(row: &Value) -> Vec<Asked> {
    let matches = row["want"] == true;
    let labels = if row["labels"].is_null() { json!({}) } else { row["labels"].clone() };
    let peer = json!([{"from": [{"namespaceSelector": {}, "podSelector": row["selector"]}]}]);
    let as_peer = network_policy("right", &json!({}), "ingress", &peer);
    let as_subject = network_policy("left", &row["selector"], "egress", &json!([]));
    vec![pair(&labels, as_peer, None, 80, "TCP", matches), pair(&labels, as_subject, None, 80, "TCP", !matches)]
}

fn peer_selectors(row: &Value) -> Vec<Asked> {
    let fields = [("namespaceSelector", &row["peerNSSelector"]), ("podSelector", &row["peerPodSelector"])];
    let peer: Value = fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    if peer.as_object().unwrap().is_empty() {
        return Vec::new(); // an empty peer, which the API refuses
    }
    let space = row["policyNs"].as_str().unwrap();
    let subject = json!({"role": "subject"});
    let name = |field: &str| row["pod"]["metadata"][field].as_str().unwrap();
    let (other, subject_name) = (format!("{}/{}", name("namespace"), name("name")), format!("{space}/subject"));
    let asked = |direction: &str, peers: &str, from: &str, to: &str| {
        let rules = json!([{peers: [peer]}]);
        let mut objects = [typed("Namespace", "v1", &row["namespaces"]), pods(&row["pods"])].concat();
        objects.push(pod(space, "subject", &subject, "10.7.9.9", &[]));
        objects.push(network_policy(space, &json!({"matchLabels": subject}), direction, &rules));
        Asked {
            objects,
            from: from.into(),
            to: to.into(),
            port: 80,
            protocol: "TCP".into(),
            passes: row["want"] == true,
        }
    };
    vec![asked("ingress", "from", &other, &subject_name), asked("egress", "to", &subject_name, &other)]
}

fn target(row: &Value) -> Option<Value> {
    let rows = if row["pod"].is_null() { return None } else { json!([row["pod"]]) };
    pods(&rows).into_iter().next()
}

fn ports(row: &Value) -> Vec<Asked> {
    let Some(name) = row["protocol"].as_str().filter(|name| !name.is_empty()) else { return Vec::new() };
    let port = u16::try_from(row["port"].as_u64().unwrap()).unwrap();
    let target = target(row);
    let space = target.as_ref().map_or("right", |pod| pod["metadata"]["namespace"].as_str().unwrap());
    let rules = json!([{"ports": row["networkPolicyPorts"]}]);
    let policies =
        [network_policy(space, &json!({}), "ingress", &rules), network_policy("left", &json!({}), "egress", &rules)];
    policies.map(|policy| pair(&json!({}), policy, target.as_ref(), port, name, row["want"] == true)).into()
}

/// A policy of a tier that denies everything on these ports, asked in both directions.
fn tier_ports(row: &Value, kind: &str, version: &str, field: &str, ports: &Value) -> Vec<Asked> {
    let port = u16::try_from(row["port"].as_u64().unwrap()).unwrap().max(1);
    let target = target(row);
    let asked = |direction: &str, peers: &str| {
        let mut rule = json!({"action": "Deny", peers: [{"namespaces": {}}]});
        if !ports.is_null() {
            rule[field] = ports.clone();
        }
        let mut spec = json!({"priority": 10, "subject": {"namespaces": {}}, direction: [rule]});
        if kind == "ClusterNetworkPolicy" {
            spec["tier"] = "Admin".into();
        }
        let policy = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "p"}, "spec": spec});
        pair(&json!({}), policy, target.as_ref(), port, row["protocol"].as_str().unwrap_or(""), row["want"] == false)
    };
    vec![asked("ingress", "from"), asked("egress", "to")]
}

/// The pod that upstream asks about is foo/a; both carry the label a=b.
fn subject(row: &Value) -> Vec<Asked> {
    let asked = |direction: &str, peers: &str, from: &str, to: &str| {
        let rule = json!({"action": "Deny", peers: [{"namespaces": {}}]});
        let spec = json!({"priority": 0, "subject": row["networkpolicy"]["spec"]["subject"], direction: [rule]});
        let objects = vec![
            namespace("foo", &json!({"a": "b"})),
            namespace("left", &json!({})),
            pod("foo", "a", &json!({"a": "b"}), "10.7.2.5", &[]),
            pod("left", "source", &json!({}), "10.7.1.5", &[]),
            json!({"apiVersion": ALPHA1, "kind": "AdminNetworkPolicy", "metadata": {"name": "p"}, "spec": spec}),
        ];
        Asked {
            objects,
            from: from.into(),
            to: to.into(),
            port: 80,
            protocol: "TCP".into(),
            passes: row["want"] == false,
        }
    };
    vec![asked("ingress", "from", "left/source", "foo/a"), asked("egress", "to", "foo/a", "left/source")]
}

/// Only rows that come out the same whatever a name server says.
fn domain_names(row: &Value) -> Vec<Asked> {
    let spec = &row["policy"]["spec"];
    if spec["egress"].as_array().unwrap().iter().any(|rule| rule["action"] != "Allow") {
        return Vec::new();
    }
    let mut objects = of_cluster("AdminNetworkPolicy", ALPHA1, &json!([row["policy"]]));
    objects.push(pod("left", "source", &json!({}), "10.7.1.5", &[]));
    let to = row["dstIP"].as_str().unwrap().to_owned();
    let passes = row["expectedAction"] == true;
    vec![Asked { objects, from: "left/source".into(), to, port: 80, protocol: "TCP".into(), passes }]
}

fn block(row: &Value) -> Vec<Asked> {
    let (Some(address), false) = (row["ip"].as_str().filter(|ip| !ip.is_empty()), row["ipBlock"].is_null()) else {
        return Vec::new(); // no packet, or no block
    };
    let policy = network_policy("left", &json!({}), "egress", &json!([{"to": [{"ipBlock": row["ipBlock"]}]}]));
    // Upstream's rows have an except outside of its cidr, which the API refuses; it excludes nothing.
    let mut policy = policy;
    let cidr = row["ipBlock"]["cidr"].as_str().unwrap().parse::<ipnet::IpNet>().unwrap();
    if let Some(except) = policy["spec"]["egress"][0]["to"][0]["ipBlock"]["except"].as_array_mut() {
        except.retain(|net| cidr.contains(&net.as_str().unwrap().parse::<ipnet::IpNet>().unwrap()));
        if except.is_empty() && row["want"] == false {
            return Vec::new();
        }
    }
    let mut asked = pair(&json!({}), policy, None, 80, "TCP", row["want"] == true);
    address.clone_into(&mut asked.to);
    vec![asked]
}

fn named_port(row: &Value) -> Vec<Asked> {
    let declared = row["podInfo"]["container_ports"].as_array().cloned().unwrap_or_default();
    let port = |port: &Value| {
        (
            port["name"].as_str().unwrap().to_owned(),
            port["port"].as_u64().unwrap(),
            port["protocol"].as_str().unwrap().to_owned(),
        )
    };
    let declared: Vec<_> = declared.iter().map(port).collect();
    let ports: Vec<(&str, u64, &str)> =
        declared.iter().map(|(name, at, protocol)| (&**name, *at, &**protocol)).collect();
    let target = pod("right", "target", &json!({}), "10.7.2.5", &ports);
    let mut row = row.clone();
    row["pod"] = target;
    tier_ports(&row, "ClusterNetworkPolicy", ALPHA2, "protocols", &json!([{"destinationNamedPort": row["namedPort"]}]))
}

fn asked(row: &Value) -> Vec<Asked> {
    let test = row["test"].as_str().unwrap();
    let tcp = json!([{"tcp": if row["policyPort"].is_null() { json!({}) } else { json!({"destinationPort": row["policyPort"]}) }}]);
    match test.split('/').next().unwrap() {
        "TestSinglePipelineWithRealEvaluators" => pipeline(row),
        "TestSyncPacket" => sync_packet(row),
        "Test_adminNetworkPolicyAction" => admin(row),
        "Test_baselineAdminNetworkPolicyAction" => baseline(row),
        "Test_ClusterNetworkPolicy_Evaluation" => cluster_policies(row),
        "TestMatchesSelector" => selector(row),
        "TestEvaluator_evaluateSelectors" => peer_selectors(row),
        "TestEvaluator_evaluatePorts" => ports(row),
        "TestEvaluator_evaluateIPBlocks" => block(row),
        "Test_matchProtocolDestinationNamedPort" => named_port(row),
        "Test_evaluateAdminNetworkPolicyPort" => {
            tier_ports(row, "AdminNetworkPolicy", ALPHA1, "ports", &row["networkPolicyPorts"])
        }
        "Test_evaluateProtocols" => {
            tier_ports(row, "ClusterNetworkPolicy", ALPHA2, "protocols", &row["policyProtocols"])
        }
        "Test_matchPort" => tier_ports(row, "ClusterNetworkPolicy", ALPHA2, "protocols", &tcp),
        "TestController_getAdminNetworkPoliciesForPod" => subject(row),
        "TestController_evaluateAdminEgress_DomainNames" => domain_names(row),
        other => panic!("rows of {other} are not known here"),
    }
}

/// An end by name (`shop/web`) or by address.
fn end(cluster: &Cluster, name: &str) -> End {
    if name.contains('/') { cluster.pod(name) } else { cluster.at(name) }
}

#[test]
fn every_row() {
    let Some(rows) = corpus("kube-network-policies/cases.jsonl") else { return };
    let (mut used, mut wrong) = (0, Vec::new());
    for row in &rows {
        let test = row["test"].as_str().unwrap();
        let contradicts = CONTRADICTIONS.iter().any(|(name, _)| *name == test);
        let questions = asked(&clean(row));
        used += usize::from(!questions.is_empty());
        for question in questions {
            // The addresses of pods match blocks here, as they do in that project.
            let cluster = Cluster::new(&question.objects, Some("kube-network-policies"));
            let (from, to) = (end(&cluster, &question.from), end(&cluster, &question.to));
            let passes = cluster.passes(from, to, question.port, protocol(&question.protocol));
            if passes != Some(question.passes != contradicts) {
                wrong.push(format!("{test}: expected {}, got {passes:?}", question.passes));
            }
        }
    }
    assert!(used >= 95, "only {used} of {} rows could be asked", rows.len());
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
