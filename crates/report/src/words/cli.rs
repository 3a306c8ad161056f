//! Words of the command line itself.

use super::Entry;

/// Codes of `cli`, and the words around issues.
pub(super) const ENTRIES: &[Entry] = &[
    (
        "noSuchModel",
        "nothing of the name `{value}` is modelled; `bulkhead models` lists what is",
        "没有名为 `{value}` 的模型；`bulkhead models` 可列出全部",
    ),
    ("mark.comma", ", ", "，"),
    ("mark.colon", ": ", "："),
    ("mark.semicolon", "; ", "；"),
    ("severity.error", "error", "错误"),
    ("severity.warning", "warning", "警告"),
    ("severity.note", "note", "提示"),
    ("issues.help", "help", "帮助"),
    (
        "exposureIsAListing",
        "`--exposure` is part of `-o netpol-analyzer`; other formats have addresses outside anyway (`--from outside`)",
        "`--exposure` 仅用于 `-o netpol-analyzer`；其他格式本就包含集群外地址（`--from outside`）",
    ),
    (
        "listingIsWhole",
        "`-o {format}` lists everything: it takes no `--from`, `--to`, `-n`, `--workspace`, `-l`, `--port`, `--by` or `--full`",
        "`-o {format}` 列出全部结果，不接受 `--from`、`--to`、`-n`、`--workspace`、`-l`、`--port`、`--by`、`--full`",
    ),
    (
        "documentsLost",
        "documents that could not be read: {count}; they may hold any policy, so that nothing counts as proven",
        "未能读取的文档：{count} 个；其中可能有任何策略，因此不能视为已证明",
    ),
    (
        "diffOfWhat",
        "a difference needs two states: OLD and NEW, or a dump (`-f`) and changed files (`--with`)",
        "比较需要两个状态：OLD 与 NEW，或一份导出文件（`-f`）与变更文件（`--with`）",
    ),
    (
        "internal",
        "bulkhead itself failed; this is a fault of the program, not of your input",
        "bulkhead 自身出错；这是程序的缺陷，与您的输入无关",
    ),
    ("internal.help", "please report it, with the command and the message above", "请附上所用命令和上面的信息提交报告"),
    ("cannotWrite", "cannot write the answer: {error}", "无法写出结果：{error}"),
    ("noCluster", "no cluster to read", "没有可读取的集群"),
    (
        "noCluster.help",
        "name a cluster with `--kubeconfig FILE`, give a dump with `-f FILE` (`kubectl get … -o yaml`), or try the one that ships with this program: `-f example:shop`",
        "用 `--kubeconfig FILE` 指定集群，用 `-f FILE` 指定集群导出文件（`kubectl get … -o yaml`），或试用程序自带的示例：`-f example:shop`",
    ),
    (
        "planNeedsEverything",
        "policies follow from the whole cluster, and not all of it could be read",
        "策略取决于整个集群，而集群未能完整读取",
    ),
    ("clusterUnreadable", "cannot read the cluster: {error}", "无法读取集群：{error}"),
    ("cannotWriteFile", "cannot write `{path}`: {error}", "无法写入 `{path}`：{error}"),
    ("pull.written", "{count} objects written to {path}", "已将 {count} 个对象写入 {path}"),
    ("fileNotFound", "there is no file `{path}`", "文件 `{path}` 不存在"),
    ("fileUnreadable", "cannot read `{path}`: {error}", "无法读取 `{path}`：{error}"),
    ("nothingRead", "no object to answer about was found (inputs: {count})", "{count} 个输入中没有可供分析的对象"),
    (
        "standardInputTwice",
        "`-` stands for standard input, which can be read only once",
        "`-` 表示标准输入，只能读取一次",
    ),
    (
        "noSuchFormat",
        "`{value}` is no format for this answer; there are {known}",
        "该结果没有 `{value}` 这种格式；可用格式：{known}",
    ),
    ("originNotation", "`{value}` does not say who opens the connection", "`{value}` 没有说明连接由谁发起"),
    (
        "originNotation.help",
        "write pod/NAMESPACE/NAME, node/NAME or an address",
        "请写成 pod/NAMESPACE/NAME、node/NAME 或一个地址",
    ),
    ("destinationNotation", "`{value}` does not say what the connection is opened to", "`{value}` 没有说明连接的目标"),
    (
        "destinationNotation.help",
        "write pod/NAMESPACE/NAME, node/NAME, service/NAMESPACE/NAME, ingress/…, gateway/…, httproute/… or an address, then :PORT, then /PROTOCOL",
        "请写成 pod/NAMESPACE/NAME、node/NAME、service/NAMESPACE/NAME、ingress/…、gateway/…、httproute/… 或一个地址，之后可加 :PORT，再加 /PROTOCOL",
    ),
    ("notAnswered", "this cannot be answered yet", "暂时无法回答"),
    ("issues.more", "{count} more `{code}`", "另有 {count} 条 `{code}`"),
    (
        "noSuchValue",
        "`{value}` is no value for {option}; there are {known}",
        "{option} 没有 `{value}` 这个取值；可用取值：{known}",
    ),
    ("notACidr", "`{value}` is not a cidr", "`{value}` 不是 CIDR 网段"),
    ("objectsSkipped", "skipped, as no answer depends on them: {kinds}", "已跳过与结果无关的对象：{kinds}"),
    ("targetNotation", "`{value}` is no target for an allowlist", "`{value}` 不能作为白名单的目标"),
    (
        "targetNotation.help",
        "write service/NAMESPACE/NAME, ingress/…, gateway/…, httproute/… (and its like), pod/…, deployment/… (or another workload), namespace/NAME or workspace/NAME; behind a service, a pod or a workload :PORT",
        "请写成 service/NAMESPACE/NAME、ingress/…、gateway/…、httproute/…（等）、pod/…、deployment/…（或其他工作负载）、namespace/NAME 或 workspace/NAME；服务、容器组与工作负载之后可加 :PORT",
    ),
    ("systemTarget", "`{value}` is no project", "`{value}` 不是项目"),
    ("systemTarget.help", "write namespace/NAME", "请写成 namespace/NAME"),
    ("clientNotation", "`{value}` does not say who the client is", "`{value}` 没有说明客户端是谁"),
    (
        "clientNotation.help",
        "write an address, a cidr, pod/NAMESPACE/NAME, deployment/… (or another workload), namespace/NAME, workspace/NAME, node/NAME or any",
        "请写成地址、网段、pod/NAMESPACE/NAME、deployment/…（或其他工作负载）、namespace/NAME、workspace/NAME、node/NAME 或 any",
    ),
];
