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
    ("minimal.asked", "{target} for {clients} by {doors}", "{target}，客户端 {clients}，经由 {doors}"),
    ("minimal.nobody", "nobody", "无"),
    ("minimal.everyDoor", "every door", "所有入口"),
    ("minimal.none", "nothing has to be added", "无需添加任何条目"),
    ("minimal.noPods", "there is no pod to let anybody in to", "没有可放行的容器组"),
    ("minimal.one", "1 entry, and it is needed", "1 个条目，必不可少"),
    ("minimal.count", "{count} entries, and none can be left out", "{count} 个条目，缺一不可"),
    ("minimal.way", "{client} by {door}", "{client} 经由 {door}"),
    ("minimal.excess", "Who else gets in through these entries", "还有谁会因这些条目而获准进入"),
    ("minimal.undetermined", "What nobody can say from this input", "仅凭输入无法判定的路径"),
    ("minimal.gets", "{who}, through {door} (entries {entries})", "{who}，经由 {door}（条目 {entries}）"),
    ("minimal.price", "; but {price}", "；但{price}"),
    ("stranger.anyClient", "any client outside, such as {address}", "集群外的任意客户端，例如 {address}"),
    ("stranger.anyPod", "any pod of any project, such as {pod}", "任意项目的任意容器组，例如 {pod}"),
    ("stranger.nodeProcesses", "processes and hostNetwork pods of {nodes}", "{nodes} 上的进程和使用主机网络的容器组"),
    ("stranger.sameLabels", "pods with the same labels: {pods}", "具有相同标签的容器组：{pods}"),
    (
        "externalTrafficPolicyLocal",
        "externalTrafficPolicy: Local keeps the client's address",
        "externalTrafficPolicy: Local 可保留客户端地址",
    ),
    (
        "externalTrafficPolicyLocal.price",
        "nodes without an endpoint drop, and load is spread unevenly",
        "没有端点的节点会丢弃数据包，且负载不均",
    ),
    (
        "loadBalancerSourceRanges",
        "loadBalancerSourceRanges admit only the clients that were meant",
        "loadBalancerSourceRanges 只接受指定的客户端",
    ),
    (
        "loadBalancerSourceRanges.price",
        "they guard the load balancer's address only, the nodePort stays open, and pods that call that address are judged, too",
        "它只保护负载均衡器地址，nodePort 仍然开放，并且容器组访问该地址时同样受限",
    ),
    (
        "hostEndpointPolicy",
        "a Calico host-endpoint policy with preDNAT judges clients before their address is rewritten",
        "Calico 的 preDNAT 主机端点策略可在源地址被改写之前检查客户端",
    ),
    (
        "hostEndpointPolicy.price",
        "only Calico has it, and a mistake in it cuts off nodes",
        "仅 Calico 支持，且配置失误会使节点失联",
    ),
    ("ownLabels", "labels of their own for the wanted pods", "为所需的容器组设置专用标签"),
    ("ownLabels.price", "their workload has to change", "需要修改其工作负载"),
    ("minimal.remedies", "What would stop them", "如何阻止"),
    ("minimal.stoppedBy", "; stopped by {letters}", "；可用 {letters} 阻止"),
];
