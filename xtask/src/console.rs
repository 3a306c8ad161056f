//! The console: built into `console/dist`, which is checked in, and tested as it is used.
//!
//! `cargo build` needs no Node: it embeds what is checked in. Whoever changes the console runs `cargo xtask console`, which
//! builds it anew; `--check` fails where what is checked in is not what the sources give. `browser` runs the tests in a real
//! Chromium.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::{Mode, cargo, node, packages};

/// Builds the console, or fails where it is not built, or runs its tests in a browser.
pub(crate) fn run(mode: Mode) -> Result<()> {
    if std::env::args().nth(2).is_some_and(|argument| argument == "browser") {
        return browser();
    }
    match mode {
        Mode::Write => build(),
        Mode::Check => check(),
    }
}

fn folder() -> PathBuf {
    cargo::root().join("console")
}

/// Runs a program of the console's own packages.
fn npx(arguments: &[&str]) -> Result<()> {
    node::run("npx", &[&["--no-install"], arguments].concat(), &folder())
}

/// The packages of the lock file, and no scripts of theirs.
fn install() -> Result<()> {
    let (lock, installed) = (folder().join("package-lock.json"), folder().join("node_modules/.package-lock.json"));
    let time = |path: &Path| path.metadata().and_then(|metadata| metadata.modified());
    if matches!((time(&lock), time(&installed)), (Ok(lock), Ok(installed)) if installed >= lock) {
        return Ok(());
    }
    node::run("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"], &folder())
}

fn build() -> Result<()> {
    install()?;
    npx(&["openapi-typescript", "../docs/openapi.json", "-o", "src/api/schema.d.ts"])?;
    npx(&["biome", "check", "--write", "."])?;
    npx(&["tsc", "--noEmit"])?;
    npx(&["vite", "build", "--logLevel", "warn"])
}

/// Types, style, unit tests, and whether what is checked in is what the sources give.
pub(crate) fn check() -> Result<()> {
    install()?;
    npx(&["openapi-typescript", "../docs/openapi.json", "-o", "src/api/schema.d.ts", "--check"])?;
    npx(&["biome", "ci", "."])?;
    npx(&["tsc", "--noEmit"])?;
    npx(&["vitest", "run"])?;
    let built = cargo::cache().join("console");
    let out = built.to_string_lossy().into_owned();
    npx(&["vite", "build", "--logLevel", "warn", "--outDir", &out, "--emptyOutDir"])?;
    let (wanted, have) = (files(&built)?, files(&folder().join("dist"))?);
    let names = wanted.keys().chain(have.keys());
    let stale: Vec<&str> = names.filter(|name| wanted.get(*name) != have.get(*name)).map(String::as_str).collect();
    ensure!(stale.is_empty(), "console/dist is out of date, run `cargo xtask console`: {}", stale.join(", "));
    check_size(&wanted)
}

/// What the first screen loads may have this many bytes, compressed.
const LARGEST_START: usize = 250 * 1024;

/// The page, and the files that it names.
fn check_size(files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let page = files.get("index.html").context("the console has no page")?;
    let text = String::from_utf8_lossy(page);
    let named = files.iter().filter(|(name, _)| name.as_str() == "index.html" || text.contains(name.as_str()));
    let mut size = 0;
    for (name, _) in named {
        let packed = Command::new("gzip").args(["-9", "-c"]).arg(cargo::cache().join("console").join(name)).output()?;
        size += packed.stdout.len();
    }
    ensure!(size <= LARGEST_START, "the first screen loads {size} bytes, and may load {LARGEST_START}");
    eprintln!("the first screen loads {size} bytes, compressed");
    Ok(())
}

/// Every file below a folder.
fn files(root: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        let listed = std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in listed {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read(&path)?);
            }
        }
    }
    Ok(found)
}

/// The tests in a browser, over the program as it is built for tests.
pub(crate) fn browser() -> Result<()> {
    packages::install_the_browser()?;
    install()?;
    cargo::run("cargo", &["build", "--package", "bulkhead", "--locked"])?;
    let program = cargo::target().join("debug/bulkhead");
    if !program.exists() {
        bail!("there is no {}", program.display());
    }
    node::run_with("npx", &["--no-install", "playwright", "test"], &folder(), &[("BULKHEAD_BIN", &program)])
}
