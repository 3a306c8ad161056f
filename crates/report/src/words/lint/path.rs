//! Rules about the way to a policy.

use crate::words::Entry;

/// Rules about the way to a policy.
pub(in crate::words) const PATH: &[Entry] = &[
    ("BH101.title", "clients' addresses where the policy does not see them", "策略看不到的客户端地址"),
    (
        "BH101.why",
        "With `externalTrafficPolicy: Cluster`, a packet that enters by another node than the pod's arrives with that node's or its tunnel's address. An allowlist of clients then works by the pod's own node only, and which one that is changes.",
        "在 `externalTrafficPolicy: Cluster` 下，从容器组所在节点以外的节点进入的数据包，到达时源地址是该节点或其隧道的地址。此时只写客户端地址的白名单仅对容器组所在节点有效，而该节点会变化。",
    ),
    (
        "BH101",
        "a client such as {client} that comes by the {door} of service {service} on node {node} is seen as {seen}, which nothing lets in",
        "{client} 之类的客户端经节点 {node} 上服务 {service} 的 {door} 进入时，策略看到的是 {seen}，而没有规则放行它",
    ),
    (
        "BH101.unknown",
        "a client such as {client} that comes by the {door} of service {service} may be seen as a node: what the policy sees there, the input does not tell",
        "{client} 之类的客户端经服务 {service} 的 {door} 进入时可能被看作节点：输入不足以判断策略看到的地址",
    ),
    (
        "BH101.help",
        "set `externalTrafficPolicy: Local` on the service, or let in what `bulkhead minimal service/{service}` lists, and know who else comes in by it",
        "为服务设置 `externalTrafficPolicy: Local`，或放行 `bulkhead minimal service/{service}` 所列内容，并了解还有谁会因此进入",
    ),
    ("BH102.title", "nodes' addresses where the policy sees the clients", "策略看到客户端地址时却放行节点地址"),
    (
        "BH102.why",
        "With `externalTrafficPolicy: Local` the source stays as it is. Nodes' addresses on the allowlist let in processes of those nodes, and not one client.",
        "在 `externalTrafficPolicy: Local` 下源地址保持不变。白名单中的节点地址只放行这些节点上的进程，不会放行任何客户端。",
    ),
    (
        "BH102",
        "clients that come by the {door} of service {service} are seen under their own addresses: this node's address lets none of them in",
        "经服务 {service} 的 {door} 进入的客户端以自身地址出现：此处的节点地址不会放行任何客户端",
    ),
    ("BH102.help", "let in the clients' addresses instead", "改为放行客户端地址"),
    ("BH103.title", "an ingress whose controller is shut out", "Ingress 控制器被隔离阻断"),
    (
        "BH103.why",
        "Behind an ingress the pods see its controller and never the client. Where isolation does not let the controller in, the ingress answers with an error, and no client's address on the allowlist helps.",
        "在 Ingress 之后，容器组看到的是控制器而不是客户端。隔离未放行控制器时，Ingress 只会返回错误，白名单中写客户端地址无济于事。",
    ),
    (
        "BH103",
        "the controller's pod {controller} may not reach {pods} on port {port}: the policies of {namespace} do not let it in",
        "控制器容器组 {controller} 无法访问 {pods} 的端口 {port}：{namespace} 的策略没有放行它",
    ),
    (
        "BH103.help",
        "let the controller's namespace in (`bulkhead minimal ingress/…` gives the policy); on KubeSphere, name it in `nsnpOptions.allowedIngressNamespaces`",
        "放行控制器所在的项目（`bulkhead minimal ingress/…` 给出策略）；在 KubeSphere 中可写入 `nsnpOptions.allowedIngressNamespaces`",
    ),
    ("BH104.title", "source ranges beside an open node port", "源地址范围之外仍有开放的节点端口"),
    (
        "BH104.why",
        "`loadBalancerSourceRanges` are held against packets to the load balancer's address. Whoever reaches a node takes its port and goes round them.",
        "`loadBalancerSourceRanges` 只对发往负载均衡地址的数据包生效。能访问节点的人可以通过节点端口绕过它。",
    ),
    (
        "BH104",
        "{ranges} may use the load balancer, and everybody may use the node ports {ports} of the same service",
        "只有 {ranges} 可以使用负载均衡，但任何人都可以使用同一服务的节点端口 {ports}",
    ),
    (
        "BH104.help",
        "set `allocateLoadBalancerNodePorts: false` and take the node ports out, if the load balancer can do without; or guard the pods with a policy",
        "若负载均衡不依赖节点端口，设置 `allocateLoadBalancerNodePorts: false` 并去掉节点端口；或用策略保护容器组",
    ),
    ("BH105.title", "a node's address that lets everybody in", "放行节点地址等于放行所有人"),
    (
        "BH105.why",
        "With `externalTrafficPolicy: Cluster`, whoever takes another node's door arrives with that node's address: every client outside, and pods of every project. The entry is needed, and it restricts nobody.",
        "在 `externalTrafficPolicy: Cluster` 下，任何经其他节点进入的访问者到达时都带着该节点的地址：包括集群外的所有客户端和所有项目的容器组。该条目是必需的，却限制不了任何人。",
    ),
    (
        "BH105",
        "{cidr} is a node's: everybody who takes the {door} of service {service} on that node comes in with it",
        "{cidr} 是节点地址：任何经该节点上服务 {service} 的 {door} 访问的人都会以它进入",
    ),
    (
        "BH105.many",
        "{count} peers are addresses of nodes ({cidr}): everybody who takes the {door} of service {service} on those nodes comes in with one",
        "{count} 个对端是节点地址（{cidr}）：任何经这些节点上服务 {service} 的 {door} 访问的人都会以其中之一进入",
    ),
    (
        "BH105.help",
        "`bulkhead minimal service/{service}` lists who else comes in, and what would stop them",
        "`bulkhead minimal service/{service}` 列出还有谁会进入，以及如何阻止",
    ),
];
