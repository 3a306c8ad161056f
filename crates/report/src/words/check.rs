//! Words around claims.

use super::Entry;

/// What is said of claims.
pub(super) const ENTRIES: &[Entry] = &[
    (
        "check.summary",
        "{held} held, {failed} failed, {undetermined} undetermined",
        "成立 {held}，不成立 {failed}，无法判定 {undetermined}",
    ),
    ("check.more", "and {count} more", "另有 {count} 项"),
    ("check.failed", "asserted: {expect}; {count} speak against it", "断言为 {expect}；有 {count} 项与之不符"),
    ("check.undetermined", "asserted: {expect}; {count} leave it open", "断言为 {expect}；有 {count} 项无法判定"),
    (
        "assertionNoPair",
        "no pair of peers is asserted about: a pod without replicas has nobody to talk to but itself",
        "断言不涉及任何一对对象：没有其他副本的容器组只能与自身通信",
    ),
    ("assertionNoClient", "no client outside the cluster is left in these ranges", "这些地址段中没有集群外的客户端"),
    (
        "assertionNotation",
        "{value} is nobody: deployment/NAMESPACE/NAME (or another workload), pod/…, namespace/…, workspace/…, node/…, an address, a cidr, outside",
        "无法识别 {value}：应为 deployment/NAMESPACE/NAME（或其他工作负载）、pod/…、namespace/…、workspace/…、node/…、地址、CIDR 或 outside",
    ),
    (
        "assertionTarget",
        "{value} cannot be reached by a door: service/NAMESPACE/NAME[:PORT[/PROTOCOL]], ingress/…, gateway/… or a route",
        "{value} 没有入口：应为 service/NAMESPACE/NAME[:PORT[/PROTOCOL]]、ingress/…、gateway/… 或路由",
    ),
    (
        "assertionOneTarget",
        "a service, an ingress or a gateway stands alone in `to`; make an assertion for each",
        "`to` 中的服务、Ingress 或网关只能单独出现；请分别编写断言",
    ),
    (
        "assertionPort",
        "{value} is no port: 80, 8000-8080, either with /PROTOCOL (TCP unless said)",
        "{value} 不是端口：应为 80 或 8000-8080，可加 /PROTOCOL（默认 TCP）",
    ),
    (
        "assertionPortsOfDoor",
        "the port of a service stands behind its name, as service/shop/web:80; `ports` are those of peers",
        "服务的端口写在名称之后，如 service/shop/web:80；`ports` 仅用于对象之间",
    ),
    (
        "assertionDoorWithoutTarget",
        "only a service, an ingress or a gateway has doors and a source that may be rewritten",
        "只有服务、Ingress 或网关才有入口，其源地址才可能被改写",
    ),
    (
        "assertionSourceOfDenied",
        "nothing arrives where `expect` is deny, so that no source can be seen",
        "`expect` 为 deny 时没有流量到达，因此看不到源地址",
    ),
    (
        "assertionVersion",
        "{value} is not known; it must be bulkhead.dev/v1alpha1",
        "未知的 {value}；应为 bulkhead.dev/v1alpha1",
    ),
    ("assertionsMissing", "no ConnectivityTest in {path}", "{path} 中没有 ConnectivityTest"),
    ("assertionsEmpty", "a test without assertions tests nothing", "没有断言的测试不检验任何内容"),
];
