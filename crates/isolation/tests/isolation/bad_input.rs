//! Entries that no form would let through: each is an issue that names the field, and nothing is widened by it.

use bulkhead_isolation::{Setting, Settings, plan};

use crate::support::{shown, shown_issue, snapshot};

const CLUSTER: &str = r"
{apiVersion: tenant.kubesphere.io/v1alpha1, kind: Workspace, metadata: {name: ws}, spec: {}}
---
apiVersion: v1
kind: Namespace
metadata: {name: p, labels: {kubesphere.io/workspace: ws}, annotations: {kubesphere.io/network-isolate: enabled}}
---
apiVersion: network.kubesphere.io/v1alpha1
kind: NamespaceNetworkPolicy
metadata: {name: e, namespace: p}
spec: ";

/// The findings of the default plan and of the reader about an entry, and whether the entry has a policy.
fn findings(spec: &str) -> String {
    let snapshot = snapshot(&format!("{CLUSTER}{spec}"));
    let plan = plan(&snapshot, Setting::Default, &Settings::default());
    let base = "p/nsnp-network-isolate";
    let names: Vec<String> = plan.desired.iter().map(|policy| policy.name.to_string()).collect();
    let written = names.iter().filter(|name| *name != base).map(|name| format!("written {name}"));
    assert!(names.iter().any(|name| name == base), "the project is isolated whatever its entries are");
    let issues = snapshot.issues.iter().chain(&plan.issues).map(shown_issue);
    written.chain(issues).collect::<Vec<_>>().join("\n")
}

fn from(peer: &str, ports: &str) -> String {
    format!("{{ingress: [{{from: [{peer}], ports: [{ports}]}}]}}")
}

#[test]
fn blocks_that_are_none() {
    let block = |text: &str| findings(&from(&format!("{{ipBlock: {text}}}"), ""));
    insta::assert_snapshot!(block("{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}"), @"written p/nsnp-e");
    insta::assert_snapshot!(block("{cidr: 10.0.0.0/33}"), @"error entryCidrInvalid NamespaceNetworkPolicy p/e spec.ingress[0].from[0].ipBlock.cidr value=`10.0.0.0/33`");
    insta::assert_snapshot!(block("{cidr: 10.0.0.1}"), @"error entryCidrInvalid NamespaceNetworkPolicy p/e spec.ingress[0].from[0].ipBlock.cidr value=`10.0.0.1`");
    insta::assert_snapshot!(block("{}"), @"error entryCidrInvalid NamespaceNetworkPolicy p/e spec.ingress[0].from[0].ipBlock.cidr value=``");
    insta::assert_snapshot!(block("{cidr: 10.0.0.0/8, except: [11.0.0.0/16]}"), @"error entryExceptInvalid NamespaceNetworkPolicy p/e spec.ingress[0].from[0].ipBlock.except[0] value=`11.0.0.0/16`");
    insta::assert_snapshot!(block("{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}"), @"error entryExceptInvalid NamespaceNetworkPolicy p/e spec.ingress[0].from[0].ipBlock.except[0] value=`10.0.0.0/8`");
    insta::assert_snapshot!(block("{cidr: 10}"), @"
    error wrongType NamespaceNetworkPolicy p/e spec.ingress[0].from[0].ipBlock.cidr expected=`string` value=`10`
    error entryUnreadable NamespaceNetworkPolicy p/e spec
    ");
    insta::assert_snapshot!(block("{cidr: 10.0.0.0/8, exempt: [10.1.0.0/16]}"), @"
    error unknownField NamespaceNetworkPolicy p/e spec.ingress[0].from[0].ipBlock.exempt name=`exempt`
    error entryUnknownField NamespaceNetworkPolicy p/e spec
    ");
}

#[test]
fn ports_that_are_none() {
    let port = |text: &str| findings(&from("{ipBlock: {cidr: 192.0.2.0/24}}", text));
    insta::assert_snapshot!(port("{protocol: SCTP, port: 9000, endPort: 9010}"), @"written p/nsnp-e");
    insta::assert_snapshot!(port("{protocol: ICMP, port: 80}"), @"error entryProtocolInvalid NamespaceNetworkPolicy p/e spec.ingress[0].ports[0].protocol value=`ICMP`");
    insta::assert_snapshot!(port("{protocol: tcp, port: 80}"), @"error entryProtocolInvalid NamespaceNetworkPolicy p/e spec.ingress[0].ports[0].protocol value=`tcp`");
    insta::assert_snapshot!(port("{port: 0}"), @"error entryPortInvalid NamespaceNetworkPolicy p/e spec.ingress[0].ports[0].port value=`0`");
    insta::assert_snapshot!(port("{port: 99999}"), @"error entryPortInvalid NamespaceNetworkPolicy p/e spec.ingress[0].ports[0].port value=`99999`");
    insta::assert_snapshot!(port("{port: '80'}"), @"error entryPortInvalid NamespaceNetworkPolicy p/e spec.ingress[0].ports[0].port value=`80`");
    insta::assert_snapshot!(port("{port: 80, endPort: 79}"), @"error entryEndPortInvalid NamespaceNetworkPolicy p/e spec.ingress[0].ports[0].endPort value=`79`");
    insta::assert_snapshot!(port("{port: http, endPort: 90}"), @"error entryEndPortInvalid NamespaceNetworkPolicy p/e spec.ingress[0].ports[0].endPort value=`90`");
    insta::assert_snapshot!(port("{endPort: 90}"), @"error entryEndPortInvalid NamespaceNetworkPolicy p/e spec.ingress[0].ports[0].endPort value=`90`");
    insta::assert_snapshot!(port("{port: 99999999999}"), @"
    error wrongType NamespaceNetworkPolicy p/e spec.ingress[0].ports[0].port expected=`integer` value=`99999999999`
    error entryUnreadable NamespaceNetworkPolicy p/e spec
    ");
    insta::assert_snapshot!(port("{port: [80]}"), @"
    error wrongType NamespaceNetworkPolicy p/e spec.ingress[0].ports[0].port expected=`string` value=`[…]`
    error entryUnreadable NamespaceNetworkPolicy p/e spec
    ");
}

#[test]
fn specs_of_the_wrong_shape() {
    insta::assert_snapshot!(findings("all"), @"
    error wrongType NamespaceNetworkPolicy p/e spec expected=`map` value=`all`
    error entryUnreadable NamespaceNetworkPolicy p/e spec
    ");
    insta::assert_snapshot!(findings("{ingress: {from: []}}"), @"
    error wrongType NamespaceNetworkPolicy p/e spec.ingress expected=`list` value=`{…}`
    error entryUnreadable NamespaceNetworkPolicy p/e spec
    ");
    insta::assert_snapshot!(findings("{ingress: [all]}"), @"
    error wrongType NamespaceNetworkPolicy p/e spec.ingress[0] expected=`map` value=`all`
    error entryUnreadable NamespaceNetworkPolicy p/e spec
    ");
    insta::assert_snapshot!(findings("{ingress: [{from: {namespace: {name: p}}}]}"), @"
    error wrongType NamespaceNetworkPolicy p/e spec.ingress[0].from expected=`list` value=`{…}`
    error entryUnreadable NamespaceNetworkPolicy p/e spec
    ");
    insta::assert_snapshot!(findings("{ingress: [{form: [{namespace: {name: p}}]}]}"), @"
    error unknownField NamespaceNetworkPolicy p/e spec.ingress[0].form name=`form`
    error entryUnknownField NamespaceNetworkPolicy p/e spec
    ");
    insta::assert_snapshot!(findings("{ingres: [{from: [{namespace: {name: p}}]}]}"), @"
    error unknownField NamespaceNetworkPolicy p/e spec.ingres name=`ingres`
    error entryUnknownField NamespaceNetworkPolicy p/e spec
    ");
    insta::assert_snapshot!(findings("{policyTypes: [Inbound], ingress: [{from: [{namespace: {name: p}}]}]}"), @"error entryPolicyTypeInvalid NamespaceNetworkPolicy p/e spec.policyTypes[0] value=`Inbound`");
    insta::assert_snapshot!(findings("{ingress: [{from: [{namespace: {}}]}]}"), @"error entryNamespaceNotFound NamespaceNetworkPolicy p/e spec.ingress[0].from[0].namespace namespace=``");
    insta::assert_snapshot!(findings("{ingress: [{from: [{service: {name: web}}]}]}"), @"error entryNamespaceNotFound NamespaceNetworkPolicy p/e spec.ingress[0].from[0].service namespace=``");
}

/// KubeSphere passes on what it cannot know, and drops what its schema does not have.
#[test]
fn kubesphere_passes_junk_on() {
    let plan_of =
        |spec: &str| shown(&plan(&snapshot(&format!("{CLUSTER}{spec}")), Setting::KubeSphere, &Settings::default()));
    insta::assert_snapshot!(plan_of(&from("{namespace: {name: p}}", "{protocol: ICMP, port: 99999, endPort: -1}")), @r#"
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}],"ports":[{"protocol":"ICMP","port":99999,"endPort":-1}]}
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    entry p/e resolved nsnp-e
    error policyRefused NetworkPolicy p/nsnp-e spec.ingress[0].ports[0].protocol policy=`p/nsnp-e` field=`spec.ingress[0].ports[0].protocol` value=`ICMP`
    "#);
    insta::assert_snapshot!(plan_of("{ingress: [{from: [{namespace: {name: p, kind: x}, pod: {name: y}}]}]}"), @r#"
    apply p/nsnp-e
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    entry p/e resolved nsnp-e
    "#);
    insta::assert_snapshot!(plan_of("{ingress: [all]}"), @r#"
    apply p/nsnp-network-isolate
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"namespaceSelector":{"matchLabels":{"kubesphere.io/namespace":"p"}}}]}
    entry p/e unresolved entryUnreadable Nothing
    error entryUnreadable NamespaceNetworkPolicy p/e
    "#);
}
