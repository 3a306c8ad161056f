//! A CNI that translates Services itself (Cilium without kube-proxy, Calico's eBPF dataplane): not modelled, and said so.

use bulkhead_model::{NamespacedName, ObjectRef};
use bulkhead_snapshot::{Evidence, Snapshot};

use super::{Member, Mode, Proxy, ProxyMode, ProxyQuestion, Refuses, Translation};
use crate::network::Found;
use crate::reason::{PROXY_OF_CNI, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "cni",
    title: "a CNI in kube-proxy's place, of which nothing more is known",
    modes: &[Mode { name: "cni", habits: &super::iptables::HABITS, rules: &CniProxy }],
    reads: &[],
    engines: &[],
    example: &[],
    detect: Some(detect),
};

/// The mode.
#[derive(Clone, Copy, Debug)]
struct CniProxy;

/// Calico's eBPF dataplane or Cilium takes kube-proxy's place.
fn detect(snapshot: &Snapshot) -> Option<(ProxyMode, Evidence)> {
    let mode = MEMBER.modes.first()?;
    let felix = snapshot.felix_configurations.iter().find(|configuration| configuration.name == "default");
    if let Some(felix) = felix.filter(|felix| felix.spec.get("bpfEnabled").is_some_and(|value| value == "true")) {
        let evidence = Evidence::Field {
            object: ObjectRef::cluster("FelixConfiguration", felix.name.clone()),
            field: "spec.bpfEnabled".to_owned(),
            value: "true".to_owned(),
            position: felix.position,
        };
        return Some((mode, evidence));
    }
    let cilium = snapshot.config_maps.get(&NamespacedName::new("kube-system", "cilium-config"))?;
    let replaces = cilium.data.get("kube-proxy-replacement").filter(|value| *value == "true" || *value == "strict")?;
    let evidence = Evidence::Field {
        object: ObjectRef::namespaced("ConfigMap", &cilium.name),
        field: "data[\"kube-proxy-replacement\"]".to_owned(),
        value: replaces.clone(),
        position: cilium.position,
    };
    Some((mode, evidence))
}

impl Proxy for CniProxy {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        let services = question.network.services();
        let node_port = question.network.nodes().is_local(question.node, question.destination)
            && services.node_port(question.protocol, question.port) != Found::Nothing;
        if services.address(question.destination).is_none() && !node_port {
            return Translation::Untouched;
        }
        let name = question.network.cni().value().map_or("unknown", |member| member.name);
        Translation::Unknown(Reason::new(PROXY_OF_CNI).with("cni", name))
    }

    fn refuses(&self) -> Refuses {
        Refuses::AfterPolicy
    }
}
