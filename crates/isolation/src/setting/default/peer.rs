//! One peer of an entry: a project or a Service of the same workspace, or addresses.

use std::net::IpAddr;

use bulkhead_model::object::{AllowlistPeer, IpBlockManifest, IpRangeManifest, PeerManifest, Service, ServiceType};
use bulkhead_model::{AddressSet, IpNet, Name, NamespacedName};

use super::cluster::{Refusal, namespace_peer, pods_peer};
use super::entry::{self, Context};
use crate::{code, workspace};

/// A peer that may be allowed.
#[derive(Debug)]
pub(super) enum Resolved<'s> {
    /// The pods behind a Service.
    Service(ServicePeer<'s>),
    /// Anything whose ports are the rule's; a range of addresses is several blocks.
    Others(Vec<PeerManifest>),
}

/// The pods behind a Service.
#[derive(Debug)]
pub(super) struct ServicePeer<'s> {
    pub(super) service: &'s Service,
    pub(super) peer: PeerManifest,
}

/// Resolves a peer. Where it names several things, KubeSphere's order counts (service, namespace, ipBlock), ipRange is last, and a finding says so.
pub(super) fn resolve<'s>(
    context: &mut Context<'_, 's>,
    peer: &AllowlistPeer,
    field: &str,
) -> Result<Resolved<'s>, Refusal> {
    let named = [peer.service.is_some(), peer.namespace.is_some(), peer.block.is_some(), peer.range.is_some()];
    let used = named.into_iter().zip(["service", "namespace", "ipBlock", "ipRange"]).find(|(there, _)| *there);
    if let Some((_, used)) = used.filter(|_| named.into_iter().filter(|there| *there).count() > 1) {
        context.warn(code::ENTRY_PEER_AMBIGUOUS, field, &[("used", &used)]);
    }
    match peer {
        AllowlistPeer { service: Some(name), .. } => service(context, name, &format!("{field}.service")),
        AllowlistPeer { namespace: Some(name), .. } => {
            check_sibling(context, name, &format!("{field}.namespace"))?;
            let pods = entry::selector(peer.namespace_pods.as_ref(), &format!("{field}.namespace.podSelector"))?;
            Ok(Resolved::Others(vec![namespace_peer(name, pods)]))
        }
        AllowlistPeer { block: Some(block), .. } => block_peer(context, block, &format!("{field}.ipBlock")),
        AllowlistPeer { range: Some(range), .. } => range_peers(range, &format!("{field}.ipRange")),
        _ => Err(Refusal::new(code::ENTRY_PEER_EMPTY, field)),
    }
}

/// Refuses every namespace that is not of the project's own workspace. One that is not there is of no workspace yet, and whoever
/// creates it could be anyone.
fn check_sibling(context: &Context<'_, '_>, name: &Name, field: &str) -> Result<(), Refusal> {
    let Some(namespace) = context.cluster.namespace(name) else {
        return Err(Refusal::new(code::ENTRY_NAMESPACE_NOT_FOUND, field).with("namespace", name));
    };
    let own = context.allowlist.workspace;
    if own.is_none() || workspace::of(namespace) != own {
        let refusal = Refusal::new(code::ENTRY_OTHER_WORKSPACE, field).with("namespace", name);
        return Err(refusal.with("workspace", own.map_or("", Name::as_str)));
    }
    Ok(())
}

fn service<'s>(context: &mut Context<'_, 's>, name: &NamespacedName, field: &str) -> Result<Resolved<'s>, Refusal> {
    check_sibling(context, &name.namespace, field)?;
    let cluster = context.cluster;
    let refuse = |code| Refusal::new(code, field).with("service", name);
    let service = cluster.service(name).ok_or_else(|| refuse(code::ENTRY_SERVICE_NOT_FOUND))?;
    if let ServiceType::ExternalName(target) = &service.kind {
        return Err(refuse(code::ENTRY_SERVICE_EXTERNAL_NAME).with("name", target));
    }
    let selector = service.selector.as_ref().ok_or_else(|| refuse(code::ENTRY_SERVICE_WITHOUT_SELECTOR))?;
    let on_nodes = cluster.selected(service).filter(|pod| pod.host_network).map(|pod| pod.name.name.as_str());
    let on_nodes: Vec<&str> = on_nodes.collect();
    if !on_nodes.is_empty() {
        let pods = on_nodes.join(", ");
        context.warn(code::ENTRY_PEER_ON_HOST_NETWORK, field, &[("service", name), ("pods", &pods)]);
    }
    Ok(Resolved::Service(ServicePeer { service, peer: pods_peer(&name.namespace, selector) }))
}

fn block_peer<'s>(
    context: &mut Context<'_, 's>,
    block: &IpBlockManifest,
    field: &str,
) -> Result<Resolved<'s>, Refusal> {
    let meant = block.to_ip_block().map_err(|error| entry::refusal(error.inside(field)))?;
    note_host_bits(context, &block.cidr, &meant.cidr, &format!("{field}.cidr"));
    for (at, (text, meant)) in block.except.iter().zip(&meant.except).enumerate() {
        note_host_bits(context, text, meant, &format!("{field}.except[{at}]"));
    }
    Ok(Resolved::Others(vec![PeerManifest::Block(IpBlockManifest {
        cidr: meant.cidr.to_string(),
        except: meant.except.iter().map(ToString::to_string).collect(),
    })]))
}

/// The fewest blocks that hold a range, and nothing else.
fn range_peers<'s>(range: &IpRangeManifest, field: &str) -> Result<Resolved<'s>, Refusal> {
    let ends = (range.first.parse::<IpAddr>(), range.last.parse::<IpAddr>());
    match ends {
        (Ok(first), Ok(last)) if first.is_ipv4() == last.is_ipv4() && first <= last => {
            let blocks = AddressSet::from_ranges([(first, last)]).to_nets();
            Ok(Resolved::Others(blocks.into_iter().map(PeerManifest::cidr).collect()))
        }
        _ => {
            let value = format!("{}-{}", range.first, range.last);
            Err(Refusal::new(code::ENTRY_RANGE_INVALID, field).with("value", value))
        }
    }
}

fn note_host_bits(context: &mut Context<'_, '_>, text: &str, meant: &IpNet, field: &str) {
    if text.parse::<IpNet>().is_ok_and(|net| net != *meant) {
        context.warn(code::ENTRY_CIDR_HOST_BITS, field, &[("value", &text), ("meant", meant)]);
    }
}
