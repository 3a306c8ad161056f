//! Words about verdicts: doubts, and habits of engines.

use super::Entry;

/// Codes of `policy`.
pub(super) const ENTRIES: &[Entry] = &[
    ("unreadablePolicyTypes", "its policyTypes cannot be read", "无法读取其 policyTypes"),
    ("unreadableSubject", "its podSelector cannot be read", "无法读取其 podSelector"),
    ("unreadableRule", "the rule cannot be read", "无法读取该规则"),
    ("unreadablePeer", "a peer cannot be read", "无法读取某个对端"),
    ("unreadablePort", "a port cannot be read", "无法读取某个端口"),
    ("ambiguousPortName", "the pod declares the named port with several numbers", "容器组以多个端口号声明了同一端口名"),
    ("unknownAddress", "the peer's address is unknown", "无法得知对端的地址"),
    ("engineEnforces", "whether policies are enforced at all", "策略是否生效"),
    ("engineHook", "where the policy looks", "策略在何处检查"),
    ("engineOwnNode", "which packets of the pod's own node pass", "放行容器组所在节点的哪些数据包"),
    ("engineIpBlockOfPods", "whether an ipBlock matches pods' addresses", "ipBlock 是否匹配容器组地址"),
    ("engineIpBlockOfNodes", "whether an ipBlock matches nodes' addresses", "ipBlock 是否匹配节点地址"),
];
