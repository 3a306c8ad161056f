//! Which engine a cluster shows, and what follows from that.

use std::net::IpAddr;

use bulkhead_model::object::Direction;
use bulkhead_model::{NamespacedName, Protocol};
use bulkhead_policy::{Identity, Party, Policies, Profile, Question, decide};
use bulkhead_snapshot::read::{Input, read};
use bulkhead_snapshot::{Evidence, Fact, Snapshot};

use crate::asked::check_with;

/// What the input shows: the profile and what shows it, or why nobody can tell.
fn seen(text: &str) -> String {
    let snapshot = Snapshot::new(read(&[Input { name: "c.yaml", text: text.as_bytes() }]));
    let engine = Policies::new(&snapshot).engine().clone();
    let profile = engine.profile();
    let shown = |evidence: &Evidence| match evidence {
        Evidence::Field { object, field, value, .. } => format!("{object} {field}={value}"),
        other => format!("{other:?}"),
    };
    let enforces = profile.enforces.value.name();
    match &engine.known {
        Fact::Known { evidence, .. } => format!("{} enforces={enforces} by {}", profile.name, shown(evidence)),
        Fact::Unknown => format!("unknown, as {} enforces={enforces}", profile.name),
        Fact::Contradicted { evidence } => {
            format!("contradicted by {}", evidence.iter().map(shown).collect::<Vec<_>>().join(" and "))
        }
    }
}

fn daemon_set(name: &str, image: &str) -> String {
    daemon_set_with(name, image, "")
}

fn daemon_set_with(name: &str, image: &str, more: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{namespace: kube-system, name: {name}}}\nspec:\n  selector: {{matchLabels: {{app: x}}}}\n  template:\n    metadata: {{labels: {{app: x}}}}\n    spec: {{hostNetwork: true, containers: [{{name: main, image: '{image}'{more}}}]}}\n"
    )
}

fn node(annotations: &str) -> String {
    format!("---\napiVersion: v1\nkind: Node\nmetadata: {{name: n1, annotations: {{{annotations}}}}}\n")
}

#[test]
fn engines_by_their_daemon_sets() {
    let expected = [
        ("calico-node", "docker.io/calico/node:v3.30.0", "calico enforces=yes"),
        ("canal", "calico/node:v3.30.0", "canal enforces=yes"),
        ("kube-flannel-ds", "ghcr.io/flannel-io/flannel:v0.27.0", "flannel enforces=no"),
        (
            "kube-network-policies",
            "registry.k8s.io/networking/kube-network-policies:v0.9.2",
            "kube-network-policies enforces=yes",
        ),
        ("kube-router", "cloudnativelabs/kube-router:v2.5.0", "kube-router enforces=yes"),
        ("cilium", "quay.io/cilium/cilium:v1.17.0", "cilium enforces=yes"),
        ("antrea-agent", "antrea/antrea-agent-ubuntu:v2.3.0", "antrea enforces=yes"),
        ("kube-ovn-cni", "kubeovn/kube-ovn:v1.13.0", "kube-ovn enforces=yes"),
        ("ovnkube-node", "ghcr.io/ovn-kubernetes/ovn-kubernetes/ovn-kube-ubuntu:master", "ovn-kubernetes enforces=yes"),
        ("weave-net", "weaveworks/weave-kube:2.8.1", "weave enforces=yes"),
        ("kindnet", "docker.io/kindest/kindnetd:v20241108-5c6d2daf", "kindnet enforces=yes"),
        ("kindnet", "docker.io/kindest/kindnetd:v20230511-dc714da8", "kindnet enforces=no"),
        ("kindnet", "docker.io/kindest/kindnetd:latest", "kindnet enforces=unknown"),
    ];
    for (name, image, expected) in expected {
        let evidence = format!("{expected} by DaemonSet kube-system/{name} metadata.name={name}");
        assert_eq!(seen(&daemon_set(name, image)), evidence);
    }
}

#[test]
fn an_image_shows_an_engine_under_another_name() {
    assert_eq!(
        seen(&daemon_set("rke2-net", "registry.local:5000/mirror/calico/node@sha256:0123")),
        "calico enforces=yes by DaemonSet kube-system/rke2-net \
         spec.containers[main].image=registry.local:5000/mirror/calico/node@sha256:0123"
    );
    assert_eq!(seen(&daemon_set("x", "example.org/notcalico/node:1")), "unknown, as api-text enforces=yes");
}

#[test]
fn pods_of_a_daemon_set_show_it_too() {
    let pod = "
apiVersion: v1
kind: Pod
metadata:
  namespace: kube-system
  name: calico-node-x7k2p
  ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: calico-node, uid: u, controller: true}]
spec: {hostNetwork: true, containers: [{name: calico-node, image: 'calico/node:v3.30.0'}]}
";
    assert_eq!(seen(pod), "calico enforces=yes by Pod kube-system/calico-node-x7k2p metadata.name=calico-node");
}

#[test]
fn annotations_of_nodes_show_an_engine_where_nothing_running_does() {
    let calico = node("projectcalico.org/IPv4Address: 10.0.0.1/24");
    assert_eq!(
        seen(&calico),
        "calico enforces=yes by Node n1 metadata.annotations[\"projectcalico.org/IPv4Address\"]=10.0.0.1/24"
    );
    // What runs counts more than what an earlier engine left behind.
    let migrated = calico + &daemon_set("cilium", "quay.io/cilium/cilium:v1.17.0");
    assert_eq!(seen(&migrated), "cilium enforces=yes by DaemonSet kube-system/cilium metadata.name=cilium");
}

#[test]
fn flannel_on_nodes_alone_does_not_show_that_nobody_enforces() {
    let k3s = node("flannel.alpha.coreos.com/backend-type: vxlan");
    assert_eq!(
        seen(&k3s),
        "flannel enforces=unknown by Node n1 metadata.annotations[\"flannel.alpha.coreos.com/backend-type\"]=vxlan"
    );
}

#[test]
fn flannel_with_felix_beside_it_is_canal() {
    let both =
        daemon_set("kube-flannel-ds", "flannel/flannel:v0.27.0") + &daemon_set("calico-node", "calico/node:v3.30.0");
    assert_eq!(seen(&both), "canal enforces=yes by DaemonSet kube-system/calico-node metadata.name=calico-node");
}

#[test]
fn one_engine_may_enforce_for_another_that_does_not() {
    let both = daemon_set("kube-flannel-ds", "flannel/flannel:v0.27.0")
        + &daemon_set("kube-network-policies", "registry.k8s.io/networking/kube-network-policies:v0.9.2");
    assert_eq!(
        seen(&both),
        "kube-network-policies enforces=yes by DaemonSet kube-system/kube-network-policies metadata.name=kube-network-policies"
    );
}

#[test]
fn two_engines_that_enforce_contradict_each_other() {
    let both =
        daemon_set("calico-node", "calico/node:v3.30.0") + &daemon_set("cilium", "quay.io/cilium/cilium:v1.17.0");
    assert_eq!(
        seen(&both),
        "contradicted by DaemonSet kube-system/calico-node metadata.name=calico-node and \
         DaemonSet kube-system/cilium metadata.name=cilium"
    );
}

#[test]
fn settings_tell_how_an_engine_runs() {
    let felix = "---\napiVersion: crd.projectcalico.org/v1\nkind: FelixConfiguration\nmetadata: {name: default}\nspec: {bpfEnabled: true}\n";
    let ebpf = daemon_set("calico-node", "calico/node:v3.30.0") + felix;
    assert_eq!(seen(&ebpf), "calico-ebpf enforces=yes by DaemonSet kube-system/calico-node metadata.name=calico-node");
    let proxy_only = daemon_set_with(
        "kube-router",
        "cloudnativelabs/kube-router",
        ", args: ['--run-service-proxy=true', '--run-firewall=false']",
    );
    assert_eq!(
        seen(&proxy_only),
        "kube-router enforces=no by DaemonSet kube-system/kube-router metadata.name=kube-router"
    );
    let aws = |value: &str| {
        daemon_set_with(
            "aws-node",
            "aws-network-policy-agent:v1",
            &format!(", args: ['--enable-network-policy={value}']"),
        )
    };
    assert_eq!(seen(&aws("true")), "aws-vpc-cni enforces=yes by DaemonSet kube-system/aws-node metadata.name=aws-node");
    assert_eq!(seen(&aws("false")), "aws-vpc-cni enforces=no by DaemonSet kube-system/aws-node metadata.name=aws-node");
    let cilium = |value: &str| {
        daemon_set("cilium", "quay.io/cilium/cilium:v1.17.0")
            + &format!(
                "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{namespace: kube-system, name: cilium-config}}\ndata: {{kube-proxy-replacement: '{value}'}}\n"
            )
    };
    assert!(seen(&cilium("true")).starts_with("cilium enforces=yes"));
    assert!(seen(&cilium("false")).starts_with("cilium-kube-proxy enforces=yes"));
}

const DENY: &str = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]}
";

#[test]
fn where_nothing_enforces_everything_passes() {
    check_with(Some("flannel"), DENY, &[("ingress shop/web from billing/api 80", "allow; flannel engineEnforces=no")]);
    check_with(Some("calico"), DENY, &[("ingress shop/web from billing/api 80", "deny: shop/p @1")]);
}

#[test]
fn where_nobody_knows_whether_anything_enforces_only_what_is_allowed_is_certain() {
    let policies = DENY.to_owned() + &node("flannel.alpha.coreos.com/backend-type: vxlan").replace("n1", "n9");
    check_with(
        None,
        &policies,
        &[
            (
                "ingress shop/web from billing/api 80",
                "undetermined: engineEnforces shop/p @1; flannel engineEnforces=unknown",
            ),
            ("ingress shop/web from shop/db 80", "allow: shop/p ingress[0] @4"),
            ("ingress billing/api from shop/db 80", "allow"),
        ],
    );
}

#[test]
fn every_profile_has_a_name_of_its_own_and_a_source_for_every_habit() {
    let all = Profile::all();
    let mut names: Vec<&str> = all.iter().map(|profile| profile.name).collect();
    names.dedup();
    assert_eq!(names.len(), all.len());
    for profile in all {
        assert_eq!(Profile::named(profile.name), Some(profile));
        for habit in bulkhead_policy::Habit::ALL {
            assert!(!profile.habit(habit).source.is_empty());
        }
    }
}

/// Whether Cilium lets somebody of an identity, with the address 10.0.0.1, into a pod whose policy has a block.
fn allowed(block: &str, identity: Identity) -> Option<bool> {
    let policy = format!(
        "---\nkind: Pod\napiVersion: v1\nmetadata: {{name: a, namespace: shop}}\nspec: {{containers: [{{name: a, image: a}}]}}\n---\n\
         kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {{name: p, namespace: shop}}\nspec: {{podSelector: {{}}, \
         ingress: [{{from: [{{ipBlock: {block}}}]}}]}}\n"
    );
    let text = daemon_set("cilium", "quay.io/cilium/cilium:v1.17.0") + &policy;
    let snapshot = Snapshot::new(read(&[Input { name: "c.yaml", text: text.as_bytes() }]));
    let subject = snapshot.pod(&NamespacedName::new("shop", "a")).unwrap();
    let peer = Party { address: Some(IpAddr::from([10, 0, 0, 1])), pod: None, node: None, identity: Some(identity) };
    let question = Question { direction: Direction::Ingress, subject, peer, protocol: Protocol::Tcp, port: 80 };
    decide(&snapshot, &Policies::new(&snapshot), &question).allows()
}

#[test]
fn who_is_known_by_identity_is_in_no_block_but_the_world_in_that_of_all_addresses() {
    let (all, one) = ("{cidr: 0.0.0.0/0}", "{cidr: 10.0.0.1/32}");
    assert_eq!(allowed(one, Identity::World), Some(true), "control");
    assert_eq!(allowed(all, Identity::WorldUnaddressed), Some(true));
    assert_eq!(allowed(one, Identity::WorldUnaddressed), Some(false));
    assert_eq!(allowed("{cidr: 0.0.0.0/0, except: [192.0.2.0/24]}", Identity::WorldUnaddressed), Some(false));
    for identity in [Identity::Host, Identity::RemoteNode, Identity::KubeApiServer, Identity::Ingress] {
        assert_eq!(allowed(all, identity), Some(false), "{identity:?}");
    }
    assert_eq!(allowed(all, Identity::WorldOrRemoteNode), None);
    assert_eq!(allowed(one, Identity::WorldOrRemoteNode), Some(false));
}
