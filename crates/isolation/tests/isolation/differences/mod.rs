//! A test for every row of `docs/isolation-differences.md`, in its order: what KubeSphere does with a cluster, and what the
//! default does. Ids are those of KubeSphere's own cases (C: an entry, S: a project, N: around them).

mod around;
mod dns;
mod entries;
mod projects;

use bulkhead_isolation::{Plan, Setting};

use crate::support::{plan_of, shown};

/// Workspace `ws` with the isolated project `p` and its siblings `a` and `b`, and workspace `other` with the project `foreign`.
/// `a` has Services of every sort.
const CLUSTER: &str = r"
{apiVersion: tenant.kubesphere.io/v1alpha1, kind: Workspace, metadata: {name: ws}, spec: {}}
---
{apiVersion: tenant.kubesphere.io/v1alpha1, kind: Workspace, metadata: {name: other}, spec: {}}
---
apiVersion: v1
kind: Namespace
metadata: {name: p, labels: {kubesphere.io/workspace: ws}, annotations: {kubesphere.io/network-isolate: enabled}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {kubesphere.io/workspace: ws}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: b, labels: {kubesphere.io/workspace: ws}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: foreign, labels: {kubesphere.io/workspace: other}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: a}
spec: {selector: {app: web}, ports: [{protocol: TCP, port: 80, targetPort: 9376}]}
---
apiVersion: v1
kind: Service
metadata: {name: named, namespace: a}
spec:
  selector: {app: n, tier: web}
  ports: [{name: http, protocol: TCP, port: 80, targetPort: http}, {name: dns, protocol: UDP, port: 5353, targetPort: 53}]
---
apiVersion: v1
kind: Service
metadata: {name: headless, namespace: a}
spec: {clusterIP: None, selector: {app: h}, ports: [{protocol: TCP, port: 80, targetPort: 8080}]}
---
{apiVersion: v1, kind: Service, metadata: {name: bare, namespace: a}, spec: {clusterIP: None, selector: {app: bare}}}
---
{apiVersion: v1, kind: Service, metadata: {name: loose, namespace: a}, spec: {ports: [{protocol: TCP, port: 80}]}}
---
apiVersion: v1
kind: Service
metadata: {name: alias, namespace: a}
spec: {type: ExternalName, externalName: example.com}
---
apiVersion: v1
kind: Pod
metadata: {name: n-0, namespace: a, labels: {app: n, tier: web}}
spec: {containers: [{name: n, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: n-1, namespace: a, labels: {app: n, tier: web}}
spec: {containers: [{name: n, ports: [{name: http, containerPort: 9090}]}]}
";

/// The cluster's DNS as most clusters run it.
const DNS: &str = r"
{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}
---
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system, labels: {k8s-app: kube-dns}}
spec:
  selector: {k8s-app: kube-dns}
  ports:
  - {name: dns, protocol: UDP, port: 53, targetPort: 53}
  - {name: dns-tcp, protocol: TCP, port: 53, targetPort: 53}
  - {name: metrics, protocol: TCP, port: 9153, targetPort: 9153}
";

fn entry(name: &str, spec: &str) -> String {
    let head = "apiVersion: network.kubesphere.io/v1alpha1, kind: NamespaceNetworkPolicy";
    format!("{{{head}, metadata: {{name: {name}, namespace: p}}, spec: {spec}}}")
}

fn cluster(parts: &[&str]) -> String {
    let mut text = CLUSTER.to_owned();
    for part in parts {
        text.push_str("\n---\n");
        text.push_str(part);
    }
    text
}

/// What an entry of the project `p` changes in either plan, in a cluster with DNS.
fn both(spec: &str) -> String {
    let with = cluster(&[DNS, &entry("e", spec)]);
    let without = cluster(&[DNS]);
    let change = |setting| shown(&change(plan_of(setting, &with), &plan_of(setting, &without)));
    format!("KUBESPHERE\n{}DEFAULT\n{}", change(Setting::KubeSphere), change(Setting::Default))
}

/// A plan without what stands in another.
fn change(mut plan: Plan, other: &Plan) -> Plan {
    plan.apply.retain(|policy| !other.apply.contains(policy));
    plan.issues.retain(|issue| !other.issues.contains(issue));
    plan
}

/// Both plans for a cluster with more objects.
fn both_with(parts: &[&str]) -> String {
    let text = cluster(parts);
    let shown = |setting| shown(&plan_of(setting, &text));
    format!("KUBESPHERE\n{}DEFAULT\n{}", shown(Setting::KubeSphere), shown(Setting::Default))
}

#[test]
fn the_page_names_every_test_and_no_other() {
    let page = include_str!("../../../../../docs/isolation-differences.md");
    let files =
        [include_str!("entries.rs"), include_str!("projects.rs"), include_str!("dns.rs"), include_str!("around.rs")];
    let tests = |text: &str| {
        let after = text.split("#[test]").skip(1);
        let names = after.filter_map(|rest| rest.trim_start().strip_prefix("fn ")?.split_once('('));
        names.map(|(name, _)| name.to_owned()).collect::<Vec<String>>()
    };
    let mut have: Vec<String> = files.iter().flat_map(|text| tests(text)).collect();
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.ends_with("` |"));
    let mut named: Vec<String> =
        rows.filter_map(|row| Some(row.trim_end_matches("` |").rsplit_once('`')?.1.to_owned())).collect();
    have.sort();
    named.sort();
    assert_eq!(have, named);
}
