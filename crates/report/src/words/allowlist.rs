//! Words about minimal allowlists.

use super::Entry;

/// Codes of `allowlist`, and the words around entries and excess.
pub(super) const ENTRIES: &[Entry] = &[
    ("clientNamespaceEmpty", "the namespace `{namespace}` has no pods", "项目 `{namespace}` 没有容器组"),
    ("clientPodMissing", "there is no pod `{pod}`", "容器组 `{pod}` 不存在"),
    ("clientNodeMissing", "there is no node `{node}`", "节点 `{node}` 不存在"),
    (
        "exposureNeverArrives",
        "no wanted client gets to {target} by any wanted door, whatever policies allow",
        "无论策略如何放行，所需客户端都无法经所需入口到达 {target}",
    ),
    (
        "targetNotIsolated",
        "nothing isolates {pods} of the {of} pods: everyone is let in to them today",
        "{of} 个容器组中有 {pods} 个未被隔离：目前任何来源都可访问",
    ),
    ("targetMissing", "it is not in the input", "输入中没有该对象"),
    ("targetWithoutDoor", "it has no door of the kind {door}", "它没有 {door} 类型的入口"),
    ("targetPortMissing", "it has no port `{port}`", "它没有端口 `{port}`"),
    (
        "targetWithoutSelector",
        "it has no selector: a NetworkPolicy cannot select its endpoints",
        "它没有选择器：NetworkPolicy 无法选择其端点",
    ),
    (
        "targetOnHostNetwork",
        "its pods are on their nodes' network: no NetworkPolicy covers them",
        "其容器组使用主机网络：任何 NetworkPolicy 都不适用",
    ),
];
