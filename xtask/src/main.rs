//! The project's own chores, as `cargo xtask CHORE`. `cargo xtask` alone lists them.

mod api;
mod arrows;
mod cargo;
mod cluster;
mod console;
mod control_plane;
mod deny;
mod generated;
mod lab;
mod node;
mod packages;
mod test;
mod tidy;

use std::process::ExitCode;

/// A chore: its name, what it does, and how it is done. `check` is true when nothing may be written.
type Chore = (&'static str, &'static str, fn(Mode) -> anyhow::Result<()>);

/// Whether a chore may write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Write what is out of date.
    Write,
    /// Fail on what is out of date.
    Check,
}

const CHORES: [Chore; 10] = [
    ("test", "run every test, with everything that the tests need", test::run),
    (
        "control-plane",
        "run a kube-apiserver and etcd as the tests do (run), or only build programs (build)",
        control_plane::run,
    ),
    (
        "cluster",
        "run the example cluster on a real Kubernetes API with the controller; `measure` measures it (--help)",
        cluster::run,
    ),
    (
        "lab",
        "send real packets through random clusters and compare; --worlds N --seed S, --vm on a second kernel",
        lab::run,
    ),
    ("console", "build the console; --check fails where it is not built; `browser` tests it in one", console::run),
    ("api", "ask the API everything that docs/openapi.json allows, and more, and hold it to its word", api::run),
    ("tidy", "check the shape of the tree: sizes, names, words that do not belong here", tidy::run),
    ("arrows", "check that crates depend on each other only as ARCHITECTURE.md says", arrows::run),
    ("generate", "write the generated files; --check fails where one is out of date", generated::run),
    ("deny", "check licences, bans and sources of dependencies with cargo-deny", deny::run),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mode = if arguments.iter().any(|argument| argument == "--check") { Mode::Check } else { Mode::Write };
    let chore = CHORES.iter().find(|(name, ..)| arguments.first().is_some_and(|first| first == name));
    let Some((name, _, run)) = chore else {
        eprintln!("usage: cargo xtask CHORE [--check]\n");
        for (name, what, _) in CHORES {
            eprintln!("  {name:13} {what}");
        }
        return ExitCode::from(2);
    };
    match run(mode) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
