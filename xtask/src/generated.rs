//! Files that a command makes and that are checked in all the same.

use std::path::PathBuf;

use anyhow::Result;

use crate::{Mode, cargo};

/// One generated file: its path from the root, and the command that makes it.
type Generated = (&'static str, fn() -> Result<String>);

/// All of them. Whoever generates a file adds a line.
const FILES: &[Generated] = &[
    ("docs/lint.md", lint_rules),
    ("deploy/crds/bulkhead.yaml", definitions),
    // A chart can only read its own folder.
    ("deploy/chart/files/crds.yaml", definitions),
    ("docs/openapi.json", api),
];

/// The folder that holds nothing but generated pages.
const PAGES: &str = "docs/paths";

/// Writes every generated file, or fails with those that are out of date.
pub(crate) fn run(mode: Mode) -> Result<()> {
    let mut stale = Vec::new();
    let mut wanted = Vec::new();
    for (path, make) in FILES {
        wanted.push((cargo::root().join(path), make()?));
    }
    wanted.extend(models()?);
    for path in superfluous(&wanted)? {
        if mode == Mode::Write {
            std::fs::remove_file(&path)?;
        }
        stale.push(path.display().to_string());
    }
    for (path, wanted) in wanted {
        if std::fs::read_to_string(&path).is_ok_and(|have| have == wanted) {
            continue;
        }
        if mode == Mode::Write {
            std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
            std::fs::write(&path, wanted)?;
        }
        stale.push(path.display().to_string());
    }
    let check_failed = mode == Mode::Check && !stale.is_empty();
    anyhow::ensure!(!check_failed, "out of date, run `cargo xtask generate`: {}", stale.join(", "));
    Ok(())
}

/// Pages that nothing is modelled for any more.
fn superfluous(wanted: &[(PathBuf, String)]) -> Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![cargo::root().join(PAGES)]);
    while let Some(folder) = folders.pop().filter(|folder| folder.is_dir()) {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if !wanted.iter().any(|(wanted, _)| *wanted == path) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// A page for everything that is modelled, and the list of them, as the program itself writes them.
fn models() -> Result<Vec<(PathBuf, String)>> {
    let ask = |model: Option<&str>, form: &str| {
        let mut arguments = vec!["run", "--quiet", "--package", "bulkhead", "--", "models", "--lang", "en", "-o", form];
        arguments.extend(model);
        cargo::output("cargo", &arguments)
    };
    let page = |path: &str, text: String| (cargo::root().join(PAGES).join(format!("{path}.md")), text);
    let mut pages = vec![page("README", format!("{MODELS_HEAD}\n{}", ask(None, "md")?))];
    for line in ask(None, "text")?.lines().filter(|line| line.starts_with("  ")) {
        let (name, title) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let head = format!("# {}\n\n{MADE}\n", title.trim());
        pages.push(page(name, format!("{head}\n{}", ask(Some(name), "md")?)));
    }
    Ok(pages)
}

/// What every page says about itself.
const MADE: &str = "<!-- Made by `cargo xtask generate` from the data that the code uses. Do not edit. -->";

/// What stands above the list of pages.
const MODELS_HEAD: &str = "\
# What is modelled

<!-- Made by `cargo xtask generate` from the data that the code uses. Do not edit. -->

A page each: what is known, from where, and how well; where the settings are found; what the policies do; and the way of a packet,
drawn by the program itself. `bulkhead models NAME` prints the facts, in English and Chinese.
";

/// The lint rules, as the program itself lists them.
fn lint_rules() -> Result<String> {
    let rules = cargo::output(
        "cargo",
        &["run", "--quiet", "--package", "bulkhead", "--", "lint", "--rules", "-o", "md", "--lang", "en"],
    )?;
    Ok(format!("{LINT_HEAD}\n{rules}"))
}

/// The definitions of our own kinds, as the program itself prints them.
fn definitions() -> Result<String> {
    let definitions = cargo::output("cargo", &["run", "--quiet", "--package", "bulkhead", "--", "manifests"])?;
    Ok(format!("# Made by `cargo xtask generate` from the types in crates/resources. Do not edit.\n{definitions}"))
}

/// The document about the API, as the program itself prints it.
fn api() -> Result<String> {
    cargo::output("cargo", &["run", "--quiet", "--package", "bulkhead", "--", "serve", "--openapi"])
}

/// What stands above the rules.
const LINT_HEAD: &str = "\
# Lint rules

<!-- Made by `cargo xtask generate` from the list in crates/check/src/rule. Do not edit. -->

`bulkhead lint -f FILE` looks for faults in policies, by themselves, against the pods that are there, and against the way that packets
take to them. A rule keeps its id for ever. `--fail-on` says from which severity on the exit status is 1; `-o` writes text, json,
sarif, junit or github. Every rule has a specification in `specs/lint`.

Redundant and shadowed rules are found by meaning: what a rule matches is a set over labels, addresses and ports, and a rule is
redundant if nothing is left of its set when those of the others are taken away, whatever pods there are.

## What is not to be reported

Always with a reason; a suppression without one, of nothing, or of an unknown rule is a finding itself. `--no-ignore` reports
everything.

- On the object: the annotation `bulkhead.dev/ignore: \"BH014, BH001: the CNI needs it; BH029: comes next week\"`.
- In the file: `# bulkhead:ignore BH001 public on purpose`, behind a line for that line, above one for the next; above an object for the
  whole object.
- In `.bulkhead.yaml`, in the working directory or the nearest one above it that has one (or `--config FILE`):

```yaml
lint:
  severity: {any-destination: \"off\", BH014: error}   # off, note, warning, error
  ignore:
  - rules: [BH014]
    object: NetworkPolicy kube-system/*               # * stands for anything
    file: vendor/*
    reason: the CNI's own pods have to be in the node's network
```
";
