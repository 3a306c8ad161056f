//! Words around differences.

use super::Entry;

/// Headings and marks of a difference.
pub(super) const ENTRIES: &[Entry] = &[
    (
        "diff.nothing",
        "By policies alone, nothing becomes reachable and nothing stops being.",
        "仅就策略而言，可访问关系没有任何变化。",
    ),
    (
        "diff.head",
        "Between those who were there before and after: {gained} gained, {lost} lost, {changed} changed, {undetermined} undetermined",
        "变更前后均存在的对象之间：新增 {gained}，失去 {lost}，变更 {changed}，无法判定 {undetermined}",
    ),
    ("diff.counts", "+{gained} -{lost} ±{changed} ?{undetermined}", "+{gained}，-{lost}，±{changed}，?{undetermined}"),
    ("diff.appeared", "New: {names}", "新增：{names}"),
    ("diff.disappeared", "Gone: {names}", "已移除：{names}"),
    ("diff.workspace", "workspace {name}", "企业空间 {name}"),
    ("diff.nodes", "nodes", "节点"),
    ("diff.outside", "outside", "集群外"),
    ("diff.anyAddress", "any address", "任意地址"),
    ("diff.more", "{names} and {count} more", "{names} 等另外 {count} 个"),
    ("diff.allPorts", "every port", "所有端口"),
    ("diff.allOf", "every {protocol} port", "所有 {protocol} 端口"),
    (
        "diff.legend",
        "+ becomes reachable   - stops being   ? nobody can tell, before or after. Pairs of workloads are counted, by policies alone: a node always reaches the pods on it.",
        "+ 变为可访问   - 不再可访问   ? 变更前或变更后无法判定。仅考虑策略，按工作负载对计数；节点始终可访问其上的容器组。",
    ),
    ("diff.from", "From", "来源"),
    ("diff.to", "To", "目标"),
    ("diff.gained", "Gained", "新增"),
    ("diff.lost", "Lost", "失去"),
    ("diff.undetermined", "Undetermined", "无法判定"),
];
