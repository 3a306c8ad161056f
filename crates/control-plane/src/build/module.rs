//! The Go modules in `go/`: one for each upstream project, so that their requirements do not meet.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::Program;

/// A Go module of ours, and the package in it that is a program.
pub(super) struct Module {
    /// The folder in `go/`.
    name: &'static str,
    /// Everything that decides what is built.
    files: &'static [&'static str],
    /// The package to build.
    pub(super) package: &'static str,
}

/// Kubernetes' module cannot be installed by its name, as it replaces its parts by folders; `go.mod` here replaces them by
/// their published versions.
const KUBERNETES: &[&str] = &[include_str!("../../go/kubernetes/go.mod"), include_str!("../../go/kubernetes/go.sum")];
const KUBERNETES_VERSION: &str = "v1.36.3";

impl Module {
    /// Where a program comes from.
    pub(super) fn of(program: Program) -> Self {
        let (name, files, package): (_, &[&str], _) = match program {
            Program::Etcd => (
                "etcd",
                &[
                    include_str!("../../go/etcd/go.mod"),
                    include_str!("../../go/etcd/go.sum"),
                    include_str!("../../go/etcd/main.go"),
                ],
                ".",
            ),
            Program::KubeApiserver => ("kubernetes", KUBERNETES, "k8s.io/kubernetes/cmd/kube-apiserver"),
            Program::KubeControllerManager => {
                ("kubernetes", KUBERNETES, "k8s.io/kubernetes/cmd/kube-controller-manager")
            }
            Program::KubeProxy => ("kubernetes", KUBERNETES, "k8s.io/kubernetes/cmd/kube-proxy"),
            Program::Kwok => (
                "kwok",
                &[include_str!("../../go/kwok/go.mod"), include_str!("../../go/kwok/go.sum")],
                "sigs.k8s.io/kwok/cmd/kwok",
            ),
            Program::Helm => (
                "helm",
                &[include_str!("../../go/helm/go.mod"), include_str!("../../go/helm/go.sum")],
                "helm.sh/helm/v3/cmd/helm",
            ),
            Program::IdentityProvider => (
                "oidc",
                &[include_str!("../../go/oidc/go.mod"), include_str!("../../go/oidc/go.sum")],
                "github.com/zitadel/oidc/v3/example/server",
            ),
        };
        Self { name, files, package }
    }

    /// Changes whenever something else would be built.
    pub(super) fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.files, self.linker_flags()).hash(&mut hasher);
        hasher.finish()
    }

    /// Where `go build` runs.
    pub(super) fn folder(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("go").join(self.name)
    }

    /// Without its version, an API server calls itself `v0.0.0-master+$Format:%H$`, which clients cannot parse and which switches
    /// its feature gates to those of version 0.
    pub(super) fn linker_flags(&self) -> String {
        if self.name != "kubernetes" {
            return "-s -w".to_owned();
        }
        let mut numbers = KUBERNETES_VERSION.trim_start_matches('v').split('.');
        let major = numbers.next().unwrap_or_default();
        let minor = numbers.next().unwrap_or_default();
        let fields =
            [("gitVersion", KUBERNETES_VERSION), ("gitMajor", major), ("gitMinor", minor), ("gitTreeState", "clean")];
        let set = fields.map(|(field, value)| format!(" -X k8s.io/component-base/version.{field}={value}"));
        format!("-s -w{}", set.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_that_is_set_is_the_version_that_is_required() {
        let required = format!("k8s.io/kubernetes {KUBERNETES_VERSION}");
        assert!(KUBERNETES.iter().any(|file| file.contains(&required)), "{required}");
    }

    #[test]
    fn every_program_has_a_module_with_files() {
        for program in Program::ALL {
            assert!(Module::of(program).folder().join("go.mod").is_file(), "{}", program.name());
        }
    }
}
