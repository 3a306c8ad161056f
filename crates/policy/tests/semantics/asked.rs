//! From YAML and a question to an answer as text.

use std::fmt::Write;

use bulkhead_model::object::Direction;
use bulkhead_model::{NamespacedName, Position, Protocol, SourceId};
use bulkhead_policy::{Action, Overrides, Party, Policies, Profile, Question, RuleRef, Verdict, decide};
use bulkhead_snapshot::Snapshot;
use bulkhead_snapshot::read::{Input, read};

/// Pods of two projects and a stranger's, on two nodes. `shop` has a label, `other` is declared by nobody.
pub(crate) const CLUSTER: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop, tier: prod}}
---
apiVersion: v1
kind: Namespace
metadata: {name: billing, labels: {team: billing}}
---
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {zone: a}}
status: {addresses: [{type: InternalIP, address: 10.10.0.1}]}
---
apiVersion: v1
kind: Node
metadata: {name: n2, labels: {zone: b}}
status: {addresses: [{type: InternalIP, address: 10.10.0.2}]}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: web, labels: {app: web, tier: front}}
spec:
  nodeName: n1
  containers:
  - name: main
    ports: [{name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}, {name: dns, containerPort: 5353}]
  initContainers:
  - {name: mesh, restartPolicy: Always, ports: [{name: metrics, containerPort: 9090}]}
  - {name: setup, ports: [{name: setup, containerPort: 7000}]}
status: {phase: Running, podIP: 10.244.1.5, podIPs: [{ip: 10.244.1.5}, {ip: 'fd00::1:5'}]}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: db, labels: {app: db}}
spec:
  nodeName: n2
  containers: [{name: main, ports: [{name: http, containerPort: 5432}]}]
status: {phase: Running, podIP: 10.244.2.6}
---
apiVersion: v1
kind: Pod
metadata: {namespace: billing, name: api, labels: {app: api, tier: front}}
spec: {nodeName: n2, containers: [{name: main, ports: [{name: http, containerPort: 80}]}]}
status: {phase: Running, podIP: 10.244.2.7}
---
apiVersion: v1
kind: Pod
metadata: {namespace: other, name: guest, labels: {app: guest}}
spec: {nodeName: n1, containers: [{name: main}]}
status: {phase: Running, podIP: 10.244.1.8}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: agent, labels: {app: agent}}
spec: {nodeName: n1, hostNetwork: true, containers: [{name: main}]}
status: {phase: Running, podIP: 10.10.0.1}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: pending, labels: {app: pending}}
spec: {containers: [{name: main}]}
status: {phase: Pending}
";

/// [`CLUSTER`] with policies, ready to be asked.
pub(crate) struct Asked {
    pub(crate) snapshot: Snapshot,
    pub(crate) policies: Policies,
}

impl Asked {
    pub(crate) fn new(engine: Option<&str>, policies: &str) -> Self {
        let snapshot = snapshot(policies);
        let engine = engine.map(|name| Profile::named(name).unwrap());
        let policies = Policies::with_overrides(&snapshot, &Overrides { engine });
        Self { snapshot, policies }
    }

    pub(crate) fn question(&self, question: &str) -> Question {
        parse(&self.snapshot, question)
    }
}

/// Asks the questions on the left and wants the answers on the right; an answer of several parts has a line for each.
/// What is wrong with the policies comes as `issue` lines first, if `questions` begins with such.
#[track_caller]
pub(crate) fn check(policies: &str, questions: &[(&str, &str)]) {
    check_with(None, policies, questions);
}

/// As [`check`], for an engine.
#[track_caller]
pub(crate) fn check_with(engine: Option<&str>, policies: &str, questions: &[(&str, &str)]) {
    let Asked { snapshot, policies } = Asked::new(engine, policies);
    let said: Vec<String> = questions.iter().map(|(question, _)| answer(&snapshot, &policies, question)).collect();
    let wrong: Vec<String> = questions
        .iter()
        .zip(&said)
        .filter(|((_, expected), said)| expected != said)
        .map(|((question, expected), said)| format!("{question}\n  expected {expected}\n  answered {said}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}\n{}", wrong.join("\n"), issues(&snapshot).join("\n"));
}

/// The codes of what is wrong with the policies, with the fields and lines.
#[track_caller]
pub(crate) fn check_issues(policies: &str, expected: &[&str]) {
    assert_eq!(issues(&snapshot(policies)), expected);
}

pub(crate) fn snapshot(policies: &str) -> Snapshot {
    let inputs = [
        Input { name: "cluster.yaml", text: CLUSTER.as_bytes() },
        Input { name: "policies.yaml", text: policies.trim_start_matches('\n').as_bytes() },
    ];
    Snapshot::new(read(&inputs))
}

fn issues(snapshot: &Snapshot) -> Vec<String> {
    let of_policies = snapshot.issues.iter().filter(|issue| issue.position.is_some_and(|at| at.source == SourceId(1)));
    of_policies
        .map(|issue| format!("{} {}{}", issue.code, issue.field, issue.position.map(line).unwrap_or_default()))
        .collect()
}

fn line(position: Position) -> String {
    format!(" @{}", position.line)
}

fn answer(snapshot: &Snapshot, policies: &Policies, question: &str) -> String {
    let verdict = decide(snapshot, policies, &parse(snapshot, question));
    let (word, evidence) = match &verdict {
        Verdict::Allow { rules, .. } => ("allow", shown(rules)),
        Verdict::Deny { policies, .. } => ("deny", shown(policies)),
        Verdict::Undetermined { because, .. } => {
            let doubts = because.iter().map(|doubt| format!("{} {}", doubt.reason.code(), rule(&doubt.rule)));
            ("undetermined", doubts.collect::<Vec<_>>().join(", "))
        }
    };
    let mut text = if evidence.is_empty() { word.to_owned() } else { format!("{word}: {evidence}") };
    for deviation in verdict.deviations() {
        let _ = write!(text, "; {} {}={}", deviation.engine, deviation.habit.code(), deviation.value);
    }
    text
}

fn shown(rules: &[RuleRef]) -> String {
    rules.iter().map(rule).collect::<Vec<_>>().join(", ")
}

/// `p ingress[0] @12`; the kind only where it is no NetworkPolicy, the action only where the verdict does not say it.
fn rule(rule: &RuleRef) -> String {
    let policy = &rule.policy;
    let kind = if policy.kind == "NetworkPolicy" { String::new() } else { format!("{} ", policy.kind) };
    let namespace = policy.namespace.as_ref().map(|name| format!("{name}/")).unwrap_or_default();
    let index = rule.rule.map(|at| format!(" {}[{at}]", rule.direction.name().to_lowercase())).unwrap_or_default();
    let pass = if rule.action == Action::Pass { " pass" } else { "" };
    format!("{kind}{namespace}{}{index}{pass}{}", policy.name, line(rule.position))
}

fn parse(snapshot: &Snapshot, question: &str) -> Question {
    let words: Vec<&str> = question.split_whitespace().collect();
    let [direction, subject, _, peer, port] = words.as_slice() else { panic!("no question: {question}") };
    let direction = if *direction == "ingress" { Direction::Ingress } else { Direction::Egress };
    let (port, protocol) = port.split_once('/').unwrap_or((port, "TCP"));
    let (port, protocol) = (port.parse().unwrap(), Protocol::from_name(protocol).unwrap());
    let subject = party(snapshot, subject).pod.unwrap();
    Question { direction, subject, peer: party(snapshot, peer), protocol, port }
}

fn party(snapshot: &Snapshot, name: &str) -> Party {
    if let Ok(address) = name.parse() {
        let pod = snapshot.pods_with_address(address).first().copied();
        return Party {
            address: Some(address),
            pod,
            node: snapshot.nodes_with_address(address).first().copied(),
            identity: None,
        };
    }
    let (first, second) = name.split_once('/').unwrap();
    if first == "node" {
        let node = snapshot.node(second).unwrap();
        let address = snapshot.nodes[node].internal_addresses().next();
        return Party { address, pod: None, node: Some(node), identity: None };
    }
    let pod = snapshot.pod(&NamespacedName::new(first, second)).unwrap();
    Party { address: snapshot.pods[pod].addresses.first().copied(), pod: Some(pod), node: None, identity: None }
}
