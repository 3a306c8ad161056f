//! Words about the input: what could not be read, and what contradicts itself.

use super::Entry;

/// Codes of `snapshot`.
pub(super) const ENTRIES: &[Entry] = &[
    ("notUtf8", "not UTF-8 (byte {offset})", "不是 UTF-8 文本（第 {offset} 字节）"),
    ("notText", "not a text: it has control characters", "不是文本：含有控制字符"),
    ("nothingToRead", "there is no object in it", "其中没有任何对象"),
    ("syntax", "neither YAML nor JSON: {detail}", "既不是 YAML 也不是 JSON：{detail}"),
    ("template", "a template that was not rendered: `{text}`", "尚未渲染的模板：`{text}`"),
    (
        "template.help",
        "render it first: `helm template … | bulkhead … -f -`",
        "请先渲染：`helm template … | bulkhead … -f -`",
    ),
    ("tooDeep", "nested deeper than {limit} levels", "嵌套超过 {limit} 层"),
    ("aliasesTooLarge", "aliases that would grow too large when written out", "别名展开后过大"),
    (
        "aliasUnknown",
        "an alias to an anchor that is not there, or that it is inside of",
        "别名引用的锚点不存在，或引用了自身所在的锚点",
    ),
    ("keyNotScalar", "a key that is no plain text", "键不是普通文本"),
    ("mergeNotMap", "`<<` needs a map, or a list of maps", "`<<` 需要一个映射或映射列表"),
    ("tagUnknown", "a tag that means nothing to Kubernetes: `{tag}`", "Kubernetes 不认识的标签：`{tag}`"),
    ("listTruncated", "the list breaks off; what was complete has been read", "列表不完整；已读取其中完整的部分"),
    ("tooManyIssues", "{count} more findings are left out", "另有 {count} 条发现未列出"),
    (
        "notAnObject",
        "no Kubernetes object: it has no `kind` or no `apiVersion`",
        "不是 Kubernetes 对象：缺少 `kind` 或 `apiVersion`",
    ),
    ("versionUnknown", "this kind is not read in version `{version}`", "不支持该类型的 `{version}` 版本"),
    (
        "policyKindNotRead",
        "a policy of a kind that is not understood: what it allows or denies is not in the answers",
        "无法理解的策略类型：其放行或拒绝的流量不在结果之中",
    ),
    ("nameMissing", "an object without a name", "对象没有名称"),
    ("wrongType", "`{value}` is not {expected}", "`{value}` 不是 {expected}"),
    ("unknownField", "there is no field `{name}`", "没有 `{name}` 这个字段"),
    (
        "unknownField.help",
        "what it was meant to say is unknown, so that nothing is taken to be allowed by it",
        "无法得知其本意，因此不会据此放行任何流量",
    ),
    ("duplicateKey", "the key `{name}` comes twice", "键 `{name}` 重复"),
    ("missingField", "the field `{name}` is needed", "缺少必需的字段 `{name}`"),
    (
        "scalarNotQuoted",
        "`{value}` without quotes is not a text to Kubernetes",
        "未加引号的 `{value}` 在 Kubernetes 中不是文本",
    ),
    ("unknownValue", "`{value}` is not one of {allowed}", "`{value}` 不在可用值 {allowed} 之中"),
    ("portOutOfRange", "`{value}` is not a port from 1 to 65535", "`{value}` 不是 1 到 65535 的端口"),
    ("endPortBelowPort", "endPort `{endPort}` is below port `{port}`", "endPort `{endPort}` 小于 port `{port}`"),
    (
        "endPortWithName",
        "endPort cannot stand beside the named port `{port}`",
        "端口名 `{port}` 不能与 endPort 同时使用",
    ),
    ("endPortWithoutPort", "endPort without port", "有 endPort 却没有 port"),
    ("portNameInvalid", "`{value}` cannot be the name of a port", "`{value}` 不能作为端口名"),
    ("addressInvalid", "`{value}` is not an IP address", "`{value}` 不是 IP 地址"),
    ("cidrInvalid", "`{value}` is not a cidr", "`{value}` 不是网段（CIDR）"),
    (
        "cidrHostBits",
        "`{value}` has host bits set; `{meant}` is what it means",
        "`{value}` 含有主机位；其含义为 `{meant}`",
    ),
    ("exceptOutside", "except `{value}` is not strictly inside `{cidr}`", "except `{value}` 不在 `{cidr}` 之内"),
    ("peerEmpty", "a peer that names nothing", "对端没有指定任何内容"),
    (
        "peerBlockAndSelector",
        "a peer has either an ipBlock or selectors, not both",
        "对端只能使用 ipBlock 或选择器之一，不能同时使用",
    ),
    (
        "operatorValues",
        "the operator `{operator}` does not go with these values",
        "操作符 `{operator}` 与给出的 values 不符",
    ),
    ("duplicateObject", "came before at {earlier}; this one counts", "在 {earlier} 已出现过；以此处为准"),
    ("podAddressShared", "`{address}` is also the address of {other}", "`{address}` 同时也是 {other} 的地址"),
    ("nodeAddressShared", "`{address}` is also the address of {other}", "节点地址 `{address}` 同时也属于 {other}"),
    ("podAddressOfNode", "`{address}` is the address of node {node}", "`{address}` 是节点 {node} 的地址"),
    ("referenceDangling", "{target} is not in the input", "输入中没有 {target}"),
    (
        "serviceWithoutEndpoints",
        "no endpoint: no pod that the selector finds is ready",
        "没有端点：选择器没有匹配到就绪的容器组",
    ),
    (
        "endpointsDerived",
        "endpoints of {services} services are worked out from their selectors; the input has no EndpointSlice of them",
        "{services} 个服务的端点由选择器推导得出；输入中没有它们的 EndpointSlice",
    ),
];
