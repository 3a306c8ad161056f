//! clusterIPs: detectors, masqueradeAll, internalTrafficPolicy, hints.

use crate::ask::check;
use crate::cluster::Cluster;

#[test]
fn a_pod_keeps_its_address() {
    for mode in ["mode: iptables", "mode: nftables", "mode: ipvs"] {
        check(
            &Cluster::calico("Never/Always").proxy(mode).web(""),
            "pod/cli-1 -> 10.96.0.10:80",
            "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.244.1.9
             by node-1: web-2@node-2:8080 delivered, policy 10.244.1.9, pod 10.244.1.9",
        );
    }
}

#[test]
fn masquerade_all_takes_its_address_from_it() {
    for settings in [
        "mode: iptables\niptables: {masqueradeAll: true}",
        "mode: nftables\nnftables: {masqueradeAll: true}",
        "mode: ipvs\niptables: {masqueradeAll: true}",
    ] {
        check(
            &Cluster::calico("Never/Always").proxy(settings).web(""),
            "pod/cli-1 -> 10.96.0.10:80",
            "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.0.0.1
             by node-1: web-2@node-2:8080 delivered, policy 10.244.1.0, pod 10.244.1.0",
        );
    }
    // The setting of the other mode says nothing.
    check(
        &Cluster::calico("Never/Never").proxy("mode: nftables\niptables: {masqueradeAll: true}").web(""),
        "pod/cli-3 -> 10.96.0.10:80",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.9, pod 10.244.3.9
         by node-3: web-2@node-2:8080 delivered, policy 10.244.3.9, pod 10.244.3.9",
    );
}

#[test]
fn a_detector_that_does_not_know_a_pod_masquerades_it() {
    let masqueraded = "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.0, pod 10.244.3.0
                       by node-3: web-2@node-2:8080 delivered, policy 10.244.3.0, pod 10.244.3.0";
    let kept = "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.9, pod 10.244.3.9
                by node-3: web-2@node-2:8080 delivered, policy 10.244.3.9, pod 10.244.3.9";
    let ask = |settings: &str, expected: &str| {
        let settings = format!("mode: nftables\n{settings}");
        check(&Cluster::calico("Never/Always").proxy(&settings).web(""), "pod/cli-3 -> 10.96.0.10:80", expected);
    };
    ask("clusterCIDR: 10.99.0.0/16", masqueraded);
    ask("clusterCIDR: ''", kept);
    ask("detectLocalMode: NodeCIDR", kept);
    ask("detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: cali}", kept);
    ask("detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: veth}", masqueraded);
    ask("detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: cni0}", masqueraded);
    let flannel = |settings: &str| Cluster::flannel("vxlan", "--ip-masq").proxy(settings).web("");
    let bridge = "mode: iptables\ndetectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: cni0}";
    check(
        &flannel(bridge),
        "pod/cli-3 -> 10.96.0.10:80",
        "by node-3: web-1@node-1:8080 delivered, pod 10.244.3.9
         by node-3: web-2@node-2:8080 delivered, pod 10.244.3.9",
    );
}

#[test]
fn from_outside_it_depends_on_the_detector() {
    let cluster = |settings: &str| Cluster::calico("Never/Never").proxy(settings).web("");
    check(
        &cluster("mode: iptables"),
        "198.51.100.7 -> 10.96.0.10:80 by node-1",
        "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1",
    );
    check(
        &cluster("mode: iptables\nclusterCIDR: ''"),
        "198.51.100.7 -> 10.96.0.10:80 by node-1",
        "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 198.51.100.7
         by node-1: web-2@node-2:8080 dropped (asymmetricReply), policy 198.51.100.7, pod 198.51.100.7",
    );
    // Whether anybody routes it into the cluster is not in a snapshot.
    check(&cluster("mode: iptables"), "198.51.100.7 -> 10.96.0.10:80", "by : undetermined (noRouteFromOutside)");
}

#[test]
fn a_node_is_exempt_at_its_own_pods() {
    check(
        &Cluster::calico("Never/Always").proxy("mode: iptables").web(""),
        "node/node-1 -> 10.96.0.10:80",
        "by node-1: web-1@node-1:8080 delivered, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.244.1.0, pod 10.244.1.0",
    );
    // ipvs binds the address on the node: without masquerading the source would be the clusterIP itself.
    check(
        &Cluster::calico("Never/Always").proxy("mode: ipvs").web(""),
        "node/node-1 -> 10.96.0.10:80",
        "by node-1: web-1@node-1:8080 delivered, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.244.1.0, pod 10.244.1.0",
    );
}

#[test]
fn internal_traffic_policy_local_uses_the_own_nodes_endpoints() {
    let cluster = |mode: &str| Cluster::calico("Never/Never").proxy(mode).web("internalTrafficPolicy: Local");
    for mode in ["mode: iptables", "mode: nftables"] {
        check(
            &cluster(mode),
            "pod/cli-1 -> 10.96.0.10:80",
            "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.244.1.9",
        );
        check(&cluster(mode), "pod/cli-3 -> 10.96.0.10:80", "by node-3: dropped (noLocalEndpoint)");
    }
    check(&cluster("mode: ipvs"), "pod/cli-3 -> 10.96.0.10:80", "by node-3: rejected (noEndpoints)");
    // Where the Service is for people outside, too, ipvs has endpoints of other nodes at hand.
    let outside = Cluster::calico("Never/Never").proxy("mode: ipvs");
    check(
        &outside.web("type: NodePort\ninternalTrafficPolicy: Local"),
        "pod/cli-3 -> 10.96.0.10:80",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.9, pod 10.244.3.9
         by node-3: web-2@node-2:8080 delivered, policy 10.244.3.9, pod 10.244.3.9",
    );
}

#[test]
fn an_endpoint_that_calls_itself_is_masqueraded() {
    check(
        &Cluster::calico("Never/Never").proxy("mode: iptables").web(""),
        "pod/web-1 -> 10.96.0.10:80",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.5, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.244.1.5, pod 10.244.1.5",
    );
    // By its own address the packet never leaves it.
    check(
        &Cluster::calico("Never/Never").proxy("mode: iptables").web(""),
        "pod/web-1 -> 10.244.1.5:8080",
        "by : web-1@node-1:8080 delivered, pod 10.244.1.5",
    );
}

#[test]
fn an_unknown_port_of_a_cluster_ip() {
    let cluster = |mode: &str| Cluster::calico("Never/Never").proxy(mode).web("");
    check(&cluster("mode: nftables"), "pod/cli-1 -> 10.96.0.10:81", "by node-1: rejected (noSuchPort)");
    check(&cluster("mode: ipvs"), "pod/cli-1 -> 10.96.0.10:81", "by node-1: rejected (noSuchPort)");
    check(&cluster("mode: iptables"), "pod/cli-1 -> 10.96.0.10:81", "by node-1: dropped (noSuchPort)");
}

#[test]
fn terminating_endpoints_serve_where_no_other_does() {
    let cluster = |endpoints: &[&str], spec: &str| {
        let cluster = Cluster::calico("Never/Never").proxy("mode: iptables").pod("web-1", "10.244.1.5");
        cluster.pod("web-2", "10.244.2.5").pod("cli-1", "10.244.1.9").service("web", spec, endpoints)
    };
    let both_end = ["web-1@10.244.1.5~", "web-2@10.244.2.5~"];
    check(
        &cluster(&both_end, ""),
        "pod/cli-1 -> 10.96.0.10:80",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.244.1.9
         by node-1: web-2@node-2:8080 delivered, policy 10.244.1.9, pod 10.244.1.9",
    );
    let one_ends = ["web-1@10.244.1.5~", "web-2@10.244.2.5"];
    check(
        &cluster(&one_ends, ""),
        "pod/cli-1 -> 10.96.0.10:80",
        "by node-1: web-2@node-2:8080 delivered, policy 10.244.1.9, pod 10.244.1.9",
    );
    // For Local the own node's are counted by themselves.
    check(
        &cluster(&one_ends, "type: NodePort\nexternalTrafficPolicy: Local"),
        "198.51.100.7 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 198.51.100.7",
    );
}
