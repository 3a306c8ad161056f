//! cyclonus' truth tables: for each pair of pods and each port, what ingress, egress and both together say.

use bulkhead_model::object::Direction;
use ipnet::IpNet;
use serde_json::{Value, json};

use crate::asked::{Cluster, namespace, pod, protocol, typed};
use crate::corpus;

fn objects(step: &Value) -> Vec<Value> {
    let namespaces = step["Namespaces"].as_object().unwrap().iter().map(|(name, labels)| namespace(name, labels));
    let pods = step["Pods"].as_array().unwrap().iter().map(|row| {
        let text = |name: &str| row[name].as_str().unwrap();
        let port = |port: &Value| {
            let name = port["name"].as_str().unwrap().to_owned();
            (name, port["port"].as_u64().unwrap(), port["protocol"].as_str().unwrap().to_owned())
        };
        let ports: Vec<_> = row["Ports"].as_array().unwrap().iter().map(port).collect();
        let ports: Vec<(&str, u64, &str)> =
            ports.iter().map(|(name, at, protocol)| (&**name, *at, &**protocol)).collect();
        pod(text("Namespace"), text("Name"), &row["Labels"], text("IP"), &ports)
    });
    let policies = typed("NetworkPolicy", "networking.k8s.io/v1", &step["Policies"]);
    namespaces.chain(pods).chain(policies).collect()
}

/// Whether a block of a policy on either side holds the other side's address: there engines differ.
fn engines_differ(step: &Value, from: &Value, to: &Value) -> bool {
    let policies = step["Policies"].as_array().cloned().unwrap_or_default();
    let sides = [("egress", "to", from, to), ("ingress", "from", to, from)];
    sides.iter().any(|(rules, peers, mine, other)| {
        let of_mine = policies.iter().filter(|policy| policy["metadata"]["namespace"] == mine["Namespace"]);
        let rules = of_mine.flat_map(|policy| policy["spec"][rules].as_array().cloned().unwrap_or_default());
        let mut peers = rules.flat_map(|rule| rule[peers].as_array().cloned().unwrap_or_default());
        peers.any(|peer| holds(&peer["ipBlock"], other["IP"].as_str().unwrap()))
    })
}

fn holds(block: &Value, address: &str) -> bool {
    let address: std::net::IpAddr = address.parse().unwrap();
    let contains = |cidr: &Value| cidr.as_str().unwrap().parse::<IpNet>().unwrap().trunc().contains(&address);
    let except = block["except"].as_array().cloned().unwrap_or_default();
    !block.is_null() && contains(&block["cidr"]) && !except.iter().any(contains)
}

/// One step: the cells that are wrong, and how many were compared.
fn compare(step: &Value, engine: Option<&str>) -> (usize, Vec<String>) {
    let cluster = Cluster::new(&objects(step), engine);
    let by_name = |name: &str| {
        let is_it =
            |row: &&Value| format!("{}/{}", row["Namespace"].as_str().unwrap(), row["Name"].as_str().unwrap()) == name;
        step["Pods"].as_array().unwrap().iter().find(is_it).unwrap()
    };
    let (mut compared, mut wrong) = (0, Vec::new());
    for (pair, results) in step["Results"].as_object().unwrap() {
        let (from, to) = pair.split_once("->").unwrap();
        let open = engine.is_none() && engines_differ(step, by_name(from), by_name(to));
        for (column, name) in step["Columns"].as_array().unwrap().iter().enumerate() {
            let (name, port) = name.as_str().unwrap().split_once('/').unwrap();
            let (port, protocol) = (port.parse().unwrap(), protocol(name));
            let (a, b) = (cluster.pod(from), cluster.pod(to));
            for (row, direction) in [Direction::Ingress, Direction::Egress].into_iter().enumerate() {
                let expected = results[row].as_str().unwrap().as_bytes()[column] == b'Y';
                let said = cluster.verdict(direction, a, b, port, protocol).unwrap();
                compared += 1;
                // A block that may not count for pods allows less: a denial is certain everywhere.
                if said.allows() != Some(expected) && !(open && expected && said.allows().is_none()) {
                    wrong.push(format!("{pair} {name}/{port} {}: expected {expected}, {said:?}", direction.name()));
                }
            }
        }
    }
    (compared, wrong)
}

fn check(engine: Option<&str>) {
    let Some(steps) = corpus("cyclonus/truth.jsonl") else { return };
    let (mut compared, mut wrong) = (0, Vec::new());
    for step in &steps {
        let (count, failed) = compare(step, engine);
        compared += count;
        let case = format!("{}.{} {}", step["Case"], step["Step"], step["Description"]);
        wrong.extend(failed.into_iter().map(|line| format!("{case}: {line}")));
    }
    assert!(compared > 100_000, "only {compared} cells");
    assert!(
        wrong.is_empty(),
        "{} of {compared} cells are wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(10)].join("\n")
    );
}

#[test]
fn every_cell_where_calico_enforces() {
    check(Some("calico"));
}

#[test]
fn every_cell_where_no_engine_is_visible() {
    check(None);
}

/// The control: the comparison does see a wrong cell.
#[test]
fn a_changed_letter_is_found() {
    let Some(steps) = corpus("cyclonus/truth.jsonl") else { return };
    let mut step = steps.into_iter().next().unwrap();
    let (pair, results) = step["Results"].as_object_mut().unwrap().iter_mut().next().unwrap();
    let text = results[0].as_str().unwrap();
    let flipped = if text.starts_with('Y') { "N" } else { "Y" }.to_owned() + &text[1..];
    results[0] = json!(flipped);
    let pair = pair.clone();
    let (_, wrong) = compare(&step, Some("calico"));
    assert_eq!(wrong.len(), 1);
    assert!(wrong[0].starts_with(&pair), "{wrong:?}");
}
