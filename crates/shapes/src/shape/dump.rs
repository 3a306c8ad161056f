//! What a live cluster gives: objects with managedFields, probes, volumes, conditions, annotations and everything else that a
//! reader has to get past. For measuring how fast dumps are read.

use serde_json::{Value, json};

use crate::numbers::Numbers;

/// So many pods, of a few hundred deployments in a few dozen namespaces, and so many policies.
pub(super) fn each(pods: usize, policies: usize, numbers: &mut Numbers, emit: &mut dyn FnMut(Value)) {
    for number in 0..pods {
        emit(pod(number, numbers));
    }
    for number in 0..policies {
        emit(policy(number, numbers));
    }
}

fn pod(number: usize, numbers: &mut Numbers) -> Value {
    let (namespace, app) = (format!("team-{}", number % 37), format!("app-{}", number % 400));
    let hash = format!("{:010x}", (number % 400) * 7_919);
    let name = format!("{app}-{hash}-{}", numbers.hex(5));
    let address = format!("10.{}.{}.{}", 244, (number / 250) % 250, number % 250);
    let uid = numbers.hex(32);
    let message = "Readiness probe failed: HTTP probe failed with statuscode: 503, and the container was restarted by the kubelet";
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "annotations": {
                "cni.projectcalico.org/podIP": format!("{address}/32"),
                "kubectl.kubernetes.io/restartedAt": "2026-01-02T03:04:05Z",
                "prometheus.io/scrape": "true",
            },
            "creationTimestamp": "2026-01-02T03:04:05Z",
            "generateName": format!("{app}-{hash}-"),
            "labels": {"app": app, "pod-template-hash": hash, "app.kubernetes.io/part-of": format!("suite-{}", number % 9), "tier": "web"},
            "managedFields": [managed_fields("kube-controller-manager"), managed_fields("kubelet")],
            "name": name,
            "namespace": namespace,
            "ownerReferences": [{"apiVersion": "apps/v1", "blockOwnerDeletion": true, "controller": true, "kind": "ReplicaSet",
                                 "name": format!("{app}-{hash}"), "uid": uid}],
            "resourceVersion": numbers.below(9_000_000).to_string(),
            "uid": numbers.hex(32),
        },
        "spec": {
            "containers": [{
                "args": ["--listen=:8080", "--config=/etc/app/config.yaml"],
                "env": [
                    {"name": "LOG_LEVEL", "value": "info"},
                    {"name": "POD_IP", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}},
                ],
                "image": format!("registry.example.com/team/app-{}:v1.{}", number % 400, number % 7),
                "imagePullPolicy": "IfNotPresent",
                "livenessProbe": probe("/healthz"),
                "name": "main",
                "ports": [{"containerPort": 8080, "name": "http", "protocol": "TCP"}, {"containerPort": 9090, "name": "metrics", "protocol": "TCP"}],
                "readinessProbe": probe("/ready"),
                "resources": {"limits": {"cpu": "500m", "memory": "512Mi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
                "volumeMounts": [
                    {"mountPath": "/etc/app", "name": "config"},
                    {"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": "kube-api-access-x", "readOnly": true},
                ],
            }],
            "dnsPolicy": "ClusterFirst",
            "enableServiceLinks": true,
            "nodeName": format!("node-{}", number % 500),
            "preemptionPolicy": "PreemptLowerPriority",
            "priority": 0,
            "restartPolicy": "Always",
            "schedulerName": "default-scheduler",
            "securityContext": {},
            "serviceAccount": "default",
            "serviceAccountName": "default",
            "terminationGracePeriodSeconds": 30,
            "tolerations": [
                {"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 300},
                {"effect": "NoExecute", "key": "node.kubernetes.io/unreachable", "operator": "Exists", "tolerationSeconds": 300},
            ],
            "volumes": [
                {"configMap": {"defaultMode": 420, "name": "config"}, "name": "config"},
                {"name": "kube-api-access-x", "projected": {"defaultMode": 420, "sources": [
                    {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                    {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
                    {"downwardAPI": {"items": [{"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}]}},
                ]}},
            ],
        },
        "status": {
            "conditions": [
                condition("Initialized", None), condition("Ready", number.is_multiple_of(11).then_some(message)), condition("ContainersReady", None),
                condition("PodScheduled", None),
            ],
            "containerStatuses": [{
                "containerID": format!("containerd://{}", numbers.hex(32)),
                "image": "registry.example.com/team/app:v1",
                "imageID": format!("registry.example.com/team/app@sha256:{}", numbers.hex(32)),
                "lastState": {}, "name": "main", "ready": true, "restartCount": 0, "started": true,
                "state": {"running": {"startedAt": "2026-01-02T03:04:05Z"}},
            }],
            "hostIP": format!("10.0.{}.{}", (number % 500) / 250, (number % 500) % 250),
            "hostIPs": [{"ip": format!("10.0.{}.{}", (number % 500) / 250, (number % 500) % 250)}],
            "phase": "Running",
            "podIP": address,
            "podIPs": [{"ip": address}],
            "qosClass": "Burstable",
            "startTime": "2026-01-02T03:04:05Z",
        },
    })
}

fn condition(kind: &str, message: Option<&str>) -> Value {
    let mut condition =
        json!({"lastProbeTime": null, "lastTransitionTime": "2026-01-02T03:04:05Z", "status": "True", "type": kind});
    if let (Some(message), Some(fields)) = (message, condition.as_object_mut()) {
        fields.insert("message".to_owned(), message.into());
    }
    condition
}

fn probe(path: &str) -> Value {
    json!({"failureThreshold": 3, "httpGet": {"path": path, "port": "http", "scheme": "HTTP"}, "periodSeconds": 10, "successThreshold": 1,
           "timeoutSeconds": 1})
}

fn managed_fields(manager: &str) -> Value {
    json!({
        "apiVersion": "v1", "fieldsType": "FieldsV1", "manager": manager, "operation": "Update", "time": "2026-01-02T03:04:05Z",
        "fieldsV1": {
            "f:metadata": {"f:generateName": {}, "f:labels": {".": {}, "f:app": {}, "f:pod-template-hash": {}},
                           "f:ownerReferences": {".": {}, "k:{\"uid\":\"0a1b2c3d-0000-1111-2222-333344445555\"}": {}}},
            "f:spec": {"f:containers": {"k:{\"name\":\"main\"}": {".": {}, "f:args": {}, "f:env": {".": {}, "k:{\"name\":\"LOG_LEVEL\"}":
                {".": {}, "f:name": {}, "f:value": {}}}, "f:image": {}, "f:imagePullPolicy": {}, "f:name": {},
                "f:ports": {".": {}, "k:{\"containerPort\":8080,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}, "f:name": {},
                "f:protocol": {}}}, "f:resources": {}, "f:volumeMounts": {".": {}}}},
                "f:dnsPolicy": {}, "f:enableServiceLinks": {}, "f:restartPolicy": {}, "f:schedulerName": {}, "f:securityContext": {}},
        },
    })
}

/// A policy that selects an app and lets a few in.
fn policy(number: usize, numbers: &mut Numbers) -> Value {
    let peers: Vec<Value> = (0..=numbers.below(4))
        .map(|_| match numbers.below(3) {
            0 => {
                let net = format!("10.{}", numbers.below(250));
                json!({"ipBlock": {"cidr": format!("{net}.0.0/16"), "except": [format!("{net}.{}.0/24", numbers.below(250))]}})
            }
            1 => json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": format!("team-{}", numbers.below(37))}}}),
            _ => json!({"podSelector": {"matchLabels": {"app": format!("app-{}", numbers.below(400))}}}),
        })
        .collect();
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {
            "creationTimestamp": "2026-01-02T03:04:05Z", "generation": 1,
            "labels": {"app": format!("app-{}", number % 400)},
            "name": format!("allow-{number}"), "namespace": format!("team-{}", number % 37),
            "resourceVersion": numbers.below(9_000_000).to_string(), "uid": numbers.hex(32),
        },
        "spec": {
            "ingress": [{"from": peers, "ports": [{"port": 8080, "protocol": "TCP"}, {"port": "metrics", "protocol": "TCP"}]}],
            "podSelector": {"matchLabels": {"app": format!("app-{}", number % 400)}},
            "policyTypes": ["Ingress"],
        },
    })
}
