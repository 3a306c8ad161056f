//! Child processes that do not outlive this one, however it ends.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::thread;

/// A command whose process the kernel kills when the thread ends that starts it. It goes through `setpriv` (util-linux), as asking
/// for that signal from within needs unsafe code. Elsewhere than on Linux children are only ended by their handles.
pub fn bound_command(program: &Path) -> Command {
    if !cfg!(target_os = "linux") {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

type Job = Box<dyn FnOnce() + Send>;

/// Starts a command from a thread that lives as long as this process: a test's thread ends before it, and would take children
/// with it that other tests still use.
pub fn spawn(mut command: Command) -> std::io::Result<Child> {
    static SPAWNER: OnceLock<Sender<Job>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (sender, jobs) = channel::<Job>();
        thread::spawn(move || jobs.into_iter().for_each(|job| job()));
        sender
    });
    let (answer, result) = channel();
    // Nobody waits any more where sending fails.
    let job: Job = Box::new(move || drop(answer.send(command.spawn())));
    let gone = || std::io::Error::other("the thread that starts processes is gone");
    spawner.send(job).map_err(|_| gone())?;
    result.recv().map_err(|_| gone())?
}
