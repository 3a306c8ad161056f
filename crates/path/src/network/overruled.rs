//! Options that say something else than the objects of the cluster do: the option counts, and is told.

use bulkhead_model::{IpNet, Issue};
use bulkhead_policy::Engine;
use bulkhead_snapshot::{Evidence, Fact, Snapshot};

use super::kube_proxy::{DetectLocal, KubeProxy, NodePortAddresses};
use crate::Overrides;
use crate::{cni, proxy};

/// An issue for each of them. Where objects leave a setting out, its default is what they say.
pub(super) fn issues(snapshot: &Snapshot, overrides: &Overrides) -> Vec<Issue> {
    let mut issues = Vec::new();
    let (seen, _) = KubeProxy::of(snapshot, &Overrides::default());
    let mut hold = |found: Option<Issue>| issues.extend(found);
    // Where the objects leave open which proxy of its own a CNI has, the option says it.
    let is_open = seen.mode.value().is_some_and(|mode| proxy::is_some_cnis(mode));
    let mode = overrides.proxy_mode.as_ref().filter(|mode| !is_open || proxy::is_kube_proxy(mode));
    hold(overruled("--proxy-mode", mode, &seen.mode, |mode| mode.name.to_owned()));
    hold(overruled("--cluster-cidr", overrides.cluster_cidr.as_ref(), &seen.cluster_cidr, |cidrs| text_of(cidrs)));
    hold(overruled("--detect-local", overrides.detect_local.as_ref(), &seen.detect_local, DetectLocal::text));
    let masquerades = overrides.masquerade_all.as_ref();
    hold(overruled("--masquerade-all", masquerades, &seen.masquerade_all, ToString::to_string));
    let served = overrides.node_port_addresses.as_ref();
    hold(overruled("--nodeport-addresses", served, &seen.node_port_addresses, NodePortAddresses::text));
    hold(overruled("--cni", overrides.cni.as_ref(), &cni::detect(snapshot, None), |member| member.name.to_owned()));
    let engine = Engine::of(snapshot, None).known;
    hold(overruled("--engine", overrides.engine.as_ref(), &engine, |profile| profile.name.to_owned()));
    issues
}

fn overruled<T>(option: &'static str, given: Option<&T>, seen: &Fact<T>, text: impl Fn(&T) -> String) -> Option<Issue> {
    let (Some(given), Fact::Known { value, evidence }) = (given, seen) else { return None };
    let (given, seen) = (text(given), text(value));
    if given == seen {
        return None;
    }
    let issue = Issue::warning("optionOverrules").with("option", option).with("value", given).with("seen", seen);
    Some(match evidence {
        Evidence::Field { object, field, position, .. } => {
            issue.at(*position).about(object.clone()).in_field(field.clone())
        }
        Evidence::Default { object, field } => issue.about(object.clone()).in_field(field.clone()),
        Evidence::Override { .. } => issue,
    })
}

fn text_of(cidrs: &[IpNet]) -> String {
    if cidrs.is_empty() {
        return "none".to_owned();
    }
    cidrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
