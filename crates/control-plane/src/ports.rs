//! Free ports: not every server takes port 0 and tells what it got.

use std::net::{IpAddr, TcpListener};

use crate::{Error, Result};

/// Ports that nobody listened to a moment ago, all different. Somebody else may take one before the server does; whoever starts
/// servers tries again then.
pub(crate) fn free<const COUNT: usize>(address: IpAddr) -> Result<[u16; COUNT]> {
    let mut ports = [0; COUNT];
    let mut held = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind((address, 0)).map_err(Error::io(address.to_string()))?;
        *port = listener.local_addr().map_err(Error::io(address.to_string()))?.port();
        held.push(listener);
    }
    Ok(ports)
}
