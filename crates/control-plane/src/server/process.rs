//! One running server: started, watched until it is ready, ended.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Server, Setting};
use crate::spawner::{bound_command, spawn};
use crate::{Error, Result};

/// How long a server may take to be ready. It takes two seconds on a quiet machine; tests do not run on quiet machines.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long a server may take to end by itself.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(15);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(25);

/// A server's process; dropping it kills the server.
#[derive(Debug)]
pub(crate) struct Process {
    server: Server,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a server and waits until it is ready.
    pub(crate) fn start(server: Server, setting: &Setting) -> Result<Self> {
        let program = server.program().path()?;
        let log = setting.folder.join(format!("{}.log", server.name()));
        let out = File::options().create(true).append(true).open(&log).map_err(Error::io(&log))?;
        let err = out.try_clone().map_err(Error::io(&log))?;
        let mut command = bound_command(&program);
        command.args(server.arguments(setting)).current_dir(&setting.folder);
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        in_a_group_of_its_own(&mut command);
        let child = spawn(command).map_err(Error::io(&program))?;
        let mut process = Self { server, child, log };
        process.wait_until_ready(setting)?;
        Ok(process)
    }

    fn wait_until_ready(&mut self, setting: &Setting) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.has_ended() {
                return Err(Error::Ended { server: self.server, log: self.end_of_log() });
            }
            if self.server.is_ready(setting) {
                return Ok(());
            }
            sleep(PAUSE);
        }
        Err(Error::NotReady { server: self.server, after: PATIENCE, log: self.end_of_log() })
    }

    fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Asks it to end, waits, and kills it where it does not.
    pub(crate) fn stop(mut self) {
        self.ask_to_end();
        let begun = Instant::now();
        while !self.has_ended() && begun.elapsed() < PATIENCE_AT_THE_END {
            sleep(PAUSE);
        }
    }

    #[cfg(unix)]
    fn ask_to_end(&self) {
        use rustix::process::{Pid, Signal, kill_process};
        // It may have ended by itself: then there is nothing to do.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
    }

    #[cfg(not(unix))]
    fn ask_to_end(&self) {}

    /// The last lines that it wrote.
    fn end_of_log(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(12)..).unwrap_or_default().join("\n")
    }
}

/// What a terminal sends on Ctrl-C is for those who started the servers: they end them in their order.
fn in_a_group_of_its_own(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
