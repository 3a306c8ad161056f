//! What ships, into a cluster: everything but the pods that would run it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use bulkhead_control_plane::{ControlPlane, User};
use bulkhead_store::Object;
use serde_json::json;

use crate::manifest::objects;
use crate::person::Person;

/// KubeSphere's Workspaces, in the version of its fourth release.
const WORKSPACES: &str = "{apiVersion: tenant.kubesphere.io/v1beta1, kind: Workspace, metadata: {name: none}}";

/// Applies what `bulkhead manifests all` prints, as far as it is wanted, and defines KubeSphere's Workspaces. Gives the kubeconfig of the
/// controller's service account, which has the rights of the shipped role and no others.
pub fn install(plane: &ControlPlane, binary: &Path, wanted: impl Fn(&Object) -> bool) -> anyhow::Result<PathBuf> {
    let output = Command::new(binary).args(["manifests", "all"]).output();
    let output = output.with_context(|| binary.display().to_string())?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut shipped = objects(&String::from_utf8(output.stdout)?)?;
    // It would run pods, and nothing here runs pods.
    shipped.retain(|object| object.kind() != "Deployment" && wanted(object));
    let admin = Person::admin(plane)?;
    admin.apply_all(&shipped)?;
    admin.define_missing_kinds(&objects(WORKSPACES)?)?;
    account(plane, "bulkhead-system", "bulkhead-controller")
}

/// The kubeconfig of a service account.
pub fn account(plane: &ControlPlane, namespace: &str, name: &str) -> anyhow::Result<PathBuf> {
    let token = token(plane, namespace, name)?;
    Ok(plane.write_kubeconfig(&User { name: name.to_owned(), groups: Vec::new(), token })?)
}

/// A token of a service account, for a day.
pub fn token(plane: &ControlPlane, namespace: &str, name: &str) -> anyhow::Result<String> {
    let (version, kind) = ("authentication.k8s.io/v1", "TokenRequest");
    let request = json!({"apiVersion": version, "kind": kind, "spec": {"expirationSeconds": 86_400}});
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token");
    let answer = plane.client("admin")?.create(&path, &request)?;
    let token = answer.pointer("/status/token").and_then(|token| token.as_str());
    Ok(token.context("no token")?.to_owned())
}
