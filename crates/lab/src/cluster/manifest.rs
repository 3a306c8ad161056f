//! A cluster as `kubectl get` would print it.

use serde_json::{Map, Value, json};

use super::{Cluster, Cni, DetectLocal, Node, NodePortsAt, Overlay, Pod, lan_cidr, lan_length, pod_cidr};
use bulkhead_analysis::path::Family;

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
            for &family in &cluster.families {
                let address = format!("{}/{}", node.address(family), lan_length(family));
                annotations.insert(format!("projectcalico.org/{}Address", family.name()), json!(address));
                if cluster.overlay != Overlay::None {
                    let tunnel = if cluster.overlay == Overlay::Ipip { "IPIP" } else { "VXLAN" };
                    let name = format!("projectcalico.org/{}{tunnel}TunnelAddr", family.name());
                    annotations.insert(name, json!(node.tunnel(family)));
                }
            }
        }
        Cni::Flannel => {
            let backend = if cluster.overlay == Overlay::None { "host-gw" } else { "vxlan" };
            annotations.insert("flannel.alpha.coreos.com/backend-type".into(), json!(backend));
            annotations.insert("flannel.alpha.coreos.com/kube-subnet-manager".into(), json!("true"));
            for &family in &cluster.families {
                let name = if family == Family::V4 { "public-ip" } else { "public-ipv6" };
                annotations.insert(format!("flannel.alpha.coreos.com/{name}"), json!(node.address(family)));
            }
        }
    }
    let mut labels = json!({"kubernetes.io/hostname": node.name()});
    if let (Some(zone), Some(fields)) = (node.zone, labels.as_object_mut()) {
        fields.insert("topology.kubernetes.io/zone".into(), json!(zone));
    }
    let blocks: Vec<String> = cluster.families.iter().map(|&family| node.pod_block(family)).collect();
    let mut addresses: Vec<Value> =
        cluster.families.iter().map(|&family| json!({"type": "InternalIP", "address": node.address(family)})).collect();
    addresses.push(json!({"type": "Hostname", "address": node.name()}));
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": node.name(), "annotations": annotations, "labels": labels},
        "spec": {"podCIDR": blocks.first(), "podCIDRs": blocks},
        "status": {"addresses": addresses, "conditions": [{"type": "Ready", "status": "True"}]},
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
    let addresses: Vec<Value> =
        cluster.families.iter().map(|&family| json!({"ip": cluster.pod_address(pod, family)})).collect();
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
            "podIP": cluster.pod_address(pod, Family::V4),
            "podIPs": addresses,
            "hostIP": node.map(|node| node.address(Family::V4)),
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
    let node_port_addresses: Vec<&str> = match cluster.node_ports_at {
        NodePortsAt::Unsaid => Vec::new(),
        NodePortsAt::Primary => vec!["primary"],
        NodePortsAt::LanA => cluster.families.iter().map(|&family| lan_cidr(family)).collect(),
    };
    json!({
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": cluster.proxy.name(),
        "clusterCIDR": cluster.families.iter().map(|&family| pod_cidr(family)).collect::<Vec<_>>().join(","),
        "nodePortAddresses": node_port_addresses,
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
    let (vxlan, ipip) = match cluster.overlay {
        Overlay::None => ("Never", "Never"),
        Overlay::Vxlan => ("Always", "Never"),
        Overlay::Ipip => ("Never", "Always"),
        Overlay::CrossSubnet => ("CrossSubnet", "Never"),
    };
    let pool = |family: Family| {
        json!({
            "apiVersion": "crd.projectcalico.org/v1",
            "kind": "IPPool",
            "metadata": {"name": format!("default-{}-ippool", family.name().to_ascii_lowercase())},
            "spec": {
                "cidr": pod_cidr(family), "ipipMode": ipip, "vxlanMode": vxlan, "natOutgoing": cluster.nat_outgoing,
            },
        })
    };
    let felix = json!({
        "apiVersion": "crd.projectcalico.org/v1",
        "kind": "FelixConfiguration",
        "metadata": {"name": "default"},
        "spec": {"defaultEndpointToHostAction": "Accept"},
    });
    let mut objects = vec![daemon_set("kube-system", "calico-node", "calico/node", &json!([])), felix];
    objects.extend(cluster.families.iter().map(|&family| pool(family)));
    objects
}

fn flannel(cluster: &Cluster) -> Vec<Value> {
    let backend = if cluster.overlay == Overlay::None { "host-gw" } else { "vxlan" };
    let mut network = json!({"Network": pod_cidr(Family::V4), "EnableNFTables": false, "Backend": {"Type": backend}});
    if let (true, Some(fields)) = (cluster.families.contains(&Family::V6), network.as_object_mut()) {
        fields.insert("EnableIPv6".into(), json!(true));
        fields.insert("IPv6Network".into(), json!(pod_cidr(Family::V6)));
    }
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
