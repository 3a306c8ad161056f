//! Where tests find what they are held against: other programs' answers, and packets that were measured.
//!
//! The corpora are no part of the project. They are searched beside its checkout (`../shared/corpora`), or in the folder that
//! `BULKHEAD_CORPORA` names.

#![allow(clippy::print_stderr)] // a test that cannot run must not be quiet about it

use std::path::{Path, PathBuf};

/// A file or a folder of the corpora. `None`, said aloud on standard error, where it is not on this machine.
///
/// # Panics
/// Where it is not there and the variable `CI` is set: nothing passes there by skipping.
pub fn find(name: impl AsRef<Path>) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let folder = std::env::var_os("BULKHEAD_CORPORA").map_or_else(beside, PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "no corpus at {}", path.display());
    eprintln!("SKIPPED: no corpus at {}; BULKHEAD_CORPORA names the folder that has it", path.display());
    None
}
