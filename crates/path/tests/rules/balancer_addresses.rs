//! Load balancers' addresses: whose they are, what shows it, who shares them, and what answers at which port.

use crate::ask::check;
use crate::cluster::Cluster;

const VIP: &str = "type: LoadBalancer\nstatus: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}";
const METALLB: &str = "apiVersion: metallb.io/v1beta1\nkind: IPAddressPool\nmetadata: {name: p, namespace: metallb-system}\n\
                       spec: {addresses: [203.0.113.0/24]}\n---\n\
                       apiVersion: metallb.io/v1beta1\nkind: L2Advertisement\nmetadata: {name: a, namespace: metallb-system}\n\
                       spec: {ipAddressPools: [p]}";

/// Three nodes, and a Service with pods on two of them.
fn plain(mode: &str, spec: &str) -> Cluster {
    Cluster::calico("Never/Never").proxy(mode).web(spec)
}

/// A pod of an implementation, on node-1.
fn running(name: &str, image: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: kube-system}}\n\
         spec: {{nodeName: node-1, hostNetwork: true, containers: [{{name: main, image: '{image}', {more}}}]}}\n\
         status: {{phase: Running, podIP: 10.0.0.1, podIPs: [{{ip: 10.0.0.1}}]}}"
    )
}

#[test]
fn what_speaks_for_a_load_balancer_that_is_not_modelled_makes_the_answer_undetermined() {
    let unknown = "by : undetermined (loadBalancerNotModelled)";
    let class = plain("mode: iptables", &format!("loadBalancerClass: acme.io/lb\n{VIP}"));
    check(&class, "198.51.100.7 -> service/web/LoadBalancer:http", unknown);
    // Whom the packet comes from is not known, whichever node it comes to.
    check(&class, "198.51.100.7 -> 203.0.113.9:80 by node-3", unknown);
    let reached = "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.0.0.1
                   by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1";
    check(&class, "pod/cli-1 -> 203.0.113.9:80", reached);
    let cloud = |provider: &str| {
        plain("mode: iptables", VIP).yaml(&format!(
            "apiVersion: v1\nkind: Node\nmetadata: {{name: node-4}}\nspec: {{providerID: '{provider}'}}\n\
             status: {{addresses: [{{type: InternalIP, address: 10.0.0.4}}]}}"
        ))
    };
    check(&cloud("openstack:///x"), "198.51.100.7 -> 203.0.113.9:80", unknown);
    let by_node = "by node-3: web-1@node-1:8080 delivered, policy 10.0.0.3, pod 10.0.0.3
                   by node-3: web-2@node-2:8080 delivered, policy 10.0.0.3, pod 10.0.0.3";
    // k3s names its own nodes, and leaves load balancers to others.
    check(&cloud("k3s://x"), "198.51.100.7 -> 203.0.113.9:80 by node-3", by_node);
}

#[test]
fn an_address_is_announced_while_any_of_its_services_has_endpoints() {
    let second = "apiVersion: v1\nkind: Service\nmetadata: {name: aaa, namespace: shop}\n\
                  spec: {type: LoadBalancer, clusterIP: 10.96.0.11, clusterIPs: [10.96.0.11], selector: {app: none}, \
                  ports: [{name: https, port: 443, nodePort: 30443}]}\n\
                  status: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}";
    let shared = plain("mode: iptables", VIP).yaml(METALLB).yaml(second);
    check(&shared, "198.51.100.7 -> 203.0.113.9:443", "by node-1 node-2 node-3: rejected (noEndpoints)");
    check(&shared, "198.51.100.7 -> service/aaa/LoadBalancer:443", "by node-1 node-2 node-3: rejected (noEndpoints)");
    check(&shared, "198.51.100.7 -> 203.0.113.9:81", "by : dropped (noSuchPort)");
    let alone = Cluster::calico("Never/Never").proxy("mode: iptables").yaml(METALLB).service("web", VIP, &[]);
    check(&alone, "198.51.100.7 -> 203.0.113.9:80", "by : dropped (notAnnounced)");
}

#[test]
fn at_a_port_that_no_service_has_nobody_answers_unless_a_node_has_the_address() {
    let metallb = plain("mode: iptables", VIP).yaml(METALLB);
    for port in [81, 30080] {
        check(&metallb, &format!("198.51.100.7 -> 203.0.113.9:{port}"), "by : dropped (noSuchPort)");
    }
    check(&metallb, "pod/cli-1 -> 203.0.113.9:81", "by node-1: dropped (noSuchPort)");
    check(&plain("mode: iptables", VIP), "198.51.100.7 -> 203.0.113.9:81", "by : undetermined (heldUnknown)");
    let speaker = running(
        "kube-vip",
        "ghcr.io/kube-vip/kube-vip:v0.8.9",
        "env: [{name: svc_enable, value: 'true'}, {name: vip_arp, value: 'true'}]",
    );
    let kube_vip = |mode: &str| plain(mode, VIP).yaml(&speaker);
    check(
        &kube_vip("mode: iptables"),
        "198.51.100.7 -> 203.0.113.9:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1",
    );
    check(&kube_vip("mode: nftables"), "198.51.100.7 -> 203.0.113.9:30080", "by node-1: rejected (noListener)");
    check(
        &kube_vip("mode: iptables"),
        "198.51.100.7 -> 203.0.113.9:22",
        "by node-1: 203.0.113.9@node-1:22 delivered, pod 198.51.100.7",
    );
}

#[test]
fn an_external_address_is_somebody_elses_at_other_ports() {
    let cluster = plain("mode: iptables", "externalIPs: [192.0.2.9]");
    check(&cluster, "198.51.100.7 -> 192.0.2.9:81", "by : undetermined (announcerUnknown)");
    check(&cluster, "pod/cli-1 -> 192.0.2.9:81", "by node-1: undetermined (announcerUnknown)");
    // A node's own address stays the node's at other ports.
    let of_node = plain("mode: iptables", "externalIPs: [10.0.0.1]");
    check(&of_node, "198.51.100.7 -> 10.0.0.1:81", "by node-1: 10.0.0.1@node-1:81 delivered, pod 198.51.100.7");
}

#[test]
fn a_pod_that_sends_on_is_no_end() {
    let service = "type: LoadBalancer\nstatus: {loadBalancer: {ingress: [{ip: 10.0.0.1, ipMode: Proxy}]}}";
    let svclb = "apiVersion: v1\nkind: Pod\n\
                 metadata: {name: svclb, namespace: shop, labels: {svccontroller.k3s.cattle.io/svcname: web}}\n\
                 spec: {nodeName: node-1, containers: [{name: lb-tcp-80, image: 'rancher/klipper-lb:v0.4.9', \
                 ports: [{containerPort: 80, hostPort: 80}]}]}\n\
                 status: {phase: Running, podIP: 10.244.1.33, podIPs: [{ip: 10.244.1.33}]}";
    check(
        &plain("mode: iptables", service).yaml(svclb),
        "198.51.100.7 -> service/web/LoadBalancer:http",
        "by node-1: svclb@node-1:80 undetermined (balancerPodSendsOn), policy 198.51.100.7, pod 198.51.100.7",
    );
}

#[test]
fn pods_that_are_not_in_the_input_are_not_missing_from_the_cluster() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n\
                   spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}";
    let load = |replicas: u8| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\n\
             spec: {{replicas: {replicas}, selector: {{matchLabels: {{app: web}}}}, template: {{metadata: {{labels: {{app: web}}}}, \
             spec: {{containers: [{{name: web, image: web}}]}}}}}}"
        )
    };
    let bare = || Cluster::calico("Never/Never").proxy("mode: iptables").yaml(service);
    let question = "198.51.100.7 -> service/web/NodePort:80 by node-1";
    check(&bare().yaml(&load(2)), question, "by node-1: undetermined (podsNotInInput)");
    check(&bare().yaml(&load(0)), question, "by node-1: rejected (noEndpoints)");
    check(&bare(), question, "by node-1: rejected (noEndpoints)");
    let slice = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n\
                 metadata: {name: web-x, namespace: shop, labels: {kubernetes.io/service-name: web}}\n\
                 addressType: IPv4\nports: []\nendpoints: []";
    check(&bare().yaml(&load(2)).yaml(slice), question, "by node-1: rejected (noEndpoints)");
}
