//! A network for this process alone, so that the machine's own is never touched.

use std::fs;

use anyhow::{Context, Result};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getgid, getuid};

/// Moves this process into a new network namespace; without the right to do that, into a new user namespace first, in which it
/// has it. Must be called before the first thread is started.
///
/// Everything that the lab makes hangs on that namespace, and that hangs on the process: nothing stays, however it ends.
pub(crate) fn enter() -> Result<()> {
    if unshare(CloneFlags::CLONE_NEWNET).is_ok() {
        return Ok(());
    }
    let (user, group) = (getuid(), getgid());
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET).context(
        "the lab needs network namespaces: run it as root, or allow user namespaces \
         (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)",
    )?;
    for (file, text) in
        [("setgroups", "deny".to_owned()), ("uid_map", format!("0 {user} 1")), ("gid_map", format!("0 {group} 1"))]
    {
        let path = format!("/proc/self/{file}");
        fs::write(&path, text).with_context(|| format!("cannot write {path}"))?;
    }
    Ok(())
}
