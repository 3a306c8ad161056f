//! What is secret in the input stands in no answer.

use crate::bed::{Bed, example};

const CANARY: &str = "canary-7f3a9";

/// Secrets and environment variables as a careless dump has them.
fn careless() -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: shop}}\nstringData: {{password: {CANARY}}}\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {{name: leaky, namespace: shop, labels: {{app: web}}}}\n\
         spec:\n  nodeName: node1\n  containers:\n  - name: c\n    image: x\n    env: [{{name: PASSWORD, value: {CANARY}}}]\n\
         status: {{phase: Running, podIP: 10.233.90.77}}\n---\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: app, namespace: shop}}\ndata: {{password: {CANARY}}}\n"
    )
}

#[tokio::test]
async fn no_answer_has_a_secret_of_the_input() {
    let mut texts = example();
    texts.push(("careless.yaml".to_owned(), careless().into_bytes()));
    let bed = Bed::files(texts).await;
    let paths = [
        "/version",
        "/overview",
        "/tenants",
        "/projects/shop/isolation",
        "/policies",
        "/plan",
        "/trace?from=203.0.113.7&to=service/shop/web",
        "/explain?from=pod/shop/leaky&to=service/shop/web",
        "/minimal?target=service/shop/web&client=any",
        "/exposures",
        "/matrix?by=workload",
        "/findings",
        "/history",
    ];
    let mut leaky = 0;
    for path in paths {
        let answer = bed.get(path).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
        assert!(!answer.text.contains(CANARY), "{path}");
        leaky += usize::from(answer.text.contains("leaky"));
    }
    assert!(leaky > 0, "the pod itself is answered about, so that the test looks at the right cluster");
}
