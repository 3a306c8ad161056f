//! Rules about tenants and about suppressions.

use crate::words::Entry;

/// Rules about tenants and about suppressions.
pub(in crate::words) const TENANCY: &[Entry] = &[
    ("BH201.title", "an isolation switch that switches nothing", "不起作用的隔离开关"),
    (
        "BH201.why",
        "KubeSphere isolates a project whose annotation `kubesphere.io/network-isolate` is exactly `enabled`. Any other key or value leaves it open, and nobody says so.",
        "只有当注解 `kubesphere.io/network-isolate` 恰为 `enabled` 时，KubeSphere 才会隔离项目。其他键或值都会使其保持开放，且没有任何提示。",
    ),
    (
        "BH201",
        "`{value}` does not switch isolation on: only `enabled` does",
        "`{value}` 不会开启隔离：只有 `enabled` 才会",
    ),
    (
        "BH201.key",
        "`{key}: {value}` switches nothing: the key is `{right}`",
        "`{key}: {value}` 不起作用：正确的键是 `{right}`",
    ),
    ("BH201.help", "write `{right}: enabled`, or take it out", "改写为 `{right}: enabled`，或删除它"),
    ("BH202.title", "open towards another workspace", "对其他企业空间开放"),
    (
        "BH202.why",
        "Workspaces are tenants. A peer or an allowlist entry that reaches into another tenant's projects makes a hole in the isolation of both. The system's workspace is not reported.",
        "企业空间即租户。触及其他租户项目的对端或白名单条目会破坏双方的隔离。系统企业空间不报告。",
    ),
    (
        "BH202",
        "a project of workspace {workspace} is open towards workspace {others} (projects {projects})",
        "企业空间 {workspace} 的项目对企业空间 {others} 开放（项目 {projects}）",
    ),
    (
        "BH202.help",
        "name the projects that are meant, or move them into one workspace",
        "写明所指的项目，或将其移入同一企业空间",
    ),
    ("BH203.title", "an isolated project without a workspace", "没有企业空间的隔离项目"),
    (
        "BH203.why",
        "KubeSphere's controller leaves projects alone that belong to no workspace, whatever their switch says.",
        "无论开关如何设置，KubeSphere 的控制器都不会处理不属于任何企业空间的项目。",
    ),
    (
        "BH203",
        "the project's isolation is switched on, but it belongs to no workspace: KubeSphere leaves it open",
        "项目已开启隔离，但不属于任何企业空间：KubeSphere 会使其保持开放",
    ),
    (
        "BH203.missing",
        "the project's isolation is switched on, but its workspace {workspace} is not there: KubeSphere leaves it open",
        "项目已开启隔离，但其企业空间 {workspace} 不存在：KubeSphere 会使其保持开放",
    ),
    (
        "BH203.help",
        "give the project a workspace (label `kubesphere.io/workspace`)",
        "为项目指定企业空间（标签 `kubesphere.io/workspace`）",
    ),
    ("BH204.title", "an allowlist entry where nothing is isolated", "未隔离项目中的白名单条目"),
    (
        "BH204.why",
        "An entry opens what isolation closes. Where neither the project nor its workspace is isolated it has no effect, and KubeSphere 3 deletes it.",
        "白名单条目用于放行被隔离关闭的访问。项目及其企业空间都未隔离时它不起作用，KubeSphere 3 还会将其删除。",
    ),
    (
        "BH204",
        "neither project {namespace} nor its workspace is isolated: the entry opens nothing",
        "项目 {namespace} 及其企业空间均未隔离：该条目没有放行任何内容",
    ),
    ("BH204.help", "switch isolation on, or take the entry out", "开启隔离，或删除该条目"),
    ("BH901.title", "a suppression without a reason", "没有理由的抑制"),
    ("BH901.why", "Nobody will know later whether the reason still holds.", "以后无人知道理由是否仍然成立。"),
    ("BH901", "the suppression of {rules} has no reason", "对 {rules} 的抑制没有理由"),
    (
        "BH901.help",
        "write the reason behind the rules: `BH014: the CNI needs it`",
        "在规则后写明理由：`BH014: CNI 需要`",
    ),
    ("BH902.title", "a suppression of nothing", "没有抑制任何内容"),
    (
        "BH902.why",
        "Either the fault has gone, or the suppression never reached it. It would hide the next one.",
        "要么问题已经消失，要么抑制从未生效。它会掩盖今后的问题。",
    ),
    ("BH902", "there is no finding of {rules} here", "此处没有 {rules} 的结果"),
    ("BH902.help", "take it out", "删除它"),
    ("BH903.title", "a suppression of an unknown rule", "抑制了不存在的规则"),
    ("BH903.why", "A misspelt id suppresses nothing.", "拼写错误的编号不会抑制任何内容。"),
    ("BH903", "there is no rule `{rules}`", "没有规则 `{rules}`"),
    ("BH903.help", "`bulkhead lint --rules` lists them", "用 `bulkhead lint --rules` 查看所有规则"),
];
