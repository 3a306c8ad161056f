//! Words of `--help`: `help.COMMAND`, `help.COMMAND.ARGUMENT`, `help.every.ARGUMENT` for those that several commands have.

use super::Entry;

/// What `--help` says.
pub(super) const ENTRIES: &[Entry] = &[
    ("help.heading.usage", "Usage", "用法"),
    ("help.heading.commands", "Commands", "命令"),
    ("help.heading.arguments", "Arguments", "参数"),
    ("help.heading.options", "Options", "选项"),
    ("help.heading.examples", "Examples:", "示例："),
    ("help.every.help", "Print help (`-h` for a summary)", "显示帮助（`-h` 为摘要）"),
    ("help.every.version", "Print the version", "显示版本"),
    (
        "help",
        "Tenant network isolation for Kubernetes: isolate projects, trace traffic hop by hop, find the least to allow",
        "Kubernetes 租户网络隔离：隔离项目、逐跳追踪流量、求出最小放行配置",
    ),
    (
        "help.long",
        "Reads a dump of a cluster (`kubectl get … -o yaml`), or the example that ships with it (`-f example:shop`).\nExit status: 0 answered, 1 the answer is no where a yes was asserted, 2 usage or unreadable input, 3 internal failure.",
        "读取集群导出文件（`kubectl get … -o yaml`），或程序自带的示例（`-f example:shop`）。\n退出状态：0 已回答；1 断言为“是”而答案为“否”；2 用法错误或输入不可读；3 程序内部错误。",
    ),
    (
        "help.every.lang",
        "The language of answers [default: from LC_ALL, LC_MESSAGES, LANG; else en]",
        "结果所用的语言 [默认：取自 LC_ALL、LC_MESSAGES、LANG，否则为 en]",
    ),
    (
        "help.every.color",
        "When to use colours; NO_COLOR is honoured [default: auto]",
        "何时使用颜色；遵循 NO_COLOR [默认：auto]",
    ),
    (
        "help.every.verbose",
        "Also say notes: findings that change no answer, and how many objects of other kinds were skipped",
        "同时显示提示：不影响结果的发现，以及跳过了多少其他类型的对象",
    ),
    (
        "help.every.filenames",
        "A dump of the cluster: a file, a folder, `-` for standard input, or `example:shop`. Repeat it to put several together",
        "集群导出文件：文件、目录、`-`（标准输入）或 `example:shop`。可重复使用以合并多个来源",
    ),
    (
        "help.trace.output",
        "The form of the answer: text, json, svg [default: text]",
        "结果的格式：text、json、svg [默认：text]",
    ),
    (
        "help.check",
        "Whether what is asserted about the cluster holds: who may reach whom, who may not, through which doors",
        "检验关于集群的断言是否成立：谁可以访问谁，谁不可以，经由哪些入口",
    ),
    (
        "help.check.long",
        "TESTS are files with `kind: ConnectivityTest`, or folders of them; docs/check.md describes them.\nExit status: 0 everything holds, 1 something does not or nobody can tell, 2 a file cannot be read.",
        "TESTS 为包含 `kind: ConnectivityTest` 的文件或其所在目录，格式见 docs/check.md。\n退出状态：0 全部成立；1 有断言不成立或无法判定；2 文件不可读。",
    ),
    (
        "help.check.examples",
        "  # what must be so\n  printf '%s\\n' 'apiVersion: bulkhead.dev/v1alpha1' \\\n    'kind: ConnectivityTest' 'spec:' '  assertions:' \\\n    '  - {from: namespace/billing, to: service/shop/web}' |\n    bulkhead check - -f example:shop",
        "  # 必须成立的断言\n  printf '%s\\n' 'apiVersion: bulkhead.dev/v1alpha1' \\\n    'kind: ConnectivityTest' 'spec:' '  assertions:' \\\n    '  - {from: namespace/billing, to: service/shop/web}' |\n    bulkhead check - -f example:shop",
    ),
    (
        "help.check.tests",
        "Files with assertions, or folders of them; `-` for standard input",
        "包含断言的文件或其所在目录；`-` 为标准输入",
    ),
    (
        "help.check.output",
        "The form of the answer: text, json, junit, github [default: text]",
        "结果的格式：text、json、junit、github [默认：text]",
    ),
    (
        "help.trace",
        "Every way of a connection, hop by hop: the packet before and after, what each policy says, the outcome",
        "逐跳展示连接的每条路径：每一跳前后的数据包、各策略的结论与最终结果",
    ),
    (
        "help.trace.long",
        "FROM is pod/NAMESPACE/NAME, node/NAME or an address.\nTO is pod/…, node/…, service/NAMESPACE/NAME, ingress/NAMESPACE/NAME, gateway/…, httproute/… (grpcroute, tlsroute, tcproute, udproute)\nor an address, then :PORT, then /PROTOCOL (TCP unless said).",
        "FROM 为 pod/NAMESPACE/NAME、node/NAME 或地址。\nTO 为 pod/…、node/…、service/NAMESPACE/NAME、ingress/NAMESPACE/NAME、gateway/…、httproute/…（grpcroute、tlsroute、tcproute、udproute）\n或地址，之后可加 :PORT，再加 /PROTOCOL（默认 TCP）。",
    ),
    (
        "help.trace.examples",
        "  # what a client outside meets on its way through the NodePort\n  bulkhead trace 203.0.113.7 service/shop/web:http --door NodePort -f example:shop\n  # the same as JSON, every hop in it\n  bulkhead trace 203.0.113.7 service/shop/web:http -o json -f example:shop",
        "  # 集群外客户端经 NodePort 访问时经过的每一跳\n  bulkhead trace 203.0.113.7 service/shop/web:http --door NodePort -f example:shop\n  # 同上，以 JSON 输出，含每一跳\n  bulkhead trace 203.0.113.7 service/shop/web:http -o json -f example:shop",
    ),
    (
        "help.every.by_node",
        "In JSON, nodes that behave alike but have addresses of their own: `routes` (one each), `lists` (one route, addresses as lists) or `fitting` (routes up to 1,000, then lists) [default: fitting]",
        "JSON 中行为相同而地址不同的节点：`routes`（各一条路径）、`lists`（合为一条，地址以列表给出）或 `fitting`（不超过 1,000 条时用 routes，否则用 lists）[默认：fitting]",
    ),
    ("help.every.from", "Who opens the connection", "连接的发起方"),
    ("help.every.to", "What it is opened to", "连接的目标"),
    (
        "help.every.door",
        "Only this kind of door of a service or an ingress: ClusterIP, NodePort, LoadBalancer, ExternalIP, PodIP, HostPort",
        "只考虑 service 或 ingress 的这一类入口：ClusterIP、NodePort、LoadBalancer、ExternalIP、PodIP、HostPort",
    ),
    (
        "help.every.entry_node",
        "Only by this node, where the network outside decides which node a packet meets first",
        "由外部网络决定首个节点时，只考虑经由该节点的路径",
    ),
    (
        "help.demo",
        "The console on an example cluster that can be written; or, as text, the whole story of isolation and its least allowlist",
        "在可写的示例集群上打开控制台；或以文本讲述隔离与最小放行配置的完整过程",
    ),
    (
        "help.demo.examples",
        "  # the console\n  bulkhead demo\n  # the story, in Chinese\n  bulkhead demo --text --lang zh",
        "  # 控制台\n  bulkhead demo\n  # 文本，英文版\n  bulkhead demo --text --lang en",
    ),
    (
        "help.diff",
        "What becomes reachable and what stops being, from one state of a cluster to another",
        "集群从一个状态到另一个状态，哪些变为可访问、哪些不再可访问",
    ),
    (
        "help.diff.long",
        "OLD and NEW are dumps: a file, a folder, or `-`. Or one dump, and files with changed objects on top of it.\nExit status: 0 nothing changes, 1 something does; with `-o netpol-analyzer` always 0, as that tool has it.",
        "OLD 与 NEW 为集群导出文件：文件、目录或 `-`。也可给出一份导出文件，并在其上叠加含变更对象的文件。\n退出状态：0 无变化；1 有变化；使用 `-o netpol-analyzer` 时始终为 0，与该工具一致。",
    ),
    (
        "help.diff.examples",
        "  # two dumps, here the same one twice\n  bulkhead diff example:shop example:shop\n  # what would these policies do?\n  bulkhead plan -f example:shop -o yaml | bulkhead diff -f example:shop --with -",
        "  # 两份导出文件（此处为同一份）\n  bulkhead diff example:shop example:shop\n  # 这些策略会带来什么变化？\n  bulkhead plan -f example:shop -o yaml | bulkhead diff -f example:shop --with -",
    ),
    ("help.diff.old", "The cluster as it was", "变更前的集群"),
    ("help.diff.new", "The cluster as it is then", "变更后的集群"),
    (
        "help.diff.changes",
        "Objects on top of the dump; one that it has already is replaced, none is taken away. Pods that the dump has stay as they are, whatever becomes of their workload's template: give them, too, or compare two dumps. Repeat it to put several together",
        "叠加在导出文件之上的对象；已存在的同名对象被替换，不会删除任何对象。导出文件中已有的容器组保持不变，即使其工作负载的模板有改动：请一并给出容器组，或比较两份导出文件。可重复",
    ),
    (
        "help.diff.output",
        "The form of the answer: text, json, md, netpol-analyzer [default: text]",
        "结果的格式：text、json、md、netpol-analyzer [默认：text]",
    ),
    (
        "help.explain",
        "The rules that decided, with file and line; where the answer is no, the rule that came nearest and why it missed",
        "起决定作用的规则及其文件与行号；结果为“否”时，给出最接近放行的规则及其未匹配的原因",
    ),
    (
        "help.explain.long",
        "FROM and TO as for `trace`: each question that was put to policies on the way is accounted for, every policy, every rule.\nWithout them, every pair that the options leave (as for `reach`): what either side's policies say, port by port, and which rules say so.",
        "FROM 与 TO 同 `trace`：途中向策略提出的每个问题都会逐条策略、逐条规则说明。\n若不给出，则针对选项所限定的每一对（同 `reach`）：两端策略对各端口的结论，以及起决定作用的规则。",
    ),
    (
        "help.explain.examples",
        "  # why does this pod not reach the database?\n  bulkhead explain pod/billing/api-5c6f9d7b84-7nwhd service/shop/db:5432 -f example:shop\n  # why, for everybody who might reach it\n  bulkhead explain --to sts/shop/db --port 5432 -f example:shop\n  # everything, for programs\n  bulkhead explain -o jsonl -f example:shop",
        "  # 这个容器组为什么访问不了数据库？\n  bulkhead explain pod/billing/api-5c6f9d7b84-7nwhd service/shop/db:5432 -f example:shop\n  # 对所有可能的访问者说明原因\n  bulkhead explain --to sts/shop/db --port 5432 -f example:shop\n  # 全部，供程序使用\n  bulkhead explain -o jsonl -f example:shop",
    ),
    (
        "help.explain.output",
        "The form of the answer: text, json; without FROM and TO also jsonl [default: text]",
        "结果的格式：text、json；未给出 FROM 与 TO 时还有 jsonl [默认：text]",
    ),
    (
        "help.explain.full",
        "List every pair in text, however many there are; otherwise more than 200 become what each pod's policies say, and to whom",
        "以文本逐对列出；否则超过 200 对时改为列出各容器组的策略对谁作何判断",
    ),
    (
        "help.explain.by",
        "What peers are, without FROM and TO: workload, pod [default: workload]",
        "未给出 FROM 与 TO 时以何为单位：workload（工作负载）、pod（容器组） [默认：workload]",
    ),
    (
        "help.minimal",
        "The least that must be let in so that these clients reach a target, a way that needs each entry, and who else gets in",
        "使指定客户端可访问目标所需的最小白名单、每个条目所对应的路径，以及还有谁会因此获准进入",
    ),
    (
        "help.minimal.long",
        "TARGET is service/NAMESPACE/NAME, ingress/…, gateway/…, httproute/… (and its like), pod/…, deployment/… (or another workload), namespace/NAME or workspace/NAME; with :PORT for one port of a service, a pod or a workload.\nThe list is complete, holds nothing that no way needs, and breaks a way if any entry is taken out.",
        "TARGET 为 service/NAMESPACE/NAME、ingress/…、gateway/…、httproute/…（等）、pod/…、deployment/…（或其他工作负载）、namespace/NAME 或 workspace/NAME；服务、容器组与工作负载可加 :PORT 指定端口。\n该白名单是完备的，不含任何多余内容，去掉任一条目都会使某条路径中断。",
    ),
    (
        "help.minimal.examples",
        "  # what to allow so that one client reaches the shop by NodePort\n  bulkhead minimal service/shop/web --door NodePort --client 203.0.113.7 -f example:shop\n  # the NetworkPolicy for it\n  bulkhead minimal service/shop/web --door NodePort --client 203.0.113.7 -o yaml -f example:shop",
        "  # 允许一个客户端经 NodePort 访问商店所需放行的内容\n  bulkhead minimal service/shop/web --door NodePort --client 203.0.113.7 -f example:shop\n  # 对应的 NetworkPolicy\n  bulkhead minimal service/shop/web --door NodePort --client 203.0.113.7 -o yaml -f example:shop",
    ),
    ("help.minimal.target", "What shall be reachable", "需要可访问的目标"),
    (
        "help.minimal.doors",
        "Through this kind of door; repeat it for several [default: every door that the target has]",
        "经由这一类入口；可重复 [默认：目标的所有入口]",
    ),
    (
        "help.minimal.clients",
        "By this client: an address, a cidr, pod/…, deployment/… (or another workload), namespace/…, workspace/…, node/… or any; repeat it [default: nobody]",
        "由该客户端访问：地址、网段、pod/…、deployment/…（或其他工作负载）、namespace/…、workspace/…、node/… 或 any；可重复 [默认：无]",
    ),
    (
        "help.minimal.direction",
        "Whose allowlists: `ingress` (the target's), `egress` (the clients', where their egress is restricted), `both` [default: ingress]",
        "生成谁的白名单：`ingress`（目标的入站）、`egress`（出站受限的客户端的出站）、`both` [默认：ingress]",
    ),
    (
        "help.minimal.robust",
        "What the list has to outlast: `now` (the cluster as it is) or `nodes` (pods that move to any node that may run them) [default: now]",
        "白名单需要经受的变化：`now`（集群现状）或 `nodes`（容器组迁移到任何可运行它的节点）[默认：now]",
    ),
    (
        "help.minimal.compare",
        "Hold it against the policies that are there: what is missing, what nobody needs, who gets in; exit status 1 where something is missing",
        "与现有策略比较：缺少什么、多余什么、还有谁可进入；有缺少时退出状态为 1",
    ),
    (
        "help.minimal.native",
        "What NetworkPolicy cannot say, as objects of the engine's own kinds: CiliumNetworkPolicies for entities, Calico policies of host endpoints for doors",
        "以引擎自有资源表示 NetworkPolicy 无法表达的部分：针对实体的 CiliumNetworkPolicy，针对入口的 Calico 主机端点策略",
    ),
    (
        "help.minimal.system",
        "Of namespace/NAME: what it needs of what is no service of its own (probes, API server, DNS, metrics; --client for VPN clients routed to pods)",
        "针对 namespace/NAME：其对非自身服务的需求（探针、API server、DNS、指标；用 --client 指出直接路由到容器组的 VPN 客户端）",
    ),
    (
        "help.minimal.all",
        "For every Exposure object, and for every service with a NodePort, a load balancer or an externalIP (for --client, else for any)",
        "针对所有 Exposure 对象，以及所有带 NodePort、负载均衡器或 externalIP 的服务（客户端取 --client，否则为 any）",
    ),
    (
        "help.minimal.max_entries",
        "At most so many entries a policy: blocks are joined where that lets in the fewest addresses besides, and it says which",
        "每个策略最多的条目数：在多放行地址最少的前提下合并地址块，并说明多放行了哪些",
    ),
    (
        "help.minimal.output",
        "The form of the answer: text, json, yaml [default: text]",
        "结果的格式：text、json、yaml [默认：text]",
    ),
    (
        "help.plan",
        "The NetworkPolicies that the isolation switches and allowlists of projects and workspaces mean",
        "由项目与企业空间的隔离开关及白名单得出的 NetworkPolicy",
    ),
    (
        "help.plan.long",
        "Prints what has to be written; what has to be deleted stands in comments (yaml) or in `delete` (json).",
        "输出需要写入的策略；需要删除的策略以注释（yaml）或 `delete` 字段（json）给出。",
    ),
    (
        "help.plan.examples",
        "  # what isolation means for the example, ready for kubectl\n  bulkhead plan -f example:shop | kubectl apply -f -\n  # what KubeSphere 3.4's controller would write instead\n  bulkhead plan --isolation kubesphere -o text -f example:shop",
        "  # 示例集群的隔离策略，可直接交给 kubectl\n  bulkhead plan -f example:shop | kubectl apply -f -\n  # KubeSphere 3.4 的控制器会写入的策略\n  bulkhead plan --isolation kubesphere -o text -f example:shop",
    ),
    (
        "help.every.isolation",
        "Whose rules: `default`, or `kubesphere` for exactly what KubeSphere 3.4's controller writes, faults included",
        "采用的规则：`default`，或 `kubesphere`（与 KubeSphere 3.4 控制器完全一致，包括其缺陷）",
    ),
    (
        "help.every.allow_namespaces",
        "A namespace that may always come in, as allowedIngressNamespaces of KubeSphere's settings; replaces those",
        "始终允许访问的项目，同 KubeSphere 配置的 allowedIngressNamespaces；会替换该配置",
    ),
    (
        "help.every.api_server",
        "Whether pods with restricted egress still reach the API server: `restricted` or `open` [default: restricted]",
        "出站受限的容器组能否访问 API server：`restricted` 或 `open` [默认：restricted]",
    ),
    (
        "help.every.cluster_name",
        "This cluster's name among the overrides of a WorkspaceTemplate",
        "当前集群在 WorkspaceTemplate 的 overrides 中的名称",
    ),
    (
        "help.every.dns_services",
        "NAMESPACE/NAME of a service that is DNS, besides those that are found",
        "除自动识别之外，作为 DNS 的服务（NAMESPACE/NAME）",
    ),
    (
        "help.plan.output",
        "The form of the answer: yaml, json, text [default: yaml]",
        "结果的格式：yaml、json、text [默认：yaml]",
    ),
    (
        "help.query",
        "Many questions over one cluster: a JSON object a line in, one a line out, in the same order",
        "对一个集群批量提问：每行输入一个 JSON 对象，按相同顺序每行输出一个结果",
    ),
    (
        "help.query.long",
        "A question: {\"id\":…,\"from\":{\"pod\"|\"node\"|\"address\":…},\"to\":{\"pod\"|\"node\"|\"address\"|\"service\"|\"ingress\"|\"gateway\"|\"httproute\"|…:…,\"port\":…,\"protocol\":…,\"door\":…},\"entryNode\":…}\nA line that cannot be read is answered, too, with its issues.",
        "问题格式：{\"id\":…,\"from\":{\"pod\"|\"node\"|\"address\":…},\"to\":{\"pod\"|\"node\"|\"address\"|\"service\"|\"ingress\"|\"gateway\"|\"httproute\"|…:…,\"port\":…,\"protocol\":…,\"door\":…},\"entryNode\":…}\n无法读取的行同样会得到回答，并附上问题说明。",
    ),
    (
        "help.query.examples",
        "  # two questions from standard input\n  printf '%s\\n' \\\n    '{\"id\":1,\"from\":{\"address\":\"203.0.113.7\"},\"to\":{\"service\":\"shop/web\",\"port\":80}}' \\\n    '{\"id\":2,\"from\":{\"node\":\"node1\"},\"to\":{\"service\":\"shop/db\",\"port\":5432}}' |\n    bulkhead query --requests - -f example:shop",
        "  # 从标准输入读取两个问题\n  printf '%s\\n' \\\n    '{\"id\":1,\"from\":{\"address\":\"203.0.113.7\"},\"to\":{\"service\":\"shop/web\",\"port\":80}}' \\\n    '{\"id\":2,\"from\":{\"node\":\"node1\"},\"to\":{\"service\":\"shop/db\",\"port\":5432}}' |\n    bulkhead query --requests - -f example:shop",
    ),
    ("help.query.requests", "The questions: a file, or `-` for standard input", "问题来源：文件，或 `-` 表示标准输入"),
    (
        "help.reach.exposure",
        "Also to whom workloads are open that are not in the input; only with `-o netpol-analyzer`",
        "同时列出工作负载对输入之外的哪些对象开放；仅与 `-o netpol-analyzer` 一起使用",
    ),
    (
        "help.reach",
        "Who reaches whom on which ports: pods, nodes and address ranges, all pairs unless narrowed",
        "谁能以哪些端口访问谁：容器组、节点与地址段；不加限定则为全部组合",
    ),
    (
        "help.reach.long",
        "Policies only: what happens on the way to a Service or through a load balancer, `trace` shows; why, `explain` says.\nA workload is one peer where policies treat all its pods alike, else each of its pods is. What no policy can tell is kept apart from what is open.\n-n, --workspace and -l choose pods; a pair is listed if one of its sides is among them. --from and --to choose each side.",
        "仅考虑策略：经服务或负载均衡时途中的情形由 `trace` 给出，原因由 `explain` 给出。\n若策略对一个工作负载的所有容器组一视同仁，则整体列为一项，否则逐个列出其容器组。无法确定的与可访问的分开列出。\n-n、--workspace 与 -l 选择容器组，任一端被选中的组合即列出；--from 与 --to 分别选择两端。",
    ),
    (
        "help.reach.examples",
        "  # the whole cluster, to read\n  bulkhead reach -f example:shop\n  # who gets into one project, from anywhere\n  bulkhead reach --to ns/shop -f example:shop\n  # does the Deployment reach the database, and by which ports?\n  bulkhead reach --from deploy/shop/web --to sts/shop/db -f example:shop\n  # who reaches port 5432 from outside\n  bulkhead reach --from outside --port 5432 -f example:shop\n  # a JSON object a line, for scripts\n  bulkhead reach -n shop -o jsonl -f example:shop\n  # a picture, and a page with the picture and a table\n  bulkhead reach -f example:shop -o svg\n  bulkhead reach -f example:shop -o html\n  # a graph for other programs: pipe it to `dot -Tsvg`\n  bulkhead reach -n shop -o dot -f example:shop\n  # as netpol-analyzer's txt format has it\n  bulkhead reach -o netpol-analyzer -f example:shop",
        "  # 整个集群，供阅读\n  bulkhead reach -f example:shop\n  # 谁能进入某个项目\n  bulkhead reach --to ns/shop -f example:shop\n  # 该 Deployment 能否访问数据库，经由哪些端口？\n  bulkhead reach --from deploy/shop/web --to sts/shop/db -f example:shop\n  # 集群外谁能访问 5432 端口\n  bulkhead reach --from outside --port 5432 -f example:shop\n  # 每行一个 JSON 对象，供脚本使用\n  bulkhead reach -n shop -o jsonl -f example:shop\n  # 图形，以及包含图形与表格的页面\n  bulkhead reach -f example:shop -o svg\n  bulkhead reach -f example:shop -o html\n  # 供其他程序使用的图：交给 `dot -Tsvg`\n  bulkhead reach -n shop -o dot -f example:shop\n  # 采用 netpol-analyzer 的 txt 格式\n  bulkhead reach -o netpol-analyzer -f example:shop",
    ),
    (
        "help.reach.output",
        "The form of the answer: text, json, jsonl, csv, md, svg, html, dot, mermaid, netpol-analyzer [default: text]",
        "结果的格式：text、json、jsonl、csv、md、svg、html、dot、mermaid、netpol-analyzer [默认：text]",
    ),
    (
        "help.reach.by",
        "What peers are: workload, pod [default: workload]",
        "以何为单位：workload（工作负载）、pod（容器组） [默认：workload]",
    ),
    (
        "help.reach.level",
        "How large the parties of a picture are: workspace, project, workload [default: the smallest that can be read]; only with `-o svg` and `-o html`",
        "图中以何为单位：workspace（企业空间）、project（项目）、workload（工作负载） [默认：仍便于阅读的最小单位]；仅用于 `-o svg` 与 `-o html`",
    ),
    (
        "help.reach.full",
        "List every row in text, however many there are; otherwise more than 200 become an overview of namespaces",
        "以文本列出所有行；否则超过 200 行时仅给出项目之间的概览",
    ),
    (
        "help.every.senders",
        "Only from these: pod/NAMESPACE/NAME, deploy/NAMESPACE/NAME (or another kind), ns/NAME, workspace/NAME, node/NAME, an address, a cidr, outside. Repeat it for any of several",
        "仅限这些发起方：pod/NAMESPACE/NAME、deploy/NAMESPACE/NAME（或其他类型）、ns/NAME、workspace/NAME、node/NAME、地址、网段、outside。可重复使用",
    ),
    ("help.every.receivers", "Only to these; the same forms", "仅限这些目标，形式同上"),
    (
        "help.every.namespaces",
        "Only pairs with a side in this namespace. Repeat it for any of several",
        "仅限任一端位于该项目的组合。可重复使用",
    ),
    (
        "help.every.workspaces",
        "Only pairs with a side in this workspace. Repeat it for any of several",
        "仅限任一端位于该企业空间的组合。可重复使用",
    ),
    (
        "help.every.selector",
        "Only pairs with a side whose pods have such labels, as kubectl takes them: app=web,tier!=back,env in (a,b)",
        "仅限任一端的容器组具有这些标签的组合，写法同 kubectl：app=web,tier!=back,env in (a,b)",
    ),
    (
        "help.every.ports",
        "Only these ports: 80, 8000-8080, either with /PROTOCOL (TCP unless said). Repeat it for more",
        "仅限这些端口：80、8000-8080，均可加 /PROTOCOL（默认 TCP）。可重复使用",
    ),
    (
        "help.every.timings",
        "Say on standard error how long each phase of the work took",
        "在标准错误输出上显示各阶段所用时间",
    ),
    (
        "help.every.kubeconfig",
        "The kubeconfig of the cluster to read where no -f is given [default: as kubectl: $KUBECONFIG, ~/.kube/config, the pod's service account]",
        "未指定 -f 时读取的集群的 kubeconfig [默认：与 kubectl 相同：$KUBECONFIG、~/.kube/config、容器组的服务账户]",
    ),
    (
        "help.every.context",
        "The context of the kubeconfig [default: the current one]",
        "kubeconfig 中的上下文 [默认：当前上下文]",
    ),
    ("help.heading.facts", "Facts that the dump does not show", "导出文件未体现的事实"),
    (
        "help.every.proxy_mode",
        "How services are translated: iptables, nftables, ipvs for kube-proxy, or a CNI's own way, as `bulkhead models` lists them; `cni` where no more is known than that it is the CNI",
        "服务地址的转换方式：kube-proxy 的 iptables、nftables、ipvs，或 `bulkhead models` 所列的 CNI 自身方式；只知道由 CNI 代替时为 `cni`",
    ),
    (
        "help.every.cluster_cidr",
        "The pods' addresses, as kube-proxy is told; `none` where it is told none",
        "kube-proxy 所知的容器组网段；未配置时为 `none`",
    ),
    (
        "help.every.detect_local",
        "How kube-proxy recognises local pods: ClusterCIDR, NodeCIDR, BridgeInterface=NAME, InterfaceNamePrefix=PREFIX",
        "kube-proxy 识别本地容器组的方式：ClusterCIDR、NodeCIDR、BridgeInterface=NAME、InterfaceNamePrefix=PREFIX",
    ),
    (
        "help.every.masquerade_all",
        "Whether kube-proxy masquerades everything that goes to a service",
        "kube-proxy 是否对所有发往服务的流量做 SNAT",
    ),
    (
        "help.every.nodeport_addresses",
        "At which addresses of a node kube-proxy serves NodePorts",
        "kube-proxy 在节点的哪些地址上提供 NodePort",
    ),
    ("help.every.cni", "The CNI, by its name in `bulkhead models`", "CNI，名称见 `bulkhead models`"),
    (
        "help.every.overlay",
        "How the CNI carries packets between nodes: none, ipip, vxlan, geneve, wireguard, ipip-crosssubnet, vxlan-crosssubnet, geneve-crosssubnet",
        "CNI 在节点间传输数据包的方式：none、ipip、vxlan、geneve、wireguard、ipip-crosssubnet、vxlan-crosssubnet、geneve-crosssubnet",
    ),
    (
        "help.every.node_subnets",
        "The subnets that nodes are in, for CNIs that tunnel between subnets only, where no object shows them",
        "节点所在的子网；用于仅在跨子网时使用隧道、而对象中又没有子网信息的 CNI",
    ),
    (
        "help.every.nat_outgoing",
        "Whether the CNI masquerades what leaves the pods' ranges",
        "CNI 是否对离开容器组网段的流量做 SNAT",
    ),
    (
        "help.every.load_balancer",
        "Which implementation load balancers are of, as metallb or aws-nlb; an unknown name lists them",
        "负载均衡器的实现，如 metallb、aws-nlb；未知名称会列出全部",
    ),
    (
        "help.every.load_balancer_source",
        "Where load balancers' own addresses lie, for those that open connections of their own",
        "自行建立连接的负载均衡器的源地址所在网段",
    ),
    ("help.every.engine", "The policy engine, where it is not the CNI's own", "策略引擎（若不是 CNI 自带）"),
    (
        "help.models",
        "What is modelled: proxies, CNIs and their settings; with the source of every fact, and how well it is known",
        "已建模的内容：代理、CNI 及其设置；每个事实的来源与依据程度",
    ),
    (
        "help.models.long",
        "MODEL is a name from the list, such as cni/calico.",
        "MODEL 为列表中的名称，例如 cni/calico。",
    ),
    (
        "help.models.examples",
        "  # the list\n  bulkhead models\n  # what is known of one of them\n  bulkhead models cni/flannel",
        "  # 列表\n  bulkhead models\n  # 其中一个的已知事实\n  bulkhead models cni/flannel",
    ),
    ("help.models.model", "One of them; the list without it", "其中之一；省略时列出全部"),
    ("help.models.output", "The form of the answer: text, md [default: text]", "结果的格式：text、md [默认：text]"),
    (
        "help.lint",
        "What is wrong with the policies: faults, suspicions, what adds nothing, each with the place and what to do",
        "检查策略中的问题：错误、疑点、多余内容，并给出位置与处理方法",
    ),
    (
        "help.lint.long",
        "Exit status 1 where there is a finding as bad as --fail-on. A finding can be left out, always with a reason: by the annotation\n`bulkhead.dev/ignore: \"BH014: reason\"` on the object, by a comment `# bulkhead:ignore BH014 reason` above it or on its line, or by\n`lint.ignore` in `.bulkhead.yaml`.",
        "存在达到 --fail-on 程度的问题时退出状态为 1。可以抑制问题，但必须给出理由：在对象上添加注解\n`bulkhead.dev/ignore: \"BH014: 理由\"`，在其上方或同一行添加注释 `# bulkhead:ignore BH014 理由`，或写入\n`.bulkhead.yaml` 的 `lint.ignore`。",
    ),
    (
        "help.lint.examples",
        "  # everything that is found in the example\n  bulkhead lint -f example:shop\n  # for code scanning\n  bulkhead lint -f example:shop -o sarif\n  # the rules\n  bulkhead lint --rules",
        "  # 检查示例集群\n  bulkhead lint -f example:shop\n  # 用于代码扫描\n  bulkhead lint -f example:shop -o sarif\n  # 所有规则\n  bulkhead lint --rules",
    ),
    (
        "help.lint.output",
        "The form of the answer: text, json, sarif, junit, github; of --rules: text, json, md [default: text]",
        "结果的格式：text、json、sarif、junit、github；--rules：text、json、md [默认：text]",
    ),
    (
        "help.lint.fail_on",
        "From which findings on the exit status is 1: note, warning, error, never [default: warning]",
        "达到何种程度时退出状态为 1：note、warning、error、never [默认：warning]",
    ),
    ("help.lint.no_ignore", "Report also what is suppressed", "同时报告被抑制的问题"),
    (
        "help.lint.config",
        "The settings [default: `.bulkhead.yaml` in the working directory or the nearest one above]",
        "设置文件 [默认：当前目录或最近上级目录中的 `.bulkhead.yaml`]",
    ),
    ("help.lint.rules", "List the rules instead", "改为列出所有规则"),
];
