//! Settings of the kernel, for the network namespace of the calling thread.

use std::fs;

use anyhow::{Context, Result};

/// Sets one, as `net.ipv4.ip_forward`; interfaces with dots in their names are written with slashes throughout.
pub(crate) fn set(name: &str, value: &str) -> Result<()> {
    let path = path(name);
    fs::write(&path, value).with_context(|| format!("cannot write {path}"))
}

fn path(name: &str) -> String {
    let path = if name.contains('/') { name.to_owned() } else { name.replace('.', "/") };
    format!("/proc/sys/{path}")
}
