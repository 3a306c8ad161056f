//! Formats and patterns of texts.

use std::net::IpAddr;

use jiff::Timestamp;
use regex::Regex;

/// Whether a text has a format; one that is not known here holds no text to anything, as in an API server.
pub(super) fn has_format(text: &str, format: &str) -> bool {
    match format {
        "cidr" => is_cidr(text),
        "date-time" => text.parse::<Timestamp>().is_ok(),
        _ => true,
    }
}

fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let plain = length == "0" || !length.starts_with('0');
    plain
        && length.bytes().all(|byte| byte.is_ascii_digit())
        && length.parse::<u8>().is_ok_and(|length| length <= longest)
}

/// Whether a text matches a pattern of one of our schemas.
pub(super) fn has_pattern(text: &str, pattern: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}
