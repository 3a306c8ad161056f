//! Words of accounts: which rules were asked, and by what they miss.

use super::Entry;

/// Headings of an account, and misses.
pub(super) const ENTRIES: &[Entry] = &[
    ("explain.Ingress", "into {pod} from {peer}, port {port}", "进入 {pod}，来自 {peer}，端口 {port}"),
    ("explain.Egress", "out of {pod} to {peer}, port {port}", "离开 {pod}，去往 {peer}，端口 {port}"),
    ("explain.peerOf", "{address} ({owner})", "{address}（{owner}）"),
    ("explain.unknownAddress", "an address that is not known", "未知地址"),
    ("explain.notIsolated", "nothing isolates it in this direction", "该方向未被隔离，全部放行"),
    ("explain.policy", "{policy} isolates it", "{policy} 将其隔离"),
    ("explain.rule", "{direction} rule {rule}", "第 {rule} 条 {direction} 规则"),
    ("explain.whole", "as a whole", "整体"),
    ("explain.noRules", "it has no rule that could allow anything", "它没有任何放行规则"),
    ("explain.nearest", "nearest to a yes: {rule}, but {misses}", "最接近放行的是 {rule}，但 {misses}"),
    ("explain.ruleOf", "{rule} of {policy}", "{policy} 的{rule}"),
    ("explain.notAsked", "no policy is asked", "没有策略参与判断"),
    ("explain.ends", "without being asked about: {reason}", "未经策略判断即结束：{reason}"),
    ("action.allow", "allows", "允许"),
    ("action.deny", "denies", "拒绝"),
    ("action.pass", "passes it on", "交由下一层级"),
    ("match.no", "does not match", "不匹配"),
    ("match.undetermined", "may match", "可能匹配"),
    ("miss.none", "none", "无"),
    ("miss.of.pod", "the pod", "对端容器组"),
    ("miss.of.namespace", "its namespace", "其项目"),
    ("miss.of.node", "the node", "该节点"),
    ("miss.label", "label `{key}` of {of} is `{has}`, not `{wants}`", "{of}的标签 `{key}` 为 `{has}`，而非 `{wants}`"),
    ("miss.namespace", "the namespace is `{is}`, not `{wants}`", "所在项目为 `{is}`，而非 `{wants}`"),
    (
        "miss.tenancy",
        "the namespaces' labels `{labels}` are not as the rule wants them",
        "项目标签 `{labels}` 不符合规则要求",
    ),
    ("miss.notAPod", "the other side is no pod with a network of its own", "对端不是拥有独立网络的容器组"),
    ("miss.notANode", "the other side is no node", "对端不是节点"),
    ("miss.outsideBlock", "{address} is outside {cidr}", "{address} 不在 {cidr} 之内"),
    (
        "miss.excepted",
        "{address} is in {cidr}, but in its exception {except}",
        "{address} 在 {cidr} 内，但属于例外 {except}",
    ),
    ("miss.engine", "the engine does not do that ({habit})", "策略引擎不支持（{habit}）"),
    ("miss.protocol", "the protocol is {is}, not {wants}", "协议为 {is}，而非 {wants}"),
    ("miss.port", "the port is {is}, not {wants}", "端口为 {is}，而非 {wants}"),
    ("miss.namedPort", "the port is {is}, and `{wants}` is {declared}", "端口为 {is}，而 `{wants}` 为 {declared}"),
    ("miss.nothing", "the rule matches nothing at all", "该规则不匹配任何流量"),
    (
        "miss.labelMissing",
        "{of} has no label `{key}`, and `{wants}` is wanted",
        "{of}没有标签 `{key}`，而规则要求 `{wants}`",
    ),
];
