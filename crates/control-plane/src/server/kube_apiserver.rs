//! kube-apiserver: RBAC, static tokens, every admission plugin that is on by default.

use std::ffi::OsString;

use super::{Setting, argument, etcd, path};

pub(super) fn arguments(setting: &Setting) -> Vec<OsString> {
    let certificates = &setting.certificates;
    let mut arguments = vec![
        argument("etcd-servers", etcd::url(setting)),
        argument("bind-address", setting.options.address.to_string()),
        argument("secure-port", setting.api_server_port.to_string()),
        path("tls-cert-file", &certificates.certificate),
        path("tls-private-key-file", &certificates.key),
        path("cert-dir", &setting.folder),
        argument("service-account-issuer", "https://kubernetes.default.svc"),
        path("service-account-key-file", &certificates.service_account_public_key),
        path("service-account-signing-key-file", &certificates.service_account_key),
        path("token-auth-file", &setting.tokens),
        argument("authorization-mode", "RBAC"),
        argument("service-cluster-ip-range", &setting.options.service_cidrs),
        OsString::from("--allow-privileged"),
    ];
    arguments.extend(setting.options.api_server_arguments.iter().map(OsString::from));
    arguments
}

/// `/readyz` is about the server; the namespaces that it makes itself may come a moment later.
pub(super) fn is_ready(setting: &Setting) -> bool {
    let client = &setting.client;
    client.is_ready() && ["default", "kube-system"].iter().all(|name| client.get(&namespace(name)).is_ok())
}

fn namespace(name: &str) -> String {
    format!("/api/v1/namespaces/{name}")
}
