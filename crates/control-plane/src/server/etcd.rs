//! etcd: one member, on loopback, with its data in the data folder.

use std::ffi::OsString;

use serde_json::json;

use super::{Setting, argument, path};
use crate::Result;
use crate::client::{answers_plainly, ask_plainly};

pub(super) fn arguments(setting: &Setting) -> Vec<OsString> {
    let client = url(setting);
    let peer = format!("http://127.0.0.1:{}", setting.etcd_peer_port);
    vec![
        path("data-dir", &setting.folder.join("etcd")),
        argument("listen-client-urls", &client),
        argument("advertise-client-urls", &client),
        argument("listen-peer-urls", &peer),
        argument("initial-advertise-peer-urls", &peer),
        argument("initial-cluster", format!("default={peer}")),
        // A test's data need not survive a power cut.
        OsString::from("--unsafe-no-fsync"),
        argument("log-level", "warn"),
    ]
}

pub(super) fn url(setting: &Setting) -> String {
    format!("http://127.0.0.1:{}", setting.etcd_port)
}

pub(super) fn is_ready(setting: &Setting) -> bool {
    answers_plainly(&format!("{}/health", url(setting)))
}

/// Makes it forget every state but the present one, through its JSON gateway.
pub(crate) fn compact(setting: &Setting) -> Result<()> {
    let status = ask_plainly(&format!("{}/v3/maintenance/status", url(setting)), &json!({}))?;
    let revision = status.pointer("/header/revision").cloned().unwrap_or_default();
    let request = json!({"revision": revision, "physical": true});
    ask_plainly(&format!("{}/v3/kv/compaction", url(setting)), &request).map(drop)
}
