//! Exposures in plans: what becomes of their policies while the cluster changes under them.

#![allow(clippy::unnecessary_wraps)] // compared with what may be nothing
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails

use std::sync::Arc;

use bulkhead_analysis::allowlist::Effort;
use bulkhead_analysis::isolation::{ExposureState, LastApplied, Plan, Setting, Settings, apply, names};
use bulkhead_analysis::path::Overrides;
use bulkhead_analysis::planned;
use bulkhead_model::object::{IpBlockManifest, PeerManifest};
use bulkhead_snapshot::{Input, Objects, Snapshot, read};

const CLUSTER: &str = include_str!("exposures/cluster.yaml");

/// The cluster with objects in the place of those of the same names.
fn cluster(changes: &[&str]) -> Objects {
    let mut objects = read(&[Input { name: "cluster", text: CLUSTER.as_bytes() }]);
    for change in changes {
        objects.put(read(&[Input { name: "change", text: change.as_bytes() }]));
    }
    objects
}

fn plan_of(snapshot: &Snapshot) -> Plan {
    planned(
        snapshot,
        Setting::Default,
        &Settings::default(),
        &Overrides::default(),
        Effort::whole(&bulkhead_model::watch::Unwatched),
    )
    .plan
}

/// The cluster after its plan was carried out and then something changed.
fn after(changes: &[&str]) -> Snapshot {
    let before = Snapshot::new(cluster(&[]));
    let (planned, refused) = apply(&plan_of(&before), &before);
    assert_eq!(refused, []);
    let mut after = Snapshot::new(cluster(changes));
    after.network_policies = planned.network_policies;
    after
}

/// The addresses that the Exposure's policy lets in, once the plan is carried out; `None` where there is no policy.
fn let_in(snapshot: &Snapshot) -> Option<Vec<String>> {
    let (after, _) = apply(&plan_of(snapshot), snapshot);
    let policy = after.network_policies.iter().find(|policy| policy.name.name == "exposure-customers")?;
    let manifest = bulkhead_model::object::PolicyManifest::of(policy).unwrap();
    let peers = manifest.ingress.into_iter().flatten().flat_map(|rule| rule.peers);
    let mut blocks: Vec<String> = peers
        .map(|peer| match peer {
            PeerManifest::Block(IpBlockManifest { cidr, .. }) => cidr,
            PeerManifest::Pods { .. } => "pods".to_owned(),
        })
        .collect();
    blocks.sort();
    Some(blocks)
}

fn state(snapshot: &Snapshot) -> ExposureState {
    plan_of(snapshot).exposures[0].state.clone()
}

const EVERYWHERE: [&str; 4] = ["10.244.1.0/32", "10.244.2.0/32", "10.244.3.0/32", "203.0.113.7/32"];

fn blocks(list: &[&str]) -> Option<Vec<String>> {
    Some(list.iter().map(ToString::to_string).collect())
}

#[test]
fn a_plan_that_was_carried_out_has_nothing_to_do() {
    let after = after(&[]);
    let plan = plan_of(&after);
    assert_eq!((plan.apply, plan.delete), (vec![], vec![]));
    assert_eq!(state(&after), ExposureState::Resolved);
    assert_eq!(let_in(&after), blocks(&EVERYWHERE));
}

#[test]
fn a_pod_that_moves_changes_nothing() {
    let moved = r#"
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: shop, labels: {app: web}}
spec: {nodeName: node2, containers: [{name: web, image: web, ports: [{name: http, containerPort: 8080}]}]}
status: {phase: Running, podIP: 10.244.2.7, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-abcde, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: 8080, protocol: TCP}]
endpoints: [{addresses: [10.244.2.7], conditions: {ready: true}, nodeName: node2, targetRef: {kind: Pod, namespace: shop, name: web-0}}]
"#;
    let plan = plan_of(&after(&[moved]));
    assert_eq!((plan.apply, plan.delete), (vec![], vec![]));
}

const NODE4: &str = r#"
apiVersion: v1
kind: Node
metadata:
  name: node4
  annotations: {projectcalico.org/IPv4Address: 10.10.0.14/24, projectcalico.org/IPv4VXLANTunnelAddr: 10.244.4.0}
spec: {podCIDR: 10.244.4.0/24}
status: {addresses: [{type: InternalIP, address: 10.10.0.14}], conditions: [{type: Ready, status: "True"}]}
"#;

#[test]
fn a_node_that_comes_is_let_in_and_one_that_goes_is_not() {
    let come = after(&[NODE4]);
    let with_it = ["10.244.1.0/32", "10.244.2.0/32", "10.244.3.0/32", "10.244.4.0/32", "203.0.113.7/32"];
    assert_eq!(let_in(&come), blocks(&with_it));
    let (come, _) = apply(&plan_of(&come), &come);
    let mut gone = Snapshot::new(cluster(&[]));
    gone.network_policies = come.network_policies;
    assert_eq!(let_in(&gone), blocks(&EVERYWHERE));
}

#[test]
fn a_tunnel_that_gets_another_address_is_followed() {
    let moved = NODE4.replace("node4", "node3").replace("10.10.0.14", "10.10.0.13").replace("10.244.4", "10.244.9");
    let now = ["10.244.1.0/32", "10.244.2.0/32", "10.244.9.0/32", "203.0.113.7/32"];
    assert_eq!(let_in(&after(&[&moved])), blocks(&now));
}

const SERVICE: &str = r"
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: NodePort
  clusterIP: 10.96.0.7
  selector: {app: web}
  externalTrafficPolicy: Local
  ports: [{name: http, port: 80, targetPort: http, nodePort: 30080}]
";

#[test]
fn with_the_local_traffic_policy_only_the_client_is_let_in() {
    assert_eq!(let_in(&after(&[SERVICE])), blocks(&["203.0.113.7/32"]));
}

/// A tunnel's address is away: what was open for the request stays, and nothing else is opened.
#[test]
fn what_was_open_stays_while_nobody_can_say_whether_it_is_needed() {
    let unknown = NODE4
        .replace("node4", "node3")
        .replace("10.10.0.14", "10.10.0.13")
        .replace(", projectcalico.org/IPv4VXLANTunnelAddr: 10.244.4.0", "");
    let known = ["10.244.1.0/32", "10.244.2.0/32", "203.0.113.7/32"];
    let fresh = Snapshot::new(cluster(&[&unknown]));
    assert!(matches!(state(&fresh), ExposureState::Partial { .. }), "{:?}", state(&fresh));
    assert_eq!(let_in(&fresh), blocks(&known), "nothing is guessed");
    let kept = after(&[&unknown]);
    assert_eq!(let_in(&kept), blocks(&EVERYWHERE), "nobody is cut off");
    let plan = plan_of(&kept);
    assert_eq!((plan.apply, plan.delete), (vec![], vec![]), "and then it rests");
}

fn exposure(spec: &str) -> String {
    format!(
        "apiVersion: network.bulkhead.dev/v1alpha1\nkind: Exposure\nmetadata: {{name: customers, namespace: shop}}\nspec: {spec}\n"
    )
}

/// What is asked for no longer is not kept, whatever else is unknown.
#[test]
fn a_client_who_is_no_longer_wanted_is_shut_out_at_once() {
    let unknown = NODE4
        .replace("node4", "node3")
        .replace("10.10.0.14", "10.10.0.13")
        .replace(", projectcalico.org/IPv4VXLANTunnelAddr: 10.244.4.0", "");
    let other =
        exposure("{target: {service: web, ports: [http]}, doors: [NodePort], clients: [{cidr: 198.51.100.9/32}]}");
    let now = ["10.244.1.0/32", "10.244.2.0/32", "198.51.100.9/32"];
    assert_eq!(let_in(&after(&[&unknown, &other])), blocks(&now));
    let nobody = exposure("{target: {service: web}, clients: []}");
    assert_eq!(let_in(&after(&[&nobody])), None);
}

#[test]
fn a_target_that_is_away_keeps_what_it_had() {
    let mut objects = cluster(&[]);
    objects.services.clear();
    let mut away = Snapshot::new(objects);
    away.network_policies = after(&[]).network_policies;
    let expected = ExposureState::Unresolved { reason: "targetMissing", last_applied: LastApplied::Kept };
    assert_eq!(state(&away), expected);
    assert_eq!(let_in(&away), blocks(&EVERYWHERE));
    let plan = plan_of(&away);
    assert_eq!((plan.apply, plan.delete), (vec![], vec![]));
}

#[test]
fn without_isolation_there_is_nothing_to_open_and_the_policy_goes_with_it() {
    let off = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {kubesphere.io/workspace: acme}}}";
    let off = after(&[off]);
    assert_eq!(state(&off), ExposureState::Inactive);
    assert_eq!(let_in(&off), None);
    let deleted: Vec<String> = plan_of(&off).delete.iter().map(ToString::to_string).collect();
    assert_eq!(deleted, ["shop/exposure-customers", "shop/nsnp-network-isolate"]);
}

#[test]
fn an_exposure_that_is_gone_leaves_nothing() {
    let mut objects = cluster(&[]);
    objects.exposures.clear();
    let mut gone = Snapshot::new(objects);
    gone.network_policies = after(&[]).network_policies;
    assert_eq!(let_in(&gone), None);
}

/// The same names, the same word for the request: what is there is ours and asked for.
#[test]
fn somebody_elses_policy_stays() {
    let mut theirs = after(&[NODE4]);
    for policy in &mut theirs.network_policies {
        let others = policy.labels.iter().filter(|(key, _)| *key != names::MANAGED_BY);
        let labels = others.map(|(key, value)| (key.clone(), value.clone())).collect();
        Arc::make_mut(policy).labels = labels;
    }
    let plan = plan_of(&theirs);
    assert_eq!((plan.apply, plan.delete), (vec![], vec![]));
    assert!(plan.issues.iter().any(|issue| issue.code == "policyConflict"), "{:?}", plan.issues);
}
