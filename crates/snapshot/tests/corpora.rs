//! Dumps and manifests that other programs wrote must be read without a complaint about how they are written.

// A test that cannot go on fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::format_push_string, clippy::format_collect)]

use std::fs;
use std::path::{Path, PathBuf};

use bulkhead_snapshot::{Input, Objects, Snapshot, read};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| ["yaml", "yml", "json"].iter().any(|known| end == *known)) {
            found.push(path);
        }
    }
    found.sort();
}

/// How many objects of a kind a dump by kubectl has, by another way than reading it: its lines.
fn lines(text: &str, kind: &str) -> usize {
    text.lines().filter(|line| line.strip_prefix("  ").unwrap_or(line).strip_prefix("kind: ") == Some(kind)).count()
}

fn counts(objects: &Objects) -> [(&'static str, usize); 10] {
    [
        ("Namespace", objects.namespaces.len()),
        ("Node", objects.nodes.len()),
        ("Pod", objects.pods.len()),
        ("DaemonSet", objects.workloads.len()),
        ("Service", objects.services.len()),
        ("EndpointSlice", objects.endpoint_slices.len()),
        ("ConfigMap", objects.config_maps.len()),
        ("IPPool", objects.ip_pools.len()),
        ("FelixConfiguration", objects.felix_configurations.len()),
        ("Eip", objects.eips.len()),
    ]
}

#[test]
fn dumps_of_clusters() {
    let Some(corpora) = bulkhead_corpora::find("") else { return };
    let mut worlds = Vec::new();
    files(&corpora.join("paths/worlds"), &mut worlds);
    assert!(worlds.len() > 10);
    for world in worlds {
        let text = fs::read_to_string(&world).unwrap();
        let inputs = [Input { name: "world", text: text.as_bytes() }];
        let objects = read(&inputs);
        assert!(objects.issues.is_empty(), "{}: {:?}", world.display(), objects.issues);
        let is_list = text.starts_with("apiVersion: v1\nitems:\n");
        for (kind, count) in counts(&objects).into_iter().filter(|_| is_list) {
            let expect =
                lines(&text, kind) - objects.skipped.get(kind).map_or(0, |count| usize::try_from(*count).unwrap());
            assert_eq!(count, expect, "{kind} in {}", world.display());
        }
        let snapshot = Snapshot::new(objects);
        let unexpected: Vec<_> = snapshot
            .issues
            .iter()
            .filter(|it| !["serviceWithoutEndpoints", "podCidrOverlaps"].contains(&it.code))
            .collect();
        assert!(unexpected.is_empty(), "{}: {unexpected:?}", world.display());
    }
}

#[test]
fn manifests_of_another_analyser() {
    let Some(corpora) = bulkhead_corpora::find("") else { return };
    let mut manifests = Vec::new();
    files(&corpora.join("netpol-analyzer/tests"), &mut manifests);
    assert!(manifests.len() > 300);
    let mut complaints = Vec::new();
    for path in manifests {
        let text = fs::read(&path).unwrap();
        let objects = read(&[Input { name: "manifest", text: &text }]);
        let about_text = ["syntax", "notUtf8", "notText", "template", "tooDeep", "listTruncated", "duplicateKey"];
        complaints
            .extend(objects.issues.into_iter().filter(|it| about_text.contains(&it.code)).map(|it| (path.clone(), it)));
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}
