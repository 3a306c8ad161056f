//! What is not known: bare manifests, pods without nodes or addresses, facts that no object shows.

use bulkhead_path::Overrides;
use bulkhead_path::proxy::Mode;

use crate::ask::{check, check_with};
use crate::cluster::Cluster;

fn pod(name: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}\n\
         spec: {{containers: [{{name: main, image: app, ports: [{{containerPort: 8080, name: http}}]}}]}}\n{more}"
    )
}

fn policy(spec: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: shop}}\nspec: {spec}"
    )
}

#[test]
fn between_pods_the_policies_decide_even_without_nodes_and_addresses() {
    let bare = Cluster::new().yaml(&pod("a", "")).yaml(&pod("b", ""));
    check(&bare, "pod/a -> pod/b:http", "by : b:8080 delivered, policy ? podWithoutAddress, pod ? podWithoutAddress");
    let only_b =
        bare.clone().yaml(&policy("{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: b}}}]}]}"));
    check(&only_b, "pod/a -> pod/b:http", "by : b:8080 denied (policyIngress), policy ? podWithoutAddress");
    check(&only_b, "pod/b -> pod/a:http", "by : a:8080 delivered, policy ? podWithoutAddress, pod ? podWithoutAddress");
}

#[test]
fn from_outside_only_a_denial_is_certain() {
    let with_address =
        |name: &str, address: &str| pod(name, &format!("status: {{podIP: {address}, podIPs: [{{ip: {address}}}]}}"));
    let bare = Cluster::new().yaml(&with_address("a", "10.244.1.5"));
    check(
        &bare,
        "198.51.100.7 -> pod/a",
        "by : a:8080 undetermined (noRouteFromOutside), policy 198.51.100.7, pod 198.51.100.7",
    );
    let isolated = bare.yaml(&policy("{podSelector: {}}"));
    check(&isolated, "198.51.100.7 -> pod/a", "by : a:8080 denied (policyIngress), policy 198.51.100.7");
    check(&isolated, "198.51.100.7 -> 10.244.1.5:8080", "by : a:8080 denied (policyIngress), policy 198.51.100.7");
}

#[test]
fn without_kube_proxys_configuration_a_service_is_not_guessed() {
    let cluster = Cluster::calico("Never/Never").web("type: NodePort");
    check(&cluster, "pod/cli-1 -> 10.96.0.10:80", "by node-1: undetermined (proxyModeUnknown)");
    check(&cluster, "198.51.100.7 -> 10.0.0.1:30080", "by node-1: undetermined (proxyModeUnknown)");
    check(
        &cluster,
        "pod/cli-1 -> pod/web-2",
        "by node-1: web-2@node-2:8080 delivered, policy 10.244.1.9, pod 10.244.1.9",
    );
    // A user who names the mode means it with its defaults.
    let mode = Overrides { proxy_mode: Mode::named("iptables"), ..Overrides::default() };
    check_with(
        &cluster,
        &mode,
        "198.51.100.7 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1",
    );
    // What hangs on a fact that is still missing stays open: the endpoints are certain, the source is not.
    check_with(
        &cluster,
        &mode,
        "pod/cli-1 -> 10.96.0.10:80",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod ? detectLocalUnknown
         by node-1: web-2@node-2:8080 delivered, policy ? detectLocalUnknown, pod ? detectLocalUnknown",
    );
}

#[test]
fn eks_keeps_the_configuration_in_a_config_map_of_its_own() {
    let cluster = Cluster::calico("Never/Never").web("type: NodePort").yaml(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-proxy, namespace: kube-system}\ndata:\n  kubeconfig: |\n    \
         kind: Config",
    );
    check(&cluster, "198.51.100.7 -> 10.0.0.1:30080", "by node-1: undetermined (proxyModeUnknown)");
    let cluster = cluster.yaml(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-proxy-config, namespace: kube-system}\ndata:\n  config: |\n    \
         apiVersion: kubeproxy.config.k8s.io/v1alpha1\n    clusterCIDR: ''\n    mode: iptables\n    kind: KubeProxyConfiguration",
    );
    check(
        &cluster,
        "198.51.100.7 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1",
    );
}

#[test]
fn two_services_with_one_address_are_contested() {
    let service = |name: &str, address: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{clusterIP: {address}, \
             clusterIPs: [{address}], externalIPs: [203.0.113.20], ports: [{{port: 80}}]}}"
        )
    };
    let cluster = Cluster::calico("Never/Never").proxy("mode: iptables");
    let cluster = cluster.yaml(&service("a", "10.96.0.11")).yaml(&service("b", "10.96.0.12"));
    check(&cluster, "198.51.100.7 -> 203.0.113.20:80 by node-1", "by node-1: undetermined (contestedAddress)");
}

#[test]
fn a_request_that_names_what_is_not_there() {
    let cluster = Cluster::calico("Never/Never").proxy("mode: iptables").web("");
    check(&cluster, "pod/none -> pod/web-1", "issue noSuchObject: kind pod, name shop/none");
    check(&cluster, "pod/cli-1 -> service/none", "issue noSuchObject: kind service, name shop/none");
    check(&cluster, "pod/cli-1 -> service/web:81", "issue noSuchPort: port 81, protocol TCP");
    check(&cluster, "198.51.100.7 -> service/web", "issue noSuchDoor: service shop/web, door any");
    check(&cluster, "pod/cli-1 -> 10.96.0.10", "issue portNeeded");
    check(&cluster, "198.51.100.7 -> 10.96.0.10:80 by node-9", "issue noSuchObject: kind node, name node-9");
}

#[test]
fn a_host_port_leads_to_the_pod_on_that_node() {
    let cluster = Cluster::calico("Never/Never").proxy("mode: iptables").pod("cli-1", "10.244.1.9").yaml(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: gw, namespace: shop}\nspec: {nodeName: node-2, containers: [{name: main, \
         image: app, ports: [{containerPort: 8080, hostPort: 80}]}]}\nstatus: {podIP: 10.244.2.7, podIPs: [{ip: 10.244.2.7}]}",
    );
    check(
        &cluster,
        "198.51.100.7 -> 10.0.0.2:80",
        "by node-2: gw@node-2:8080 delivered, policy 198.51.100.7, pod 198.51.100.7",
    );
    check(&cluster, "198.51.100.7 -> 10.0.0.1:80", "by node-1: 10.0.0.1@node-1:80 delivered, pod 198.51.100.7");
    check(&cluster, "pod/cli-1 -> 10.0.0.2:80", "by node-1: gw@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1");
    check(&cluster, "pod/gw -> 10.0.0.2:80", "by node-2: gw@node-2:8080 delivered, policy 10.244.2.7, pod 10.0.0.2");
}

#[test]
fn kube_proxys_arguments_say_how_it_runs_where_no_config_map_does() {
    let cluster = |arguments: &str| {
        Cluster::calico("Never/Never").web("").yaml(&format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: kube-proxy-node-1, namespace: kube-system}}\nspec: {{nodeName: node-1, hostNetwork: true, \
             containers: [{{name: kube-proxy, image: kube-proxy, command: [kube-proxy], args: [{arguments}]}}]}}"
        ))
    };
    check(
        &cluster("--cluster-cidr=10.244.0.0/16, --proxy-mode=iptables"),
        "pod/cli-3 -> 10.96.0.10:80",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.9, pod 10.244.3.9
         by node-3: web-2@node-2:8080 delivered, policy 10.244.3.9, pod 10.244.3.9",
    );
    check(
        &cluster("--cluster-cidr, 10.244.0.0/16, --masquerade-all"),
        "pod/cli-3 -> 10.96.0.10:80",
        "by node-3: web-1@node-1:8080 delivered, policy 10.0.0.3, pod 10.0.0.3
         by node-3: web-2@node-2:8080 delivered, policy 10.0.0.3, pod 10.0.0.3",
    );
    // A file that is not in the input: unknown.
    check(
        &cluster("--config=/var/lib/kube-proxy/config.conf"),
        "pod/cli-3 -> 10.96.0.10:80",
        "by node-3: undetermined (proxyModeUnknown)",
    );
}

#[test]
fn a_cni_that_replaces_kube_proxy_stands_before_what_is_left_of_it() {
    let cluster = Cluster::calico("Never/Never").proxy("mode: iptables").web("").yaml(
        "apiVersion: crd.projectcalico.org/v1\nkind: FelixConfiguration\nmetadata: {name: default}\nspec: {bpfEnabled: true}",
    );
    check(
        &cluster,
        "pod/cli-1 -> 10.96.0.10:80",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.244.1.9
         by node-1: web-2@node-2:8080 delivered, policy 10.244.1.9, pod 10.244.1.9",
    );
    let mode = Overrides { proxy_mode: Mode::named("cni"), ..Overrides::default() };
    check_with(
        &cluster,
        &mode,
        "pod/cli-1 -> 10.96.0.10:80",
        "by node-1: undetermined (proxyOfCni)\nissue optionOverrules: option --proxy-mode, value cni, seen calico-ebpf",
    );
}

#[test]
fn wireguard_of_which_no_node_shows_an_address_leaves_the_link_unknown() {
    let cluster = Cluster::calico("Never/Never").proxy("mode: iptables").web("").yaml(
        "apiVersion: crd.projectcalico.org/v1\nkind: FelixConfiguration\nmetadata: {name: default}\nspec: {wireguardEnabled: true}",
    );
    check(
        &cluster,
        "node/node-3 -> pod/web-1",
        "by node-3: web-1@node-1:8080 delivered, policy ? overlayUnknown, pod ? overlayUnknown",
    );
}
