//! A cluster as `kubectl get` would print it.

use serde_json::{Map, Value, json};

use super::{Cluster, Cni, DetectLocal, Node, Overlay, POD_CIDR, Pod};

/// Everything about the cluster itself: namespaces, nodes, pods, and the configuration of its network.
pub(crate) fn objects(cluster: &Cluster) -> Vec<Value> {
    let mut objects: Vec<Value> = ["kube-system", "shop", "billing", "ops"].map(namespace).into();
    objects.extend(cluster.nodes.iter().map(|node| node_object(cluster, node)));
    objects.extend(cluster.pods.iter().map(|pod| pod_object(cluster, pod)));
    objects.push(kube_proxy_config_map(cluster));
    match cluster.cni {
        Cni::Calico => objects.extend(calico(cluster)),
        Cni::Flannel => objects.extend(flannel(cluster)),
    }
    objects
}

fn namespace(name: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
    })
}

pub(crate) fn node_object(cluster: &Cluster, node: &Node) -> Value {
    let mut annotations = Map::new();
    match cluster.cni {
        Cni::Calico => {
            annotations.insert("projectcalico.org/IPv4Address".into(), json!(format!("{}/24", node.address())));
            if cluster.overlay != Overlay::None {
                annotations.insert("projectcalico.org/IPv4VXLANTunnelAddr".into(), json!(node.tunnel()));
            }
        }
        Cni::Flannel => {
            let backend = if cluster.overlay == Overlay::None { "host-gw" } else { "vxlan" };
            annotations.insert("flannel.alpha.coreos.com/backend-type".into(), json!(backend));
            annotations.insert("flannel.alpha.coreos.com/kube-subnet-manager".into(), json!("true"));
            annotations.insert("flannel.alpha.coreos.com/public-ip".into(), json!(node.address()));
        }
    }
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": node.name(), "annotations": annotations, "labels": {"kubernetes.io/hostname": node.name()}},
        "spec": {"podCIDR": node.pod_block(), "podCIDRs": [node.pod_block()]},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": node.address()},
                {"type": "Hostname", "address": node.name()},
            ],
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    })
}

fn pod_object(cluster: &Cluster, pod: &Pod) -> Value {
    let port = |port: &super::ContainerPort| {
        let mut object = json!({"name": port.name, "containerPort": port.number, "protocol": port.protocol.name()});
        if let (Some(host_port), Some(fields)) = (port.host_port, object.as_object_mut()) {
            fields.insert("hostPort".into(), json!(host_port));
        }
        object
    };
    let node = cluster.nodes.get(pod.node);
    let mut spec = json!({
        "nodeName": node.map(Node::name),
        "containers": [{"name": pod.app, "image": pod.app, "ports": pod.ports.iter().map(port).collect::<Vec<_>>()}],
    });
    if let (true, Some(fields)) = (pod.host_network, spec.as_object_mut()) {
        fields.insert("hostNetwork".into(), json!(true));
    }
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": pod.namespace, "name": pod.name, "labels": {"app": pod.app}},
        "spec": spec,
        "status": {
            "phase": "Running",
            "podIP": pod.address,
            "podIPs": [{"ip": pod.address}],
            "hostIP": node.map(Node::address),
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    })
}

/// kube-proxy's configuration, without what only concerns this machine.
pub(crate) fn kube_proxy_configuration(cluster: &Cluster) -> Value {
    let (mode, prefix, bridge) = match (cluster.detect_local, cluster.cni) {
        (DetectLocal::ClusterCidr, _) => ("ClusterCIDR", "", ""),
        (DetectLocal::NodeCidr, _) => ("NodeCIDR", "", ""),
        (DetectLocal::Interface, Cni::Calico) => ("InterfaceNamePrefix", "cali", ""),
        (DetectLocal::Interface, Cni::Flannel) => ("BridgeInterface", "", "cni0"),
    };
    json!({
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": cluster.proxy.name(),
        "clusterCIDR": POD_CIDR,
        "detectLocalMode": mode,
        "detectLocal": {"interfaceNamePrefix": prefix, "bridgeInterface": bridge},
        "iptables": {"masqueradeAll": cluster.masquerade_all},
        "nftables": {"masqueradeAll": cluster.masquerade_all},
    })
}

fn kube_proxy_config_map(cluster: &Cluster) -> Value {
    let configuration = bulkhead_report::yaml_document(&kube_proxy_configuration(cluster));
    config_map("kube-system", "kube-proxy", &json!({"config.conf": configuration}))
}

fn config_map(namespace: &str, name: &str, data: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": namespace, "name": name}, "data": data})
}

fn daemon_set(namespace: &str, name: &str, image: &str, environment: &Value) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {
            "selector": {"matchLabels": {"k8s-app": name}},
            "template": {
                "metadata": {"labels": {"k8s-app": name}},
                "spec": {"hostNetwork": true, "containers": [{"name": name, "image": image, "env": environment}]},
            },
        },
    })
}

fn calico(cluster: &Cluster) -> Vec<Value> {
    let vxlan = match cluster.overlay {
        Overlay::None => "Never",
        Overlay::Vxlan => "Always",
        Overlay::CrossSubnet => "CrossSubnet",
    };
    let pool = json!({
        "apiVersion": "crd.projectcalico.org/v1",
        "kind": "IPPool",
        "metadata": {"name": "default-ipv4-ippool"},
        "spec": {"cidr": POD_CIDR, "ipipMode": "Never", "vxlanMode": vxlan, "natOutgoing": cluster.nat_outgoing},
    });
    let felix = json!({
        "apiVersion": "crd.projectcalico.org/v1",
        "kind": "FelixConfiguration",
        "metadata": {"name": "default"},
        "spec": {"defaultEndpointToHostAction": "Accept"},
    });
    vec![daemon_set("kube-system", "calico-node", "calico/node", &json!([])), pool, felix]
}

fn flannel(cluster: &Cluster) -> Vec<Value> {
    let backend = if cluster.overlay == Overlay::None { "host-gw" } else { "vxlan" };
    let network = json!({"Network": POD_CIDR, "EnableNFTables": false, "Backend": {"Type": backend}});
    let cni = json!({"name": "cbr0", "cniVersion": "0.3.1", "plugins": [
        {"type": "flannel", "delegate": {"hairpinMode": true, "isDefaultGateway": true}},
        {"type": "portmap", "capabilities": {"portMappings": true}},
    ]});
    let data = json!({"net-conf.json": network.to_string(), "cni-conf.json": cni.to_string()});
    vec![
        daemon_set("kube-flannel", "kube-flannel-ds", "flannel/flannel", &json!([])),
        config_map("kube-flannel", "kube-flannel-cfg", &data),
    ]
}
