//! Readers of single values: strings, numbers, ports, addresses.

use std::net::IpAddr;

use bulkhead_model::{IpNet, Labels, Name, PortNumber, PortRef, Protocol};
use jiff::Timestamp;

use super::super::text::Value;
use super::super::text::scalar::{Kind, kind};
use super::{Cursor, Read};
use crate::code;

impl Cursor<'_> {
    /// Whether this is `null`, which counts as missing.
    pub fn is_null(&self) -> bool {
        matches!(&self.node.value, Value::Plain(text) if kind(text) == Kind::Null)
    }

    /// The text of a scalar that is not null.
    pub fn scalar(&self) -> Option<&str> {
        self.node.scalar().filter(|_| !self.is_null())
    }

    /// Whether this is the empty string, which many fields mean by "missing".
    pub fn is_empty_text(&self) -> bool {
        matches!(&self.node.value, Value::Text(text) if text.is_empty())
    }

    /// Whether this is a number without quotes.
    pub fn is_number(&self) -> bool {
        matches!(&self.node.value, Value::Plain(text) if matches!(kind(text), Kind::Integer | Kind::Number))
    }

    /// A string. `on`, `y` and their like are taken as they stand, and reported: kubectl would make booleans of them.
    pub fn string(&self) -> Read<&str> {
        match &self.node.value {
            Value::Text(text) => Ok(text),
            Value::Plain(text) => match kind(text) {
                Kind::String => Ok(text),
                Kind::OldBool => {
                    self.warning(code::SCALAR_NOT_QUOTED, &[("value", text)]);
                    Ok(text)
                }
                _ => Err(self.wrong_type("string")),
            },
            _ => Err(self.wrong_type("string")),
        }
    }

    /// As [`Self::string`].
    pub fn text(&self) -> Read<Name> {
        self.string().map(Name::from)
    }

    /// A string of a map of strings that describes an object and decides nothing by its type: numbers and booleans are
    /// taken as they stand, and reported; `null` is the empty string, as in Go.
    pub fn loose_text(&self) -> Read<Name> {
        match &self.node.value {
            Value::Plain(text) => match kind(text) {
                Kind::Null => Ok(Name::default()),
                Kind::String => Ok(text.as_ref().into()),
                _ => {
                    self.warning(code::SCALAR_NOT_QUOTED, &[("value", text)]);
                    Ok(text.as_ref().into())
                }
            },
            _ => self.text(),
        }
    }

    /// A boolean, in any of YAML 1.1's spellings.
    pub fn boolean(&self) -> Read<bool> {
        let Value::Plain(text) = &self.node.value else { return Err(self.wrong_type("boolean")) };
        match kind(text) {
            Kind::Bool(value) => Ok(value),
            Kind::OldBool => Ok(matches!(text.to_ascii_lowercase().as_str(), "y" | "yes" | "on")),
            _ => Err(self.wrong_type("boolean")),
        }
    }

    /// A whole number.
    pub fn integer(&self) -> Read<i64> {
        let Value::Plain(text) = &self.node.value else { return Err(self.wrong_type("integer")) };
        let value = (kind(text) == Kind::Integer).then(|| text.parse().ok()).flatten();
        value.ok_or_else(|| self.wrong_type("integer"))
    }

    /// A port's number.
    pub fn port(&self) -> Read<PortNumber> {
        let value = self.integer()?;
        let port = PortNumber::try_from(value).ok().filter(|port| *port > 0);
        port.ok_or_else(|| self.error(code::PORT_OUT_OF_RANGE, &[("value", self.shown())]))
    }

    /// A port's number, where 0 means none.
    pub fn port_or_zero(&self) -> Read<Option<PortNumber>> {
        if self.integer()? == 0 { Ok(None) } else { self.port().map(Some) }
    }

    /// A port's name, by the rules of the API (`IsValidPortName`). A string of digits is none: it would have to be a number.
    pub fn port_name(&self) -> Read<Name> {
        let name = self.string()?;
        let char_is_right = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let right = name.len() <= 15
            && name.bytes().all(char_is_right)
            && name.bytes().any(|byte| byte.is_ascii_lowercase())
            && !name.starts_with('-')
            && !name.ends_with('-')
            && !name.contains("--");
        if right { Ok(name.into()) } else { Err(self.error(code::PORT_NAME_INVALID, &[("value", name)])) }
    }

    /// A port by number or by name.
    pub fn port_ref(&self) -> Read<PortRef> {
        match &self.node.value {
            Value::Plain(_) if self.is_number() => self.port().map(PortRef::Number),
            Value::Plain(_) | Value::Text(_) => self.port_name().map(PortRef::Name),
            _ => Err(self.wrong_type("port")),
        }
    }

    /// `TCP`, `UDP` or `SCTP`.
    pub fn protocol(&self) -> Read<Protocol> {
        let name = self.string()?;
        let protocol = Protocol::from_name(name);
        protocol.ok_or_else(|| self.error(code::UNKNOWN_VALUE, &[("value", name), ("allowed", "TCP, UDP, SCTP")]))
    }

    /// One of a few words.
    pub fn one_of<T: Copy>(&self, allowed: &[(&str, T)]) -> Read<T> {
        let word = self.string()?;
        if let Some((_, value)) = allowed.iter().find(|(name, _)| *name == word) {
            return Ok(*value);
        }
        let names: Vec<&str> = allowed.iter().map(|(name, _)| *name).filter(|name| !name.is_empty()).collect();
        Err(self.error(code::UNKNOWN_VALUE, &[("value", word), ("allowed", &names.join(", "))]))
    }

    /// A time as the API writes it (RFC 3339).
    pub fn time(&self) -> Read<Timestamp> {
        let text = self.string()?;
        text.parse().map_err(|_| self.wrong_type("time"))
    }

    /// An IP address. An IPv4 address in IPv6 form is none: Kubernetes does not agree with itself about what it means.
    pub fn address(&self) -> Read<IpAddr> {
        let text = self.string()?;
        let address = text.parse().ok().filter(|address| !is_mapped(*address));
        address.ok_or_else(|| self.error(code::ADDRESS_INVALID, &[("value", text)]))
    }

    /// A block of addresses. Host bits are cleared, as every engine does, and reported.
    pub fn cidr(&self) -> Read<IpNet> {
        let text = self.string()?;
        let Some(net) = parse_cidr(text.trim()) else { return Err(self.error(code::CIDR_INVALID, &[("value", text)])) };
        let masked = net.trunc();
        if masked != net {
            self.warning(code::CIDR_HOST_BITS, &[("value", text), ("meant", &masked.to_string())]);
        }
        Ok(masked)
    }
}

/// A cidr. Leading zeros are refused, as by Go since 1.17: to some readers they mean octal.
pub(crate) fn parse_cidr(text: &str) -> Option<IpNet> {
    let (address, length) = text.split_once('/')?;
    let address = address.parse().ok().filter(|address| !is_mapped(*address))?;
    let plain = length.bytes().all(|byte| byte.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
    IpNet::new(address, length.parse().ok().filter(|_| plain)?).ok()
}

/// Whether an address is an IPv4 address written as `::ffff:…`.
fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some())
}

/// The same readers as functions, which can be handed to [`Fields`](super::Fields): a method of a type with a lifetime cannot.
macro_rules! readers {
    ($($name:ident: $type:ty;)*) => {$(
        /// As the method of [`Cursor`].
        pub fn $name(at: &Cursor<'_>) -> Read<$type> {
            at.$name()
        }
    )*};
}

readers! {
    address: IpAddr;
    boolean: bool;
    cidr: IpNet;
    labels: Labels;
    loose_text: Name;
    port: PortNumber;
    port_or_zero: Option<PortNumber>;
    port_ref: PortRef;
    protocol: Protocol;
    integer: i64;
    text: Name;
    time: Timestamp;
}
