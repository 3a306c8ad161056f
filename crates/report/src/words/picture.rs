//! Words in pictures.

use super::Entry;

/// Titles, legends and notes.
pub(super) const ENTRIES: &[Entry] = &[
    ("picture.title.workspace", "Who reaches whom: workspaces", "谁能访问谁：企业空间"),
    ("picture.title.project", "Who reaches whom: projects", "谁能访问谁：项目"),
    ("picture.title.workload", "Who reaches whom: workloads", "谁能访问谁：工作负载"),
    (
        "picture.about",
        "workloads: {workloads}; open pairs: {pairs}; what no line joins is closed by policies",
        "工作负载：{workloads}；可访问：{pairs} 对；没有连线的均被策略禁止",
    ),
    (
        "picture.how",
        "Whoever reaches the same and is reached by the same stands together. What no line joins is closed by policies.",
        "访问关系相同的对象合并显示；没有连线的均被策略禁止。",
    ),
    ("picture.picture", "The picture", "图"),
    ("picture.table", "The same as a table", "表格"),
    ("picture.open", "What is open", "开放程度"),
    ("picture.pairs", "Pairs", "对数"),
    ("picture.open.all", "every pair, on every port", "所有组合的所有端口"),
    ("picture.open.some", "some pairs or some ports", "部分组合或部分端口"),
    ("picture.open.undetermined", "nobody can tell", "无法确定"),
    ("picture.crosses", "into another workspace", "跨企业空间"),
    ("picture.apart", "Policies close every way to and from these:", "策略禁止了以下对象的所有进出访问："),
    ("picture.noWorkspace", "projects without a workspace", "不属于企业空间的项目"),
    ("picture.inWorkspace", "in {workspace}", "属于 {workspace}"),
    ("picture.workspace", "workspace", "企业空间"),
    ("picture.project", "project", "项目"),
    ("picture.workloads", "workloads: {count}", "工作负载：{count}"),
    ("picture.alike.workspace", "{count} workspaces, alike", "{count} 个相同的企业空间"),
    ("picture.alike.project", "{count} projects, alike", "{count} 个相同的项目"),
    ("picture.alike.workload", "{count} workloads, alike", "{count} 个相同的工作负载"),
    ("picture.alike.pod", "{count} pods, alike", "{count} 个相同的容器组"),
    ("picture.otherRanges", "{count} other ranges of addresses", "其他 {count} 个地址范围"),
    ("picture.connections", "{count} connections", "{count} 条连接"),
    ("picture.inside", "and {count} connections inside", "内部另有 {count} 条连接"),
    ("picture.packetSource", "from", "源"),
    ("picture.packetDestination", "to", "目的"),
    ("picture.tunnel", "in a {tunnel} tunnel", "经 {tunnel} 隧道"),
    ("picture.level.workspace", "workspaces", "企业空间"),
    ("picture.level.project", "projects", "项目"),
    (
        "picture.folded",
        "{count} parties are too many to draw: they are shown by {level}.",
        "共 {count} 个对象，过多而无法绘制，改为按{level}显示。",
    ),
    (
        "picture.foldedRows",
        "{count} rows are folded; narrow the question to see them.",
        "已折叠 {count} 行；缩小查询范围即可查看。",
    ),
];
