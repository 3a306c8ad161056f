//! Words about verdicts: doubts, and habits of engines.

use super::Entry;

/// Codes of `policy`.
pub(super) const ENTRIES: &[Entry] = &[
    ("unreadablePolicyTypes", "its policyTypes cannot be read", "无法读取其 policyTypes"),
    ("unreadableSubject", "its podSelector cannot be read", "无法读取其 podSelector"),
    ("unreadableRule", "the rule cannot be read", "无法读取该规则"),
    ("unreadablePeer", "a peer cannot be read", "无法读取某个对端"),
    ("fieldNobodyKnows", "it has a field that nobody knows", "其中有无人认识的字段"),
    ("unreadablePort", "a port cannot be read", "无法读取某个端口"),
    ("unreadableTier", "its tier cannot be read", "无法读取其 tier"),
    ("unreadablePriority", "its priority cannot be read", "无法读取其 priority"),
    ("unreadableAction", "the rule's action cannot be read", "无法读取该规则的 action"),
    ("domainName", "only a name server knows the addresses of a domain name", "域名对应的地址只有域名服务器知道"),
    ("ambiguousPortName", "the pod declares the named port with several numbers", "容器组以多个端口号声明了同一端口名"),
    ("unknownAddress", "the peer's address is unknown", "无法得知对端的地址"),
    ("engineEnforces", "whether policies are enforced at all", "策略是否生效"),
    ("engineHook", "where the policy looks", "策略在何处检查"),
    ("engineOwnNode", "which packets of the pod's own node pass", "放行容器组所在节点的哪些数据包"),
    ("engineIpBlockOfPods", "whether an ipBlock matches pods' addresses", "ipBlock 是否匹配容器组地址"),
    ("engineIpBlockOfNodes", "whether an ipBlock matches nodes' addresses", "ipBlock 是否匹配节点地址"),
    (
        "equalPriority",
        "policies of the same tier and priority disagree, and their order is not defined",
        "同一层级、同一优先级的策略相互矛盾，其次序没有定义",
    ),
    ("engineEgressToOwnNode", "whether egress of a pod to its own node is exempt", "容器组到所在节点的出站是否豁免"),
    (
        "engineHairpin",
        "whether a pod that reaches itself through its own service is judged",
        "容器组经由自身的服务访问自己时是否检查",
    ),
    (
        "engineEgressView",
        "what an egress policy sees of a connection to a service",
        "出站策略看到的是服务地址还是端点地址",
    ),
    ("engineSctp", "whether rules about SCTP have an effect", "SCTP 规则是否生效"),
    (
        "engineOpenConnections",
        "whether open connections stay open when a policy comes",
        "策略生效后已建立的连接是否保留",
    ),
    ("habit.yes", "yes", "是"),
    ("habit.no", "no", "否"),
    ("habit.unknown", "unknown", "未知"),
    ("habit.beforeSourceNat", "before the source is rewritten", "在改写源地址之前"),
    ("habit.afterSourceNat", "after the source is rewritten", "在改写源地址之后"),
    ("habit.ownLoadBalancing", "inside its own load balancing", "在其自身的负载均衡之内"),
    ("habit.processes", "those of any process of the node", "节点上任何进程发出的"),
    ("habit.rootProcesses", "those of processes of user 0", "仅节点上 0 号用户的进程发出的"),
    ("habit.deviceAddress", "those with the address of the CNI's device on the node", "以节点上 CNI 设备的地址为源的"),
    ("habit.nodeAddress", "those with an address of the node", "以该节点地址为源的"),
    ("habit.endpoint", "the endpoint that was chosen", "已选定的端点"),
    ("habit.service", "the service's address and port", "服务的地址与端口"),
];
