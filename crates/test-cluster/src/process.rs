//! `bulkhead controller`, or any other command that runs until it is stopped, as a process of its own.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use bulkhead_control_plane::{bound_command, spawn};

/// How long it may take to say where it listens, and to end.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// A command of the binary that listens on a port of its own choice. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: PathBuf,
    address: Option<String>,
}

impl Process {
    /// Starts a command, with its lines in a file: standard error, which says where it listens, and standard output.
    pub fn start(binary: &Path, arguments: &[&str], kubeconfig: &Path, log: &Path) -> anyhow::Result<Self> {
        let out = File::create(log).with_context(|| log.display().to_string())?;
        let mut command: Command = bound_command(binary);
        command.args(arguments).env("KUBECONFIG", kubeconfig);
        command.stdin(Stdio::null()).stderr(out.try_clone()?).stdout(out);
        in_a_group_of_its_own(&mut command);
        let child = spawn(command).with_context(|| binary.display().to_string())?;
        Ok(Self { child, log: log.to_owned(), address: None })
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it said so far.
    pub fn log(&self) -> String {
        std::fs::read(&self.log).map(|text| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default()
    }

    /// What it answers to a request of a path, and with which status; nothing where it does not answer.
    pub fn get(&mut self, path: &str) -> Option<(u16, String)> {
        let address = self.address().ok()?;
        let mut stream = TcpStream::connect(address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, body.to_owned()))
    }

    /// The sum of the series of a metric whose labels have all of these parts.
    pub fn metric(&mut self, name: &str, labels: &[&str]) -> Option<f64> {
        let (_, text) = self.get("/metrics")?;
        let of_name = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' ']));
        let lines = text.lines().filter(of_name).filter(|line| labels.iter().all(|label| line.contains(label)));
        // The sum of nothing is a negative zero.
        Some(lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum::<f64>() + 0.0)
    }

    /// Waits until it answers well to a request of a path; whether it does.
    pub fn until(&mut self, patience: Duration, path: &str) -> bool {
        let begun = Instant::now();
        while self.get(path).is_none_or(|(status, _)| status != 200) {
            if self.has_ended() || begun.elapsed() > patience {
                return false;
            }
            std::thread::sleep(PAUSE);
        }
        true
    }

    /// Where it listens, which it says when it does.
    pub fn address(&mut self) -> anyhow::Result<&str> {
        let begun = Instant::now();
        while self.address.is_none() {
            let text = self.log();
            let said =
                text.lines().filter(|line| line.contains("listening")).find_map(|line| line.split("address=").nth(1));
            self.address = said.map(|address| address.trim_matches('"').trim().to_owned());
            if self.has_ended() || begun.elapsed() > PATIENCE {
                bail!("it does not listen: {text}");
            }
            std::thread::sleep(PAUSE);
        }
        self.address.as_deref().context("no address")
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Waits until it ends.
    pub fn wait(&mut self) -> anyhow::Result<ExitStatus> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if begun.elapsed() > PATIENCE {
                bail!("it does not end: {}", self.log());
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Kills it, as a machine that loses its power does.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
impl Process {
    /// Asks it to end, and waits until it has.
    pub fn stop(&mut self) -> anyhow::Result<ExitStatus> {
        self.signal(rustix::process::Signal::TERM)?;
        self.wait()
    }

    /// Stops it in the middle of whatever it does, as a machine that sleeps.
    pub fn freeze(&self) -> anyhow::Result<()> {
        self.signal(rustix::process::Signal::STOP)
    }

    /// Lets it go on.
    pub fn thaw(&self) -> anyhow::Result<()> {
        self.signal(rustix::process::Signal::CONT)
    }

    fn signal(&self, signal: rustix::process::Signal) -> anyhow::Result<()> {
        Ok(rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal)?)
    }
}

/// What a terminal sends on Ctrl-C is for those who started it: they end it in an orderly way.
fn in_a_group_of_its_own(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let last = lines.get(lines.len().saturating_sub(30)..).unwrap_or_default();
            eprintln!("the process said last:\n{}", last.join("\n"));
        }
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
