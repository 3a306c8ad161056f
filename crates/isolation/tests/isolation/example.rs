//! The example cluster that ships with the program: it reads without a finding, and its plan is this one.

use bulkhead_isolation::{Setting, Settings, apply, plan};
use bulkhead_snapshot::{Input, Snapshot};

use crate::support::shown;

const FILES: [(&str, &str); 9] = [
    ("analytics.yaml", include_str!("../../../../examples/shop/analytics.yaml")),
    ("billing.yaml", include_str!("../../../../examples/shop/billing.yaml")),
    ("gateway.yaml", include_str!("../../../../examples/shop/gateway.yaml")),
    ("namespaces.yaml", include_str!("../../../../examples/shop/namespaces.yaml")),
    ("nodes.yaml", include_str!("../../../../examples/shop/nodes.yaml")),
    ("openelb.yaml", include_str!("../../../../examples/shop/openelb.yaml")),
    ("shop.yaml", include_str!("../../../../examples/shop/shop.yaml")),
    ("system.yaml", include_str!("../../../../examples/shop/system.yaml")),
    ("tenants.yaml", include_str!("../../../../examples/shop/tenants.yaml")),
];

#[test]
fn the_plan_of_the_shop() {
    let inputs = FILES.map(|(name, text)| Input { name, text: text.as_bytes() });
    let before = Snapshot::from_texts(&inputs);
    assert_eq!(before.issues, []);
    assert!(before.network_policies.is_empty(), "the story begins before anything is written");
    let first = plan(&before, Setting::Default, &Settings::default());
    insta::assert_snapshot!(shown(&first), @r#"
    apply shop/nsnp-from-billing app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{"matchLabels":{"app":"api"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"billing"}}}],"ports":[{"protocol":"TCP","port":8080}]}
    apply shop/nsnp-network-isolate app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"podSelector":{}},{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kubesphere-monitoring-system"}}}]}
    apply shop/nsnp-office app.kubernetes.io/managed-by=bulkhead
      policyTypes: ["Ingress"]
      ingress:
      - {"from":[{"ipBlock":{"cidr":"198.51.100.0/24"}}],"ports":[{"protocol":"TCP","port":8080}]}
    entry shop/from-billing resolved nsnp-from-billing
    entry shop/office resolved nsnp-office
    "#);
    let (after, refused) = apply(&first, &before);
    assert_eq!(refused, []);
    let second = plan(&after, Setting::Default, &Settings::default());
    assert_eq!((second.apply, second.delete), (vec![], vec![]));
}
