//! Programs of the system that tests need.

use std::process::Command;

use anyhow::{Result, bail};

use crate::cargo;

/// What the lab calls, and the Debian packages that have it.
const FOR_THE_LAB: [(&str, &str); 4] =
    [("ip", "iproute2"), ("nft", "nftables"), ("iptables", "iptables"), ("setpriv", "util-linux")];

/// Installs what is missing where that is possible (Debian, as root); says what to install elsewhere.
pub(crate) fn install_for_the_lab() -> Result<()> {
    let missing: Vec<&str> =
        FOR_THE_LAB.iter().filter(|(program, _)| !is_there(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() || !cfg!(target_os = "linux") {
        return Ok(());
    }
    let install = [&["install", "--yes", "--no-install-recommends"], missing.as_slice()].concat();
    let installed = cargo::run("apt-get", &["update"]).and_then(|()| cargo::run("apt-get", &install));
    if installed.is_err() {
        bail!("the lab needs {}: install them (Debian: `apt-get install {}`)", missing.join(", "), missing.join(" "));
    }
    Ok(())
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}
