//! A network namespace: a thread that lives in it.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use bulkhead_analysis::path::Family;
use nix::sched::{CloneFlags, unshare};
use nix::unistd::gettid;

type Job = Box<dyn FnOnce() + Send>;

/// A network namespace. Whatever has to happen inside of it is done by its thread; when that ends, the kernel takes the
/// namespace away with every device and rule in it, and the children that it started are killed.
#[derive(Clone)]
pub(crate) struct Namespace {
    name: String,
    thread: i32,
    jobs: Sender<Job>,
}

impl Namespace {
    /// The namespace that this process is in.
    pub(crate) fn of_this_process(name: &str) -> Result<Self> {
        Self::start(name, || Ok(()))
    }

    /// A new one, with its loopback device up.
    pub(crate) fn create(name: &str) -> Result<Self> {
        let namespace =
            Self::start(name, || unshare(CloneFlags::CLONE_NEWNET).context("cannot make a network namespace"))?;
        namespace.inside(super::no_duplicates)??;
        namespace.ip("link set lo up")?;
        Ok(namespace)
    }

    fn start(name: &str, prepare: impl FnOnce() -> Result<()> + Send + 'static) -> Result<Self> {
        let (jobs, work) = channel::<Job>();
        let (ready, begun) = channel();
        let body = move || {
            let prepared = prepare().map(|()| gettid().as_raw());
            let goes_on = prepared.is_ok();
            if ready.send(prepared).is_ok() && goes_on {
                for job in work {
                    job();
                }
            }
        };
        thread::Builder::new().name(name.to_owned()).spawn(body).context("cannot start a thread")?;
        let thread = begun.recv().context("the thread of a namespace is gone")??;
        Ok(Self { name: name.to_owned(), thread, jobs })
    }

    /// Its name, for people.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What `ip link … netns` calls it.
    pub(crate) fn id(&self) -> i32 {
        self.thread
    }

    /// Does something inside.
    pub(crate) fn inside<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (answer, result) = channel();
        let job: Job = Box::new(move || drop(answer.send(work())));
        self.jobs.send(job).map_err(|_| anyhow!("the thread of {} is gone", self.name))?;
        result.recv().with_context(|| format!("the thread of {} is gone", self.name))
    }

    /// Runs lines of `ip`.
    pub(crate) fn ip(&self, batch: &str) -> Result<()> {
        self.feed("ip", &["-batch", "-"], batch).map(drop)
    }

    /// Runs lines of `ip` that do not say by themselves which family they are about.
    pub(crate) fn ip_of(&self, family: Family, batch: &str) -> Result<()> {
        let option = if family == Family::V4 { "-4" } else { "-6" };
        self.feed("ip", &[option, "-batch", "-"], batch).map(drop)
    }

    /// Loads rules.
    pub(crate) fn nft(&self, script: &str) -> Result<()> {
        self.feed("nft", &["-f", "-"], script).map(drop)
    }

    /// What a program prints that is run inside and given `input`.
    pub(crate) fn feed(&self, program: &'static str, arguments: &[&str], input: &str) -> Result<String> {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let text = input.to_owned();
        let output = self.inside(move || -> Result<_> {
            let mut command = Command::new(program);
            command.args(&arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().with_context(|| format!("cannot start `{program}`; is it installed?"))?;
            let mut stdin = child.stdin.take().context("no standard input")?;
            // A program that ends early says why on its standard error.
            let _ = stdin.write_all(text.as_bytes());
            drop(stdin);
            Ok(child.wait_with_output()?)
        })??;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`{program}` in {}: {}\n{input}", self.name, said.trim());
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Starts a program inside that stays.
    pub(crate) fn spawn(&self, mut command: Command) -> Result<Child> {
        self.inside(move || command.spawn())?.context("cannot start a program")
    }
}
