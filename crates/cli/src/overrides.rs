//! What the user says about the cluster, against what the dump shows.

use bulkhead_analysis::model::{IpNet, Issue};
use bulkhead_analysis::path::cni::Member;
use bulkhead_analysis::path::proxy::Mode;
use bulkhead_analysis::path::{DetectLocal, NodePortAddresses, Overlay, Overrides};
use bulkhead_analysis::policy::Profile;

use crate::arguments::FactArguments;
use crate::failure::Failure;

/// Reads the options that override what the dump shows.
pub(crate) fn read_overrides(arguments: &FactArguments) -> Result<Overrides, Failure> {
    Ok(Overrides {
        proxy_mode: choose("--proxy-mode", arguments.proxy_mode.as_deref(), Mode::named, || {
            Mode::all().map(|mode| mode.name).collect()
        })?,
        cluster_cidr: arguments.cluster_cidr.as_deref().map(|text| read_cidrs("--cluster-cidr", text)).transpose()?,
        detect_local: choose("--detect-local", arguments.detect_local.as_deref(), DetectLocal::from_text, || {
            vec!["ClusterCIDR", "NodeCIDR", "BridgeInterface=NAME", "InterfaceNamePrefix=PREFIX"]
        })?,
        masquerade_all: choose("--masquerade-all", arguments.masquerade_all.as_deref(), yes_or_no, || {
            vec!["true", "false"]
        })?,
        node_port_addresses: choose(
            "--nodeport-addresses",
            arguments.nodeport_addresses.as_deref(),
            NodePortAddresses::from_text,
            || vec!["all", "primary", "CIDR,CIDR"],
        )?,
        cni: choose("--cni", arguments.cni.as_deref(), Member::named, || {
            bulkhead_analysis::path::cni::MEMBERS.iter().map(|member| member.name).collect()
        })?,
        overlay: choose("--overlay", arguments.overlay.as_deref(), Overlay::from_name, || {
            Overlay::ALL.map(Overlay::name).to_vec()
        })?,
        node_subnets: arguments.node_subnets.as_deref().map(|text| read_cidrs("--node-subnets", text)).transpose()?,
        nat_outgoing: choose("--nat-outgoing", arguments.nat_outgoing.as_deref(), yes_or_no, || vec!["true", "false"])?,
        load_balancer: choose(
            "--load-balancer",
            arguments.load_balancer.as_deref(),
            bulkhead_analysis::path::lb::Member::named,
            || bulkhead_analysis::path::lb::MEMBERS.iter().map(|member| member.name).collect(),
        )?,
        load_balancer_sources: arguments
            .load_balancer_source
            .as_deref()
            .map(|text| read_cidrs("--load-balancer-source", text))
            .transpose()?
            .unwrap_or_default(),
        engine: choose("--engine", arguments.engine.as_deref(), Profile::named, || {
            Profile::all().iter().map(|profile| profile.name).collect()
        })?,
    })
}

/// The value of an option by its name, or what there is to choose from.
fn choose<T>(
    option: &'static str,
    value: Option<&str>,
    find: impl Fn(&str) -> Option<T>,
    known: impl Fn() -> Vec<&'static str>,
) -> Result<Option<T>, Failure> {
    let Some(value) = value else { return Ok(None) };
    let wrong = || {
        let issue = Issue::error("noSuchValue").with("option", option).with("value", value);
        Failure::usage(issue.with("known", known().join(", ")))
    };
    find(value).map(Some).ok_or_else(wrong)
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Cidrs between commas; `none` says that kube-proxy was told none.
fn read_cidrs(option: &'static str, text: &str) -> Result<Vec<IpNet>, Failure> {
    if text == "none" {
        return Ok(Vec::new());
    }
    let read = |cidr: &str| {
        let net = cidr.trim().parse::<IpNet>().ok().filter(|net| net.addr() == net.network());
        net.ok_or_else(|| Failure::usage(Issue::error("notACidr").with("value", cidr).in_field(option)))
    };
    text.split(',').map(read).collect()
}
