//! Reads: every operation answers, refuses what it does not understand, and says of which state the answer is.

use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, IF_NONE_MATCH};
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::bed::{Bed, ROOT, example};

#[tokio::test]
async fn the_overview_counts_what_is_there() {
    let bed = Bed::files(example()).await;
    let overview = bed.get("/overview").await.json();
    assert_eq!(overview["counts"]["workspaces"], 3);
    assert_eq!(overview["counts"]["nodes"], 3);
    assert_eq!(overview["counts"]["entries"], 2);
    assert_eq!(overview["isolation"]["project"], 1);
    assert_eq!(overview["pending"], json!({"apply": 3, "delete": 0}));
    let proxy = overview["facts"].as_array().unwrap().iter().find(|fact| fact["name"] == "proxyMode").unwrap();
    assert_eq!(proxy["value"], "iptables");
    assert!(proxy["evidence"].as_str().unwrap().contains("ConfigMap"), "{proxy}");
}

#[tokio::test]
async fn a_project_shows_its_entries_and_the_policies_that_they_mean() {
    let bed = Bed::files(example()).await;
    let shop = bed.get("/projects/shop/isolation").await.json();
    assert_eq!((&shop["isolation"], &shop["ownSwitch"]), (&json!("project"), &json!(true)));
    let entries: Vec<_> =
        shop["entries"].as_array().unwrap().iter().map(|entry| (&entry["name"], &entry["state"])).collect();
    assert_eq!(entries, [(&json!("from-billing"), &json!("resolved")), (&json!("office"), &json!("resolved"))]);
    let policies: Vec<_> = shop["policies"].as_array().unwrap().iter().map(|policy| &policy["name"]).collect();
    assert_eq!(policies, ["nsnp-from-billing", "nsnp-network-isolate", "nsnp-office"]);
    let billing = bed.get("/projects/billing/isolation").await.json();
    assert_eq!((&billing["isolation"], billing["policies"].as_array().unwrap().len()), (&json!("off"), 0));
    assert_eq!(bed.get("/projects/nowhere/isolation").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_trace_has_every_hop_and_what_the_policy_sees() {
    let bed = Bed::files(example()).await;
    let answer = bed.get("/trace?from=203.0.113.7&to=service/shop/web:http&door=LoadBalancer").await.json();
    assert_eq!(answer["outcome"], "delivered");
    let routes = answer["routes"].as_array().unwrap();
    assert!(routes.iter().any(|route| route["seenByPolicy"] == "10.233.90.0"), "{routes:?}");
    assert!(routes.iter().all(|route| route["hops"].as_array().unwrap().len() > 2));
    let explained = bed.get("/explain?from=203.0.113.7&to=service/shop/web:http").await.json();
    assert_eq!(explained["outcome"], "delivered");
}

#[tokio::test]
async fn the_minimal_allowlist_names_the_nodes_that_rewrite() {
    let bed = Bed::files(example()).await;
    let path = "/minimal?target=service/shop/web&door=LoadBalancer&client=203.0.113.7";
    let answer = bed.get(path).await.json();
    assert!(!answer["excessToday"].as_array().unwrap().is_empty() || answer["complete"] == true, "{answer}");
    let all = bed.get("/exposures").await.json();
    assert_eq!(all["exposures"].as_array().unwrap().len(), 2, "{all}");
}

#[tokio::test]
async fn the_matrix_knows_projects_and_workloads() {
    let bed = Bed::files(example()).await;
    let projects = bed.get("/matrix").await.json();
    let names: Vec<&str> =
        projects["axis"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert!(
        names.contains(&"shop") && names.contains(&"billing") && names.ends_with(&["nodes", "outside"]),
        "{names:?}"
    );
    assert!(projects["cells"].as_array().unwrap().iter().all(|cell| cell["open"] == "all"), "nothing isolates yet");
    let workloads = bed.get("/matrix?by=workload&namespace=shop").await.json();
    assert!(workloads["axis"].as_array().unwrap().iter().any(|row| row["name"] == "deployment/shop/web"));
    assert_eq!(bed.get("/matrix?by=pods").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_topology_has_three_levels() {
    let bed = Bed::files(example()).await;
    let names = |topology: &serde_json::Value| -> Vec<String> {
        let parties = topology["parties"].as_array().unwrap();
        let names = parties.iter().flat_map(|party| party["names"].as_array().unwrap());
        names.map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    for (level, name) in
        [("workspace", "workspace/retail"), ("project", "namespace/shop"), ("workload", "deployment/shop/web")]
    {
        let topology = bed.get(&format!("/topology?level={level}")).await.json();
        assert_eq!((&topology["asked"], &topology["level"]), (&json!(level), &json!(level)));
        assert!(names(&topology).iter().any(|known| known == name), "{topology}");
        let parties = topology["parties"].as_array().unwrap().len() as u64;
        let links = topology["links"].as_array().unwrap();
        assert!(!links.is_empty() && links.iter().all(|link| link["to"].as_u64().unwrap() < parties), "{topology}");
    }
    assert_eq!(bed.get("/topology").await.json()["level"], "workload", "it is small enough to be read");
    let narrowed = bed.get("/topology?level=workload&namespace=shop").await.json();
    assert!(names(&narrowed).iter().all(|name| !name.starts_with("deployment/billing/")), "{narrowed}");
    assert!(names(&narrowed).iter().any(|name| name == "deployment/shop/web"), "{narrowed}");
}

#[tokio::test]
async fn a_picture_is_of_its_answer_in_every_theme_and_language() {
    let bed = Bed::files(example()).await;
    let answer = bed.get("/topology?level=project").await;
    let picture = bed.get("/topology/picture?level=project").await;
    assert_eq!(picture.header(CONTENT_TYPE.as_str()), "image/svg+xml");
    assert_eq!(picture.header("etag"), answer.header("etag"), "one state, one tag");
    let policy = picture.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    for party in 0..answer.json()["parties"].as_array().unwrap().len() {
        let is_drawn = ["\"", " "].iter().any(|end| {
            ["data-party=\"", " "].iter().any(|start| picture.text.contains(&format!("{start}{party}{end}")))
        });
        assert!(is_drawn, "{party}: {}", picture.text);
    }
    let theme = async |theme: &str| bed.get(&format!("/topology/picture?level=project&theme={theme}")).await;
    assert_eq!(theme("system").await.text, picture.text);
    let (light, dark, page) = (theme("light").await.text, theme("dark").await.text, theme("page").await.text);
    assert!(light.contains("<style>") && !light.contains("var(") && !dark.contains("var(") && light != dark);
    assert!(!page.contains("<style>") && page.contains("class=\"p-card\""), "{page}");
    let chinese = Request::get(format!("{ROOT}/topology/picture?level=project")).header(ACCEPT_LANGUAGE, "zh");
    assert!(bed.ask(chinese, "").await.text.contains("谁能访问谁：项目"));

    let way = bed.get("/trace/picture?from=203.0.113.7&to=service/shop/web:http&door=LoadBalancer").await;
    assert_eq!((way.status, way.header(CONTENT_TYPE.as_str())), (StatusCode::OK, "image/svg+xml"));
    assert!(way.text.contains("203.0.113.7 → service/shop/web:http/TCP (LoadBalancer)"), "{}", way.text);
    assert!(way.text.contains("10.233.90.0") && way.text.contains("pod/shop/web-"), "{}", way.text);
}

#[tokio::test]
async fn lists_are_empty_and_not_missing_where_there_is_nothing() {
    let bed = Bed::files(example()).await;
    assert_eq!(bed.get("/policies").await.json(), json!({"policies": [], "next": null, "count": 0}));
    assert_eq!(bed.get("/history").await.json(), json!({"changes": [], "next": null}));
    assert_eq!(bed.get("/policies/NetworkPolicy/shop/none").await.status, StatusCode::NOT_FOUND);
    assert!(bed.get("/findings").await.json()["findings"].is_array());
    assert_eq!(bed.get("/plan").await.json()["apply"].as_array().unwrap().len(), 3);
    assert_eq!(bed.get("/tenants").await.json()["workspaces"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_is_not_understood_is_refused_and_named() {
    let bed = Bed::files(example()).await;
    let cases = [
        ("/trace", "requestParameterMissing"),
        ("/trace?from=203.0.113.7&to=nothing", "destinationNotation"),
        ("/trace?from=203.0.113.7&to=service/shop/web&dor=NodePort", "requestParameterUnknown"),
        ("/trace?from=203.0.113.7&to=service/shop/web&door=Window", "requestDoor"),
        ("/minimal?target=service/shop/web&client=x", "clientNotation"),
        ("/minimal?target=service/shop/web&maxEntries=many", "requestParameterNumber"),
        ("/plan?isolation=some", "requestParameterValue"),
        ("/topology?level=pod", "requestParameterValue"),
        ("/topology?theme=dark", "requestParameterUnknown"),
        ("/topology/picture?theme=grey", "requestParameterValue"),
        ("/trace/picture?from=203.0.113.7&to=nothing", "destinationNotation"),
        ("/version?x=1", "requestParameterUnknown"),
    ];
    for (path, code) in cases {
        let answer = bed.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(answer.header(CONTENT_TYPE.as_str()), "application/problem+json");
        assert_eq!(answer.json()["issues"][0]["code"], code, "{path}: {}", answer.text);
    }
    assert_eq!(bed.get("/nothing").await.json()["type"], "urn:bulkhead:problem:noSuchPath");
    let wrong = bed.ask(Request::delete(format!("{ROOT}/plan")).header("x-bulkhead-csrf", "1"), "").await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn words_are_in_the_language_of_the_request() {
    let bed = Bed::files(example()).await;
    let ask = |language: &'static str| Request::get(format!("{ROOT}/trace")).header(ACCEPT_LANGUAGE, language);
    let english = bed.ask(ask("de, en;q=0.5"), "").await.json();
    let chinese = bed.ask(ask("zh-CN,zh;q=0.9,en;q=0.8"), "").await.json();
    assert_eq!(english["title"], "the request cannot be read");
    assert_eq!(chinese["title"], "无法读取请求");
    assert_eq!(english["type"], chinese["type"]);
}

#[tokio::test]
async fn who_has_the_answer_already_is_told_so() {
    let bed = Bed::files(example()).await;
    let first = bed.get("/tenants").await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let again = |tag: &str| Request::get(format!("{ROOT}/tenants")).header(IF_NONE_MATCH, tag.to_owned());
    let unchanged = bed.ask(again(&tag), "").await;
    assert_eq!((unchanged.status, unchanged.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(bed.ask(again("W/\"other\""), "").await.status, StatusCode::OK);
    let chinese = bed.ask(again(&tag).header(ACCEPT_LANGUAGE, "zh"), "").await;
    assert_eq!(chinese.status, StatusCode::OK, "the words are others");
    // That the cluster stopped answering changes no state, and must be told all the same.
    let version = bed.get("/version").await;
    assert_eq!((version.header("etag"), version.header("cache-control")), (tag.as_str(), "no-store"));
    let again = Request::get(format!("{ROOT}/version")).header(IF_NONE_MATCH, tag);
    assert_eq!(bed.ask(again, "").await.status, StatusCode::OK);
}
