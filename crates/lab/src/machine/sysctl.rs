//! Settings of the kernel, for the network namespace of the calling thread.

use std::fs;

use anyhow::{Context, Result};

/// Sets one, as `net.ipv4.ip_forward`; interfaces with dots in their names are written with slashes throughout.
pub(crate) fn set(name: &str, value: &str) -> Result<()> {
    let path = path(name);
    fs::write(&path, value).with_context(|| format!("cannot write {path}"))
}

/// What every machine that sends packets on has: it forwards, takes any source from anywhere, and refuses as often as it is asked.
pub(crate) fn router() -> Result<()> {
    set("net.ipv4.ip_forward", "1")?;
    for interface in ["all", "default"] {
        set(&format!("net.ipv4.conf.{interface}.rp_filter"), "0")?;
        set(&format!("net.ipv4.conf.{interface}.send_redirects"), "0")?;
        set(&format!("net.ipv4.conf.{interface}.accept_redirects"), "0")?;
        set(&format!("net.ipv6.conf.{interface}.forwarding"), "1")?;
        set(&format!("net.ipv6.conf.{interface}.accept_redirects"), "0")?;
    }
    // With the kernel's limits, a refusal looks like silence after a handful of packets.
    set("net.ipv4.icmp_ratelimit", "0")?;
    set("net.ipv4.icmp_ratemask", "0")?;
    set("net.ipv6.icmp.ratelimit", "0")
}

/// An IPv6 address is there as soon as it is given: nobody else has it.
pub(crate) fn no_duplicates() -> Result<()> {
    set("net.ipv6.conf.all.accept_dad", "0")?;
    set("net.ipv6.conf.default.accept_dad", "0")
}

fn path(name: &str) -> String {
    let path = if name.contains('/') { name.to_owned() } else { name.replace('.', "/") };
    format!("/proc/sys/{path}")
}
