//! Words of who reaches whom.

use super::Entry;

/// Headings, lists and notes.
pub(super) const ENTRIES: &[Entry] = &[
    (
        "reach.head",
        "namespaces {namespaces}, workloads {workloads}, single pods {pods}, nodes {nodes}; open pairs {open}, undetermined {undetermined}",
        "项目 {namespaces}，工作负载 {workloads}，独立容器组 {pods}，节点 {nodes}；可访问 {open} 对，无法确定 {undetermined} 对",
    ),
    ("timings.read", "read the input", "读取输入"),
    ("timings.lower", "lower policies, resolve the network", "解析策略与网络"),
    ("timings.classes", "classes of pods and nodes", "划分容器组与节点类别"),
    ("timings.rows", "what policies say to everybody", "计算各类别的策略结果"),
    ("timings.pairs", "pairs", "逐对计算"),
    ("timings.answer", "answer", "求解"),
    ("timings.output", "output", "输出"),
    ("timings.sum", "together", "合计"),
    ("reach.within", "each within itself: {places}", "各自内部：{places}"),
    ("reach.allCross", "  (another workspace)", "（跨企业空间）"),
    ("reach.someCross", "  (also across workspaces)", "（含跨企业空间）"),
    ("reach.namespaceOf", "{namespace} ({workspace})", "{namespace}（{workspace}）"),
    ("reach.nodes", "nodes", "节点"),
    ("reach.outside", "outside the cluster", "集群外"),
    ("reach.pairsOf", "{pairs} of {of} pairs", "{of} 对中的 {pairs} 对"),
    ("reach.kindsOfPorts", "{count} different sets of ports", "{count} 组不同的端口"),
    (
        "reach.overview",
        "An overview: {rows} rows are too many to read. Narrow with -n, --from, --to, --port …, or list them all with --full.",
        "以上为概览：共 {rows} 行，不便阅读。可用 -n、--from、--to、--port 等缩小范围，或用 --full 全部列出。",
    ),
    ("reach.from", "From", "发起方"),
    ("reach.to", "To", "目标"),
    ("reach.ports", "Ports", "端口"),
    ("reach.all", "all {count}", "全部 {count} 个"),
    ("reach.allNodes", "all {count} nodes", "全部 {count} 个节点"),
    ("reach.allNamespaces", "all {count} namespaces", "全部 {count} 个项目"),
    ("reach.allBut", "all {count} but {missing}", "全部 {count} 个中除 {missing} 外"),
    ("reach.more", "and {count} more", "等另外 {count} 个"),
    ("reach.everyPort", "every port", "所有端口"),
    ("reach.nothing", "nothing", "无"),
    ("reach.perhaps", "undetermined: {ports}", "无法确定：{ports}"),
    ("reach.undetermined", "Undetermined, {count} in all:", "{count} 对无法确定："),
    ("reach.doubt", "{count} × {rule}: {reason}", "{count} 对 {rule}：{reason}"),
    ("reach.moreDoubts", "and {count} more reasons", "以及另外 {count} 个原因"),
    (
        "reach.doubtsCut",
        "reasons are counted over the first 5000 of these pairs; narrow the question for the others",
        "仅统计了前 5000 对的原因；如需了解其余，请缩小查询范围",
    ),
    (
        "reach.closed",
        "Pairs that are not listed are closed by policies. A pod always reaches itself. Why: bulkhead explain",
        "未列出的均被策略禁止。容器组总能访问自身。查询原因：bulkhead explain",
    ),
    (
        "reach.ownNode.processes",
        "A node always reaches the pods that run on it; what is listed for nodes holds for pods on other nodes.",
        "节点总能访问运行于其上的容器组；此处所列节点的访问关系适用于其他节点上的容器组。",
    ),
    (
        "reach.ownNode.rootProcesses",
        "Processes of root on a node always reach the pods that run on it; what is listed for nodes holds for pods on other nodes.",
        "节点上 root 用户的进程总能访问运行于其上的容器组；此处所列节点的访问关系适用于其他节点上的容器组。",
    ),
    (
        "reach.ownNode.nodeAddress",
        "What comes with a node's address always reaches the pods that run on it; what is listed for nodes holds for pods on other nodes.",
        "以节点地址为源的流量总能到达运行于该节点的容器组；此处所列节点的访问关系适用于其他节点上的容器组。",
    ),
    (
        "reach.ownNode.deviceAddress",
        "What comes with the address of a node's own CNI device always reaches the pods that run on it; what is listed for nodes holds for pods on other nodes.",
        "以节点 CNI 设备地址为源的流量总能到达运行于该节点的容器组；此处所列节点的访问关系适用于其他节点上的容器组。",
    ),
    (
        "reach.ownNode.unknown",
        "A node reaches the pods that run on it, as the API text says; what is listed for nodes holds for pods on other nodes.",
        "按 API 文本，节点可访问运行于其上的容器组；此处所列节点的访问关系适用于其他节点上的容器组。",
    ),
    (
        "reachSelectsNobody",
        "number {place} of these selects nobody in the cluster",
        "其中第 {place} 个没有选中集群中的任何对象",
    ),
    (
        "reachFocusesNobody",
        "no pod is in such a namespace or workspace with such labels",
        "没有容器组同时符合所给的项目、企业空间与标签",
    ),
    ("selectionNotation", "`{value}` selects nobody: it is none of the forms below", "`{value}` 不是有效的选择方式"),
    (
        "selectionNotation.help",
        "pod/NAMESPACE/NAME, deployment/NAMESPACE/NAME (or any other kind of workload), namespace/NAME, workspace/NAME, node/NAME, an address, a cidr, or outside; the namespace may be left out beside one -n",
        "可用形式：pod/NAMESPACE/NAME、deployment/NAMESPACE/NAME（或其他类型的工作负载）、namespace/NAME、workspace/NAME、node/NAME、地址、网段或 outside；仅有一个 -n 时可省略 NAMESPACE",
    ),
    ("labelSelectorNotation", "`{value}` is no label selector", "`{value}` 不是有效的标签选择器"),
    (
        "labelSelectorNotation.help",
        "as kubectl's -l takes it: app=web,tier!=back,env in (a,b),team notin (x),canary,!legacy",
        "写法同 kubectl 的 -l：app=web,tier!=back,env in (a,b),team notin (x),canary,!legacy",
    ),
    (
        "portsNotation",
        "`{value}` is neither PORT, FIRST-LAST nor either with /PROTOCOL",
        "`{value}` 既不是 PORT 或 FIRST-LAST，也不是其后加 /PROTOCOL 的形式",
    ),
];
