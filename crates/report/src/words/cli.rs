//! Words of the command line itself.

use super::Entry;

/// Codes of `cli`, and the words around issues.
pub(super) const ENTRIES: &[Entry] = &[
    ("severity.error", "error", "错误"),
    ("severity.warning", "warning", "警告"),
    ("severity.note", "note", "提示"),
    ("issues.help", "help", "帮助"),
    ("issues.more", "{count} more `{code}`", "另有 {count} 条 `{code}`"),
];
