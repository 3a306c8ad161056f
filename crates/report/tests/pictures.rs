//! Pictures of clusters: nothing overlaps, every text fits, the same input gives the same picture.
//!
//! The pictures are written to a folder of the build, to be looked at.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use bulkhead_analysis::model::watch::Unwatched;
use bulkhead_analysis::reachability::{By, Focus, Narrowing};
use bulkhead_analysis::snapshot::{Input, Snapshot};
use bulkhead_analysis::topology::Level;
use bulkhead_analysis::{Analysis, ByNode, Topology};
use bulkhead_report::picture::{
    DARK, Ground, LIGHT, Look, Picture, Placed, RULES, Ways, draw_topology, draw_trace, reach_page,
};
use bulkhead_report::{Language, Speech};
use bulkhead_shapes::{Format, Shape, write};
use bulkhead_wire::notation::read_request;
use bulkhead_wire::{AnswerForm, Detail, Telling, TopologyForm};
use serde_json::Value;

fn shop() -> Snapshot {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/shop");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let texts: Vec<(String, Vec<u8>)> =
        files.iter().map(|file| (file.display().to_string(), std::fs::read(file).unwrap())).collect();
    let inputs: Vec<Input<'_>> = texts.iter().map(|(name, text)| Input { name, text }).collect();
    Snapshot::from_texts(&inputs)
}

fn shape(shape: &Shape) -> Snapshot {
    let mut text = Vec::new();
    write(shape, 1, Format::CompactJson, &mut text).unwrap();
    Snapshot::from_texts(&[Input { name: "cluster", text: &text }])
}

fn yaml(text: &str) -> Snapshot {
    Snapshot::from_texts(&[Input { name: "cluster", text: text.as_bytes() }])
}

fn form(snapshot: &Snapshot, level: Level, namespaces: &[&str]) -> TopologyForm {
    let analysis = Analysis::new(snapshot);
    let namespaces = namespaces.iter().map(|name| (*name).into()).collect();
    let narrowing = Narrowing { focus: Focus { namespaces, ..Focus::default() }, ..Narrowing::default() };
    let reachability = analysis.reachability(By::Workload, narrowing, &Unwatched);
    TopologyForm::new(&Topology::new(&reachability, level), Vec::new())
}

/// Draws in both languages, writes what was drawn, and checks it.
fn draw(name: &str, form: &TopologyForm) -> Picture {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    for language in Language::ALL {
        let speech = Speech { language };
        let picture = draw_topology(form, speech, Look::Alone(Ground::System));
        assert_eq!(
            picture,
            draw_topology(form, speech, Look::Alone(Ground::System)),
            "{name} is not drawn the same twice"
        );
        std::fs::write(folder.join(format!("{name}.{}.svg", language.name())), &picture.svg).unwrap();
        std::fs::write(folder.join(format!("{name}.{}.html", language.name())), reach_page(form, speech)).unwrap();
        check(name, form, &picture);
    }
    draw_topology(form, Speech::default(), Look::Inside)
}

fn check(name: &str, form: &TopologyForm, picture: &Picture) {
    let inside = |placed: &Placed| {
        placed.x >= 0.0
            && placed.y >= 0.0
            && placed.x + placed.width <= picture.width
            && placed.y + placed.height <= picture.height
    };
    assert!(picture.boxes.iter().all(inside), "{name}: a box leaves the picture");
    for party in 0..form.parties.len() {
        assert!(picture.boxes.iter().any(|placed| placed.party == party), "{name}: party {party} is missing");
    }
    for (at, one) in picture.boxes.iter().enumerate() {
        for other in &picture.boxes[at + 1..] {
            let is_same = (one.x, one.y) == (other.x, other.y);
            let apart = one.x + one.width <= other.x
                || other.x + other.width <= one.x
                || one.y + one.height <= other.y
                || other.y + other.height <= one.y;
            assert!(apart || is_same, "{name}: {one:?} and {other:?} overlap");
        }
    }
}

#[test]
fn the_example_at_every_level() {
    let shop = shop();
    for level in Level::ALL {
        draw(&format!("shop-{}", level.name()), &form(&shop, level, &[]));
    }
    draw("shop-one-project", &form(&shop, Level::Workload, &["shop"]));
}

#[test]
fn the_ways_of_a_connection() {
    let shop = shop();
    let analysis = Analysis::new(&shop);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let questions = [
        ("load-balancer", "203.0.113.7", "service/shop/web:http", Some("LoadBalancer")),
        ("node-port", "203.0.113.7", "service/shop/web:http", Some("NodePort")),
        ("ingress", "203.0.113.7", "ingress/shop/web", None),
        ("pods", "pod/billing/api-5c6f9d7b84-7nwhd", "service/shop/db:5432", None),
        ("nobody", "203.0.113.7", "service/shop/none", None),
    ];
    for (name, from, to, door) in questions {
        let request = read_request(from, to, door, None).unwrap();
        let telling = Telling { detail: Detail::Hops, by_node: ByNode::Fitting };
        for language in Language::ALL {
            let speech = Speech { language };
            let form = AnswerForm::new(Value::Null, &analysis.trace(&request), analysis.network(), telling, &speech);
            let picture =
                draw_trace(&Ways::of(&form).unwrap(), &format!("{from} → {to}"), speech, Look::Alone(Ground::System));
            std::fs::write(folder.join(format!("trace-{name}.{}.svg", language.name())), &picture.svg).unwrap();
            assert!(picture.svg.contains(&speech.word(&format!("outcome.{}", form.outcome))), "{name}");
            assert_eq!(
                picture,
                draw_trace(&Ways::of(&form).unwrap(), &format!("{from} → {to}"), speech, Look::Alone(Ground::System))
            );
        }
    }
}

#[test]
fn a_hundred_workloads_and_a_thousand() {
    for (name, namespaces, workloads) in [("hundred", 10, 10), ("thousand", 20, 50)] {
        let snapshot = shape(&Shape::MicroSegmented { namespaces, workloads });
        for level in Level::ALL {
            draw(&format!("{name}-{}", level.name()), &form(&snapshot, level, &[]));
        }
    }
}

#[test]
fn many_projects_are_folded_and_the_picture_says_so() {
    let snapshot = shape(&Shape::ManyNamespaces { namespaces: 2_000 });
    let folded = form(&snapshot, Level::Project, &[]);
    draw("many", &folded);
    assert_eq!((folded.level, folded.folded > 1_500), ("workspace", true));
}

#[test]
fn an_open_cluster_is_one_hub_and_not_every_pair() {
    let mut text = String::new();
    for namespace in ["a", "b", "c", "d", "e"] {
        for name in ["one", "two", "three"] {
            let object = format!("{{name: {name}, namespace: {namespace}}}");
            let _ = write!(text, "apiVersion: v1\nkind: Pod\nmetadata: {object}\nspec: {{}}\n---\n");
        }
    }
    let open = form(&yaml(&text), Level::Workload, &[]);
    assert_eq!(open.parties.iter().filter(|party| party.kind == "pod").count(), 5, "alike pods stand together");
    let picture = draw("open", &open);
    assert_eq!(picture.svg.matches("class=\"p-hub ").count(), 1);
}

#[test]
fn long_names_and_none() {
    let long = "x".repeat(60);
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {long}-a, namespace: {long}-n, labels: {{app: a}}}}\nspec: {{}}\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: {long}-n}}\n\
         spec: {{podSelector: {{}}, policyTypes: [Ingress, Egress]}}\n"
    );
    draw("long-names", &form(&yaml(&text), Level::Workload, &[]));
    draw("nothing", &form(&yaml(""), Level::Workload, &[]));
}

/// The console shows pictures inside, with the same rules for the same classes. `BLESS=1` writes its file anew.
#[test]
fn the_console_has_the_same_rules() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../console/src/app/picture.css");
    let scheme = |name: &str, values: &str| {
        let values = values.split(';').filter(|value| !value.is_empty());
        let lines: Vec<String> = values.map(|value| format!("  {};\n", value.replacen(':', ": ", 1))).collect();
        let lines = lines.concat();
        format!(":root[data-mantine-color-scheme=\"{name}\"] {{\n{lines}}}\n")
    };
    let rules = RULES.replace('}', "}\n");
    let wanted = format!(
        "/* Made from crates/report/src/picture/theme.rs by `BLESS=1 cargo test --workspace --test pictures`. Do not edit. */\n{}{}{rules}",
        scheme("light", LIGHT),
        scheme("dark", DARK),
    );
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &wanted).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), wanted, "bless it");
}
