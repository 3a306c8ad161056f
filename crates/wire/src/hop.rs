//! Steps of a packet.

use bulkhead_analysis::path::{Address, Hop, Packet, Place, Step};
use bulkhead_analysis::policy::Verdict;
use bulkhead_analysis::snapshot::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

/// One step, with the packet before and after it.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HopForm {
    /// `outside`, `loadBalancer`, `node/n1` or `pod/shop/web-0`.
    pub place: String,
    /// What happens: `send`, `arrive`, `translateDestination`, `translateHostPort`, `translateSource`, `forward`, `policy`,
    /// `balance`, `proxy`, `deliver`, `drop`, `reject`.
    pub step: &'static str,
    /// Of `translateDestination`: the Service, as `shop/web`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Of `proxy`: the gateway's object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Of `proxy`: that object's kind, as `HTTPRoute`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_kind: Option<&'static str>,
    /// Of `forward`: the node that it goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Of `forward`: the encapsulation, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tunnel: Option<&'static str>,
    /// Of `policy`: `Ingress` or `Egress`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<&'static str>,
    /// Of `policy`: the judged pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<String>,
    /// Of `policy`: `allow`, `deny` or `undetermined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<&'static str>,
    /// The packet before the step.
    pub before: PacketForm,
    /// The packet after it.
    pub after: PacketForm,
    /// Why, as a stable word.
    pub reason: Option<&'static str>,
}

/// A packet. An address that the snapshot does not tell is null.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PacketForm {
    /// Its source address.
    pub source: Option<String>,
    /// Its destination address.
    pub destination: Option<String>,
    /// The destination port.
    pub port: u16,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: &'static str,
}

impl PacketForm {
    /// The form of a packet.
    pub fn new(packet: &Packet) -> Self {
        Self {
            source: known(&packet.source),
            destination: known(&packet.destination),
            port: packet.port,
            protocol: packet.protocol.name(),
        }
    }
}

impl HopForm {
    /// The form of one hop.
    pub fn new(snapshot: &Snapshot, hop: &Hop) -> Self {
        let form = Self {
            place: place_name(snapshot, &hop.place),
            step: step_name(&hop.step),
            service: None,
            object: None,
            object_kind: None,
            to: None,
            tunnel: None,
            direction: None,
            pod: None,
            verdict: None,
            before: PacketForm::new(&hop.before),
            after: PacketForm::new(&hop.after),
            reason: hop.reason.as_ref().map(|reason| reason.code),
        };
        match &hop.step {
            Step::TranslateDestination(service) => {
                Self { service: Some(snapshot.services[*service].name.to_string()), ..form }
            }
            Step::Forward { tunnel, to } => {
                Self { tunnel: *tunnel, to: Some(snapshot.nodes[*to].name.to_string()), ..form }
            }
            Step::Policy { direction, pod, verdict } => Self {
                direction: Some(direction.name()),
                pod: Some(snapshot.pods[*pod].name.to_string()),
                verdict: Some(verdict_name(verdict)),
                ..form
            },
            Step::Proxy { object } => {
                Self { object: Some(object.name.to_string()), object_kind: Some(object.kind.name()), ..form }
            }
            _ => form,
        }
    }
}

/// The stable word of a step.
pub fn step_name(step: &Step) -> &'static str {
    match step {
        Step::Send => "send",
        Step::Arrive => "arrive",
        Step::TranslateDestination(_) => "translateDestination",
        Step::TranslateHostPort => "translateHostPort",
        Step::TranslateSource => "translateSource",
        Step::Forward { .. } => "forward",
        Step::Policy { .. } => "policy",
        Step::Balance => "balance",
        Step::Proxy { .. } => "proxy",
        Step::Deliver => "deliver",
        Step::Drop => "drop",
        Step::Reject => "reject",
    }
}

/// The stable word of a verdict.
pub fn verdict_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Allow { .. } => "allow",
        Verdict::Deny { .. } => "deny",
        Verdict::Undetermined { .. } => "undetermined",
    }
}

/// A place as the command line spells objects.
pub fn place_name(snapshot: &Snapshot, place: &Place) -> String {
    match place {
        Place::Outside => "outside".to_owned(),
        Place::LoadBalancer => "loadBalancer".to_owned(),
        Place::Node(node) => format!("node/{}", snapshot.nodes[*node].name),
        Place::Pod(pod) => format!("pod/{}", snapshot.pods[*pod].name),
    }
}

/// An address as text, where it is known.
pub(crate) fn known(address: &Address) -> Option<String> {
    match address {
        Address::Known(address) => Some(address.to_string()),
        Address::Unknown(_) => None,
    }
}
