//! Words of the lint rules: what each is about (`.title`), why that matters (`.why`), what a finding says, and what to do
//! (`.help`).

mod path;
mod policy;
mod tenancy;

use super::Entry;

pub(super) use path::PATH;
pub(super) use policy::POLICY;
pub(super) use tenancy::TENANCY;

/// Words around findings.
pub(super) const AROUND: &[Entry] = &[
    ("lintRuleUnknown", "there is no rule `{value}`", "没有规则 `{value}`"),
    ("lintRuleUnknown.help", "`bulkhead lint --rules` lists them", "用 `bulkhead lint --rules` 查看所有规则"),
    ("lint.group.policy", "Policies", "策略"),
    ("lint.group.path", "The way to a policy", "到达策略的路径"),
    ("lint.group.tenancy", "Workspaces and projects", "企业空间与项目"),
    ("lint.group.suppression", "Suppressions", "抑制"),
    ("lint.nothing", "nothing found", "未发现问题"),
    (
        "lint.summary",
        "errors: {errors}, warnings: {warnings}, notes: {notes}",
        "错误：{errors}，警告：{warnings}，提示：{notes}",
    ),
    ("lint.suppressed", "{count} suppressed", "已抑制 {count} 个"),
    ("lint.related", "see also", "另见"),
    ("lint.fixHeading", "What to do", "处理方法"),
    (
        "sarif.leftOut",
        "{count} more results are left out: code scanning takes no more",
        "另有 {count} 个结果未列出：代码扫描不接受更多",
    ),
    ("lint.reason", "reason", "理由"),
];
