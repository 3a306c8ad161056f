//! A kubeconfig for one user.

use std::path::{Path, PathBuf};

use crate::{Error, Result, User};

/// Writes one; JSON is YAML, and needs no quoting of ours.
pub(crate) fn write(folder: &Path, url: &str, authority: &str, user: &User) -> Result<PathBuf> {
    let authority_file = folder.join("ca.crt");
    std::fs::write(&authority_file, authority).map_err(Error::io(&authority_file))?;
    let config = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": {"server": url, "certificate-authority": authority_file}}],
        "users": [{"name": user.name, "user": {"token": user.token}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": user.name}}],
        "current-context": "test",
    });
    let path = folder.join(format!("{}.kubeconfig", user.name));
    std::fs::write(&path, config.to_string()).map_err(Error::io(&path))?;
    Ok(path)
}
