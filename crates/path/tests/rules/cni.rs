//! What each CNI does with a packet: links, tunnel addresses, its own masquerading.

use bulkhead_path::{Overlay, Overrides};

use crate::ask::{check, check_with, hops};
use crate::cluster::Cluster;

const NODE_PORT: &str = "type: NodePort";

/// node-1 and node-2 in one subnet, node-3 in another.
fn cross_subnet(ipip: &str, vxlan: &str, mode: &str) -> Cluster {
    let cluster = Cluster::new().agent("ACCEPT").pool("10.244.0.0/16", ipip, vxlan, "true").proxy(mode);
    let cluster = cluster.calico_node(1, "10.0.0", ipip, vxlan).calico_node(2, "10.0.0", ipip, vxlan);
    cluster.calico_node(3, "10.0.9", ipip, vxlan).web(NODE_PORT)
}

#[test]
fn cross_subnet_uses_the_tunnel_between_subnets_only() {
    for mode in ["mode: iptables", "mode: ipvs"] {
        for (ipip, vxlan) in [("CrossSubnet", "Never"), ("Never", "CrossSubnet")] {
            let cluster = cross_subnet(ipip, vxlan, mode);
            check(
                &cluster,
                "198.51.100.7 -> service/web/NodePort",
                "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 10.0.0.1
                 by node-2: web-1@node-1:8080 delivered, policy 10.0.0.2, pod 10.0.0.2
                 by node-2: web-2@node-2:8080 delivered, policy 198.51.100.7, pod 10.0.0.2
                 by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1
                 by node-3: web-1@node-1:8080 delivered, policy 10.244.3.0, pod 10.244.3.0
                 by node-3: web-2@node-2:8080 delivered, policy 10.244.3.0, pod 10.244.3.0",
            );
        }
    }
}

#[test]
fn a_subnet_that_no_annotation_names_is_not_guessed() {
    let cluster =
        Cluster::new().agent("ACCEPT").pool("10.244.0.0/16", "CrossSubnet", "Never", "true").proxy("mode: iptables");
    let annotation = |number: u8| format!("projectcalico.org/IPv4IPIPTunnelAddr: 10.244.{number}.0");
    let cluster = (1..=3).fold(cluster, |cluster, number| cluster.node(number, "10.0.0", &annotation(number))).web("");
    check(
        &cluster,
        "node/node-3 -> 10.244.1.5:8080",
        "by node-3: web-1@node-1:8080 delivered, policy ? subnetUnknown, pod ? subnetUnknown",
    );
    // What a pod sends to a pod arrives as it is, whichever way it takes.
    check(
        &cluster,
        "pod/cli-3 -> pod/web-1",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.9, pod 10.244.3.9",
    );
}

#[test]
fn a_missing_tunnel_address_is_not_guessed() {
    let cluster =
        Cluster::new().agent("ACCEPT").pool("10.244.0.0/16", "Always", "Never", "true").proxy("mode: iptables");
    let cluster =
        cluster.calico_node(1, "10.0.0", "Always", "Never").calico_node(2, "10.0.0", "Never", "Never").web(NODE_PORT);
    check(
        &cluster,
        "198.51.100.7 -> 10.0.0.2:30080",
        "by node-2: web-1@node-1:8080 delivered, policy ? tunnelAddressUnknown, pod ? tunnelAddressUnknown
         by node-2: web-2@node-2:8080 delivered, policy 198.51.100.7, pod 10.0.0.2",
    );
}

#[test]
fn each_pool_has_its_own_mode() {
    let cluster = Cluster::new().agent("ACCEPT").proxy("mode: iptables\nclusterCIDR: 10.244.0.0/16");
    let cluster =
        cluster.pool("10.244.1.0/24", "Always", "Never", "true").pool("10.244.2.0/24", "Never", "Never", "false");
    let cluster = (1..=3)
        .fold(cluster, |cluster, number| cluster.calico_node(number, "10.0.0", "Always", "Never"))
        .web(NODE_PORT);
    check(
        &cluster,
        "198.51.100.7 -> 10.0.0.3:30080",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.0, pod 10.244.3.0
         by node-3: web-2@node-2:8080 delivered, policy 10.0.0.3, pod 10.0.0.3",
    );
    // natOutgoing is the pool's of the source.
    check(&cluster, "pod/web-1 -> node/node-3:22", "by node-1: 10.0.0.3@node-3:22 delivered, pod 10.0.0.1");
    check(&cluster, "pod/web-2 -> node/node-3:22", "by node-2: 10.0.0.3@node-3:22 delivered, pod 10.244.2.5");
}

#[test]
fn nat_outgoing_is_for_what_leaves_the_pools() {
    let cluster = Cluster::calico("Never/Never").proxy("mode: iptables").web("");
    check(&cluster, "pod/cli-1 -> node/node-2:22", "by node-1: 10.0.0.2@node-2:22 delivered, pod 10.0.0.1");
    check(&cluster, "pod/cli-1 -> node/node-1:22", "by node-1: 10.0.0.1@node-1:22 delivered, pod 10.244.1.9");
    check(&cluster, "pod/cli-1 -> 192.0.2.1:443", "by node-1: 192.0.2.1:443 delivered (leavesCluster), pod 10.0.0.1");
    check(&cluster, "pod/cli-1 -> 10.244.77.1:443", "by node-1: dropped (addressOfNobody)");
}

#[test]
fn calico_can_keep_pods_from_their_own_node() {
    let cluster = Cluster::new().agent("DROP").pool("10.244.0.0/16", "Never", "Never", "true").proxy("mode: iptables");
    let cluster =
        (1..=3).fold(cluster, |cluster, number| cluster.calico_node(number, "10.0.0", "Never", "Never")).web(NODE_PORT);
    check(&cluster, "pod/cli-1 -> node/node-1:22", "by node-1: dropped (endpointToHost)");
    check(&cluster, "pod/cli-1 -> node/node-2:22", "by node-1: 10.0.0.2@node-2:22 delivered, pod 10.0.0.1");
    // A NodePort is translated before, and does not go to the node.
    check(
        &cluster,
        "pod/cli-1 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1",
    );
}

#[test]
fn flannel_masquerades_by_its_own_rules_and_enforces_nothing() {
    let cluster = |backend: &str| {
        Cluster::flannel(backend, "--ip-masq, --kube-subnet-mgr").proxy("mode: iptables").web(NODE_PORT)
    };
    check(
        &cluster("vxlan"),
        "198.51.100.7 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, pod 10.244.1.1
         by node-1: web-2@node-2:8080 delivered, pod 10.244.1.0",
    );
    check(
        &cluster("host-gw"),
        "198.51.100.7 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, pod 10.244.1.1
         by node-1: web-2@node-2:8080 delivered, pod 10.0.0.1",
    );
    check(&cluster("vxlan"), "pod/cli-1 -> node/node-2:22", "by node-1: 10.0.0.2@node-2:22 delivered, pod 10.0.0.1");
    // Routed into the cluster by another node, a client loses its address on the way to the pod; by the pod's own, not.
    check(
        &cluster("host-gw"),
        "198.51.100.7 -> pod/web-1 by node-3",
        "by node-3: web-1@node-1:8080 delivered, pod 10.0.0.3",
    );
    check(
        &cluster("host-gw"),
        "198.51.100.7 -> pod/web-1 by node-1",
        "by node-1: web-1@node-1:8080 delivered, pod 198.51.100.7",
    );
    let without = Cluster::flannel("vxlan", "--kube-subnet-mgr").proxy("mode: iptables").web(NODE_PORT);
    check(&without, "pod/cli-1 -> node/node-2:22", "by node-1: 10.0.0.2@node-2:22 delivered, pod 10.244.1.9");
}

#[test]
fn flannel_without_its_config_map_is_the_nodes_ranges() {
    let annotation = "flannel.alpha.coreos.com/backend-type: vxlan";
    let cluster = (1..=3).fold(Cluster::new(), |cluster, number| cluster.node(number, "10.0.0", annotation));
    let cluster = cluster.proxy("mode: iptables").web("");
    // Which engine enforces policies is not shown: k3s has one of its own beside flannel.
    check(
        &cluster,
        "pod/cli-1 -> pod/web-2",
        "by node-1: web-2@node-2:8080 delivered, policy 10.244.1.9, pod 10.244.1.9",
    );
    check(&cluster, "pod/cli-1 -> node/node-2:22", "by node-1: 10.0.0.2@node-2:22 delivered, pod 10.0.0.1");
}

#[test]
fn canal_has_calicos_interfaces_and_flannels_network() {
    let cluster = Cluster::new().yaml(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: canal, namespace: kube-system}\n\
         spec:\n  selector: {matchLabels: {k8s-app: canal}}\n  template:\n    metadata: {labels: {k8s-app: canal}}\n    \
         spec:\n      hostNetwork: true\n      containers:\n      - {name: calico-node, image: 'calico/node:v3.30.0', \
         env: [{name: CALICO_NETWORKING_BACKEND, value: none}, {name: FELIX_DEFAULTENDPOINTTOHOSTACTION, value: ACCEPT}]}\n      \
         - {name: kube-flannel, image: 'flannel:v0.24.4', args: [--ip-masq, --kube-subnet-mgr]}",
    );
    let annotation = "flannel.alpha.coreos.com/backend-type: vxlan";
    let cluster = (1..=3).fold(cluster, |cluster, number| cluster.node(number, "10.0.0", annotation));
    let cluster = cluster.proxy("mode: iptables").yaml(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: canal-config, namespace: kube-system}\n\
         data: {net-conf.json: '{\"Network\": \"10.244.0.0/16\", \"Backend\": {\"Type\": \"vxlan\"}}'}",
    );
    check(
        &cluster.web(NODE_PORT),
        "198.51.100.7 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.244.1.0, pod 10.244.1.0",
    );
}

#[test]
fn what_the_snapshot_does_not_show_the_user_can_say() {
    let cluster = Cluster::new().agent("ACCEPT").proxy("mode: iptables");
    let cluster = (1..=3)
        .fold(cluster, |cluster, number| cluster.calico_node(number, "10.0.0", "Always", "Never"))
        .web(NODE_PORT);
    check(
        &cluster,
        "node/node-3 -> pod/web-1",
        "by node-3: web-1@node-1:8080 delivered, policy ? overlayUnknown, pod ? overlayUnknown",
    );
    let ipip = Overrides { overlay: Some(Overlay::Ipip), ..Overrides::default() };
    check_with(
        &cluster,
        &ipip,
        "node/node-3 -> pod/web-1",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.0, pod 10.244.3.0",
    );
    check(&cluster, "pod/cli-3 -> node/node-1:22", "by node-3: 10.0.0.1@node-1:22 delivered, pod ? natOutgoingUnknown");
    let nat = Overrides { nat_outgoing: Some(true), ..Overrides::default() };
    check_with(&cluster, &nat, "pod/cli-3 -> node/node-1:22", "by node-3: 10.0.0.1@node-1:22 delivered, pod 10.0.0.3");
}

#[test]
fn in_ipv6_the_longest_common_prefix_decides() {
    let node = |number: u8, tunnel: &str| {
        format!(
            "apiVersion: v1\nkind: Node\nmetadata: {{name: node-{number}, annotations: {{projectcalico.org/IPv6Address: \
             '2001:db8::{number}/64'{tunnel}}}}}\nspec: {{}}\nstatus: {{addresses: [{{type: InternalIP, address: '2001:db8::{number}'}}]}}"
        )
    };
    let pod = |name: &str, node: u8, address: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{nodeName: node-{node}, containers: \
             [{{name: main, image: app}}]}}\nstatus: {{podIP: '{address}', podIPs: [{{ip: '{address}'}}]}}"
        )
    };
    let cluster = |vxlan: &str, tunnel: fn(u8) -> String| {
        let cluster = Cluster::new().agent("ACCEPT").pool("fd00:10:244::/64", "Never", vxlan, "false");
        let cluster = cluster.proxy("mode: iptables\nclusterCIDR: fd00:10:244::/64");
        let cluster = cluster.yaml(&node(1, &tunnel(1))).yaml(&node(2, &tunnel(2)));
        cluster.yaml(&pod("web-1", 1, "fd00:10:244::15")).yaml(&pod("web-2", 2, "fd00:10:244::25"))
    };
    let tunnel = |number: u8| format!(", projectcalico.org/IPv6VXLANTunnelAddr: 'fd00:10:244::{number}0'");
    let overlay = cluster("Always", tunnel);
    check(&overlay, "node/node-1 -> pod/web-1:8080", "by node-1: web-1@node-1:8080 delivered, pod fd00:10:244::10");
    check(
        &overlay,
        "node/node-1 -> pod/web-2:8080",
        "by node-1: web-2@node-2:8080 delivered, policy fd00:10:244::10, pod fd00:10:244::10",
    );
    let plain = cluster("Never", |_| String::new());
    check(&plain, "node/node-1 -> pod/web-1:8080", "by node-1: web-1@node-1:8080 delivered, pod 2001:db8::1");
    // CrossSubnet: the tunnel device is there, but the link in the subnet does not use it.
    let cross = cluster("CrossSubnet", tunnel);
    check(
        &cross,
        "node/node-1 -> pod/web-2:8080",
        "by node-1: web-2@node-2:8080 delivered, policy 2001:db8::1, pod 2001:db8::1",
    );
    check(&cross, "node/node-1 -> pod/web-1:8080", "by node-1: web-1@node-1:8080 delivered, pod fd00:10:244::10");
}

#[test]
fn every_step_shows_the_packet() {
    let cluster = Cluster::calico("Never/Always").proxy("mode: iptables").pod("web-2", "10.244.2.5");
    let cluster = cluster.service("web", NODE_PORT, &["web-2@10.244.2.5"]);
    let expected = [
        "Send 198.51.100.7 > 10.0.0.1:30080",
        "Arrive 198.51.100.7 > 10.0.0.1:30080",
        "TranslateDestination 198.51.100.7 > 10.244.2.5:8080",
        "TranslateSource 10.244.1.0 > 10.244.2.5:8080",
        "Forward Some(\"vxlan\") 10.244.1.0 > 10.244.2.5:8080",
        "Arrive 10.244.1.0 > 10.244.2.5:8080",
        "Ingress Some(true) 10.244.1.0 > 10.244.2.5:8080",
        "Deliver 10.244.1.0 > 10.244.2.5:8080",
    ];
    assert_eq!(hops(&cluster, "198.51.100.7 -> 10.0.0.1:30080"), expected);
}

/// kube-ovn on three nodes; `subnet` is the spec of the one that pods have their addresses of, if it is read at all.
fn kube_ovn(mode: &str, subnet: Option<&str>) -> Cluster {
    let join = |number: u8| format!("ovn.kubernetes.io/ip_address: 100.64.0.{number}");
    let cluster = (1..=3).fold(Cluster::new(), |cluster, number| cluster.node(number, "10.0.0", &join(number)));
    let cluster = cluster.proxy(mode).web("type: NodePort\nexternalTrafficPolicy: Local");
    let Some(spec) = subnet else { return cluster };
    cluster
        .yaml("apiVersion: kubeovn.io/v1\nkind: Subnet\nmetadata: {name: join}\nspec: {cidrBlock: 100.64.0.0/16, natOutgoing: false}")
        .yaml(&format!(
            "apiVersion: kubeovn.io/v1\nkind: Subnet\nmetadata: {{name: ovn-default}}\n\
             spec: {{cidrBlock: '10.244.0.0/16,fd00:10:244::/64', {spec}}}"
        ))
}

#[test]
fn kube_ovns_subnets_say_whether_local_keeps_the_client() {
    let question = "198.51.100.7 -> 10.0.0.1:30080";
    let kept = "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 198.51.100.7";
    let by_gateway = "by node-1: web-1@node-1:8080 delivered, policy 100.64.0.1, pod 100.64.0.1";
    let unsettled = "by node-1: web-1@node-1:8080 delivered, policy ? subnetUnsettled, pod ? subnetUnsettled";
    let centralized = "gatewayType: centralized, gatewayNode: 'node-2,node-3:10.0.0.33', natOutgoing: true";
    for (mode, subnet, expected) in [
        ("mode: iptables", None, kept),
        ("mode: iptables", Some("gatewayType: distributed, natOutgoing: true"), kept),
        ("mode: ipvs", Some("natOutgoing: true"), kept),
        // kube-ovn marks such requests by sets that only this mode has.
        ("mode: ipvs", Some(centralized), by_gateway),
        ("mode: iptables", Some(centralized), unsettled),
        ("mode: iptables", Some("gatewayType: centralized, gatewayNode: node-1, natOutgoing: true"), kept),
        ("mode: iptables", Some("gatewayType: centralized, gatewayNode: node-2, natOutgoing: true"), unsettled),
        ("mode: ipvs", Some("vlan: vlan7"), unsettled),
        ("mode: ipvs", Some("vpc: tenant"), unsettled),
        ("mode: ipvs", Some("vpc: ovn-cluster"), kept),
    ] {
        check(&kube_ovn(mode, subnet), question, expected);
    }
}

#[test]
fn kube_ovns_subnets_say_what_pods_are_to_others() {
    let asked = |subnet: &str, expected: &str| {
        check(&kube_ovn("mode: iptables", Some(subnet)), "pod/cli-1 -> 10.0.0.2:22", expected);
    };
    asked("natOutgoing: true", "by node-1: 10.0.0.2@node-2:22 delivered, pod 10.0.0.1");
    asked("natOutgoing: false", "by node-1: 10.0.0.2@node-2:22 delivered, pod 10.244.1.9");
}

#[test]
fn kube_ovn_masquerades_between_pods_what_passes_a_nodes_stack() {
    let ways = |source: &str| {
        format!(
            "by node-1: web-1@node-1:8080 delivered, policy {source}, pod {source}\n\
             by node-1: web-2@node-2:8080 delivered, policy {source}, pod {source}"
        )
    };
    let (by_port, by_address) = ("pod/cli-1 -> 10.0.0.1:30080", "pod/cli-1 -> 10.96.0.10:80");
    let (own, join) = (ways("10.244.1.9"), ways("100.64.0.1"));
    for (subnet, question, expected) in [
        (None, by_port, &join),
        (Some("natOutgoing: true"), by_port, &join),
        (Some("vlan: vlan7"), by_port, &ways("? subnetUnsettled")),
        (None, by_address, &own),
        (Some("natOutgoing: true"), by_address, &own),
        (Some("natOutgoing: true, enableLb: false"), by_address, &join),
    ] {
        check(&kube_ovn("mode: iptables", subnet), question, expected);
    }
    let agent = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: kube-ovn-controller, namespace: kube-system}\n\
                 spec: {selector: {matchLabels: {app: ovn}}, template: {metadata: {labels: {app: ovn}}, \
                 spec: {containers: [{name: c, image: i, args: [--enable-lb=false]}]}}}";
    check(&kube_ovn("mode: iptables", None).yaml(agent), by_address, &join);
}

/// Cilium with kube-proxy; `annotation` and `object` say the address of `cilium_host` of node-1.
fn cilium(annotation: Option<&str>, object: Option<&str>) -> Cluster {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\n\
                  data: {kube-proxy-replacement: 'false', routing-mode: tunnel, tunnel-protocol: vxlan, enable-ipv4-masquerade: 'true'}";
    let agent = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: cilium, namespace: kube-system}\n\
                 spec: {selector: {matchLabels: {k8s-app: cilium}}, template: {metadata: {labels: {k8s-app: cilium}}, \
                 spec: {hostNetwork: true, containers: [{name: cilium-agent, image: cilium/cilium}]}}}";
    let annotation = annotation.map(|address| format!("network.cilium.io/ipv4-cilium-host: {address}"));
    let cluster = Cluster::new()
        .node(1, "10.0.0", &annotation.unwrap_or_default())
        .node(2, "10.0.0", "")
        .yaml(config)
        .yaml(agent);
    let cluster = cluster.proxy("mode: iptables").web(NODE_PORT);
    let Some(address) = object else { return cluster };
    cluster.yaml(&format!(
        "apiVersion: cilium.io/v2\nkind: CiliumNode\nmetadata: {{name: node-1}}\n\
         spec: {{addresses: [{{ip: 10.0.0.1, type: InternalIP}}, {{ip: {address}, type: CiliumInternalIP}}], ipam: {{podCIDRs: [10.77.0.0/24]}}}}"
    ))
}

#[test]
fn cilium_nodes_say_their_own_addresses() {
    let question = "198.51.100.7 -> 10.0.0.1:30080";
    let known = |address: &str| {
        format!(
            "by node-1: web-1@node-1:8080 delivered, policy {address}, pod {address}
             by node-1: web-2@node-2:8080 delivered, policy {address}, pod {address}"
        )
    };
    check(&cilium(Some("10.244.1.200"), None), question, &known("10.244.1.200"));
    check(&cilium(None, Some("10.77.0.200")), question, &known("10.77.0.200"));
    check(&cilium(Some("10.77.0.200"), Some("10.77.0.200")), question, &known("10.77.0.200"));
    check(&cilium(None, None), question, &known("? tunnelAddressUnknown"));
    let contradicted = format!(
        "{}\nissue nodeAddressContradicted: own 10.244.1.200, other 10.77.0.200, where CiliumNode spec.addresses",
        known("? tunnelAddressUnknown")
    );
    check(&cilium(Some("10.244.1.200"), Some("10.77.0.200")), question, &contradicted);
}

#[test]
fn a_node_port_that_the_engine_does_not_take_for_one_is_not_judged_for_it() {
    let deny = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: none, namespace: shop}\n\
                spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}";
    let felix = |ranges: &str| {
        format!(
            "apiVersion: crd.projectcalico.org/v1\nkind: FelixConfiguration\nmetadata: {{name: default}}\n\
             spec: {{kubeNodePortRanges: {ranges}, nested: {{any: 1}}}}"
        )
    };
    let denied = "by node-1: web-1@node-1:8080 denied (policyIngress), policy 198.51.100.7";
    let unsettled =
        "by node-1: web-1@node-1:8080 undetermined (nodePortOutsideRange), policy 198.51.100.7, pod 198.51.100.7";
    let allowed = "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 198.51.100.7";
    let cluster =
        |mode: &str| Cluster::calico("Never/Always").proxy(mode).web("type: NodePort\nexternalTrafficPolicy: Local");
    let question = "198.51.100.7 -> 10.0.0.1:30080";
    check(&cluster("mode: ipvs").yaml(deny), question, denied);
    check(&cluster("mode: ipvs").yaml(deny).yaml(&felix("['20000:21000', 30080]")), question, denied);
    check(&cluster("mode: ipvs").yaml(deny).yaml(&felix("['20000:21000']")), question, unsettled);
    check(&cluster("mode: ipvs").yaml(&felix("['20000:21000']")), question, allowed);
    check(&cluster("mode: iptables").yaml(deny).yaml(&felix("['20000:21000']")), question, denied);
}

#[test]
fn what_is_for_a_port_of_the_own_node_that_may_be_a_node_port_is_not_judged_there() {
    let nothing = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: none, namespace: shop}\n\
                   spec: {podSelector: {matchLabels: {app: cli}}, policyTypes: [Egress]}";
    let felix = "apiVersion: crd.projectcalico.org/v1\nkind: FelixConfiguration\nmetadata: {name: default}\n\
                 spec: {defaultEndpointToHostAction: Drop}";
    let cluster = |mode: &str| Cluster::calico("Never/Always").proxy(mode).web(NODE_PORT).yaml(nothing).yaml(felix);
    let denied = "by node-1: denied (policyEgress)";
    for (mode, question, expected) in [
        ("mode: ipvs", "pod/cli-1 -> 10.0.0.1:31000", "by node-1: 10.0.0.1@node-1:31000 delivered, pod 10.244.1.9"),
        ("mode: ipvs", "pod/cli-1 -> 10.0.0.1:22", denied),
        ("mode: ipvs", "pod/cli-1 -> 10.0.0.2:31000", denied),
        ("mode: iptables", "pod/cli-1 -> 10.0.0.1:31000", denied),
    ] {
        check(&cluster(mode), question, expected);
    }
}

#[test]
fn kube_router_judges_what_pods_send_to_ports_that_it_does_not_take_for_node_ports() {
    let cluster = |range: &str| {
        let agent = format!(
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: kube-router, namespace: kube-system}}\n\
             spec: {{selector: {{matchLabels: {{k8s-app: kube-router}}}}, template: {{metadata: {{labels: {{k8s-app: kube-router}}}}, spec: \
             {{hostNetwork: true, containers: [{{name: kube-router, image: cloudnativelabs/kube-router, \
             args: [--run-router=true, --run-firewall=true, --run-service-proxy=true{range}]}}]}}}}}}"
        );
        let only_pods = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: only-pods, namespace: shop}\n\
                         spec: {podSelector: {matchLabels: {app: cli}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}";
        let cluster = Cluster::new().node(1, "10.0.0", "").node(2, "10.0.0", "").node(3, "10.0.0", "").yaml(&agent);
        cluster.web("type: NodePort\nexternalTrafficPolicy: Local").yaml(only_pods)
    };
    let question = "pod/cli-1 -> 10.0.0.1:30080";
    check(&cluster(""), question, "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.244.1.9");
    check(
        &cluster(", --service-node-port-range=20000-21000"),
        question,
        "by node-1: web-1@node-1:8080 undetermined (nodePortOutsideRange), policy 10.244.1.9, pod 10.244.1.9",
    );
}

#[test]
fn kube_router_judges_nothing_that_is_for_a_possible_node_port_of_the_own_node_in_any_mode() {
    let agent = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: kube-router, namespace: kube-system}\n\
                 spec: {selector: {matchLabels: {k8s-app: kube-router}}, template: {metadata: {labels: {k8s-app: kube-router}}, spec: \
                 {hostNetwork: true, containers: [{name: kube-router, image: cloudnativelabs/kube-router, \
                 args: [--run-router=true, --run-firewall=true, --run-service-proxy=false]}]}}}";
    let nothing = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: none, namespace: shop}\n\
                   spec: {podSelector: {matchLabels: {app: cli}}, policyTypes: [Egress]}";
    let cluster = Cluster::new().node(1, "10.0.0", "").node(2, "10.0.0", "").node(3, "10.0.0", "").yaml(agent);
    let cluster = cluster.proxy("mode: iptables").web("").yaml(nothing);
    let delivered = "by node-1: 10.0.0.1@node-1:31000 delivered, pod 10.244.1.9";
    check(&cluster, "pod/cli-1 -> 10.0.0.1:31000", delivered);
    for question in ["pod/cli-1 -> 10.0.0.1:22", "pod/cli-1 -> 10.0.0.2:31000"] {
        check(&cluster, question, "by node-1: denied (policyEgress)");
    }
}

#[test]
fn ipvs_puts_in_a_source_towards_its_own_node_and_refuses_before_policies() {
    let cluster =
        Cluster::calico("Never/Always").proxy("mode: ipvs").pod("web-9", "10.0.0.1").pod("cli-1", "10.244.1.9");
    let served = cluster.clone().service("web", "type: NodePort", &["web-9@10.0.0.1"]);
    check(&served, "node/node-1 -> service/web/ClusterIP", "by node-1: web-9@node-1:8080 delivered, pod 10.0.0.1");
    let deny = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: none, namespace: shop}\n\
                spec: {podSelector: {}, policyTypes: [Egress]}";
    // The engine takes what is for a Service for a request that goes on, and this one ends here.
    let by_service = "by node-1: web-9@node-1:8080 delivered, pod 10.244.1.9";
    let served = served.yaml(deny);
    check(&served, "pod/cli-1 -> service/web/ClusterIP", by_service);
    check(&served, "pod/cli-1 -> 10.0.0.1:8080", "by node-1: denied (policyEgress)");
    let empty = cluster.service("web", "type: NodePort", &["web-9@10.0.0.1!"]).yaml(deny);
    check(&empty, "pod/cli-1 -> 10.0.0.1:30080", "by node-1: rejected (noEndpoints)");
}
