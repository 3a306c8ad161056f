//! Which crate may depend on which: the picture in ARCHITECTURE.md, held against `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

use crate::{Mode, cargo};

/// Every crate, and the crates of this workspace that it may depend on. Nothing points up.
const ALLOWED: &[(&str, &[&str])] = &[
    ("bulkhead-model", &[]),
    ("bulkhead-snapshot", &["bulkhead-model"]),
    ("bulkhead-policy", &["bulkhead-model", "bulkhead-snapshot"]),
    ("bulkhead-path", &["bulkhead-model", "bulkhead-snapshot", "bulkhead-policy"]),
    ("bulkhead-isolation", &["bulkhead-model", "bulkhead-snapshot", "bulkhead-policy"]),
    ("bulkhead-allowlist", &["bulkhead-model", "bulkhead-snapshot", "bulkhead-policy", "bulkhead-path"]),
    ("bulkhead-netpol-analyzer", &["bulkhead-model", "bulkhead-snapshot", "bulkhead-policy"]),
    (
        "bulkhead-check",
        &["bulkhead-model", "bulkhead-snapshot", "bulkhead-policy", "bulkhead-path", "bulkhead-allowlist"],
    ),
    (
        "bulkhead-analysis",
        &[
            "bulkhead-model",
            "bulkhead-snapshot",
            "bulkhead-policy",
            "bulkhead-path",
            "bulkhead-isolation",
            "bulkhead-allowlist",
            "bulkhead-check",
            "bulkhead-netpol-analyzer",
        ],
    ),
    ("bulkhead-wire", &["bulkhead-analysis"]),
    ("bulkhead-report", &["bulkhead-analysis", "bulkhead-wire"]),
    (
        "bulkhead-server",
        &["bulkhead-analysis", "bulkhead-wire", "bulkhead-report", "bulkhead-store", "bulkhead-local-store"],
    ),
    (
        "bulkhead",
        &[
            "bulkhead-analysis",
            "bulkhead-wire",
            "bulkhead-report",
            "bulkhead-store",
            "bulkhead-resources",
            "bulkhead-kube-store",
            "bulkhead-local-store",
            "bulkhead-server",
            "bulkhead-controller",
        ],
    ),
    ("bulkhead-corpora", &[]),
    ("bulkhead-shapes", &[]),
    ("bulkhead-control-plane", &[]),
    ("bulkhead-test-cluster", &["bulkhead-control-plane", "bulkhead-kube-store", "bulkhead-store"]),
    ("bulkhead-store", &[]),
    ("bulkhead-resources", &[]),
    ("bulkhead-kube-store", &["bulkhead-store"]),
    ("bulkhead-local-store", &["bulkhead-store", "bulkhead-resources"]),
    ("bulkhead-controller", &["bulkhead-analysis", "bulkhead-wire", "bulkhead-store", "bulkhead-resources"]),
    ("bulkhead-lab", &["bulkhead-analysis", "bulkhead-control-plane", "bulkhead-report", "bulkhead-wire"]),
    ("xtask", &[]),
];

/// Fails with every arrow that is not allowed.
pub(crate) fn run(_: Mode) -> Result<()> {
    let wrong = wrong_arrows(&arrows(&cargo::output("cargo", &["metadata", "--format-version", "1", "--no-deps"])?)?);
    if !wrong.is_empty() {
        bail!("arrows that ARCHITECTURE.md does not allow:\n  {}", wrong.join("\n  "));
    }
    Ok(())
}

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Crate -> crates of this workspace that it depends on outside tests.
fn arrows(metadata: &str) -> Result<Arrows> {
    let metadata: serde_json::Value = serde_json::from_str(metadata).context("cargo metadata is not JSON")?;
    let packages = metadata.get("packages").and_then(|packages| packages.as_array()).context("no packages")?;
    let name = |value: &serde_json::Value| value.get("name").and_then(|name| name.as_str()).map(str::to_owned);
    let mut arrows = Arrows::new();
    for package in packages {
        let dependencies = package.get("dependencies").and_then(|list| list.as_array()).map_or(&[][..], Vec::as_slice);
        let ours = dependencies.iter().filter(|dependency| {
            let is_path = dependency.get("path").is_some_and(serde_json::Value::is_string);
            is_path && dependency.get("kind").is_none_or(serde_json::Value::is_null)
        });
        arrows.insert(name(package).context("a package without a name")?, ours.filter_map(name).collect());
    }
    Ok(arrows)
}

fn wrong_arrows(arrows: &Arrows) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    for (from, targets) in arrows {
        match allowed.get(from.as_str()) {
            None => wrong.push(format!("{from} is not in the picture")),
            Some(may) => {
                let bad = targets.iter().filter(|to| !may.contains(&to.as_str()));
                wrong.extend(bad.map(|to| format!("{from} -> {to}")));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_has_only_the_arrows_of_the_picture() {
        run(Mode::Check).unwrap();
    }

    #[test]
    fn an_arrow_that_points_up_is_found() {
        let up = r#"{"packages":[{"name":"bulkhead-model","dependencies":[
            {"name":"bulkhead-path","path":"/x","kind":null},{"name":"serde","kind":null},
            {"name":"bulkhead-snapshot","path":"/x","kind":"dev"}]}]}"#;
        assert_eq!(wrong_arrows(&arrows(up).unwrap()), ["bulkhead-model -> bulkhead-path"]);
    }
}
