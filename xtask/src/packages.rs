//! Programs of the system that tests need.

use std::process::Command;

use anyhow::{Result, bail};

use crate::cargo;

/// What the lab calls, and the Debian packages that have it.
const FOR_THE_LAB: [(&str, &str); 4] =
    [("ip", "iproute2"), ("nft", "nftables"), ("iptables", "iptables"), ("setpriv", "util-linux")];

/// What the tests of the console call: a browser, and letters for both of its languages.
const FOR_THE_BROWSER: [(&str, &str); 2] = [("chromium", "chromium"), ("fc-list", "fontconfig")];

/// What brings npm.
const FOR_THE_CONSOLE: [(&str, &str); 1] = [("npm", "npm")];

/// What brings Python's tools: their Debian package has no program of its own, so that its part of Python is asked for.
const FOR_PYTHON: (&str, &str) = ("ensurepip", "python3-venv");

/// What the lab in a virtual machine calls, here and there.
const FOR_THE_MACHINE: [(&str, &str); 4] = [
    ("qemu-system-x86_64", "qemu-system-x86"),
    ("busybox", "busybox-static"),
    ("ipset", "ipset"),
    ("modprobe", "kmod"),
];

/// Installs what the lab needs and the system does not have.
pub(crate) fn install_for_the_lab() -> Result<()> {
    if cfg!(target_os = "linux") { install("the lab", &FOR_THE_LAB) } else { Ok(()) }
}

/// Installs what the lab needs in a virtual machine.
pub(crate) fn install_for_the_machine() -> Result<()> {
    install("the lab in a virtual machine", &FOR_THE_MACHINE)
}

/// Installs a browser, unless `BULKHEAD_CHROMIUM` names one.
pub(crate) fn install_the_browser() -> Result<()> {
    if std::env::var_os("BULKHEAD_CHROMIUM").is_some() {
        return Ok(());
    }
    install("the console's tests", &FOR_THE_BROWSER)
}

/// Installs what makes places for Python's tools.
pub(crate) fn install_python() -> Result<()> {
    let (module, package) = FOR_PYTHON;
    let found = Command::new("python3").args(["-c", &format!("import {module}")]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    cargo::run("apt-get", &["update"])?;
    cargo::run("apt-get", &["install", "--yes", "--no-install-recommends", package])
}

/// Installs npm.
pub(crate) fn install_npm() -> Result<()> {
    install("the console", &FOR_THE_CONSOLE)
}

/// Installs what is missing where that is possible (Debian, as root); says what to install elsewhere.
fn install(whom: &str, programs: &[(&str, &'static str)]) -> Result<()> {
    let missing: Vec<&str> =
        programs.iter().filter(|(program, _)| !is_there(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let install = [&["install", "--yes", "--no-install-recommends"], missing.as_slice()].concat();
    let installed = cargo::run("apt-get", &["update"]).and_then(|()| cargo::run("apt-get", &install));
    if installed.is_err() {
        bail!("{whom} needs {}: install them (Debian: `apt-get install {}`)", missing.join(", "), missing.join(" "));
    }
    Ok(())
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}
