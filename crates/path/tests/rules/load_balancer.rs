//! Load balancers' addresses and externalIPs: ranges, who announces, who proxies.

use crate::ask::check;
use crate::cluster::Cluster;

const VIP: &str = "type: LoadBalancer\nstatus: {loadBalancer: {ingress: [{ip: 203.0.113.9, ipMode: VIP}]}}";
const LOCAL: &str =
    "type: LoadBalancer\nexternalTrafficPolicy: Local\nstatus: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}";
const RANGES: &str = "type: LoadBalancer\nloadBalancerSourceRanges: [198.51.100.0/24, 10.0.0.2/32]\n\
                      status: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}";

fn plain(mode: &str, spec: &str) -> Cluster {
    Cluster::calico("Never/Never").proxy(mode).web(spec)
}

#[test]
fn any_node_may_announce_and_nodes_that_behave_alike_are_one_class() {
    check(
        &plain("mode: iptables", VIP),
        "198.51.100.7 -> 203.0.113.9:80",
        "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 10.0.0.1
         by node-2 node-3: web-1@node-1:8080 delivered, policy 10.0.0.2, pod 10.0.0.2
         by node-2: web-2@node-2:8080 delivered, policy 198.51.100.7, pod 10.0.0.2
         by node-1 node-3: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1",
    );
}

#[test]
fn with_local_only_nodes_with_an_endpoint_announce() {
    check(
        &plain("mode: iptables", LOCAL),
        "198.51.100.7 -> service/web/LoadBalancer:http",
        "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 198.51.100.7
         by node-2: web-2@node-2:8080 delivered, policy 198.51.100.7, pod 198.51.100.7",
    );
    // What a stale announcement leads to.
    check(
        &plain("mode: iptables", LOCAL),
        "198.51.100.7 -> service/web/LoadBalancer:http by node-3",
        "by node-3: dropped (noLocalEndpoint)",
    );
}

#[test]
fn source_ranges_judge_everybody_at_the_address_and_nobody_elsewhere() {
    for mode in ["mode: iptables", "mode: nftables", "mode: ipvs"] {
        let cluster = plain(mode, RANGES);
        let reached = "by node-3: web-1@node-1:8080 delivered, policy 10.0.0.3, pod 10.0.0.3
                       by node-3: web-2@node-2:8080 delivered, policy 10.0.0.3, pod 10.0.0.3";
        check(&cluster, "198.51.100.7 -> 203.0.113.9:80 by node-3", reached);
        check(&cluster, "192.0.2.1 -> 203.0.113.9:80 by node-3", "by node-3: dropped (sourceRange)");
        check(&cluster, "pod/cli-3 -> 203.0.113.9:80", "by node-3: dropped (sourceRange)");
        check(&cluster, "node/node-3 -> 203.0.113.9:80", "by node-3: dropped (sourceRange)");
        check(
            &cluster,
            "node/node-2 -> 203.0.113.9:80",
            "by node-2: web-1@node-1:8080 delivered, policy 10.0.0.2, pod 10.0.0.2
             by node-2: web-2@node-2:8080 delivered, pod 10.0.0.2",
        );
        check(&cluster, "192.0.2.1 -> 10.0.0.3:30080", reached);
    }
}

#[test]
fn a_load_balancer_that_proxies_is_not_in_the_snapshot() {
    let proxied = "type: LoadBalancer\nstatus: {loadBalancer: {ingress: [{ip: 203.0.113.9, ipMode: Proxy}]}}";
    let cluster = plain("mode: iptables", proxied);
    check(&cluster, "198.51.100.7 -> 203.0.113.9:80", "by : undetermined (loadBalancerProxies)");
    check(&cluster, "pod/cli-1 -> 203.0.113.9:80", "by node-1: undetermined (loadBalancerProxies)");
}

#[test]
fn in_ipvs_mode_a_process_calls_a_local_service_as_the_address_itself() {
    let plain = plain("mode: ipvs", LOCAL);
    check(&plain, "node/node-1 -> 203.0.113.9:80", "by node-1: web-1@node-1:8080 delivered, pod 203.0.113.9");
    // Without an endpoint it leaves with an address that is the other node's, too; in a tunnel it gets another one.
    check(
        &plain,
        "node/node-3 -> 203.0.113.9:80",
        "by node-3: web-1@node-1:8080 dropped (ownAddressAsSource)
         by node-3: web-2@node-2:8080 dropped (ownAddressAsSource)",
    );
    check(
        &Cluster::calico("Always/Never").proxy("mode: ipvs").web(LOCAL),
        "node/node-3 -> 203.0.113.9:80",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.0, pod 10.244.3.0
         by node-3: web-2@node-2:8080 delivered, policy 10.244.3.0, pod 10.244.3.0",
    );
}

#[test]
fn an_external_address_behaves_as_a_nodeport() {
    let spec = "type: ClusterIP\nexternalIPs: [203.0.113.20]\nexternalTrafficPolicy: Local";
    check(
        &plain("mode: iptables", spec),
        "198.51.100.7 -> 203.0.113.20:80",
        "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 198.51.100.7
         by node-2: web-2@node-2:8080 delivered, policy 198.51.100.7, pod 198.51.100.7
         by node-3: dropped (noLocalEndpoint)",
    );
    check(
        &plain("mode: iptables", spec),
        "pod/cli-3 -> 203.0.113.20:80",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.9, pod 10.244.3.9
         by node-3: web-2@node-2:8080 delivered, policy 10.244.3.9, pod 10.244.3.9",
    );
}

#[test]
fn kube_proxy_answers_health_checks_by_ready_endpoints() {
    let local = "type: LoadBalancer\nexternalTrafficPolicy: Local\nhealthCheckNodePort: 32000\n\
                 status: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}";
    let cluster = plain("mode: iptables", local);
    check(&cluster, "198.51.100.7 -> 10.0.0.1:32000", "by node-1: 10.0.0.1@node-1:32000 delivered (healthCheck)");
    check(&cluster, "198.51.100.7 -> 10.0.0.3:32000", "by node-3: 10.0.0.3@node-3:32000 delivered (healthCheck)");
}

#[test]
fn hints_narrow_the_choice_where_every_endpoint_has_them() {
    let slice = |hints: [&str; 2]| {
        let endpoint = |number: usize| {
            format!(
                "- addresses: [10.244.{number}.5]\n  nodeName: node-{number}\n  conditions: {{ready: true}}\n  hints: {}\n",
                hints[number - 1]
            )
        };
        format!(
            "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: near-x, namespace: shop, labels: \
             {{kubernetes.io/service-name: near}}}}\naddressType: IPv4\nports: [{{name: http, port: 8080}}]\nendpoints:\n{}{}",
            endpoint(1),
            endpoint(2)
        )
    };
    let cluster = |hints: [&str; 2]| {
        plain("mode: iptables", "")
            .yaml(
                "apiVersion: v1\nkind: Service\nmetadata: {name: near, namespace: shop}\n\
             spec: {clusterIP: 10.96.0.20, clusterIPs: [10.96.0.20], ports: [{name: http, port: 80}]}",
            )
            .yaml(&slice(hints))
    };
    let both = "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.9, pod 10.244.3.9
                by node-3: web-2@node-2:8080 delivered, policy 10.244.3.9, pod 10.244.3.9";
    let nodes = ["{forNodes: [{name: node-1}]}", "{forNodes: [{name: node-2}]}"];
    check(
        &cluster(nodes),
        "pod/cli-1 -> 10.96.0.20:80",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.244.1.9",
    );
    check(&cluster(nodes), "pod/cli-3 -> 10.96.0.20:80", both);
    let zones = ["{forZones: [{name: zone-1}]}", "{forZones: [{name: zone-3}]}"];
    check(
        &cluster(zones),
        "pod/cli-3 -> 10.96.0.20:80",
        "by node-3: web-2@node-2:8080 delivered, policy 10.244.3.9, pod 10.244.3.9",
    );
    check(&cluster(["{forZones: [{name: zone-3}]}", "{}"]), "pod/cli-3 -> 10.96.0.20:80", both);
}
