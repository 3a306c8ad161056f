//! One entry of an isolated project (the C cases).

use super::{DNS, both, cluster, entry};
use crate::support::default_plan;

#[test]
fn c01_peers_are_found_by_the_name_that_nobody_can_change() {
    insta::assert_snapshot!(both("{ingress: [{from: [{namespace: {name: a}}, {namespace: {name: b}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}},{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"b"}}}]}
    entry p/e resolved nsnp-e
    DEFAULT
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}},{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"b"}}}]}
    entry p/e resolved nsnp-e
    "#);
}

#[test]
fn c01_a_peer_of_another_workspace_is_refused() {
    insta::assert_snapshot!(both("{ingress: [{from: [{namespace: {name: foreign}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"foreign"}}}]}
    entry p/e resolved nsnp-e
    DEFAULT
    entry p/e unresolved entryOtherWorkspace Nothing
    error entryOtherWorkspace NamespaceNetworkPolicy p/e spec.ingress[0].from[0].namespace namespace=`foreign` workspace=`ws`
    "#);
}

#[test]
fn c01_a_peer_that_is_not_there_is_refused() {
    insta::assert_snapshot!(both("{ingress: [{from: [{namespace: {name: nobody}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"nobody"}}}]}
    entry p/e resolved nsnp-e
    DEFAULT
    entry p/e unresolved entryNamespaceNotFound Nothing
    error entryNamespaceNotFound NamespaceNetworkPolicy p/e spec.ingress[0].from[0].namespace namespace=`nobody`
    "#);
}

#[test]
fn c05_the_ports_of_an_ingress_rule_are_the_projects_own() {
    let spec = "{ingress: [{ports: [{protocol: TCP, port: 8080}], from: [{service: {name: web, namespace: a}}]}]}";
    insta::assert_snapshot!(both(spec), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{"matchLabels":{"app":"web"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}],"ports":[{"protocol":"TCP","port":8080}]}
    entry p/e resolved nsnp-e
    DEFAULT
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{"matchLabels":{"app":"web"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}],"ports":[{"protocol":"TCP","port":8080}]}
    entry p/e resolved nsnp-e
    "#);
}

#[test]
fn c07_host_bits_are_cleared_and_said() {
    insta::assert_snapshot!(both("{ingress: [{from: [{ipBlock: {cidr: 172.0.0.1/16}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"ipBlock":{"cidr":"172.0.0.1/16"}}]}
    entry p/e resolved nsnp-e
    DEFAULT
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"ipBlock":{"cidr":"172.0.0.0/16"}}]}
    entry p/e resolved nsnp-e
    warning entryCidrHostBits NamespaceNetworkPolicy p/e spec.ingress[0].from[0].ipBlock.cidr value=`172.0.0.1/16` meant=`172.0.0.0/16`
    "#);
}

#[test]
fn c10_any_source_is_said() {
    insta::assert_snapshot!(both("{ingress: [{ports: [{protocol: TCP, port: 80}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"ports":[{"protocol":"TCP","port":80}]}
    entry p/e resolved nsnp-e
    DEFAULT
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"ports":[{"protocol":"TCP","port":80}]}
    entry p/e resolved nsnp-e
    warning entryAllowsAnySource NamespaceNetworkPolicy p/e spec.ingress[0]
    "#);
}

#[test]
fn c11_an_empty_rule_is_refused() {
    insta::assert_snapshot!(both("{ingress: [{}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {}
    entry p/e resolved nsnp-e
    DEFAULT
    entry p/e unresolved entryRuleEmpty Nothing
    error entryRuleEmpty NamespaceNetworkPolicy p/e spec.ingress[0]
    "#);
}

#[test]
fn c14_a_port_gets_its_protocol() {
    insta::assert_snapshot!(both("{ingress: [{ports: [{port: 443}], from: [{ipBlock: {cidr: 1.2.3.0/24}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"ipBlock":{"cidr":"1.2.3.0/24"}}],"ports":[{"port":443}]}
    entry p/e resolved nsnp-e
    DEFAULT
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"ipBlock":{"cidr":"1.2.3.0/24"}}],"ports":[{"protocol":"TCP","port":443}]}
    entry p/e resolved nsnp-e
    "#);
}

#[test]
fn c16_egress_to_a_service_is_open_on_the_pods_ports() {
    insta::assert_snapshot!(both("{egress: [{to: [{service: {name: web, namespace: a}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"podSelector":{"matchLabels":{"app":"web"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}],"ports":[{"protocol":"TCP","port":80}]}
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
      - {"to":[{"podSelector":{"matchLabels":{"app":"web"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}],"ports":[{"protocol":"TCP","port":9376}]}
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
fn c17_named_ports_have_the_numbers_of_the_pods() {
    insta::assert_snapshot!(both("{egress: [{to: [{service: {name: named, namespace: a}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"podSelector":{"matchLabels":{"app":"n","tier":"web"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}],"ports":[{"protocol":"TCP","port":80},{"protocol":"UDP","port":5353}]}
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
      - {"to":[{"podSelector":{"matchLabels":{"app":"n","tier":"web"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}],"ports":[{"protocol":"TCP","port":8080},{"protocol":"TCP","port":9090},{"protocol":"UDP","port":53}]}
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
fn c18_a_headless_service_too() {
    insta::assert_snapshot!(both("{egress: [{to: [{service: {name: headless, namespace: a}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"podSelector":{"matchLabels":{"app":"h"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}],"ports":[{"protocol":"TCP","port":80}]}
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
      - {"to":[{"podSelector":{"matchLabels":{"app":"h"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}],"ports":[{"protocol":"TCP","port":8080}]}
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
fn c20_the_ports_of_a_rule_choose_among_the_services() {
    let rule =
        |ports: &str| format!("{{egress: [{{ports: {ports}, to: [{{service: {{name: named, namespace: a}}}}]}}]}}");
    insta::assert_snapshot!(both(&rule("[{protocol: TCP, port: 8080}]")), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"podSelector":{"matchLabels":{"app":"n","tier":"web"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}],"ports":[{"protocol":"TCP","port":80},{"protocol":"UDP","port":5353}]}
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
      - {"to":[{"podSelector":{"matchLabels":{"app":"n","tier":"web"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}],"ports":[{"protocol":"TCP","port":8080}]}
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
      egress:
      - {"to":[{"podSelector":{}}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
    entry p/e resolved nsnp-e
    "#);
    let by = |ports: &str| default_plan(&cluster(&[DNS, &entry("e", &rule(ports))]));
    insta::assert_snapshot!(by("[{protocol: UDP, port: 5353}]"), @r#"
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"podSelector":{"matchLabels":{"app":"n","tier":"web"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}],"ports":[{"protocol":"UDP","port":53}]}
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
      egress:
      - {"to":[{"podSelector":{}}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
    entry p/e resolved nsnp-e
    "#);
    insta::assert_snapshot!(by("[{port: http}]"), @r#"
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"podSelector":{"matchLabels":{"app":"n","tier":"web"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}],"ports":[{"protocol":"TCP","port":8080},{"protocol":"TCP","port":9090}]}
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
      egress:
      - {"to":[{"podSelector":{}}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
    entry p/e resolved nsnp-e
    "#);
    insta::assert_snapshot!(by("[{protocol: TCP, port: 5353}]"), @r#"
    apply p/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}}]}
    entry p/e unresolved entryPortNotInService Nothing
    error entryPortNotInService NamespaceNetworkPolicy p/e spec.egress[0].ports[0] service=`a/named` port=`5353/TCP`
    "#);
}

#[test]
fn c21_other_peers_keep_the_ports_of_the_rule() {
    let peers = "[{service: {name: web, namespace: a}}, {namespace: {name: b}}]";
    insta::assert_snapshot!(both(&format!("{{egress: [{{ports: [{{protocol: TCP, port: 9376}}], to: {peers}}}]}}")), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
      egress:
      - {"to":[{"podSelector":{"matchLabels":{"app":"web"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}],"ports":[{"protocol":"TCP","port":80}]}
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"b"}}}],"ports":[{"protocol":"TCP","port":9376}]}
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
      - {"to":[{"podSelector":{"matchLabels":{"app":"web"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}],"ports":[{"protocol":"TCP","port":9376}]}
      - {"to":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"b"}}}],"ports":[{"protocol":"TCP","port":9376}]}
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
fn c25_egress_to_nobody_in_particular_is_refused() {
    insta::assert_snapshot!(both("{egress: [{ports: [{protocol: TCP, port: 80}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
      egress:
      - {"to":[{"ipBlock":{"cidr":"169.254.25.10/32"}}],"ports":[{"protocol":"TCP","port":53},{"protocol":"UDP","port":53}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53},{"protocol":"TCP","port":9153}]}
    entry p/e resolved nsnp-e
    DEFAULT
    entry p/e unresolved entryRuleWithoutPeers Nothing
    error entryRuleWithoutPeers NamespaceNetworkPolicy p/e spec.egress[0]
    "#);
}

#[test]
fn c26_an_empty_egress_rule_is_refused() {
    insta::assert_snapshot!(both("{egress: [{}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
      egress:
      - {"to":[{"ipBlock":{"cidr":"169.254.25.10/32"}}],"ports":[{"protocol":"TCP","port":53},{"protocol":"UDP","port":53}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53},{"protocol":"TCP","port":9153}]}
    entry p/e resolved nsnp-e
    DEFAULT
    entry p/e unresolved entryRuleEmpty Nothing
    error entryRuleEmpty NamespaceNetworkPolicy p/e spec.egress[0]
    "#);
}

#[test]
fn c27_s19_an_empty_egress_list_restricts_egress_and_keeps_dns() {
    insta::assert_snapshot!(both("{egress: []}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Egress"]
    entry p/e resolved nsnp-e
    DEFAULT
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Egress"]
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
fn c28_an_entry_that_says_nothing_is_refused() {
    insta::assert_snapshot!(both("{}"), @"
    KUBESPHERE
    apply p/nsnp-e
    entry p/e resolved nsnp-e
    DEFAULT
    entry p/e unresolved entryWithoutDirection Nothing
    error entryWithoutDirection NamespaceNetworkPolicy p/e spec
    ");
}

#[test]
fn c30_policy_types_count() {
    insta::assert_snapshot!(both("{policyTypes: [Egress]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
    entry p/e resolved nsnp-e
    DEFAULT
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Egress"]
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
fn c31_policy_types_count_beside_rules() {
    insta::assert_snapshot!(both("{policyTypes: [Ingress, Egress], ingress: [{from: [{namespace: {name: a}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    entry p/e resolved nsnp-e
    DEFAULT
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}]}
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
fn c31_policy_types_that_leave_out_rules_are_refused() {
    insta::assert_snapshot!(both("{policyTypes: [Ingress], egress: [{to: [{namespace: {name: a}}]}]}"), @r#"
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
    entry p/e unresolved entryPolicyTypesContradict Nothing
    error entryPolicyTypesContradict NamespaceNetworkPolicy p/e spec.policyTypes direction=`Egress`
    "#);
}

#[test]
fn c35_an_alias_is_called_one() {
    insta::assert_snapshot!(both("{egress: [{to: [{service: {name: alias, namespace: a}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress","Egress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
      egress:
      - {"to":[{"ipBlock":{"cidr":"169.254.25.10/32"}}],"ports":[{"protocol":"TCP","port":53},{"protocol":"UDP","port":53}]}
      - {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53},{"protocol":"TCP","port":9153}]}
    entry p/e unresolved entryServiceWithoutSelector Nothing
    error entryServiceWithoutSelector NamespaceNetworkPolicy p/e service=`a/alias`
    DEFAULT
    entry p/e unresolved entryServiceExternalName Nothing
    error entryServiceExternalName NamespaceNetworkPolicy p/e spec.egress[0].to[0].service service=`a/alias` name=`example.com`
    "#);
}

#[test]
fn c36_a_peer_with_several_names_says_which_counts() {
    let peer = "{namespace: {name: b}, service: {name: web, namespace: a}, ipBlock: {cidr: 1.2.3.0/24}}";
    insta::assert_snapshot!(both(&format!("{{ingress: [{{from: [{peer}]}}]}}")), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{"matchLabels":{"app":"web"}},"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"a"}}}]}
    entry p/e resolved nsnp-e
    DEFAULT
    apply p/nsnp-e app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{"matchLabels":{"app":"web"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"a"}}}]}
    entry p/e resolved nsnp-e
    warning entryPeerAmbiguous NamespaceNetworkPolicy p/e spec.ingress[0].from[0] used=`service`
    "#);
}

#[test]
fn c40_no_cidr_is_refused_before_an_api_server_does() {
    insta::assert_snapshot!(both("{ingress: [{from: [{ipBlock: {cidr: not-a-cidr}}]}]}"), @r#"
    KUBESPHERE
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"ipBlock":{"cidr":"not-a-cidr"}}]}
    entry p/e resolved nsnp-e
    error policyRefused NetworkPolicy p/nsnp-e spec.ingress[0].from[0].ipBlock.cidr policy=`p/nsnp-e` field=`spec.ingress[0].from[0].ipBlock.cidr` value=`not-a-cidr`
    DEFAULT
    entry p/e unresolved entryCidrInvalid Nothing
    error entryCidrInvalid NamespaceNetworkPolicy p/e spec.ingress[0].from[0].ipBlock.cidr value=`not-a-cidr`
    "#);
}
