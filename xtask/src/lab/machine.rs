//! The lab on a second kernel, in a virtual machine: `ip_vs` and IPIP are in few machines' own.
//!
//! No hardware virtualisation is needed, and nothing is installed in the machine: it sees the files of this one, and what it
//! writes is in memory, except for the worlds that disagree.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::kernel::{self, Kernel};
use crate::{cargo, packages};

/// What the lab and kube-proxy's ipvs mode need of the kernel.
const MODULES: &str =
    "ip_vs ip_vs_rr ipip vxlan dummy veth bridge br_netfilter nf_conntrack nf_tables ip_set_hash_ip xt_recent";
/// The last line of the machine's first script.
const ENDED: &str = "lab: ended with ";

/// Runs the lab's program with these arguments there.
pub(super) fn run(arguments: &[String]) -> Result<()> {
    packages::install_for_the_machine()?;
    // Every instruction is emulated there.
    cargo::run("cargo", &["build", "--quiet", "--release", "--package", "bulkhead-lab"])?;
    let build = ["run", "--quiet", "--package", "bulkhead-control-plane", "--", "build"];
    cargo::run("cargo", &[build.as_slice(), &["etcd", "kube-apiserver", "kube-proxy"]].concat())?;
    let kernel = kernel::prepare()?;
    let share = cargo::root().join("target/lab/machine");
    fs::create_dir_all(&share)?;
    fs::write(share.join("run.sh"), script(arguments))?;
    boot(&kernel, &share)
}

fn script(arguments: &[String]) -> String {
    let quoted: Vec<String> =
        arguments.iter().map(|argument| format!("'{}'", argument.replace('\'', "'\\''"))).collect();
    format!(
        "export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n\
         export BULKHEAD_CACHE='{cache}'\n\
         cd '{root}' || exit 3\n\
         # So that the tunnel of a node comes after its NIC, as the lab makes them.\n\
         echo 1 > /proc/sys/net/core/fb_tunnels_only_for_init_net\n\
         for module in {MODULES}; do modprobe $module || echo \"lab: no module $module\"; done\n\
         exec target/release/bulkhead-lab --kernel second --out /lab/found {arguments}\n",
        cache = cargo::cache().display(),
        root = cargo::root().display(),
        arguments = quoted.join(" "),
    )
}

fn boot(kernel: &Kernel, share: &Path) -> Result<()> {
    let mut command = Command::new("qemu-system-x86_64");
    command.args(["-m", "3G", "-smp", "2", "-cpu", "max", "-accel", "tcg,thread=multi", "-nographic", "-no-reboot"]);
    command.args(["-net", "none"]).arg("-kernel").arg(&kernel.image).arg("-initrd").arg(&kernel.first_files);
    command.arg("-append").arg(format!("console=ttyS0 quiet panic=-1 lab-kernel={}", kernel.folder.display()));
    command.args(["-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"]);
    command.arg("-virtfs").arg(format!("local,path={},mount_tag=lab,security_model=none", share.display()));
    let mut machine = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot start qemu")?;
    let output = machine.stdout.take().context("qemu has no output")?;
    let mut ended = None;
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{}", line.trim_end());
        ended = line.trim().strip_prefix(ENDED).map(str::to_owned).or(ended);
    }
    machine.wait()?;
    match ended.as_deref() {
        Some("0") => Ok(()),
        Some(status) => bail!("the lab ended with {status}; what disagrees is in {}", share.join("found").display()),
        None => bail!("the machine did not get as far as the lab"),
    }
}
