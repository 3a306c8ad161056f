//! Transport protocols and ports.

use std::fmt;

use crate::Name;

/// A port number, 1 to 65535. Zero never means a port.
pub type PortNumber = u16;

/// A transport protocol that NetworkPolicy and Service know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Protocol {
    /// TCP, the default wherever Kubernetes lets the field out.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Tcp, Self::Udp, Self::Sctp];

    /// The protocol's name in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }

    /// The protocol of that name, as a manifest spells it (upper case).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.name() == name)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A reference to a port: `8080`, or the name of a container's or a Service's port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortRef {
    /// By number.
    Number(PortNumber),
    /// By name; what it means depends on the pod.
    Name(Name),
}

impl fmt::Display for PortRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// Ports from `first` to `last`, both included; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    /// The lowest port.
    pub first: PortNumber,
    /// The highest port, not below `first`.
    pub last: PortNumber,
}

impl PortRange {
    /// Every port.
    pub const ALL: Self = Self { first: 1, last: PortNumber::MAX };

    /// The range from `first` to `last`, or `None` where that would be empty.
    pub fn new(first: PortNumber, last: PortNumber) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// Whether the range holds a port.
    pub fn contains(self, port: PortNumber) -> bool {
        (self.first..=self.last).contains(&port)
    }
}
