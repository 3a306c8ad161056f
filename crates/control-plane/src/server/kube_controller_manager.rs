//! kube-controller-manager: every controller that is on by default, or those of the options.

use std::ffi::OsString;

use super::{Setting, argument, path};

pub(super) fn arguments(setting: &Setting) -> Vec<OsString> {
    let mut arguments = vec![
        path("kubeconfig", &setting.kubeconfig),
        path("service-account-private-key-file", &setting.certificates.service_account_key),
        OsString::from("--use-service-account-credentials"),
        argument("leader-elect", "false"),
        argument("bind-address", "127.0.0.1"),
        argument("secure-port", setting.controller_manager_port.to_string()),
        path("cert-dir", &setting.folder.join("controller-manager")),
    ];
    let controllers = &setting.options.controllers;
    arguments.extend((!controllers.is_empty()).then(|| argument("controllers", controllers.join(","))));
    arguments
}

/// It works when it has made the first thing that only it makes.
pub(super) fn is_ready(setting: &Setting) -> bool {
    setting.client.get("/api/v1/namespaces/default/serviceaccounts/default").is_ok()
}
