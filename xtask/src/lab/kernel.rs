//! The second kernel: Debian's, unpacked into the cache and never installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cargo;

/// The package that always depends on the present kernel.
const META_PACKAGE: &str = "linux-image-amd64";
/// What the machine needs before it sees this one's files: the rest is loaded from there.
const FIRST_MODULES: [&str; 4] = ["virtio_pci", "9pnet_virtio", "9p", "overlay"];
/// What runs first in the machine.
const INIT: &str = include_str!("init.sh");

/// A kernel that can be booted.
pub(super) struct Kernel {
    /// Has `boot` and `lib/modules`.
    pub(super) folder: PathBuf,
    pub(super) image: PathBuf,
    pub(super) first_files: PathBuf,
}

/// Downloads and unpacks it where that has not been done yet.
pub(super) fn prepare() -> Result<Kernel> {
    ensure!(cfg!(target_arch = "x86_64"), "the second kernel is one for x86-64");
    let depends = cargo::output("apt-cache", &["depends", META_PACKAGE])?;
    let package = depends.lines().find_map(|line| line.trim().strip_prefix("Depends: "));
    let package = package.with_context(|| format!("`{META_PACKAGE}` depends on nothing; `apt-get update` first?"))?;
    let folder = cargo::cache().join("kernel").join(package);
    if !folder.join("boot").is_dir() {
        download(package, &folder)?;
    }
    let version = only_name(&folder.join("lib/modules"))?;
    run(Command::new("depmod").arg("-b").arg(&folder).arg(&version))?;
    let first_files = pack_first_files(&folder, &version)?;
    Ok(Kernel { image: folder.join("boot").join(format!("vmlinuz-{version}")), folder, first_files })
}

fn download(package: &str, folder: &Path) -> Result<()> {
    let archives = folder.with_extension("download");
    fs::create_dir_all(&archives)?;
    run(Command::new("apt-get").args(["download", package]).current_dir(&archives))?;
    let archive = archives.join(only_name(&archives)?);
    let unpacked = folder.with_extension("part");
    run(Command::new("dpkg").arg("-x").arg(&archive).arg(&unpacked))?;
    fs::rename(&unpacked, folder)?;
    fs::remove_dir_all(&archives).map_err(Into::into)
}

/// busybox, the first modules in the order in which they are loaded, and the script.
fn pack_first_files(folder: &Path, version: &str) -> Result<PathBuf> {
    let root = folder.join("first");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    for name in ["bin", "modules", "proc", "sys", "dev", "host", "over", "system"] {
        fs::create_dir_all(root.join(name))?;
    }
    let busybox = cargo::output("sh", &["-c", "command -v busybox"])?;
    fs::copy(busybox.trim(), root.join("bin/busybox"))?;
    fs::write(root.join("init"), INIT)?;
    run(Command::new("chmod").arg("755").arg(root.join("init")))?;
    let mut loaded: Vec<String> = Vec::new();
    for module in FIRST_MODULES {
        let folder = folder.to_string_lossy();
        let steps = cargo::output("modprobe", &["-d", &folder, "-S", version, "--show-depends", module])?;
        for path in steps.lines().filter_map(|line| line.trim().strip_prefix("insmod ")) {
            if !loaded.iter().any(|have| have == path) {
                loaded.push(path.to_owned());
            }
        }
    }
    for (index, path) in loaded.iter().enumerate() {
        fs::copy(path.trim(), root.join(format!("modules/{index:02}.ko")))?;
    }
    let packed = folder.join("first.cpio");
    let script = "cd \"$1\" && find . | busybox cpio -o -H newc > \"$2\" 2> /dev/null";
    run(Command::new("sh").args(["-c", script, "pack"]).arg(&root).arg(&packed))?;
    Ok(packed)
}

/// The name of the one thing in a folder.
fn only_name(folder: &Path) -> Result<String> {
    let mut entries = fs::read_dir(folder).with_context(|| format!("no folder {}", folder.display()))?;
    let entry = entries.next().with_context(|| format!("{} is empty", folder.display()))??;
    Ok(entry.file_name().to_string_lossy().into_owned())
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot start `{program}`"))?;
    ensure!(status.success(), "`{program}` failed: {status}");
    Ok(())
}
