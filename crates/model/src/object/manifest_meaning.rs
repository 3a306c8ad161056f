//! What a manifest means, with the API server's own checks: the way from a [`PolicyManifest`] to a [`NetworkPolicy`].
//!
//! A manifest can hold what no API server accepts (KubeSphere writes such ones). Then there is no policy, and the error says
//! which field is to blame (`k8s.io/kubernetes/pkg/apis/networking/validation`).

use ipnet::IpNet;

use super::manifest::{
    IntOrString, IpBlockManifest, PeerManifest, PolicyManifest, PortManifest, RuleManifest, SelectorManifest,
};
use super::network_policy::{Direction, Matches, NetworkPolicy, Peer, PolicyPort, PortMatch, Rule};
use crate::{IpBlock, LabelSelector, Name, PortNumber, PortRange, Position, Protocol, Readable, Requirement};

/// Why an API server refuses a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// The field, as `spec.ingress[0].from[1].ipBlock.cidr`.
    pub field: String,
    /// What stands there.
    pub value: String,
    /// What is wrong with it.
    pub fault: ManifestFault,
}

/// What can be wrong with a field of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ManifestFault {
    /// No cidr.
    Cidr,
    /// An `except` that is no cidr, or not strictly inside the cidr.
    Except,
    /// No protocol of those that the API knows.
    Protocol,
    /// A number that is no port, or a text that is no port's name.
    Port,
    /// An `endPort` below `port`, above 65535, or without a number beside it.
    EndPort,
}

impl ManifestError {
    fn new(field: &str, value: &(impl ToString + ?Sized), fault: ManifestFault) -> Self {
        Self { field: field.to_owned(), value: value.to_string(), fault }
    }

    /// The same error in a field further out.
    #[must_use]
    pub fn inside(self, outer: &str) -> Self {
        Self { field: format!("{outer}.{}", self.field), ..self }
    }
}

impl PolicyManifest {
    /// The policy that this is once it is written.
    pub fn to_network_policy(&self) -> Result<NetworkPolicy, ManifestError> {
        let isolates = |direction| self.policy_types.contains(&direction);
        let ingress = rules(self.ingress.as_deref(), "spec.ingress", "from")?;
        let egress = rules(self.egress.as_deref(), "spec.egress", "to")?;
        // Without types the API server fills in Ingress, and Egress where there is an egress rule.
        let defaulted = self.policy_types.is_empty();
        Ok(NetworkPolicy {
            name: self.name.clone(),
            labels: self.labels.clone(),
            pod_selector: self.pod_selector.to_label_selector(),
            isolates_ingress: Some(defaulted || isolates(Direction::Ingress)),
            isolates_egress: Some(isolates(Direction::Egress) || (defaulted && !egress.is_empty())),
            ingress,
            egress,
            unknown_field: None,
            position: Position::NOWHERE,
        })
    }
}

impl SelectorManifest {
    /// The selector that this is.
    pub fn to_label_selector(&self) -> LabelSelector {
        let labels = self.match_labels.iter().map(|(key, value)| Requirement::equals(key.clone(), value.clone()));
        LabelSelector {
            requirements: labels.chain(self.match_expressions.iter().cloned()).map(Readable::Known).collect(),
        }
    }
}

impl IpBlockManifest {
    /// The block that this is; host bits are ignored, as the API server and every engine do.
    pub fn to_ip_block(&self) -> Result<IpBlock, ManifestError> {
        let cidr = net(&self.cidr).ok_or_else(|| ManifestError::new("cidr", &self.cidr, ManifestFault::Cidr))?;
        let except = self.except.iter().enumerate().map(|(at, text)| {
            let inside = net(text).filter(|net: &IpNet| cidr.contains(net) && net.prefix_len() > cidr.prefix_len());
            inside.ok_or_else(|| ManifestError::new(&format!("except[{at}]"), text, ManifestFault::Except))
        });
        Ok(IpBlock { cidr, except: except.collect::<Result<_, _>>()? })
    }
}

/// A cidr without its host bits. An IPv4 address in IPv6 form is none: Kubernetes does not agree with itself about it.
fn net(text: &str) -> Option<IpNet> {
    let net: IpNet = text.parse().ok()?;
    let is_mapped = matches!(net, IpNet::V6(v6) if v6.addr().to_ipv4_mapped().is_some());
    (!is_mapped).then(|| net.trunc())
}

impl PortManifest {
    /// The protocol and the ports that this is.
    pub fn to_policy_port(&self) -> Result<PolicyPort, ManifestError> {
        let protocol = match &self.protocol {
            None => Protocol::Tcp,
            Some(text) => Protocol::from_name(text)
                .ok_or_else(|| ManifestError::new("protocol", text.as_str(), ManifestFault::Protocol))?,
        };
        Ok(PolicyPort { protocol, port: self.to_port_match()?, position: Position::NOWHERE })
    }

    fn to_port_match(&self) -> Result<PortMatch, ManifestError> {
        let end_fault = |end: i32| Err(ManifestError::new("endPort", &end, ManifestFault::EndPort));
        match (&self.port, self.end_port) {
            (None, None) => Ok(PortMatch::All),
            (Some(IntOrString::String(name)), None) if is_port_name(name) => Ok(PortMatch::Named(name.clone())),
            (Some(IntOrString::String(name)), None) => {
                Err(ManifestError::new("port", name.as_str(), ManifestFault::Port))
            }
            (None | Some(IntOrString::String(_)), Some(end)) => end_fault(end),
            (Some(IntOrString::Int(port)), end) => {
                let first = port_number(*port).ok_or_else(|| ManifestError::new("port", port, ManifestFault::Port))?;
                let last = end.unwrap_or(*port);
                let range = port_number(last).and_then(|last| PortRange::new(first, last));
                range.map_or_else(|| end_fault(last), |range| Ok(PortMatch::Range(range)))
            }
        }
    }
}

fn rules(rules: Option<&[RuleManifest]>, field: &str, peers_field: &str) -> Result<Vec<Readable<Rule>>, ManifestError> {
    let rules = rules.unwrap_or_default().iter().enumerate();
    rules.map(|(at, manifest)| Ok(Readable::Known(rule(manifest, &format!("{field}[{at}]"), peers_field)?))).collect()
}

fn rule(manifest: &RuleManifest, field: &str, peers_field: &str) -> Result<Rule, ManifestError> {
    let peers = manifest.peers.iter().enumerate().map(|(at, manifest)| {
        peer(manifest).map(Readable::Known).map_err(|error| error.inside(&format!("{field}.{peers_field}[{at}]")))
    });
    let ports = manifest.ports.iter().enumerate().map(|(at, port)| {
        port.to_policy_port().map(Readable::Known).map_err(|error| error.inside(&format!("{field}.ports[{at}]")))
    });
    Ok(Rule {
        peers: one_of(peers.collect::<Result<_, _>>()?),
        ports: one_of(ports.collect::<Result<_, _>>()?),
        unknown_field: None,
        position: Position::NOWHERE,
    })
}

fn one_of<T>(list: Vec<Readable<T>>) -> Matches<T> {
    if list.is_empty() { Matches::Any } else { Matches::OneOf(list) }
}

fn peer(manifest: &PeerManifest) -> Result<Peer, ManifestError> {
    let position = Position::NOWHERE;
    Ok(match manifest {
        PeerManifest::Block(block) => {
            Peer::Block { block: block.to_ip_block().map_err(|error| error.inside("ipBlock"))?, position }
        }
        PeerManifest::Pods { pods, namespaces } => Peer::Pods {
            namespaces: namespaces.as_ref().map(SelectorManifest::to_label_selector),
            pods: pods.as_ref().map(SelectorManifest::to_label_selector),
            position,
        },
    })
}

fn port_number(number: i32) -> Option<PortNumber> {
    PortNumber::try_from(number).ok().filter(|number| *number > 0)
}

/// Whether a text can be the name of a container's port (`IsValidPortName`): up to 15 of a-z, 0-9 and `-`, at least one
/// letter, no `-` at an end or beside another.
fn is_port_name(name: &Name) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let dashes = name.starts_with('-') || name.ends_with('-') || name.contains("--");
    (1..=15).contains(&name.len())
        && name.bytes().all(known)
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
        && !dashes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(cidr: &str, except: &[&str]) -> Result<String, String> {
        let manifest =
            IpBlockManifest { cidr: cidr.to_owned(), except: except.iter().map(|text| (*text).to_owned()).collect() };
        manifest.to_ip_block().map(|block| block.cidr.to_string()).map_err(|error| error.field)
    }

    #[test]
    fn a_block_is_checked_as_the_api_server_does() {
        assert_eq!(block("172.0.0.1/16", &[]), Ok("172.0.0.0/16".to_owned()));
        assert_eq!(block("10.0.0.0/8", &["10.1.0.0/16"]), Ok("10.0.0.0/8".to_owned()));
        for (cidr, except, field) in [
            ("not-a-cidr", "10.0.0.0/8", "cidr"),
            ("10.0.0.1", "10.0.0.0/8", "cidr"),
            ("10.0.0.0/33", "10.0.0.0/8", "cidr"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8", "cidr"),
            ("10.0.0.0/8", "11.0.0.0/16", "except[0]"),
            ("10.0.0.0/8", "10.0.0.0/8", "except[0]"),
            ("10.0.0.0/8", "fd00::/64", "except[0]"),
        ] {
            assert_eq!(block(cidr, &[except]), Err(field.to_owned()), "{cidr} {except}");
        }
    }

    fn port(protocol: Option<&str>, port: Option<IntOrString>, end_port: Option<i32>) -> Result<PortMatch, String> {
        let manifest = PortManifest { protocol: protocol.map(Name::from), port, end_port };
        manifest.to_policy_port().map(|port| port.port).map_err(|error| error.field)
    }

    #[test]
    fn a_port_is_checked_as_the_api_server_does() {
        let number = |number| Some(IntOrString::Int(number));
        let name = |name: &str| Some(IntOrString::String(name.into()));
        assert_eq!(port(None, None, None), Ok(PortMatch::All));
        assert_eq!(
            port(Some("UDP"), number(80), Some(90)).unwrap(),
            PortMatch::Range(PortRange { first: 80, last: 90 })
        );
        assert_eq!(port(None, name("http-2"), None), Ok(PortMatch::Named("http-2".into())));
        for (protocol, port_text, end, field) in [
            (Some("ICMP"), number(80), None, "protocol"),
            (None, number(0), None, "port"),
            (None, number(65536), None, "port"),
            (None, name("80"), None, "port"),
            (None, name("a-very-long-port-name"), None, "port"),
            (None, number(80), Some(79), "endPort"),
            (None, name("http"), Some(90), "endPort"),
            (None, None, Some(90), "endPort"),
        ] {
            assert_eq!(port(protocol, port_text, end), Err(field.to_owned()), "{field} {end:?}");
        }
    }
}
