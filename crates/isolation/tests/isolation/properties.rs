//! What holds for every cluster, whatever its tenants write.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_isolation::{
    EntryState, Isolation, LastApplied, Plan, Setting, Settings, apply, means_the_same, names, plan,
};
use bulkhead_model::object::{Direction, NetworkPolicy, PeerManifest, PolicyManifest};
use bulkhead_model::{Name, NamespacedName, Protocol};
use bulkhead_policy::{Overrides, Party, Policies, Profile, Question, Verdict, decide};
use bulkhead_snapshot::{PodId, Snapshot};
use proptest::prelude::*;

use crate::support::snapshot;

const PROJECTS: [&str; 5] = ["p0", "p1", "p2", "p3", "kube-system"];

/// A cluster, as the YAML documents that describe it, so that a failing case is one to read.
#[derive(Clone, Debug)]
pub(crate) struct World {
    documents: Vec<String>,
    entries: Vec<String>,
    policies: Vec<String>,
}

impl World {
    fn text(&self) -> String {
        let all = self.documents.iter().chain(&self.entries).chain(&self.policies);
        all.fold(String::new(), |text, document| text + "---\n" + document + "\n")
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        snapshot(&self.text())
    }
}

fn one_of(words: &'static [&'static str]) -> proptest::sample::Select<&'static str> {
    proptest::sample::select(words)
}

fn workspaces() -> impl Strategy<Value = Vec<String>> {
    let switch = one_of(&["{}", "{networkIsolation: true}", "{networkIsolation: false}", "{networkIsolation: soon}"]);
    let annotation =
        one_of(&["", "", "kubesphere.io/network-isolate: enabled", "kubesphere.io/network-isolate: disabled"]);
    proptest::collection::vec((switch, annotation), 2).prop_map(|switches| {
        let workspace = |(at, (spec, annotation)): (usize, (&str, &str))| {
            format!("{{apiVersion: tenant.kubesphere.io/v1alpha1, kind: Workspace, metadata: {{name: w{at}, annotations: {{{annotation}}}}}, spec: {spec}}}")
        };
        switches.into_iter().enumerate().map(workspace).collect()
    })
}

fn projects() -> impl Strategy<Value = Vec<String>> {
    let label = one_of(&["w0", "w0", "w0", "w1", "w1", "gone", ""]);
    let switch = one_of(&["enabled", "enabled", "\"\"", "Enabled"]);
    proptest::collection::vec((label, switch), PROJECTS.len()).prop_map(|projects| {
        let project = |(name, (workspace, switch)): (&&str, (&str, &str))| {
            let label = if workspace.is_empty() { String::new() } else { format!("kubesphere.io/workspace: {workspace}") };
            format!("{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}, labels: {{{label}}}, annotations: {{kubesphere.io/network-isolate: {switch}}}}}}}")
        };
        PROJECTS.iter().zip(projects).map(project).collect()
    })
}

fn services() -> impl Strategy<Value = Vec<String>> {
    let spec = one_of(&[
        "{selector: {app: x}, ports: [{port: 80, targetPort: 8080}]}",
        "{selector: {app: x}, ports: [{name: a, port: 80, targetPort: http}, {name: b, protocol: UDP, port: 53, targetPort: 5353}]}",
        "{clusterIP: None, selector: {app: x}}",
        "{ports: [{port: 80}]}",
        "{type: ExternalName, externalName: example.com}",
    ]);
    let name = one_of(&["s", "s", "kube-dns"]);
    let pod =
        one_of(&["{name: http, containerPort: 8080}", "{name: http, containerPort: 9090}", "{containerPort: 80}"]);
    let host = any::<bool>();
    proptest::collection::vec((one_of(&PROJECTS), name, spec, pod, host), 0..6).prop_map(|services| {
        let both = |(at, (namespace, name, spec, port, host)): (usize, (&str, &str, &str, &str, bool))| {
            let service = format!("{{apiVersion: v1, kind: Service, metadata: {{name: {name}, namespace: {namespace}}}, spec: {spec}}}");
            let pod = format!("{{apiVersion: v1, kind: Pod, metadata: {{name: x{at}, namespace: {namespace}, labels: {{app: x}}}}, spec: {{hostNetwork: {host}, containers: [{{name: c, ports: [{port}]}}]}}}}");
            [service, pod]
        };
        services.into_iter().enumerate().flat_map(both).collect()
    })
}

fn nodes() -> impl Strategy<Value = Vec<String>> {
    let address = one_of(&["10.0.0.1", " 10.0.0.2", "fd00::1", "10.0.0.0/24", "10.0.0.9/24", "junk", ""]);
    proptest::collection::vec(address, 0..4).prop_map(|addresses| {
        let list = addresses.join(";");
        vec![format!("{{apiVersion: v1, kind: Node, metadata: {{name: n, annotations: {{kubesphere.io/snat-node-ips: {list:?}}}}}}}")]
    })
}

fn peer() -> impl Strategy<Value = String> {
    let namespace = one_of(&["p0", "p1", "p2", "p3", "nobody"]);
    prop_oneof![
        12 => namespace.clone().prop_map(|name| format!("{{namespace: {{name: {name}}}}}")),
        4 => namespace.clone().prop_map(|name| format!("{{service: {{name: s, namespace: {name}}}}}")),
        2 => one_of(&["10.0.0.0/8", "192.0.2.1/32", "10.1.2.3/8", "2001:db8::/64", "nonsense"])
            .prop_map(|cidr| format!("{{ipBlock: {{cidr: {cidr:?}}}}}")),
        1 => namespace.prop_map(|name| format!("{{namespace: {{name: {name}}}, ipBlock: {{cidr: 10.0.0.0/8}}}}")),
        1 => Just("{}".to_owned()),
        1 => Just("{pod: {name: x}}".to_owned()),
    ]
}

fn rule(peers: &'static str) -> impl Strategy<Value = String> {
    // Most are right, so that most entries are.
    let port = prop_oneof![
        8 => one_of(&["{protocol: TCP, port: 80}", "{port: 8080}", "{protocol: UDP, port: 5000, endPort: 6000}"]),
        2 => Just("{port: http}"),
        1 => one_of(&["{protocol: ICMP}", "{port: 0}"]),
    ];
    let list = proptest::collection::vec(peer(), 1..3);
    let ports = proptest::collection::vec(port, 0..2);
    (list, ports)
        .prop_map(move |(list, ports)| format!("{{{peers}: [{}], ports: [{}]}}", list.join(", "), ports.join(", ")))
}

fn entries() -> impl Strategy<Value = Vec<String>> {
    let direction = |field: &'static str, peers| {
        proptest::option::of(
            proptest::collection::vec(rule(peers), 0..2)
                .prop_map(move |rules| format!("{field}: [{}]", rules.join(", "))),
        )
    };
    let types = one_of(&["", "", "", "policyTypes: [Egress]", "policyTypes: [Ingress, Egress]"]);
    let name = one_of(&["e0", "e1", "e2", "network-isolate"]);
    let entry = (one_of(&["p0", "p1", "p2"]), name, direction("ingress", "from"), direction("egress", "to"), types);
    proptest::collection::vec(entry, 0..6).prop_map(|entries| {
        let mut seen = BTreeMap::new();
        for (namespace, name, ingress, egress, types) in entries {
            let types = (!types.is_empty()).then(|| types.to_owned());
            let spec: Vec<String> = [ingress, egress, types].into_iter().flatten().collect();
            let head = "apiVersion: network.kubesphere.io/v1alpha1, kind: NamespaceNetworkPolicy";
            let text = format!(
                "{{{head}, metadata: {{name: {name}, namespace: {namespace}}}, spec: {{{}}}}}",
                spec.join(", ")
            );
            seen.insert((namespace, name), text);
        }
        seen.into_values().collect()
    })
}

const OURS: &str = "app.kubernetes.io/managed-by: bulkhead";

/// Policies that somebody else, or an earlier version of ours, has written.
fn policies() -> impl Strategy<Value = Vec<String>> {
    let name = one_of(&["nsnp-network-isolate", "nsnp-e0", "nsnp-e0", "nsnp-e1", "nsnp-e2", "nsnp-old", "theirs"]);
    let label = one_of(&["", OURS, OURS, OURS, "app.kubernetes.io/managed-by: helm"]);
    let spec = one_of(&[
        "{podSelector: {}, policyTypes: [Ingress]}",
        "{podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]}",
        "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: p1}}}]}]}",
        "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}]}]}",
        "{podSelector: {}, policyTypes: [Egress], egress: [{unheardOf: 1}]}",
    ]);
    proptest::collection::vec((one_of(&["p0", "p1", "p2"]), name, label, spec), 0..4).prop_map(|policies| {
        let mut seen = BTreeMap::new();
        for (namespace, name, label, spec) in policies {
            let text = format!("{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {name}, namespace: {namespace}, labels: {{{label}}}}}, spec: {spec}}}");
            seen.insert((namespace, name), text);
        }
        seen.into_values().collect()
    })
}

pub(crate) fn worlds() -> impl Strategy<Value = World> {
    let documents = (workspaces(), projects(), services(), nodes());
    let pod = |namespace: &&str| {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: one, namespace: {namespace}}}, spec: {{containers: [{{name: c}}]}}}}"
        )
    };
    (documents, entries(), policies()).prop_map(move |((workspaces, projects, services, nodes), entries, policies)| {
        let mut documents = [workspaces, projects, services, nodes, PROJECTS.iter().map(pod).collect()].concat();
        documents.dedup();
        World { documents, entries, policies }
    })
}

fn default_plan(snapshot: &Snapshot) -> Plan {
    plan(snapshot, Setting::Default, &Settings::default())
}

fn is_ours(policy: &NetworkPolicy) -> bool {
    policy.labels.get(names::MANAGED_BY).is_some_and(|value| value == names::MANAGER)
}

/// The namespaces that the peers of a policy name, and whether it names any in another way.
fn named_namespaces(policy: &PolicyManifest) -> (BTreeSet<Name>, BTreeSet<Name>) {
    let (mut by_name, mut by_workspace) = (BTreeSet::new(), BTreeSet::new());
    let rules = policy.ingress.iter().chain(&policy.egress).flatten();
    for peer in rules.flat_map(|rule| &rule.peers) {
        let PeerManifest::Pods { namespaces: Some(selector), .. } = peer else { continue };
        assert_eq!((selector.match_labels.len(), selector.match_expressions.len()), (1, 0), "{selector:?}");
        by_name.extend(selector.match_labels.get(names::METADATA_NAME).cloned());
        by_workspace.extend(selector.match_labels.get(names::WORKSPACE_LABEL).cloned());
    }
    (by_name, by_workspace)
}

pub(crate) fn workspace_of(snapshot: &Snapshot, namespace: &str) -> Option<Name> {
    let id = snapshot.namespace(namespace)?;
    snapshot.namespaces[id].labels.get(names::WORKSPACE_LABEL).cloned()
}

/// What the API's text says about a connection between two pods, as the first one sees it.
fn verdict(
    snapshot: &Snapshot,
    policies: &Policies,
    direction: Direction,
    subject: PodId,
    peer: PodId,
    port: u16,
) -> Verdict {
    let peer = Party { address: None, pod: Some(peer), node: None, identity: None };
    decide(snapshot, policies, &Question { direction, subject, peer, protocol: Protocol::Tcp, port })
}

/// The pods with their own network, with their namespaces and workspaces.
fn pods(snapshot: &Snapshot) -> Vec<(PodId, Name, Option<Name>)> {
    let own_network = snapshot.pods.iter().filter(|(_, pod)| !pod.host_network);
    own_network.map(|(id, pod)| (id, pod.name.namespace.clone(), workspace_of(snapshot, &pod.name.namespace))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_cluster_gives_the_same_plan_in_any_order(world in worlds()) {
        let mut turned = world.clone();
        turned.documents.reverse();
        turned.entries.reverse();
        turned.policies.reverse();
        for setting in Setting::ALL {
            let one = plan(&world.snapshot(), setting, &Settings::default());
            prop_assert_eq!(&one, &plan(&world.snapshot(), setting, &Settings::default()));
            // The same Service may stand there twice; then the last one counts, and order matters.
            if world.snapshot().issues.iter().any(|issue| issue.code == "duplicateObject") {
                continue;
            }
            let other = plan(&turned.snapshot(), setting, &Settings::default());
            prop_assert_eq!((one.apply, one.delete, one.entries), (other.apply, other.delete, other.entries));
        }
    }

    #[test]
    fn a_plan_that_was_carried_out_has_nothing_left_to_do(world in worlds()) {
        let before = world.snapshot();
        let first = default_plan(&before);
        let (after, refused) = apply(&first, &before);
        prop_assert_eq!(refused, vec![]);
        let second = default_plan(&after);
        prop_assert_eq!((second.apply, second.delete), (vec![], vec![]));
    }

    #[test]
    fn nothing_that_is_not_ours_is_touched(world in worlds()) {
        let before = world.snapshot();
        let (after, _) = apply(&default_plan(&before), &before);
        for policy in before.network_policies.iter().filter(|policy| !is_ours(policy)) {
            prop_assert!(after.network_policies.contains(policy), "{} was touched", policy.name);
        }
    }

    #[test]
    fn every_policy_is_one_that_an_api_server_takes(world in worlds()) {
        for policy in default_plan(&world.snapshot()).desired {
            prop_assert!(policy.to_network_policy().is_ok(), "{policy:?}");
            prop_assert_eq!(policy.labels.get(names::MANAGED_BY).map(Name::as_str), Some(names::MANAGER));
        }
    }

    #[test]
    fn no_policy_names_a_project_of_another_workspace(world in worlds()) {
        let before = world.snapshot();
        let plan = default_plan(&before);
        for policy in &plan.desired {
            let own = workspace_of(&before, &policy.name.namespace);
            let (by_name, by_workspace) = named_namespaces(policy);
            // The policy that isolates may name DNS, which is in a namespace of no tenant.
            let is_dns = |name: &Name| policy.name.name == names::BASE_POLICY && workspace_of(&before, name).is_none();
            let foreign = by_name.iter().filter(|name| !is_dns(name));
            for name in foreign {
                prop_assert_eq!(&workspace_of(&before, name), &own, "{} names {}", policy.name, name);
            }
            prop_assert!(by_workspace.iter().all(|name| Some(name) == own.as_ref()));
        }
    }

    #[test]
    fn what_is_ours_afterwards_names_only_siblings(world in worlds()) {
        let before = world.snapshot();
        let plan = default_plan(&before);
        for status in &plan.entries {
            let EntryState::Unresolved { last_applied: LastApplied::Kept, .. } = &status.state else { continue };
            let project = plan.projects.iter().find(|project| project.namespace == status.entry.namespace).unwrap();
            if project.isolation == Isolation::Unknown {
                continue;
            }
            let name = NamespacedName::new(status.entry.namespace.clone(), format!("nsnp-{}", status.entry.name));
            let policy = before.network_policies.iter().find(|policy| policy.name == name).unwrap();
            let shown = format!("{policy:?}");
            let own = workspace_of(&before, &name.namespace);
            prop_assert!(!shown.contains("\"p1\"") || workspace_of(&before, "p1") == own, "{shown}");
            prop_assert!(!shown.contains("namespaces: Some(LabelSelector { requirements: [] })"), "{shown}");
            prop_assert!(policy.unknown_field.is_none());
        }
    }

    #[test]
    fn an_unresolved_entry_changes_nothing_else(world in worlds()) {
        let with = default_plan(&world.snapshot());
        for (at, status) in with.entries.iter().enumerate() {
            let EntryState::Unresolved { reason, last_applied } = &status.state else { continue };
            let spoken = with.issues.iter().any(|issue| {
                issue.code == *reason && issue.object.as_ref().is_some_and(|object| object.name == status.entry.name)
            });
            prop_assert!(spoken, "{} is unresolved in silence", status.entry);
            if *last_applied != LastApplied::Nothing {
                continue;
            }
            let mut without = world.clone();
            without.entries.remove(at);
            let without = default_plan(&without.snapshot());
            prop_assert_eq!(&with.desired, &without.desired);
            prop_assert_eq!(&with.delete, &without.delete);
        }
    }

    #[test]
    fn an_entry_changes_no_other_policy_but_the_egress_of_the_one_that_isolates(world in worlds()) {
        let with = default_plan(&world.snapshot());
        for (at, status) in with.entries.iter().enumerate() {
            let mut without = world.clone();
            without.entries.remove(at);
            let without = default_plan(&without.snapshot());
            let others = |plan: &Plan| -> Vec<PolicyManifest> {
                let own = format!("nsnp-{}", status.entry.name);
                let is_other = |policy: &&PolicyManifest| policy.name.namespace != status.entry.namespace || policy.name.name != own;
                let mut policies: Vec<PolicyManifest> = plan.desired.iter().filter(is_other).cloned().collect();
                for policy in policies.iter_mut().filter(|policy| policy.name.name == names::BASE_POLICY) {
                    policy.egress = None;
                    policy.policy_types.truncate(1);
                }
                policies
            };
            prop_assert_eq!(others(&with), others(&without));
        }
    }

    #[test]
    fn every_entry_has_one_status_in_every_setting(world in worlds()) {
        let snapshot = world.snapshot();
        let names: Vec<&NamespacedName> = snapshot.namespace_network_policies.iter().map(|entry| &entry.name).collect();
        for setting in Setting::ALL {
            let plan = plan(&snapshot, setting, &Settings::default());
            let mut statuses: Vec<&NamespacedName> = plan.entries.iter().map(|status| &status.entry).collect();
            statuses.sort();
            prop_assert_eq!(&statuses, &names);
        }
    }

    #[test]
    fn a_policy_means_the_same_as_itself_and_differs_with_any_rule(world in worlds()) {
        for manifest in default_plan(&world.snapshot()).desired {
            let policy = manifest.to_network_policy().unwrap();
            prop_assert!(means_the_same(&policy, &manifest));
            let mut other = manifest.clone();
            other.ingress.get_or_insert_default().push(bulkhead_model::object::RuleManifest {
                peers: vec![PeerManifest::cidr("198.51.100.7/32")],
                ports: Vec::new(),
            });
            let isolates = manifest.policy_types.contains(&bulkhead_model::object::Direction::Ingress);
            prop_assert_eq!(means_the_same(&policy, &other), !isolates);
        }
    }

    #[test]
    fn isolation_keeps_other_workspaces_out_and_the_project_together(world in worlds()) {
        let mut world = world;
        world.policies.clear();
        // Addresses are the administrator's and the project's own affair: they may be anybody's.
        world.documents.retain(|document| !document.contains("kind: Node"));
        world.entries.retain(|entry| !entry.contains("ipBlock"));
        let before = world.snapshot();
        let plan = default_plan(&before);
        let (after, _) = apply(&plan, &before);
        let policies = Policies::with_overrides(&after, &Overrides { engine: Some(Profile::api_text()) });
        let isolation: BTreeMap<&Name, Isolation> =
            plan.projects.iter().map(|project| (&project.namespace, project.isolation)).collect();
        let pods = pods(&after);
        for (subject, namespace, workspace) in &pods {
            if !matches!(isolation.get(namespace), Some(Isolation::Project | Isolation::Workspace)) {
                continue;
            }
            for (peer, peer_namespace, peer_workspace) in &pods {
                for port in [80, 8080, 9090] {
                    let ask = |direction| verdict(&after, &policies, direction, *subject, *peer, port);
                    if peer_workspace != workspace {
                        let answer = ask(Direction::Ingress);
                        prop_assert!(matches!(answer, Verdict::Deny { .. }), "{peer_namespace} to {namespace}: {answer:?}");
                    }
                    if peer_namespace == namespace {
                        for direction in [Direction::Ingress, Direction::Egress] {
                            let answer = ask(direction);
                            prop_assert!(matches!(answer, Verdict::Allow { .. }), "{direction:?} in {namespace}: {answer:?}");
                        }
                    }
                }
            }
        }
    }
}
