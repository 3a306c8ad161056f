//! `kill -9` at any moment: what was acknowledged is there, and the file opens.
//!
//! The test runs itself as a child that writes and says what was acknowledged, kills it, and looks. `BULKHEAD_CRASH_ROUNDS` says
//! how often.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use bulkhead_local_store::{Actor, Clock, HistoryQuery, LocalStore};
use bulkhead_store::{KnownKind, Object, ObjectKey, Resource, Store as _, Write};
use serde_json::json;

/// Set for the child: the file that it writes.
const CHILD: &str = "BULKHEAD_CRASH_CHILD";
/// Without the variable, this many rounds.
const ROUNDS: u64 = 30;

fn open(path: &Path) -> LocalStore {
    LocalStore::open(path, Actor("child".to_owned()), Clock::system()).unwrap()
}

fn resource(name: &str) -> Resource {
    KnownKind::named(name).unwrap().resource.clone()
}

fn config_map(name: &str) -> Object {
    let metadata = json!({"name": name, "namespace": "a"});
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"x": "y".repeat(200)}});
    Object::from_value(object).unwrap()
}

/// Writes until it is killed, eight at a time, and names each object once its write is acknowledged.
#[test]
fn child() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let store = open(&PathBuf::from(path));
        let first = store.revision().unwrap();
        let writers = (0..8).map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 0_u64.. {
                    let name = format!("o-{first}-{writer}-{number}");
                    store.create(&resource("configmaps"), &config_map(&name), &Write::by("child")).await.unwrap();
                    // One write per line: the parent takes only whole lines for acknowledged.
                    let mut out = std::io::stdout().lock();
                    out.write_all(format!("ack {name}\n").as_bytes()).unwrap();
                    out.flush().unwrap();
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
    });
}

#[test]
fn nothing_acknowledged_is_lost_to_a_kill() {
    let rounds = std::env::var("BULKHEAD_CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}});
    let namespace = Object::from_value(namespace).unwrap();
    runtime.block_on(open(&path).create(&resource("namespaces"), &namespace, &Write::by("test"))).unwrap();
    let (mut acknowledged, mut seed) = (0, 0x9e37_79b9_7f4a_7c15_u64);
    for round in 0..rounds {
        // xorshift: a moment that differs from round to round, and is the same in every run.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let names = write_and_kill(&path, Duration::from_micros(seed % 60_000));
        let store = open(&path);
        for name in &names {
            let there = runtime.block_on(store.get(&resource("configmaps"), &ObjectKey::namespaced("a", name)));
            assert!(there.is_ok(), "round {round}: {name} was acknowledged and is gone: {there:?}");
        }
        whole(&store);
        acknowledged += names.len();
    }
    assert!(acknowledged > 0, "no write was acknowledged in {rounds} rounds: nothing was tested");
    println!("{rounds} kills, {acknowledged} acknowledged writes, all there");
}

/// Objects, history and version say the same.
fn whole(store: &LocalStore) {
    let history = store.history(&HistoryQuery::default()).unwrap();
    assert_eq!(history.last().map_or(0, |record| record.revision), store.revision().unwrap());
    assert!(history.windows(2).all(|pair| pair[0].revision + 1 == pair[1].revision), "the history has a hole");
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
