//! The settings of KubeSphere that a plan depends on: the file `kubesphere.yaml` in the ConfigMap
//! `kubesphere-system/kubesphere-config` (`pkg/simple/client/network/options.go` of KubeSphere 3.4.1).

use bulkhead_model::object::ConfigMap;
use bulkhead_model::{Issue, IssueCode, Name, NamespacedName, ObjectRef};
use bulkhead_snapshot::{EmbeddedSetting, Snapshot};

use crate::code;
use crate::plan::Settings;

/// Where KubeSphere keeps its settings.
const CONFIG_MAP: (&str, &str) = ("kubesphere-system", "kubesphere-config");
const FILE: &str = "kubesphere.yaml";
const ALLOWED: &str = "network.nsnpOptions.allowedIngressNamespaces";
const ENABLED: &str = "network.enableNetworkPolicy";

/// The namespaces that may always come in, as they were written: the settings' own, else those of KubeSphere.
pub(crate) fn allowed_ingress_namespaces(
    snapshot: &Snapshot,
    settings: &Settings,
    issues: &mut Vec<Issue>,
) -> Vec<Name> {
    if let Some(names) = &settings.allowed_ingress_namespaces {
        return names.clone();
    }
    let Some(map) = config_map(snapshot) else { return Vec::new() };
    let names =
        file(map).and_then(|file| file.as_ref().and_then(|file| file.at(ALLOWED)).map_or(Ok(Vec::new()), names));
    names.unwrap_or_else(|detail| {
        issues.push(issue(Issue::error, code::CONFIGURATION_UNREADABLE, map).with("detail", detail));
        Vec::new()
    })
}

/// Says so where KubeSphere's own controller is switched off. The default of the switch is off, too, but a file that leaves it out
/// is more likely an excerpt.
pub(crate) fn disabled_issue(snapshot: &Snapshot) -> Option<Issue> {
    let map = config_map(snapshot)?;
    let file = file(map).ok().flatten()?;
    let is_off = file.at(ENABLED).and_then(EmbeddedSetting::scalar) == Some("false");
    is_off.then(|| issue(Issue::warning, code::CONFIGURATION_DISABLED, map))
}

fn config_map(snapshot: &Snapshot) -> Option<&ConfigMap> {
    snapshot.config_maps.get(&NamespacedName::new(CONFIG_MAP.0, CONFIG_MAP.1))
}

/// The file; `None` where there is none. The error is for the words of an issue.
fn file(map: &ConfigMap) -> Result<Option<EmbeddedSetting>, String> {
    let Some(text) = map.data.get(FILE) else { return Ok(None) };
    EmbeddedSetting::parse(text).map_err(|issues| {
        let detail =
            |issue: &Issue| issue.arguments.first().map_or_else(|| issue.code.to_owned(), |(_, value)| value.clone());
        issues.first().map(detail).unwrap_or_default()
    })
}

/// A list of names; `null` is an empty one, as in Go.
fn names(setting: &EmbeddedSetting) -> Result<Vec<Name>, String> {
    let wrong = || format!("{ALLOWED} is no list of names");
    match setting {
        EmbeddedSetting::List(items) => {
            items.iter().map(|item| item.scalar().map(Name::from).ok_or_else(wrong)).collect()
        }
        EmbeddedSetting::Scalar(text) if matches!(text.as_str(), "" | "null" | "~") => Ok(Vec::new()),
        _ => Err(wrong()),
    }
}

fn issue(make: fn(IssueCode) -> Issue, code: IssueCode, map: &ConfigMap) -> Issue {
    make(code).at(map.position).about(ObjectRef::namespaced("ConfigMap", &map.name)).in_field(format!("data[{FILE:?}]"))
}
