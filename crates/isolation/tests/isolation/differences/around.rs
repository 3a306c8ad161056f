//! What happens around entries and projects (the N cases), and what KubeSphere cannot do at all.

use bulkhead_isolation::{ApiServerEgress, Setting, Settings, apply, plan};

use super::{DNS, both, both_with, cluster, entry};
use crate::support::{default_plan, plan_of, shown, snapshot};

const RESTRICTS_EGRESS: &str = "{egress: [{to: [{namespace: {name: a}}]}]}";

fn policy(name: &str, labels: &str, spec: &str) -> String {
    let metadata = format!("{{name: {name}, namespace: p, labels: {labels}}}");
    format!("{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {metadata}, spec: {spec}}}")
}

const OURS: &str = "{app.kubernetes.io/managed-by: bulkhead}";

#[test]
fn n01_an_entry_of_a_project_that_is_not_isolated_waits() {
    let elsewhere = entry("e", RESTRICTS_EGRESS).replace("namespace: p", "namespace: b");
    insta::assert_snapshot!(both_with(&[&elsewhere]), @r#"
    KUBESPHERE
    apply b/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    entry b/e resolved nsnp-e
    warning kubesphereDeletesEntries Namespace b entries=`e`
    warning kubesphereTakesBackPolicy NetworkPolicy b/nsnp-e policy=`b/nsnp-e`
    DEFAULT
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    entry b/e inactive
    "#);
}

#[test]
fn n02_a_policy_without_entry_goes_only_if_it_is_ours() {
    let spec = "{podSelector: {}, policyTypes: [Ingress]}";
    insta::assert_snapshot!(both_with(&[&policy("nsnp-gone", "{}", spec)]), @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    delete p/nsnp-gone
    DEFAULT
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    warning policyNotOurs NetworkPolicy p/nsnp-gone policy=`p/nsnp-gone`
    "#);
    insta::assert_snapshot!(both_with(&[&policy("nsnp-gone", OURS, spec)]), @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    delete p/nsnp-gone
    DEFAULT
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    delete p/nsnp-gone
    "#);
    insta::assert_snapshot!(default_plan(&cluster(&[&policy("somebody-elses", OURS, spec)])), @r#"
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    "#);
}

#[test]
fn n03_no_entry_takes_the_place_of_the_policy_that_isolates() {
    insta::assert_snapshot!(both_with(&[&entry("network-isolate", "{ingress: [{from: [{namespace: {name: a}}]}]}")]), @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    entry p/network-isolate resolved nsnp-network-isolate
    error kubesphereOverwritesBase NetworkPolicy p/nsnp-network-isolate policy=`p/nsnp-network-isolate`
    DEFAULT
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    entry p/network-isolate unresolved entryNameReserved Nothing
    error entryNameReserved NamespaceNetworkPolicy p/network-isolate metadata.name policy=`nsnp-network-isolate`
    "#);
}

#[test]
fn n04_an_entry_that_cannot_be_resolved_changes_nothing_else() {
    insta::assert_snapshot!(both("{egress: [{to: [{service: {name: nope, namespace: a}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
      egress:
      - {"to":[{"ipBlock":{"cidr":"169.254.25.10/32"}}],"ports":[{"protocol":"TCP","port":53},{"protocol":"UDP","port":53}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53},{"protocol":"TCP","port":9153}]}
    entry p/e unresolved entryServiceNotFound Nothing
    error entryServiceNotFound NamespaceNetworkPolicy p/e service=`a/nope`
    DEFAULT
    entry p/e unresolved entryServiceNotFound Nothing
    error entryServiceNotFound NamespaceNetworkPolicy p/e spec.egress[0].to[0].service service=`a/nope`
    "#);
}

#[test]
fn c39_one_mistake_and_the_whole_entry_waits() {
    let spec = "{ingress: [{from: [{namespace: {name: a}}]}], egress: [{to: [{service: {name: nope, namespace: a}}]}]}";
    insta::assert_snapshot!(both(spec), @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
      egress:
      - {"to":[{"ipBlock":{"cidr":"169.254.25.10/32"}}],"ports":[{"protocol":"TCP","port":53},{"protocol":"UDP","port":53}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53},{"protocol":"TCP","port":9153}]}
    entry p/e unresolved entryServiceNotFound Nothing
    error entryServiceNotFound NamespaceNetworkPolicy p/e service=`a/nope`
    DEFAULT
    entry p/e unresolved entryServiceNotFound Nothing
    error entryServiceNotFound NamespaceNetworkPolicy p/e spec.egress[0].to[0].service service=`a/nope`
    "#);
}

#[test]
fn a_service_that_goes_away_neither_cuts_nor_opens() {
    let wanted = entry("e", "{egress: [{to: [{service: {name: web, namespace: a}}]}]}");
    let before = snapshot(&cluster(&[DNS, &wanted]));
    let (before, _) = apply(&plan(&before, Setting::Default, &Settings::default()), &before);
    let mut after = snapshot(
        &cluster(&[DNS, &wanted]).replace("name: web, namespace: a}\nspec", "name: gone, namespace: a}\nspec"),
    );
    after.network_policies = before.network_policies;
    insta::assert_snapshot!(shown(&plan(&after, Setting::Default, &Settings::default())), @"
    entry p/e unresolved entryServiceNotFound Kept
    error entryServiceNotFound NamespaceNetworkPolicy p/e spec.egress[0].to[0].service service=`a/web`
    ");
}

#[test]
fn what_becomes_forbidden_goes_at_once_and_opens_nothing() {
    let wanted = entry("e", "{ingress: [{from: [{namespace: {name: b}}]}], egress: [{to: [{namespace: {name: b}}]}]}");
    let before = snapshot(&cluster(&[DNS, &wanted]));
    let (before, _) = apply(&plan(&before, Setting::Default, &Settings::default()), &before);
    let moved = "{apiVersion: v1, kind: Namespace, metadata: {name: b, labels: {kubesphere.io/workspace: other}}}";
    let mut after = snapshot(&cluster(&[DNS, &wanted, moved]));
    after.network_policies = before.network_policies;
    let second = plan(&after, Setting::Default, &Settings::default());
    insta::assert_snapshot!(shown(&second), @r#"
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Egress"]
    entry p/e unresolved entryOtherWorkspace Narrowed
    error entryOtherWorkspace NamespaceNetworkPolicy p/e spec.ingress[0].from[0].namespace namespace=`b` workspace=`ws`
    "#);
    let (after, _) = apply(&second, &after);
    let third = plan(&after, Setting::Default, &Settings::default());
    assert_eq!((third.apply, third.delete), (vec![], vec![]));
}

#[test]
fn somebody_elses_policy_is_never_touched() {
    let open = policy("nsnp-network-isolate", "{}", "{podSelector: {}, policyTypes: [Ingress], ingress: [{}]}");
    insta::assert_snapshot!(default_plan(&cluster(&[&open])), @"error policyConflict NetworkPolicy p/nsnp-network-isolate policy=`p/nsnp-network-isolate`");
    let same = "{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}";
    insta::assert_snapshot!(default_plan(&cluster(&[&policy("nsnp-network-isolate", "{}", same)])), @"");
}

#[test]
fn a_policy_that_already_means_the_same_is_not_written() {
    let entry =
        entry("e", "{ingress: [{ports: [{port: 80}], from: [{namespace: {name: b}}, {namespace: {name: a}}]}]}");
    let peers = |a: &str, b: &str| {
        format!(
            "[{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {a}}}}}}}, {{namespaceSelector: {{matchExpressions: [{{key: kubernetes.io/metadata.name, operator: In, values: [{b}]}}]}}}}]"
        )
    };
    let there = |ports: &str| {
        let spec = format!("{{podSelector: {{}}, ingress: [{{from: {}, ports: {ports}}}]}}", peers("a", "b"));
        default_plan(&cluster(&[&entry, &policy("nsnp-e", OURS, &spec)]))
    };
    assert!(!there("[{protocol: TCP, port: 80}]").contains("apply p/nsnp-e"));
    assert!(there("[{protocol: UDP, port: 80}]").contains("apply p/nsnp-e"));
    assert!(there("[{protocol: TCP, port: 80, unheardOf: 1}]").contains("apply p/nsnp-e"));
}

#[test]
fn pods_on_the_hosts_network_are_named() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: agent, namespace: p}, spec: {hostNetwork: true, containers: [{name: c}]}}";
    let peer = "{apiVersion: v1, kind: Pod, metadata: {name: web-0, namespace: a, labels: {app: web}}, spec: {hostNetwork: true, containers: [{name: c}]}}";
    let entry = entry("e", "{ingress: [{from: [{service: {name: web, namespace: a}}]}]}");
    insta::assert_snapshot!(default_plan(&cluster(&[pod, peer, &entry])), @r#"
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{"matchLabels":{"app":"web"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}]}
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    entry p/e resolved nsnp-e
    warning entryPeerOnHostNetwork NamespaceNetworkPolicy p/e spec.ingress[0].from[0].service service=`a/web` pods=`web-0`
    warning projectHostNetworkPods Namespace p pods=`agent`
    "#);
}

#[test]
fn the_api_server_stays_open_where_that_is_wanted() {
    let endpoints = "{apiVersion: v1, kind: Service, metadata: {name: kubernetes, namespace: default}, spec: {ports: [{name: https, port: 443, targetPort: 6443}]}}\n---\n{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: kubernetes, namespace: default, labels: {kubernetes.io/service-name: kubernetes}}, addressType: IPv4, ports: [{name: https, protocol: TCP, port: 6443}], endpoints: [{addresses: [192.168.0.2]}, {addresses: [192.168.0.3]}]}";
    let settings = Settings { api_server: ApiServerEgress::Open, ..Settings::default() };
    let text = cluster(&[DNS, endpoints, &entry("e", RESTRICTS_EGRESS)]);
    insta::assert_snapshot!(shown(&plan(&snapshot(&text), Setting::Default, &settings)), @r#"
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}]}
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
      egress:
      - {"to":[{"podSelector":{}}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
      - {"to":[{"ipBlock":{"cidr":"192.168.0.2/32"}},{"ipBlock":{"cidr":"192.168.0.3/32"}}],"ports":[{"protocol":"TCP","port":6443}]}
    entry p/e resolved nsnp-e
    "#);
    let text = cluster(&[DNS, &entry("e", RESTRICTS_EGRESS)]);
    let plan = plan(&snapshot(&text), Setting::Default, &settings);
    assert_eq!(plan.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), ["apiServerNotFound"]);
}

#[test]
fn kubesphere_4_switches_a_workspace_by_its_annotation() {
    let on = |version: &str, annotations: &str, spec: &str| {
        let workspace = format!(
            "{{apiVersion: tenant.kubesphere.io/{version}, kind: Workspace, metadata: {{name: ws, annotations: {annotations}}}, spec: {spec}}}"
        );
        let plan = plan_of(Setting::Default, &cluster(&[&workspace]));
        let issues: Vec<&str> = plan.issues.iter().map(|issue| issue.code).collect();
        format!("{:?} {issues:?}", plan.projects.iter().find(|project| project.namespace == "a").unwrap().isolation)
    };
    assert_eq!(on("v1beta1", "{kubesphere.io/network-isolate: enabled}", "{}"), "Workspace []");
    assert_eq!(on("v1beta1", "{kubesphere.io/workspace-isolate: enabled}", "{}"), "Workspace []");
    assert_eq!(on("v1beta1", "{kubesphere.io/network-isolate: disabled}", "{}"), "Off []");
    assert_eq!(on("v1beta1", "{}", "{}"), "Off []");
    assert_eq!(on("v1alpha1", "{}", "{networkIsolation: true}"), "Workspace []");
    let contradiction = on("v1beta1", "{kubesphere.io/network-isolate: disabled}", "{networkIsolation: true}");
    assert_eq!(contradiction, "Workspace [\"workspaceSwitchesContradict\"]");
    assert_eq!(on("v1alpha1", "{}", "{networkIsolation: \"yes\"}"), "Unknown [\"workspaceSwitchUnreadable\"]");
}

#[test]
fn a_template_stands_in_for_a_workspace_that_is_not_there() {
    let isolation = |overrides: &str, cluster_name: Option<&str>| {
        let template = format!(
            "{{apiVersion: tenant.kubesphere.io/v1alpha2, kind: WorkspaceTemplate, metadata: {{name: fresh}}, spec: {{template: {{spec: {{networkIsolation: true}}}}, overrides: {overrides}}}}}"
        );
        let project =
            "{apiVersion: v1, kind: Namespace, metadata: {name: q, labels: {kubesphere.io/workspace: fresh}}}";
        let settings = Settings { cluster: cluster_name.map(Into::into), ..Settings::default() };
        let plan = plan(&snapshot(&cluster(&[&template, project])), Setting::Default, &settings);
        let issues: Vec<&str> = plan.issues.iter().map(|issue| issue.code).collect();
        format!("{:?} {issues:?}", plan.projects.iter().find(|project| project.namespace == "q").unwrap().isolation)
    };
    let off = "[{clusterName: host, clusterOverrides: [{path: /spec/networkIsolation, value: false}]}]";
    assert_eq!(isolation("[]", None), "Workspace []");
    assert_eq!(isolation(off, None), "Unknown [\"workspaceClusterUnknown\"]");
    assert_eq!(isolation(off, Some("host")), "Off []");
    assert_eq!(isolation(off, Some("member")), "Workspace []");
}

#[test]
fn an_entry_with_a_name_that_is_too_long_is_refused() {
    let name = "n".repeat(249);
    let text = cluster(&[&entry(&name, "{ingress: [{from: [{namespace: {name: a}}]}]}")]);
    let codes = |text: &str| plan_of(Setting::Default, text).issues.iter().map(|issue| issue.code).collect::<Vec<_>>();
    assert_eq!(codes(&text), ["entryNameTooLong"]);
    assert_eq!(codes(&text.replace(&name, &"n".repeat(248))), Vec::<&str>::new());
}
