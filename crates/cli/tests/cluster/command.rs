//! Runs commands in this process, with a kubeconfig.

use std::path::{Path, PathBuf};

use bulkhead_cli::{ExitStatus, Streams, Surroundings, run};
use bulkhead_control_plane::ControlPlane;

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs a command as a user of the control plane, in a folder.
pub(crate) fn run_in(folder: &Path, arguments: &[&str], kubeconfig: &Path) -> Said {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let variables = [("KUBECONFIG".to_owned(), kubeconfig.display().to_string())].into();
    let surroundings = Surroundings { variables, directory: folder.to_owned(), ..Surroundings::default() };
    let mut streams = Streams { stdin: Box::new(std::io::empty()), stdout: &mut out, stderr: &mut err, surroundings };
    let words = std::iter::once("bulkhead").chain(arguments.iter().copied());
    let status = run(words.map(std::ffi::OsString::from), &mut streams);
    drop(streams);
    Said { status, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

/// Runs a command at the root of the project.
pub(crate) fn asked(arguments: &[&str], plane: &ControlPlane, user: &str) -> Said {
    run_in(&root(), arguments, plane.kubeconfig(user).unwrap())
}

/// What a command says that has to succeed.
pub(crate) fn said(arguments: &[&str], plane: &ControlPlane, user: &str) -> String {
    let said = asked(arguments, plane, user);
    assert_eq!(said.status, ExitStatus::Answered, "{arguments:?}: {}", said.err);
    said.out
}

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
