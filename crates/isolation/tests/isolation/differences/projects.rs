//! The switches, DNS and the nodes' addresses (the S cases).

use super::{DNS, both_with, entry};

const RESTRICTS_EGRESS: &str = "{egress: [{to: [{namespace: {name: a}}]}]}";

/// A policy that is there; `labels` are YAML.
fn policy(namespace: &str, name: &str, labels: &str) -> String {
    let metadata = format!("{{name: {name}, namespace: {namespace}, labels: {labels}}}");
    let spec =
        "{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {old: policy}}}]}]}";
    format!("{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {metadata}, spec: {spec}}}")
}

/// The project `p` with its switch off.
const SWITCHED_OFF: &str = r#"{apiVersion: v1, kind: Namespace, metadata: {name: p, labels: {kubesphere.io/workspace: ws}, annotations: {kubesphere.io/network-isolate: ""}}}"#;

/// The workspace `ws` with its switch on.
const WORKSPACE_ON: &str = "{apiVersion: tenant.kubesphere.io/v1alpha1, kind: Workspace, metadata: {name: ws}, spec: {networkIsolation: true}}";

#[test]
fn s01_only_what_is_ours_is_deleted() {
    let ours = policy("p", "nsnp-network-isolate", "{app.kubernetes.io/managed-by: bulkhead}");
    insta::assert_snapshot!(both_with(&[SWITCHED_OFF, &ours]), @"
    KUBESPHERE
    delete p/nsnp-network-isolate
    DEFAULT
    delete p/nsnp-network-isolate
    ");
    insta::assert_snapshot!(both_with(&[SWITCHED_OFF, &policy("p", "nsnp-network-isolate", "{}")]), @"
    KUBESPHERE
    delete p/nsnp-network-isolate
    DEFAULT
    warning policyNotOurs NetworkPolicy p/nsnp-network-isolate policy=`p/nsnp-network-isolate`
    ");
}

#[test]
fn s03_a_workspace_isolates_by_its_label() {
    insta::assert_snapshot!(both_with(&[SWITCHED_OFF, WORKSPACE_ON]), @r#"
    KUBESPHERE
    apply a/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply b/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    DEFAULT
    apply a/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply b/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    "#);
}

#[test]
fn s04_s05_a_project_isolates_by_its_own_namespace_and_comes_before_its_workspace() {
    insta::assert_snapshot!(both_with(&[]), @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    DEFAULT
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    "#);
    insta::assert_snapshot!(both_with(&[WORKSPACE_ON]), @r#"
    KUBESPHERE
    apply a/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply b/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    DEFAULT
    apply a/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply b/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    "#);
}

#[test]
fn s06_to_s09_only_enabled_is_on() {
    for value in ["\"\"", "disabled", "Enabled", "\"true\""] {
        let off = SWITCHED_OFF.replace("\"\"", value);
        assert_eq!(both_with(&[&off]), "KUBESPHERE\nDEFAULT\n", "{value}");
    }
    assert!(both_with(&[&SWITCHED_OFF.replace("\"\"", "enabled")]).contains("apply"));
}

#[test]
fn s10_a_project_without_workspace_says_that_its_switch_does_nothing() {
    let stray =
        "{apiVersion: v1, kind: Namespace, metadata: {name: p, annotations: {kubesphere.io/network-isolate: enabled}}}";
    insta::assert_snapshot!(both_with(&[stray]), @"
    KUBESPHERE
    warning projectWithoutWorkspace Namespace p
    DEFAULT
    warning projectWithoutWorkspace Namespace p
    ");
    let ours = policy("p", "nsnp-network-isolate", "{app.kubernetes.io/managed-by: bulkhead}");
    insta::assert_snapshot!(both_with(&[stray, &ours]), @"
    KUBESPHERE
    warning kubesphereLeavesPolicy NetworkPolicy p/nsnp-network-isolate policy=`p/nsnp-network-isolate`
    warning projectWithoutWorkspace Namespace p
    DEFAULT
    delete p/nsnp-network-isolate
    warning projectWithoutWorkspace Namespace p
    ");
}

#[test]
fn s11_a_workspace_that_is_not_there_leaves_everything_as_it_is() {
    let orphan = "{apiVersion: v1, kind: Namespace, metadata: {name: p, labels: {kubesphere.io/workspace: gone}, annotations: {kubesphere.io/network-isolate: enabled}}}";
    let ours = policy("p", "nsnp-network-isolate", "{app.kubernetes.io/managed-by: bulkhead}");
    insta::assert_snapshot!(both_with(&[orphan, &ours, &entry("e", RESTRICTS_EGRESS)]), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    entry p/e resolved nsnp-e
    warning kubesphereLeavesPolicy NetworkPolicy p/nsnp-network-isolate policy=`p/nsnp-network-isolate`
    warning projectWorkspaceNotFound Namespace p workspace=`gone`
    DEFAULT
    entry p/e unresolved entrySwitchUnknown Nothing
    warning projectWorkspaceNotFound Namespace p workspace=`gone`
    error entrySwitchUnknown NamespaceNetworkPolicy p/e
    "#);
}

/// KubeSphere's settings as it keeps them.
fn configuration(text: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: kubesphere-config, namespace: kubesphere-system}}, data: {{kubesphere.yaml: {text:?}}}}}"
    )
}

#[test]
fn s12_s13_allowed_namespaces_come_from_kubespheres_settings() {
    let monitoring = "{apiVersion: v1, kind: Namespace, metadata: {name: monitoring}}";
    let settings = configuration(
        "network:\n  nsnpOptions:\n    allowedIngressNamespaces: [monitoring, gone, Bad_Name, monitoring]\n",
    );
    insta::assert_snapshot!(both_with(&[monitoring, &settings]), @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}},{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"monitoring"}}},{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"gone"}}},{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"Bad_Name"}}},{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"monitoring"}}}]}
    DEFAULT
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}},{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"monitoring"}}},{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"gone"}}}]}
    note allowedNamespaceNotFound namespace=`gone`
    warning allowedNamespaceInvalid value=`Bad_Name`
    "#);
}

#[test]
fn settings_that_cannot_be_read_let_nobody_in() {
    insta::assert_snapshot!(both_with(&[&configuration("network: {nsnpOptions: [")]), @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    error configurationUnreadable ConfigMap kubesphere-system/kubesphere-config data["kubesphere.yaml"] detail=`while parsing a node, did not find expected node content`
    DEFAULT
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    error configurationUnreadable ConfigMap kubesphere-system/kubesphere-config data["kubesphere.yaml"] detail=`while parsing a node, did not find expected node content`
    "#);
    insta::assert_snapshot!(
        both_with(&[&configuration("network: {enableNetworkPolicy: false, nsnpOptions: {allowedIngressNamespaces: all}}")]),
        @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    warning configurationDisabled ConfigMap kubesphere-system/kubesphere-config data["kubesphere.yaml"]
    error configurationUnreadable ConfigMap kubesphere-system/kubesphere-config data["kubesphere.yaml"] detail=`network.nsnpOptions.allowedIngressNamespaces is no list of names`
    DEFAULT
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    error configurationUnreadable ConfigMap kubesphere-system/kubesphere-config data["kubesphere.yaml"] detail=`network.nsnpOptions.allowedIngressNamespaces is no list of names`
    "#
    );
}

#[test]
fn s14_the_first_restriction_of_egress_keeps_the_project_and_dns() {
    insta::assert_snapshot!(both_with(&[DNS, &entry("e", RESTRICTS_EGRESS)]), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
      egress:
      - {"to":[{"ipBlock":{"cidr":"169.254.25.10/32"}}],"ports":[{"protocol":"TCP","port":53},{"protocol":"UDP","port":53}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53},{"protocol":"TCP","port":9153}]}
    entry p/e resolved nsnp-e
    DEFAULT
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
    entry p/e resolved nsnp-e
    "#);
}

#[test]
fn s15_dns_may_have_another_name_and_place() {
    let dns = DNS.replace("name: kube-dns,", "name: rke2-coredns,").replace("kube-system", "dns-system");
    insta::assert_snapshot!(both_with(&[&dns, &entry("e", RESTRICTS_EGRESS)]), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
      egress:
      - {"to":[{"ipBlock":{"cidr":"169.254.25.10/32"}}],"ports":[{"protocol":"TCP","port":53},{"protocol":"UDP","port":53}]}
    entry p/e resolved nsnp-e
    DEFAULT
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
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"dns-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
    entry p/e resolved nsnp-e
    "#);
}

#[test]
fn s16_no_dns_is_said() {
    insta::assert_snapshot!(both_with(&[&entry("e", RESTRICTS_EGRESS)]), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
      egress:
      - {"to":[{"ipBlock":{"cidr":"169.254.25.10/32"}}],"ports":[{"protocol":"TCP","port":53},{"protocol":"UDP","port":53}]}
    entry p/e resolved nsnp-e
    DEFAULT
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
    entry p/e resolved nsnp-e
    warning dnsNotFound
    "#);
}

#[test]
fn s17_dns_pods_may_listen_elsewhere() {
    let dns = DNS.replace("targetPort: 53", "targetPort: 5353");
    insta::assert_snapshot!(both_with(&[&dns, &entry("e", RESTRICTS_EGRESS)]), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
      egress:
      - {"to":[{"ipBlock":{"cidr":"169.254.25.10/32"}}],"ports":[{"protocol":"TCP","port":53},{"protocol":"UDP","port":53}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53},{"protocol":"TCP","port":9153}]}
    entry p/e resolved nsnp-e
    DEFAULT
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
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":5353},{"protocol":"TCP","port":5353}]}
    entry p/e resolved nsnp-e
    "#);
}

#[test]
fn s18_an_entry_for_ingress_leaves_egress_open() {
    insta::assert_snapshot!(both_with(&[DNS, &entry("e", "{ingress: [{from: [{namespace: {name: a}}]}]}")]), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    entry p/e resolved nsnp-e
    DEFAULT
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}]}
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    entry p/e resolved nsnp-e
    "#);
}

#[test]
fn s20_entries_act_in_an_isolated_workspace() {
    insta::assert_snapshot!(both_with(&[SWITCHED_OFF, WORKSPACE_ON, DNS, &entry("e", RESTRICTS_EGRESS)]), @r#"
    KUBESPHERE
    apply a/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply b/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
      egress:
      - {"to":[{"ipBlock":{"cidr":"169.254.25.10/32"}}],"ports":[{"protocol":"TCP","port":53},{"protocol":"UDP","port":53}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53},{"protocol":"TCP","port":9153}]}
    entry p/e resolved nsnp-e
    warning kubesphereDeletesEntries Namespace p entries=`e`
    warning kubesphereTakesBackEgress NetworkPolicy p/nsnp-network-isolate policy=`p/nsnp-network-isolate`
    warning kubesphereTakesBackPolicy NetworkPolicy p/nsnp-e policy=`p/nsnp-e`
    DEFAULT
    apply a/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply b/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}]}
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/workspace":"ws"}}}]}
      egress:
      - {"to":[{"podSelector":{}}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
    entry p/e resolved nsnp-e
    "#);
}

#[test]
fn s21_entries_wait_while_nothing_is_isolated() {
    let ours = policy("p", "nsnp-e", "{app.kubernetes.io/managed-by: bulkhead}");
    insta::assert_snapshot!(both_with(&[SWITCHED_OFF, DNS, &ours, &entry("e", RESTRICTS_EGRESS)]), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    entry p/e resolved nsnp-e
    warning kubesphereDeletesEntries Namespace p entries=`e`
    warning kubesphereTakesBackPolicy NetworkPolicy p/nsnp-e policy=`p/nsnp-e`
    DEFAULT
    delete p/nsnp-e
    entry p/e inactive
    "#);
}

#[test]
fn s22_s23_addresses_of_nodes_in_order() {
    let nodes = "{apiVersion: v1, kind: Node, metadata: {name: n1, annotations: {kubesphere.io/snat-node-ips: \"10.0.0.2;10.0.0.10;10.0.0.1\"}}}\n---\n{apiVersion: v1, kind: Node, metadata: {name: n2, annotations: {kubesphere.io/snat-node-ips: \"fd00::1\"}}}";
    insta::assert_snapshot!(both_with(&[nodes]), @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
      - {"from":[{"ipBlock":{"cidr":"10.0.0.1/32"}},{"ipBlock":{"cidr":"10.0.0.10/32"}},{"ipBlock":{"cidr":"10.0.0.2/32"}},{"ipBlock":{"cidr":"fd00::1/128"}}]}
    DEFAULT
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
      - {"from":[{"ipBlock":{"cidr":"10.0.0.1/32"}},{"ipBlock":{"cidr":"10.0.0.2/32"}},{"ipBlock":{"cidr":"10.0.0.10/32"}},{"ipBlock":{"cidr":"fd00::1/128"}}]}
    "#);
}

#[test]
fn s24_addresses_of_nodes_are_trimmed_and_junk_is_said() {
    let node = "{apiVersion: v1, kind: Node, metadata: {name: n1, annotations: {kubesphere.io/snat-node-ips: \"bad;10.0.0.3;10.0.0.9/24; 10.0.0.4;10.0.0.3;\"}}}";
    insta::assert_snapshot!(both_with(&[node]), @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
      - {"from":[{"ipBlock":{"cidr":"10.0.0.3/32"}},{"ipBlock":{"cidr":"10.0.0.3/32"}}]}
    DEFAULT
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
      - {"from":[{"ipBlock":{"cidr":"10.0.0.3/32"}},{"ipBlock":{"cidr":"10.0.0.4/32"}}]}
    warning nodeAddressInvalid Node n1 metadata.annotations[kubesphere.io/snat-node-ips] value=`10.0.0.9/24`
    warning nodeAddressInvalid Node n1 metadata.annotations[kubesphere.io/snat-node-ips] value=`bad`
    "#);
}
