//! Words about plans: switches and allowlist entries.

use super::Entry;

/// Codes of `isolation`.
pub(super) const ENTRIES: &[Entry] = &[
    (
        "entryUnreadable",
        "the entry has a part of the wrong type: what it means is unknown",
        "白名单条目有类型错误的部分：无法得知其含义",
    ),
    ("entryUnknownField", "the entry has a field that nobody knows", "白名单条目含有未知字段"),
    (
        "entryNameReserved",
        "its policy would have the name of the one that isolates, `{policy}`",
        "其网络策略会与隔离策略 `{policy}` 重名",
    ),
    (
        "entryNameTooLong",
        "its policy would be called `{policy}`; a name has at most {limit} characters",
        "其网络策略名 `{policy}` 超过 {limit} 个字符",
    ),
    ("entryWithoutDirection", "the entry says nothing in either direction", "白名单条目没有任何方向的规则"),
    ("entryPolicyTypeInvalid", "`{value}` is not Ingress or Egress", "`{value}` 不是 Ingress 或 Egress"),
    (
        "entryPolicyTypesContradict",
        "policyTypes leaves out {direction}, for which there are rules",
        "policyTypes 缺少 {direction}，但存在该方向的规则",
    ),
    (
        "entryRuleEmpty",
        "a rule with neither peers nor ports would let everything through",
        "既无对端也无端口的规则会放行一切",
    ),
    ("entryRuleWithoutPeers", "a rule for egress needs peers", "出站规则必须指定对端"),
    (
        "entryAllowsAnySource",
        "the rule has ports and no peers: it lets in everybody on them",
        "规则只有端口而没有对端：任何来源都可访问这些端口",
    ),
    ("entryPeerEmpty", "a peer that names nothing", "白名单对端没有指定任何内容"),
    ("entryPeerAmbiguous", "the peer names several things; {used} counts", "对端指定了多项内容；以 {used} 为准"),
    ("entryNamespaceNotFound", "there is no project `{namespace}`", "项目 `{namespace}` 不存在"),
    (
        "entryOtherWorkspace",
        "project `{namespace}` is not in the workspace `{workspace}`",
        "项目 `{namespace}` 不属于企业空间 `{workspace}`",
    ),
    ("entryServiceNotFound", "there is no service `{service}`", "服务 `{service}` 不存在"),
    (
        "entryServiceWithoutSelector",
        "service `{service}` has no selector: nobody knows its pods",
        "服务 `{service}` 没有选择器：无法得知其容器组",
    ),
    (
        "entryServiceExternalName",
        "service `{service}` is an alias for `{name}`: it has no pods",
        "服务 `{service}` 是 `{name}` 的别名：没有容器组",
    ),
    ("entryPortNotInService", "service `{service}` has no port `{port}`", "服务 `{service}` 没有端口 `{port}`"),
    (
        "entryNamedPortUnresolved",
        "no pod of service `{service}` declares the port `{port}`",
        "服务 `{service}` 的容器组都没有声明端口 `{port}`",
    ),
    (
        "entryPeerOnHostNetwork",
        "service `{service}` has pods on their nodes' network, which no selector finds: {pods}",
        "服务 `{service}` 有使用主机网络的容器组，选择器无法匹配：{pods}",
    ),
    ("entryCidrInvalid", "`{value}` is not a cidr", "白名单中的 `{value}` 不是网段"),
    (
        "entryCidrHostBits",
        "`{value}` has host bits set; `{meant}` is written",
        "`{value}` 含有主机位；将写为 `{meant}`",
    ),
    ("entryExceptInvalid", "except `{value}` is not strictly inside its cidr", "except `{value}` 不在其网段之内"),
    ("entryProtocolInvalid", "`{value}` is not TCP, UDP or SCTP", "协议 `{value}` 不是 TCP、UDP 或 SCTP"),
    ("entryPortInvalid", "`{value}` is not a port or a port's name", "`{value}` 不是端口号或端口名"),
    ("entryEndPortInvalid", "endPort `{value}` makes no range", "endPort `{value}` 不能构成端口范围"),
    (
        "entryRangeInvalid",
        "`{value}` is not a range of addresses of one family, from a first to a last one",
        "`{value}` 不是同一地址族中由小到大的地址范围",
    ),
    (
        "entryRefused",
        "its policy was refused when it was written: the entry has no effect",
        "写入其网络策略时被拒绝：该条目不生效",
    ),
    (
        "entrySwitchUnknown",
        "whether its project is isolated is unknown: it stays as it is",
        "无法得知其项目是否隔离：保持现状",
    ),
    (
        "allowlistWorkspaceNotFound",
        "there is no workspace `{workspace}`: the allowlist is for nobody",
        "企业空间 `{workspace}` 不存在：该白名单没有适用对象",
    ),
    (
        "kubesphereIgnores",
        "KubeSphere knows nothing of this kind: it counts for nothing there",
        "KubeSphere 没有这类对象：不起作用",
    ),
    (
        "projectWithoutWorkspace",
        "the project belongs to no workspace: nothing is done for it",
        "项目不属于任何企业空间：不作处理",
    ),
    (
        "projectWorkspaceNotFound",
        "the workspace `{workspace}` is not there: nothing is done for the project",
        "企业空间 `{workspace}` 不存在：不对该项目作处理",
    ),
    (
        "projectHostNetworkPods",
        "pods on their nodes' network, which no policy covers: {pods}",
        "使用主机网络、不受任何策略约束的容器组：{pods}",
    ),
    (
        "workspaceSwitchUnreadable",
        "the isolation switch cannot be read: its projects stay as they are",
        "无法读取隔离开关：其项目保持现状",
    ),
    (
        "workspaceSwitchesContradict",
        "the field and the annotation disagree; the workspace counts as isolated",
        "字段与注解不一致；视为已启用隔离",
    ),
    (
        "workspaceTemplateDiffers",
        "the Workspace says {workspace}, its template {template}; the Workspace counts",
        "Workspace 为 {workspace}，模板为 {template}；以 Workspace 为准",
    ),
    (
        "workspaceClusterUnknown",
        "the template differs by cluster, and which cluster this is has not been said",
        "模板因集群而异，而当前集群未知",
    ),
    (
        "configurationUnreadable",
        "KubeSphere's settings cannot be read; none of them counts: {detail}",
        "无法读取 KubeSphere 的配置，均不采用：{detail}",
    ),
    (
        "configurationDisabled",
        "KubeSphere's network policy controller is switched off there: it would write nothing of this",
        "KubeSphere 的网络策略控制器已关闭：它不会写入这些策略",
    ),
    ("allowedNamespaceInvalid", "`{value}` cannot be the name of a namespace", "`{value}` 不能作为项目名"),
    (
        "allowedNamespaceNotFound",
        "the namespace `{namespace}`, which may always come in, is not there",
        "始终允许访问的项目 `{namespace}` 不存在",
    ),
    ("nodeAddressInvalid", "`{value}` is not an address; it is left out", "`{value}` 不是地址，已忽略"),
    (
        "dnsNotFound",
        "egress is restricted, and no DNS was found that could stay open",
        "出站已受限，但没有找到可保持开放的 DNS",
    ),
    (
        "dnsNodeLocalUnknown",
        "the cluster runs NodeLocal DNS, and its addresses were not found",
        "集群使用 NodeLocal DNS，但没有找到其地址",
    ),
    (
        "dnsPortUnresolved",
        "no pod of the DNS service `{service}` declares the port `{port}`",
        "DNS 服务 `{service}` 的容器组没有声明端口 `{port}`",
    ),
    ("dnsServiceNotFound", "the DNS service `{service}` is not there", "DNS 服务 `{service}` 不存在"),
    (
        "apiServerNotFound",
        "the API server was to stay open, and its endpoints are not in the input",
        "API server 应保持可访问，但输入中没有其端点",
    ),
    (
        "policyConflict",
        "`{policy}` was written by somebody else: it stays, and ours is not written",
        "`{policy}` 由他人创建：予以保留，不写入我们的策略",
    ),
    (
        "policyNotOurs",
        "`{policy}` is called as ours are, was written by somebody else, and nothing asks for it: it stays in effect",
        "`{policy}` 与我们的策略同一命名方式，但由他人创建且无对应需求：保留并继续生效",
    ),
    (
        "policyRefused",
        "an API server would refuse `{policy}`: {field} is `{value}`",
        "API server 会拒绝 `{policy}`：{field} 为 `{value}`",
    ),
    (
        "kubesphereDeletesEntries",
        "KubeSphere deletes all entries of a project that its own switch does not isolate: {entries}",
        "项目自身未启用隔离时，KubeSphere 会删除其全部白名单条目：{entries}",
    ),
    (
        "kubesphereTakesBackPolicy",
        "KubeSphere deletes the entry in the same pass; its next pass deletes `{policy}`",
        "KubeSphere 在同一轮中删除该条目；下一轮会删除 `{policy}`",
    ),
    (
        "kubesphereTakesBackEgress",
        "KubeSphere restricts egress because of entries that it deletes in the same pass; its next pass opens it again",
        "KubeSphere 因同一轮中被删除的条目而限制出站；下一轮会重新放开",
    ),
    (
        "kubesphereOverwritesBase",
        "the entry overwrites the policy that isolates, `{policy}`",
        "该条目会覆盖隔离策略 `{policy}`",
    ),
    (
        "kubesphereLeavesPolicy",
        "KubeSphere leaves `{policy}` behind until it restarts",
        "KubeSphere 会遗留 `{policy}`，直到其重启",
    ),
];
