//! Words of `controller` and `migrate`.

use super::Entry;

/// Answers, codes, and what `--help` says.
pub(super) const ENTRIES: &[Entry] = &[
    ("controller.nothing", "nothing to do", "无需任何操作"),
    (
        "controllerProjectFails",
        "the policies of `{project}` are not as they have to be",
        "项目 `{project}` 的网络策略未能达到应有状态",
    ),
    (
        "exposureNotRead",
        "what decides about ways to it cannot be read: what there is of it stays",
        "无法读取决定其链路的对象：保留现有策略",
    ),
    ("status.exposureInactive", "nothing isolates its target: everyone gets in", "其目标未被隔离：任何人都可访问"),
    ("controllerRefused", "`{object}` was not written: {error}", "未能写入 `{object}`：{error}"),
    (
        "controllerNotRead",
        "`{kind}` cannot be read, and without it nothing is done: {error}",
        "无法读取 `{kind}`，因此不执行任何操作：{error}",
    ),
    (
        "controllerCannotTrace",
        "traces cannot be sent to `{endpoint}`: {error}",
        "无法向 `{endpoint}` 发送链路追踪数据：{error}",
    ),
    ("controllerCannotListen", "cannot listen at {address}: {error}", "无法监听 {address}：{error}"),
    (
        "help.controller",
        "Keep a cluster's policies as its switches and allowlists mean them",
        "持续保持集群网络策略与隔离开关、白名单一致",
    ),
    (
        "help.controller.long",
        "Reacts to every change, writes only what has to change, in an order in which nothing gets through or is shut out that neither before nor after means, and touches no policy that it did not make. It says of every entry in its status what became of it.",
        "响应每次变更，只写入需要改变的内容；写入顺序保证任何时刻都不会多放行或多拦截；不触碰他人创建的策略。每个白名单条目的状态会说明其结果。",
    ),
    (
        "help.controller.examples",
        "  # what it would write\n  bulkhead controller --once --dry-run",
        "  # 查看将会写入什么\n  bulkhead controller --once --dry-run",
    ),
    ("controllerCannotConnect", "there is no cluster to work on: {error}", "没有可操作的集群：{error}"),
    (
        "help.controller.store",
        "Work on this local store [default: the cluster of the kubeconfig, or that this runs in]",
        "操作此本地存储 [默认：kubeconfig 的集群，或程序所在的集群]",
    ),
    (
        "help.controller.once",
        "End when nothing is left to do, and say what was done",
        "完成所有操作后结束，并列出所做的操作",
    ),
    (
        "help.controller.dry_run",
        "Write nothing; say what would be written first",
        "不写入任何内容；仅显示将要写入的内容",
    ),
    (
        "help.controller.listen",
        "Answer /healthz, /readyz and /metrics here",
        "在此地址提供 /healthz、/readyz 与 /metrics",
    ),
    ("help.controller.log", "The form of the log: text, json [default: text]", "日志格式：text、json [默认：text]"),
    (
        "help.controller.lease_namespace",
        "Where the lease of the leader is [default: bulkhead-system]",
        "选主租约所在的命名空间 [默认：bulkhead-system]",
    ),
    (
        "help.controller.no_lease",
        "Do not ask for a lease: nobody else does this work",
        "不使用租约：确定没有其他实例在运行",
    ),
    (
        "migrate.theirs",
        "Policies as KubeSphere's controller writes them, to be taken over:",
        "与 KubeSphere 控制器所写一致、可接管的网络策略：",
    ),
    (
        "migrate.others",
        "Policies under such names that are not as KubeSphere's controller writes them; they stay as they are:",
        "名称相同但与 KubeSphere 控制器所写不一致的网络策略，保持不变：",
    ),
    (
        "migrate.nothing",
        "There is no policy of KubeSphere's controller to take over.",
        "没有可接管的 KubeSphere 网络策略。",
    ),
    (
        "migrate.difference",
        "What changes once they are taken over and made as ours are:",
        "接管并按本程序的方式改写后的变化：",
    ),
    ("migrate.taken", "taken over", "已接管"),
    ("migrate.returned", "given back", "已归还"),
    (
        "migrate.next",
        "Nothing lets through anything else yet. Switch KubeSphere's own controller off (network.enableNetworkPolicy: false), then run `bulkhead controller`.",
        "目前放行情况没有任何变化。请先关闭 KubeSphere 自身的控制器（network.enableNetworkPolicy: false），再运行 `bulkhead controller`。",
    ),
    (
        "help.migrate",
        "Go from KubeSphere's own controller to this one, or back",
        "从 KubeSphere 自身的控制器迁移到本程序，或迁回",
    ),
    (
        "help.migrate.long",
        "Without --take-over and --go-back nothing is written: it shows which policies are KubeSphere's, and what becomes reachable, and stops being, once they are taken over. Taking over only labels them; the controller makes them as it means them, in its order.",
        "不带 --take-over 与 --go-back 时不写入任何内容：仅显示哪些策略属于 KubeSphere，以及接管后哪些访问会变为可达或不再可达。接管只会添加标签；随后由控制器按其顺序改写。",
    ),
    (
        "help.migrate.examples",
        "  # compare first\n  bulkhead migrate\n  bulkhead migrate --take-over\n  bulkhead migrate --go-back",
        "  # 先比较\n  bulkhead migrate\n  bulkhead migrate --take-over\n  bulkhead migrate --go-back",
    ),
    (
        "help.migrate.store",
        "Work on this local store [default: the cluster of the kubeconfig]",
        "操作此本地存储 [默认：kubeconfig 的集群]",
    ),
    ("help.migrate.take_over", "Label KubeSphere's policies as ours", "将 KubeSphere 的网络策略标记为由本程序管理"),
    (
        "help.migrate.go_back",
        "Make the policies as KubeSphere's controller writes them, and take our label off",
        "按 KubeSphere 控制器的方式改写网络策略，并移除标记",
    ),
];
