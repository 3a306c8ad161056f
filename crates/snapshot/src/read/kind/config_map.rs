//! `v1 ConfigMap`, those in which a network component keeps its settings.

use std::collections::BTreeMap;

use bulkhead_model::Name;
use bulkhead_model::object::ConfigMap;

use super::{KindReader, Scope};
use crate::read::decode::{Object, Read, Reading};

pub(super) const KINDS: &[KindReader] =
    &[KindReader { group: "", versions: &["v1"], kind: "ConfigMap", scope: Scope::Namespaced, read }];

/// The names of the ConfigMaps that something here asks for, in any namespace; see [`is_config_map_read`] for more.
pub const CONFIG_MAPS: [&str; 16] = [
    "antrea-config",
    "calico-config",
    "canal-config",
    "cilium-config",
    "cni-config",
    "contour",
    "coredns",
    "kube-flannel-cfg",
    "kube-proxy",
    "kube-proxy-config",
    "kube-router-cfg",
    "kubeadm-config",
    "kubesphere-config",
    "node-local-dns",
    "nodelocaldns",
    "ovn-config",
];

/// Whether anything asks for ConfigMaps of this name.
pub fn is_config_map_read(name: &str) -> bool {
    // Antrea's has a hash behind its name in some releases.
    CONFIG_MAPS.contains(&name) || name.starts_with("antrea-config-")
}

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    if !is_config_map_read(&object.name.name) {
        *reading.objects.skipped.entry("ConfigMap".to_owned()).or_default() += 1;
        return Ok(());
    }
    let entries = object.fields.optional("data", |data| {
        data.each_entry(|key, value| Some((Name::from(key), value.string().ok()?.to_owned(), value.position())))
    });
    let (mut data, mut places) = (BTreeMap::new(), BTreeMap::new());
    for (key, text, position) in entries.into_iter().flatten().flatten() {
        places.insert(key.clone(), position);
        data.insert(key, text);
    }
    reading.objects.config_maps.push(ConfigMap { name: object.name.clone(), data, places, position: object.position });
    Ok(())
}
