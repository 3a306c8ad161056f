//! kwok: plays the kubelets. Nodes become Ready, pods that have a node become Running and get an address.

use std::ffi::OsString;

use super::{Setting, argument, path};
use crate::client::answers_plainly;

pub(super) fn arguments(setting: &Setting) -> Vec<OsString> {
    vec![
        path("kubeconfig", &setting.kubeconfig),
        argument("manage-all-nodes", "true"),
        argument("cidr", &setting.options.pod_cidr),
        argument("server-address", format!("127.0.0.1:{}", setting.kwok_port)),
    ]
}

pub(super) fn is_ready(setting: &Setting) -> bool {
    answers_plainly(&format!("http://127.0.0.1:{}/healthz", setting.kwok_port))
}
