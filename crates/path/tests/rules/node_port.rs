//! NodePorts: who is masqueraded, who is short-circuited, and what happens where a node has no endpoint.

use crate::ask::check;
use crate::cluster::Cluster;

const CLUSTER: &str = "type: NodePort";
const LOCAL: &str = "type: NodePort\nexternalTrafficPolicy: Local";

fn plain(mode: &str, spec: &str) -> Cluster {
    Cluster::calico("Never/Never").proxy(mode).web(spec)
}

#[test]
fn a_local_endpoint_is_judged_by_the_client_and_sees_the_node() {
    for mode in ["mode: iptables", "mode: nftables", "mode: ipvs"] {
        check(
            &plain(mode, CLUSTER),
            "198.51.100.7 -> 10.0.0.1:30080",
            "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 10.0.0.1
             by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1",
        );
    }
}

#[test]
fn a_remote_endpoint_sees_the_tunnel_address_of_the_entry_node() {
    for (overlay, mode) in
        [("Always/Never", "mode: iptables"), ("Never/Always", "mode: nftables"), ("Never/Always", "mode: ipvs")]
    {
        check(
            &Cluster::calico(overlay).proxy(mode).web(CLUSTER),
            "198.51.100.7 -> 10.0.0.3:30080",
            "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.0, pod 10.244.3.0
             by node-3: web-2@node-2:8080 delivered, policy 10.244.3.0, pod 10.244.3.0",
        );
    }
}

#[test]
fn local_keeps_the_client_and_drops_where_there_is_no_endpoint() {
    for mode in ["mode: iptables", "mode: nftables"] {
        let cluster = plain(mode, LOCAL);
        check(
            &cluster,
            "198.51.100.7 -> 10.0.0.1:30080",
            "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 198.51.100.7",
        );
        check(&cluster, "198.51.100.7 -> 10.0.0.3:30080", "by node-3: dropped (noLocalEndpoint)");
    }
}

#[test]
fn ipvs_sends_on_what_no_local_endpoint_takes_and_its_answer_is_lost() {
    check(
        &plain("mode: ipvs", LOCAL),
        "198.51.100.7 -> 10.0.0.3:30080",
        "by node-3: web-1@node-1:8080 dropped (asymmetricReply), policy 198.51.100.7, pod 198.51.100.7
         by node-3: web-2@node-2:8080 dropped (asymmetricReply), policy 198.51.100.7, pod 198.51.100.7",
    );
    // A pod of that node gets its answer back there.
    check(
        &plain("mode: ipvs", LOCAL),
        "pod/cli-3 -> 10.0.0.3:30080",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.9, pod 10.244.3.9
         by node-3: web-2@node-2:8080 delivered, policy 10.244.3.9, pod 10.244.3.9",
    );
}

#[test]
fn the_own_pods_of_a_node_are_subject_to_no_traffic_policy() {
    check(
        &plain("mode: iptables", LOCAL),
        "pod/cli-1 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.244.1.9
         by node-1: web-2@node-2:8080 delivered, policy 10.244.1.9, pod 10.244.1.9",
    );
    // In ipvs mode there is no such thing while the node has an endpoint.
    check(
        &plain("mode: ipvs", LOCAL),
        "pod/cli-1 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.244.1.9",
    );
}

#[test]
fn a_pod_that_is_not_recognised_meets_calicos_input_chain_first() {
    let local = |mode: &str| format!("{mode}\nclusterCIDR: ''");
    check(&plain(&local("mode: iptables"), LOCAL), "pod/cli-3 -> 10.0.0.3:30080", "by node-3: rejected (noListener)");
    check(
        &plain(&local("mode: nftables"), LOCAL),
        "pod/cli-3 -> 10.0.0.3:30080",
        "by node-3: dropped (noLocalEndpoint)",
    );
    let returns = Cluster::new().agent("RETURN").pool("10.244.0.0/16", "Never", "Never", "true");
    let returns = (1..=3).fold(returns, |cluster, node| cluster.calico_node(node, "10.0.0", "Never", "Never"));
    let returns = returns.proxy(&local("mode: iptables")).web(LOCAL);
    check(&returns, "pod/cli-3 -> 10.0.0.3:30080", "by node-3: dropped (noLocalEndpoint)");
}

#[test]
fn a_pod_calls_its_own_node_and_loses_its_address_towards_other_nodes() {
    check(
        &Cluster::calico("Never/Always").proxy("mode: iptables").web(CLUSTER),
        "pod/cli-1 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.244.1.0, pod 10.244.1.0",
    );
}

#[test]
fn a_pod_calls_another_node_as_its_own_node() {
    let cluster = Cluster::calico("Never/Always").proxy("mode: iptables");
    check(
        &cluster.clone().web(CLUSTER),
        "pod/cli-1 -> 10.0.0.2:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.2.0, pod 10.244.2.0
         by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.2",
    );
    check(
        &cluster.web(LOCAL),
        "pod/cli-1 -> 10.0.0.2:30080",
        "by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1",
    );
}

#[test]
fn without_nat_a_pod_reaches_another_nodes_local_service_only_there() {
    let cluster = |mode: &str| {
        let cluster = Cluster::new().agent("ACCEPT").pool("10.244.0.0/16", "Never", "Never", "false").proxy(mode);
        (1..=3).fold(cluster, |cluster, node| cluster.calico_node(node, "10.0.0", "Never", "Never")).web(LOCAL)
    };
    check(
        &cluster("mode: iptables"),
        "pod/cli-3 -> 10.0.0.2:30080",
        "by node-3: web-1@node-1:8080 dropped (asymmetricReply), policy 10.244.3.9, pod 10.244.3.9
         by node-3: web-2@node-2:8080 delivered, policy 10.244.3.9, pod 10.244.3.9",
    );
    // An endpoint that reaches itself this way is masqueraded, and gets its answer.
    check(
        &cluster("mode: iptables"),
        "pod/web-1 -> 10.0.0.2:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 10.0.0.2, pod 10.0.0.2
         by node-1: web-2@node-2:8080 delivered, policy 10.244.1.5, pod 10.244.1.5",
    );
    // In nftables mode only the endpoint's own node does that for it: elsewhere it keeps its address, which its own kernel refuses.
    check(
        &cluster("mode: nftables"),
        "pod/web-1 -> 10.0.0.2:30080",
        "by node-1: web-1@node-1:8080 dropped (ownAddressAsSource), policy 10.244.1.5
         by node-1: web-2@node-2:8080 delivered, policy 10.244.1.5, pod 10.244.1.5",
    );
    // By its interface a pod of another node is not recognised, and so not short-circuited.
    let by_interface = "mode: nftables\ndetectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: cali}";
    check(
        &cluster(by_interface),
        "pod/cli-3 -> 10.0.0.2:30080",
        "by node-3: web-2@node-2:8080 delivered, policy 10.244.3.9, pod 10.244.3.9",
    );
    // The set of ipvs for hairpins holds the own node's endpoints only.
    check(
        &cluster("mode: ipvs"),
        "pod/web-1 -> 10.0.0.3:30080",
        "by node-1: web-1@node-1:8080 dropped (ownAddressAsSource), policy 10.244.1.5
         by node-1: web-2@node-2:8080 dropped (asymmetricReply), policy 10.244.1.5, pod 10.244.1.5",
    );
}

#[test]
fn a_node_calls_itself_and_another_node_and_may_be_sent_back() {
    let cluster = Cluster::calico("Never/Always").proxy("mode: iptables").web(CLUSTER);
    check(
        &cluster,
        "node/node-1 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.244.1.0, pod 10.244.1.0",
    );
    // Sent back by the other node, it has lost the exemption of the own node.
    check(
        &cluster,
        "node/node-1 -> 10.0.0.2:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.2.0, pod 10.244.2.0
         by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.2",
    );
}

#[test]
fn addresses_that_kube_proxy_does_not_serve() {
    let ranges = |mode: &str| plain(&format!("{mode}\nnodePortAddresses: [10.0.0.1/32]"), CLUSTER);
    for mode in ["mode: iptables", "mode: nftables"] {
        check(&ranges(mode), "198.51.100.7 -> 10.0.0.2:30080", "by node-2: rejected (noListener)");
        check(
            &ranges(mode),
            "198.51.100.7 -> 10.0.0.1:30080",
            "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 10.0.0.1
             by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1",
        );
    }
    // The chain that drops what has no local endpoint stands at every address.
    let local = plain("mode: iptables\nnodePortAddresses: [10.0.0.1/32]", LOCAL);
    check(&local, "198.51.100.7 -> 10.0.0.3:30080", "by node-3: dropped (noLocalEndpoint)");
    check(&local, "198.51.100.7 -> 10.0.0.2:30080", "by node-2: rejected (noListener)");
    // Calico's tunnel address is no primary one.
    let overlay = |mode: &str| Cluster::calico("Never/Always").proxy(mode).web(CLUSTER);
    check(&overlay("mode: nftables"), "node/node-1 -> 10.244.1.0:30080", "by node-1: rejected (noListener)");
}

#[test]
fn loopback_is_served_in_iptables_mode_only() {
    let reached = "by node-1: web-1@node-1:8080 delivered, pod 10.0.0.1
                   by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1";
    check(&plain("mode: iptables", CLUSTER), "node/node-1 -> 127.0.0.1:30080", reached);
    let refused = "by node-1: rejected (noListener)";
    check(
        &plain("mode: iptables\niptables: {localhostNodePorts: false}", CLUSTER),
        "node/node-1 -> 127.0.0.1:30080",
        refused,
    );
    check(&plain("mode: nftables", CLUSTER), "node/node-1 -> 127.0.0.1:30080", refused);
    check(&plain("mode: ipvs", CLUSTER), "node/node-1 -> 127.0.0.1:30080", refused);
    // Any other port there is the node's own.
    check(
        &plain("mode: nftables", CLUSTER),
        "node/node-1 -> 127.0.0.1:10248",
        "by node-1: 127.0.0.1@node-1:10248 delivered, pod 127.0.0.1",
    );
}

#[test]
fn a_host_network_endpoint_on_the_entry_node_sees_the_client() {
    let cluster =
        Cluster::calico("Never/Always").proxy("mode: iptables").pod("edge-2", "10.0.0.2").pod("cli-1", "10.244.1.9");
    let cluster = cluster.service("web", CLUSTER, &["edge-2@10.0.0.2"]);
    check(&cluster, "198.51.100.7 -> 10.0.0.2:30080", "by node-2: edge-2@node-2:8080 delivered, pod 198.51.100.7");
    check(&cluster, "198.51.100.7 -> 10.0.0.1:30080", "by node-1: edge-2@node-2:8080 delivered, pod 10.0.0.1");
    check(&cluster, "pod/cli-1 -> 10.96.0.10:80", "by node-1: edge-2@node-2:8080 delivered, pod 10.0.0.1");
}

#[test]
fn no_endpoint_anywhere_is_refused() {
    let cluster = |mode: &str| {
        let cluster = Cluster::calico("Never/Never").proxy(mode).pod("cli-1", "10.244.1.9");
        cluster.service(
            "web",
            "type: LoadBalancer\nstatus: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}",
            &["web-1@10.244.1.5!"],
        )
    };
    for mode in ["mode: iptables", "mode: nftables", "mode: ipvs"] {
        for question in
            ["198.51.100.7 -> 10.0.0.1:30080", "pod/cli-1 -> 10.0.0.1:30080", "node/node-1 -> 10.96.0.10:80"]
        {
            check(&cluster(mode), question, "by node-1: rejected (noEndpoints)");
        }
    }
    // In iptables mode a node's own packet to an external address leaves, and is refused by whoever announces the address.
    check(&cluster("mode: nftables"), "node/node-1 -> 203.0.113.9:80", "by node-1: rejected (noEndpoints)");
    check(&cluster("mode: iptables"), "node/node-1 -> 203.0.113.9:80 by node-2", "by node-1: rejected (noEndpoints)");
    check(
        &cluster("mode: iptables"),
        "node/node-1 -> 203.0.113.9:80 by node-1",
        "by node-1: dropped (ownAddressAsSource)",
    );
    check(
        &cluster("mode: iptables"),
        "node/node-1 -> 203.0.113.9:80",
        "by node-1: rejected (noEndpoints)
         by node-1: dropped (ownAddressAsSource)",
    );
}
