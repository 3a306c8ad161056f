//! `kill -9` at any moment: what was acknowledged is there, and the file opens.
//!
//! The test runs itself as a child that writes and says what was acknowledged, kills it, and looks. `BULKHEAD_CRASH_ROUNDS` says
//! how often.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use bulkhead_local_store::{Actor, Clock, HistoryQuery, Keep, LocalStore};
use bulkhead_store::{Delete, KnownKind, Object, ObjectKey, Resource, Store as _, StoreError, Write};
use serde_json::json;

/// Set for the child: the file that it writes.
const CHILD: &str = "BULKHEAD_CRASH_CHILD";
/// Without the variable, this many rounds.
const ROUNDS: u64 = 30;
/// A file that has been through so many is left for a new one: after each, all that it ever acknowledged is looked at.
const ROUNDS_OF_A_FILE: u64 = 25;
/// The first writer of a child forgets old history after each of its objects, but for this much.
const KEPT: Keep = Keep::Last(50);

/// What is known of each object: how many of its steps were acknowledged.
type Acknowledged = BTreeMap<String, usize>;

fn open(path: &Path) -> LocalStore {
    LocalStore::open(path, Actor("child".to_owned()), Clock::system()).unwrap()
}

fn resource(name: &str) -> Resource {
    KnownKind::named(name).unwrap().resource.clone()
}

fn config_map(name: &str, value: &str) -> Object {
    let metadata = json!({"name": name, "namespace": "a"});
    let data = json!({"x": "y".repeat(200), "value": value});
    Object::from_value(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})).unwrap()
}

/// The value of an object after each step of its life; none: it is not there.
fn life(number: u64) -> &'static [Option<&'static str>] {
    match number % 4 {
        0 => &[Some("made")],
        1 => &[Some("made"), Some("changed")],
        2 => &[Some("made"), None],
        _ => &[Some("made"), Some("changed"), None],
    }
}

/// Writes until it is killed, eight at a time, and names each object once a step of its life is acknowledged.
#[test]
fn child() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let store = open(&PathBuf::from(path));
        let first = store.revision().unwrap();
        let writers = (0..8).map(|writer| tokio::spawn(write(store.clone(), first, writer)));
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
    });
}

async fn write(store: LocalStore, first: u64, writer: u64) {
    let (resource, by) = (resource("configmaps"), Write::by("child"));
    for number in 0_u64.. {
        let name = format!("o-{first}-{writer}-{number}");
        let mut there = false;
        for step in life(number) {
            match step {
                Some(value) if there => drop(store.update(&resource, &config_map(&name, value), &by).await.unwrap()),
                Some(value) => drop(store.create(&resource, &config_map(&name, value), &by).await.unwrap()),
                None => {
                    let key = ObjectKey::namespaced("a", &name);
                    store.delete(&resource, &key, &Delete::default()).await.unwrap();
                }
            }
            there = step.is_some();
            // One write per line: the parent takes only whole lines for acknowledged.
            let mut out = std::io::stdout().lock();
            out.write_all(format!("ack {name}\n").as_bytes()).unwrap();
            out.flush().unwrap();
        }
        if writer == 0 {
            store.compact(KEPT).await.unwrap();
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_to_a_kill() {
    let rounds = std::env::var("BULKHEAD_CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (mut writes, mut compacted, mut seed) = (0, 0, 0x9e37_79b9_7f4a_7c15_u64);
    let mut acknowledged = Acknowledged::new();
    let mut path = PathBuf::new();
    for round in 0..rounds {
        if round % ROUNDS_OF_A_FILE == 0 {
            acknowledged.clear();
            path = folder.path().join(format!("store-{round}"));
            let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}});
            let namespace = Object::from_value(namespace).unwrap();
            runtime.block_on(open(&path).create(&resource("namespaces"), &namespace, &Write::by("test"))).unwrap();
        }
        // xorshift: a moment that differs from round to round, and is the same in every run.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        for name in write_and_kill(&path, Duration::from_micros(seed % 60_000)) {
            *acknowledged.entry(name).or_default() += 1;
            writes += 1;
        }
        let store = open(&path);
        for (name, steps) in &acknowledged {
            let there = runtime.block_on(value(&store, name));
            let may_be = &life(number(name))[steps - 1..];
            // The step after the last acknowledged one may have been committed.
            assert!(
                may_be.iter().take(2).any(|value| *value == there.as_deref()),
                "round {round}: {steps} steps of {name} were acknowledged and it is {there:?}"
            );
        }
        compacted += u64::from(whole(&store));
    }
    assert!(writes > 0, "no write was acknowledged in {rounds} rounds: nothing was tested");
    assert!(compacted > 0, "no child came to forget history in {rounds} rounds");
    println!(
        "{rounds} kills, {writes} acknowledged writes, all there; history was forgotten before {compacted} of them"
    );
}

/// Which object of its writer it is.
fn number(name: &str) -> u64 {
    name.rsplit('-').next().unwrap().parse().unwrap()
}

/// The value that the store has for an object; none: it is not there.
async fn value(store: &LocalStore, name: &str) -> Option<String> {
    match store.get(&resource("configmaps"), &ObjectKey::namespaced("a", name)).await {
        Ok(object) => Some(object.into_value()["data"]["value"].as_str().unwrap().to_owned()),
        Err(StoreError::NotFound { .. }) => None,
        Err(error) => panic!("{name}: {error}"),
    }
}

/// Objects, history and version say the same. Whether history was forgotten.
fn whole(store: &LocalStore) -> bool {
    let history = store.history(&HistoryQuery::default()).unwrap();
    assert_eq!(history.last().map_or(0, |record| record.revision), store.revision().unwrap());
    assert!(history.windows(2).all(|pair| pair[0].revision + 1 == pair[1].revision), "the history has a hole");
    history.first().is_some_and(|record| record.revision > 1)
}

/// Starts the child, lets it write for a while after its first acknowledgement, and kills it.
fn write_and_kill(path: &Path, after: Duration) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["child", "--exact", "--nocapture"]).env(CHILD, path).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = child.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    // The harness prints a line or two of its own first.
    while !line.contains("ack ") && lines.read_line(&mut line).unwrap() > 0 {}
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    let mut names: Vec<String> = line.split("ack ").skip(1).map(|name| name.trim().to_owned()).collect();
    while {
        line.clear();
        lines.read_line(&mut line).unwrap() > 0
    } {
        // A line without its end was cut off by the kill.
        names.extend(line.strip_suffix('\n').and_then(|line| line.split("ack ").nth(1)).map(str::to_owned));
    }
    names
}
