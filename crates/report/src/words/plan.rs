//! Words around plans.

use super::Entry;

/// Headings of a plan, and what the switches say.
pub(super) const ENTRIES: &[Entry] = &[
    ("plan.projects", "Projects", "项目"),
    ("plan.entries", "Allowlist entries", "白名单条目"),
    ("plan.allowlists", "Workspace allowlists", "企业空间白名单"),
    ("plan.exposures", "Exposures", "暴露"),
    ("exposure.allowed", "needs no policy: all of it is let in already", "无需策略：已全部放行"),
    (
        "exposure.partial",
        "→ {policies}: only what is known to be needed ({reason})",
        "→ {policies}：仅含已确知所需的部分（{reason}）",
    ),
    ("exposure.inactive", "waits: nothing isolates its pods", "未生效：其容器组未被隔离"),
    (
        "exposure.unresolved",
        "nobody knows what it needs: nothing is opened ({reason})",
        "无法得知所需：不放行任何流量（{reason}）",
    ),
    (
        "exposure.kept",
        "nobody knows what it needs now: what there is of it stays ({reason})",
        "目前无法得知所需：保留现有策略（{reason}）",
    ),
    ("plan.apply", "To write", "待写入"),
    ("plan.delete", "To delete", "待删除"),
    ("plan.nothing", "Nothing has to change.", "无需任何变更。"),
    ("isolation.project", "isolated from other projects", "与其他项目隔离"),
    ("isolation.workspace", "isolated from other workspaces", "与其他企业空间隔离"),
    ("isolation.off", "not isolated", "未隔离"),
    ("isolation.noWorkspace", "in no workspace", "不属于任何企业空间"),
    ("isolation.unknown", "unknown; stays as it is", "无法判定；保持现状"),
    ("entry.inactive", "waits: no switch is on", "未生效：隔离开关均未启用"),
    ("entry.expired", "its time is over", "已过期"),
    ("entry.unresolved", "means nothing that can be written ({reason})", "无法写成策略（{reason}）"),
    ("yaml.delete", "to delete", "待删除"),
    ("yaml.nothing", "nothing to write", "没有需要写入的内容"),
    ("plan.from", "in from {peers}", "入站：{peers}"),
    ("plan.to", "out to {peers}", "出站：{peers}"),
    ("plan.on", "{rule}, on {ports}", "{rule}，端口 {ports}"),
    ("peer.anybody", "anybody", "任意对端"),
    ("peer.except", "{cidr} except {except}", "{cidr}（不含 {except}）"),
    ("peer.pods", "pods {labels}", "容器组 {labels}"),
    ("peer.everyPod", "every pod", "全部容器组"),
    ("peer.here", "this project", "本项目"),
    ("peer.everywhere", "every project", "全部项目"),
    ("peer.project", "{name}", "项目 {name} "),
    ("peer.projects", "projects {labels}", "项目（{labels}）"),
    ("peer.podsOf", "{pods} of {namespaces}", "{namespaces}的{pods}"),
    ("plan.openProjects", "not isolated: {count} more", "未隔离：另有 {count} 个"),
];
