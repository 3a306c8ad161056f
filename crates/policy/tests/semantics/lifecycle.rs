//! hostNetwork pods, ended pods, pods without an address.

use crate::asked::check;

#[test]
fn host_network_pods_are_selected_by_nobody() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {matchLabels: {app: agent}}}]}]
  egress: [{to: [{podSelector: {matchLabels: {app: agent}}}]}]
";
    check(
        policies,
        &[
            ("ingress shop/agent from shop/web 80", "allow"),
            ("egress shop/agent to shop/web 80", "allow"),
            ("ingress shop/web from shop/agent 80", "deny: shop/p @1"),
            ("ingress shop/web from node/n1 80", "deny: shop/p @1"),
            ("egress shop/web to node/n1 80", "deny: shop/p @1"),
        ],
    );
}

#[test]
fn the_address_of_an_ended_pod_is_nobodys() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{podSelector: {matchLabels: {app: done}}}]}]
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: done, labels: {app: done}}
spec: {containers: []}
status: {phase: Succeeded, podIP: 10.244.1.20}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: running, labels: {app: done}}
spec: {containers: []}
status: {phase: Running, podIP: 10.244.1.21}
";
    check(
        policies,
        &[
            ("ingress shop/web from 10.244.1.20 80", "deny: shop/p @1"),
            ("ingress shop/web from 10.244.1.21 80", "allow: shop/p ingress[0] @6"),
        ],
    );
}

#[test]
fn a_pod_without_address_is_selected_but_in_no_known_block() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: pending}}}]
    ports: [{port: 80}]
  - from: [{ipBlock: {cidr: 10.244.0.0/16}}]
    ports: [{port: 81}]
";
    check(
        policies,
        &[
            ("ingress shop/web from shop/pending 80", "allow: shop/p ingress[0] @7"),
            (
                "ingress shop/web from shop/pending 81",
                "undetermined: unknownAddress shop/p ingress[1] @9; api-text engineIpBlockOfPods=unknown",
            ),
            ("ingress shop/web from shop/pending 82", "deny: shop/p @1"),
        ],
    );
}

#[test]
fn replicas_may_differ_in_labels() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {matchLabels: {statefulset.kubernetes.io/pod-name: queue-0}}
  ingress: [{from: [{podSelector: {matchLabels: {apps.kubernetes.io/pod-index: '1'}}}]}]
---
apiVersion: v1
kind: Pod
metadata:
  namespace: shop
  name: queue-0
  labels: {app: queue, statefulset.kubernetes.io/pod-name: queue-0, apps.kubernetes.io/pod-index: '0'}
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: queue, uid: u, controller: true}]
spec: {containers: []}
status: {podIP: 10.244.1.30}
---
apiVersion: v1
kind: Pod
metadata:
  namespace: shop
  name: queue-1
  labels: {app: queue, statefulset.kubernetes.io/pod-name: queue-1, apps.kubernetes.io/pod-index: '1'}
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: queue, uid: u, controller: true}]
spec: {containers: []}
status: {podIP: 10.244.1.31}
";
    check(
        policies,
        &[
            ("ingress shop/queue-0 from shop/queue-1 80", "allow: shop/p ingress[0] @6"),
            ("ingress shop/queue-0 from shop/web 80", "deny: shop/p @1"),
            ("ingress shop/queue-1 from shop/queue-0 80", "allow"),
        ],
    );
}
