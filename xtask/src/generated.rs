//! Files that a command makes and that are checked in all the same.

use anyhow::Result;

use crate::Mode;

/// One generated file: its path from the root, and the command that makes it.
type Generated = (&'static str, fn() -> Result<String>);

/// All of them. Whoever generates a file adds a line.
const FILES: [Generated; 0] = [];

/// Writes every generated file, or fails with those that are out of date.
pub(crate) fn run(mode: Mode) -> Result<()> {
    let mut stale = Vec::new();
    for (path, make) in FILES {
        let (wanted, path) = (make()?, crate::cargo::root().join(path));
        if std::fs::read_to_string(&path).is_ok_and(|have| have == wanted) {
            continue;
        }
        if mode == Mode::Write {
            std::fs::write(&path, wanted)?;
        }
        stale.push(path.display().to_string());
    }
    let check_failed = mode == Mode::Check && !stale.is_empty();
    anyhow::ensure!(!check_failed, "out of date, run `cargo xtask generate`: {}", stale.join(", "));
    Ok(())
}
