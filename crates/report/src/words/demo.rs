//! Words of the story that `demo` tells.

use super::Entry;

/// Headings, and a paragraph below each.
pub(super) const ENTRIES: &[Entry] = &[
    ("demo.title", "The least that network isolation needs", "网络隔离的最小配置"),
    (
        "demo.cluster",
        "An example cluster: three nodes, Calico with VXLAN, kube-proxy in iptables mode, OpenELB. The shop's web pods run on node2 and\nnode3; customers such as 203.0.113.7 come by the load balancer's address. Nothing here touches a real cluster.",
        "示例集群：三个节点，Calico（VXLAN），kube-proxy（iptables 模式），OpenELB。商店的 web 容器组运行在 node2 和 node3 上；\n203.0.113.7 这样的顾客经由负载均衡器地址访问。以下过程不会触碰任何真实集群。",
    ),
    ("demo.isolation", "1  Isolation is switched on for the project shop", "1  为项目 shop 启用网络隔离"),
    (
        "demo.isolation.text",
        "These are the NetworkPolicies that the switch and the project's allowlist mean:",
        "开关与项目白名单对应如下 NetworkPolicy：",
    ),
    ("demo.broken", "2  What gets through, before and after", "2  隔离前后，哪些可以访问，哪些不可以访问"),
    (
        "demo.broken.text",
        "Inside the project nothing changes, and the allowlist works. Customers are shut out; the office network, although it is on the\nallowlist, gets in only by some ways.",
        "项目内部不受影响，白名单中的项目可以访问。顾客被拒之门外；办公网络虽在白名单中，却只有部分路径可以进入。",
    ),
    ("demo.why", "3  Why: the customer's packets, hop by hop", "3  为什么：顾客的数据包逐跳经过了什么"),
    (
        "demo.why.text",
        "Where the endpoint is on the node that the packet comes in by, the policy sees the customer. Elsewhere the source is rewritten on\nthe way, and the policy sees that node's tunnel address.",
        "若端点就在数据包进入的节点上，策略看到的是顾客的地址；否则源地址会在途中被改写，策略看到的是该节点的隧道地址。",
    ),
    ("demo.minimal", "4  The least to allow, and who else gets in", "4  最小放行配置，以及还有谁会因此进入"),
    (
        "demo.minimal.text",
        "Every entry has a way that needs it. Addresses that many share let in others, too: that is the price of externalTrafficPolicy: Cluster.",
        "每个条目都有需要它的路径。多方共用的地址也会放行其他人：这就是 externalTrafficPolicy: Cluster 的代价。",
    ),
    (
        "demo.proof",
        "5  Proof: the policy is put into the cluster, and the customer asks again",
        "5  验证：把策略加入集群，让顾客再次访问",
    ),
    (
        "demo.proof.text",
        "With the list every way arrives. Take any entry away, and one is lost.",
        "有了这份白名单，每条路径都可到达；去掉任一条目，就会有路径中断。",
    ),
    ("demo.local", "6  The other choice: externalTrafficPolicy: Local", "6  另一种选择：externalTrafficPolicy: Local"),
    (
        "demo.local.text",
        "The client's address is kept, so that the list holds nobody else. The price: nodes without an endpoint drop what comes to them.",
        "客户端地址得以保留，白名单不会放行其他人。代价：没有端点的节点会丢弃到达的数据包。",
    ),
    ("demo.before", "without the allowlist", "没有白名单"),
    ("demo.with", "with it", "加入白名单"),
    ("demo.without", "without entry {number} ({entry})", "去掉条目 {number}（{entry}）"),
    ("demo.ways", "{delivered} of {of} ways arrive", "{of} 条路径中 {delivered} 条可达"),
    (
        "demo.end",
        "Ask about your own cluster: kubectl get all,nodes,netpol,endpointslices,ingresses,cm -A -o yaml > dump.yaml; bulkhead trace … -f dump.yaml",
        "分析您自己的集群：kubectl get all,nodes,netpol,endpointslices,ingresses,cm -A -o yaml > dump.yaml；bulkhead trace … -f dump.yaml",
    ),
];
