//! Words about routes: why they end, what is not known, what was assumed.

use super::Entry;

/// Codes of `path`.
pub(super) const ENTRIES: &[Entry] = &[
    ("noEndpoints", "the service has no ready endpoint: kube-proxy refuses", "服务没有就绪的端点：kube-proxy 拒绝连接"),
    (
        "endpointsNotRead",
        "the endpoints of {service} could not be read, as a right was missing",
        "缺少权限，无法读取 {service} 的端点",
    ),
    (
        "podsNotInInput",
        "the pods of {workload} are not in the input, nor are the service's endpoints: where they will be is unknown",
        "输入中没有 {workload} 的容器组，也没有该服务的端点：无法得知其位置",
    ),
    (
        "noLocalEndpoint",
        "the traffic policy is Local and this node has no endpoint",
        "流量策略为 Local，而该节点上没有端点",
    ),
    ("sourceRange", "loadBalancerSourceRanges do not hold {source}", "loadBalancerSourceRanges 不包含 {source}"),
    ("policyIngress", "no policy lets it into the pod", "没有策略允许其进入容器组"),
    ("policyEgress", "no policy lets it out of the pod", "没有策略允许其离开容器组"),
    ("policyUndetermined", "what the policy says is unknown", "无法判定策略的结论"),
    (
        "asymmetricReply",
        "it arrives, but the answer does not come back by the node that translated it",
        "数据包可以到达，但应答不经过做地址转换的节点返回",
    ),
    (
        "ownAddressAsSource",
        "it arrives at a node with that node's own address as its source, and the kernel discards it",
        "数据包以该节点自身的地址为源到达，被内核丢弃",
    ),
    (
        "noListener",
        "nothing listens there: kube-proxy does not serve NodePorts at this address",
        "没有监听者：kube-proxy 不在该地址上提供 NodePort",
    ),
    (
        "endpointToHost",
        "Calico lets no pod reach its own node (defaultEndpointToHostAction is Drop)",
        "Calico 不允许容器组访问所在节点（defaultEndpointToHostAction 为 Drop）",
    ),
    (
        "healthCheck",
        "kube-proxy on the node answers the health check with {status}, no pod does",
        "由节点上的 kube-proxy 应答健康检查（{status}），而非容器组",
    ),
    (
        "leavesCluster",
        "it leaves the cluster; whether somebody answers there is unknown",
        "数据包离开集群；无法得知外部是否应答",
    ),
    (
        "addressOfNobody",
        "the address is in the cluster's ranges and nobody has it",
        "该地址属于集群网段，但没有对象使用它",
    ),
    ("noSuchPort", "the service's address has no such port", "服务地址上没有该端口"),
    (
        "heldUnknown",
        "no service has this port at {address}; whether a node has the address itself, so that something of its own answers, is unknown",
        "没有服务在 {address} 上使用该端口；无法得知节点自身是否拥有该地址并应答",
    ),
    (
        "noRouteFromOutside",
        "whether and by which node the network outside sends packets for this address into the cluster is unknown",
        "无法得知外部网络是否、以及经由哪个节点把发往该地址的数据包送入集群",
    ),
    (
        "announcerUnknown",
        "nobody in the cluster translates this address, and where the network takes it is unknown",
        "集群内没有对该地址的转换，也无法得知网络会把它送往何处",
    ),
    (
        "loadBalancerProxies",
        "the load balancer opens a connection of its own; its address and its choice of a node are not in the input",
        "负载均衡器会自行建立连接；其地址与所选节点不在输入中",
    ),
    (
        "loadBalancerUnknown",
        "which implementation the load balancer of {service} is of is unknown; say it with {option}",
        "无法得知 {service} 的负载均衡器由何种实现提供；请用 {option} 指定",
    ),
    (
        "loadBalancerContested",
        "several implementations claim the address ({implementations}); say which one has it with {option}",
        "多种实现同时声明该地址（{implementations}）；请用 {option} 指定",
    ),
    (
        "loadBalancerNotModelled",
        "{by} speaks for a load balancer that is not modelled: does it keep the client's address? Say what it is like with {option}",
        "{by} 表明这是未建模的负载均衡器：是否保留客户端地址？请用 {option} 指定",
    ),
    (
        "assumedPassesOn",
        "assumed: the load balancer of {address}, which nothing in the input shows, leaves packets as they are (--load-balancer)",
        "假设：{address} 的负载均衡器不改写数据包；输入中没有说明其实现（--load-balancer）",
    ),
    (
        "loadBalancerSourceUnknown",
        "which addresses {implementation} sends from is unknown; say it with {option}",
        "无法得知 {implementation} 使用的源地址；请用 {option} 指定",
    ),
    (
        "loadBalancerTargetsUnknown",
        "does {implementation} send to nodes or to pods, and with whose address? The input does not say it ({field})",
        "{implementation} 的后端是节点还是容器组、使用谁的地址？输入中没有说明（{field}）",
    ),
    (
        "balancerPodSendsOn",
        "{pod} sends it on to the service of its load balancer, with an address of its own: how it goes on is unknown",
        "{pod} 以自身地址将其转发给所属负载均衡的服务：后续路径未知",
    ),
    (
        "nameNotResolved",
        "the load balancer has only a name, `{name}`, and what it stands for is not in the input",
        "负载均衡器只有名称 `{name}`，其解析结果不在输入中",
    ),
    ("notAnnounced", "no node announces {address}", "没有节点通告 {address}"),
    (
        "noNodePort",
        "the load balancer sends to nodePorts, and the service has none (allocateLoadBalancerNodePorts)",
        "负载均衡器转发到 NodePort，而该服务没有（allocateLoadBalancerNodePorts）",
    ),
    (
        "noNodePortByType",
        "the load balancer sends to nodePorts, and a service of type ClusterIP has none",
        "负载均衡器转发到 NodePort，而 ClusterIP 类型的服务没有",
    ),
    (
        "localUnsupported",
        "{implementation}, as it is set up, is not made for externalTrafficPolicy Local: who announces {address}?",
        "{implementation} 的当前配置不支持 externalTrafficPolicy: Local：由谁通告 {address}？",
    ),
    (
        "externalAddressTranslated",
        "does the network in front of the node translate {address}? Then the packet comes to a host port instead",
        "节点之前的网络是否转换 {address}？若是，数据包将到达主机端口",
    ),
    ("balancedBy", "{implementation} ({by})", "{implementation}（{by}）"),
    (
        "assumedAdvertisements",
        "assumed: something advertises the address, as the input has no advertisement at all",
        "假设：存在对该地址的通告配置，因为输入中没有任何此类对象",
    ),
    (
        "assumedInterfaces",
        "assumed: the nodes have an interface of {interfaces}",
        "假设：节点具有网卡 {interfaces} 之一",
    ),
    (
        "assumedHealthChecks",
        "assumed: the health checks of {implementation}, from addresses of its own, are let in, too",
        "假设：{implementation} 的健康检查（来自其自身地址）同样被放行",
    ),
    (
        "proxyModeUnknown",
        "how kube-proxy runs is unknown; say it with {option}",
        "无法得知 kube-proxy 的模式；请用 {option} 指定",
    ),
    (
        "proxyOfCni",
        "the CNI translates services itself, and which does is unknown; name it with --proxy-mode",
        "CNI 自行实现服务转换，但无法得知是哪一种；请用 --proxy-mode 指定",
    ),
    (
        "proxyHabitUnknown",
        "what the CNI's own proxy does here is unknown ({habit}); a packet sent to it would tell",
        "无法得知 CNI 自身的代理在此处的行为（{habit}）；需要实际发包验证",
    ),
    (
        "proxySourceUnknown",
        "which address the CNI's own proxy puts in on node {node} is unknown; the source that a pod sees would tell",
        "无法得知 CNI 自身的代理在节点 {node} 上使用哪个源地址；可由容器组看到的源地址得知",
    ),
    (
        "dsrTunnel",
        "kube-router sends through a tunnel to the pod (service.dsr), and what its policy sees of that is unknown",
        "kube-router 经隧道直达容器组（service.dsr），其策略看到的内容未知",
    ),
    (
        "identityNeeded",
        "the policy judges by identity, not by address: what is needed is an entry for `{entity}`, which NetworkPolicy cannot say (a CiliumNetworkPolicy can: fromEntities)",
        "策略按身份而非地址判断：需要针对 `{entity}` 的条目，NetworkPolicy 无法表达（CiliumNetworkPolicy 可用 fromEntities）",
    ),
    (
        "optionOverrules",
        "{option} says {value}, and the objects say {seen}: the option counts",
        "{option} 指定为 {value}，而对象显示为 {seen}：以选项为准",
    ),
    (
        "proxyContradicted",
        "who translates services is contradicted: {first} and {second}; say it with --proxy-mode",
        "服务转换由谁负责存在矛盾：{first} 与 {second}；请用 --proxy-mode 指定",
    ),
    (
        "clusterCidrUnknown",
        "which addresses kube-proxy takes for pods' is unknown; say it with {option}",
        "无法得知 kube-proxy 的集群网段；请用 {option} 指定",
    ),
    (
        "detectLocalUnknown",
        "how kube-proxy recognises local pods is unknown; say it with {option}",
        "无法得知 kube-proxy 如何识别本地容器组；请用 {option} 指定",
    ),
    (
        "masqueradeAllUnknown",
        "whether kube-proxy masquerades everything is unknown; say it with {option}",
        "无法得知 kube-proxy 是否启用 masqueradeAll；请用 {option} 指定",
    ),
    (
        "nodePortAddressesUnknown",
        "at which addresses kube-proxy serves NodePorts is unknown; say it with {option}",
        "无法得知 kube-proxy 在哪些地址上提供 NodePort；请用 {option} 指定",
    ),
    (
        "cniUnknown",
        "which CNI connects the pods is unknown; say it with {option}",
        "无法得知使用的 CNI；请用 {option} 指定",
    ),
    (
        "overlayUnknown",
        "how the CNI carries packets between these nodes is unknown; say it with {option}",
        "无法得知 CNI 在这些节点之间如何传输数据包；请用 {option} 指定",
    ),
    (
        "natOutgoingUnknown",
        "whether the CNI masquerades what leaves the pods' ranges is unknown; say it with {option}",
        "无法得知 CNI 是否对离开容器组网段的流量做 SNAT；请用 {option} 指定",
    ),
    (
        "endpointToHostUnknown",
        "what Calico does with packets from a pod to its own node is unknown",
        "无法得知 Calico 如何处理容器组发往所在节点的数据包",
    ),
    (
        "tunnelAddressUnknown",
        "the tunnel address of node {node} is unknown ({where} would say it)",
        "无法得知节点 {node} 的隧道地址（应在 {where} 中）",
    ),
    ("nodeAddressUnknown", "node {node} has no {family} InternalIP", "节点 {node} 没有 {family} 的 InternalIP"),
    (
        "subnetUnknown",
        "the subnet of node {node} is unknown ({where} would say it)",
        "无法得知节点 {node} 的子网（应在 {where} 中）",
    ),
    (
        "nodeSubnetsUnknown",
        "in which subnet node {node} is, is unknown, and the CNI tunnels between subnets only; say it with {option}",
        "无法得知节点 {node} 所在的子网，而 CNI 仅在跨子网时使用隧道；请用 {option} 指定",
    ),
    (
        "assumedDistributedGateway",
        "assumed: the pods' subnets have a distributed gateway; a centralized one would rewrite the source even with Local",
        "假设：容器组子网使用分布式网关；集中式网关即使在 Local 下也会改写源地址",
    ),
    (
        "nodePortOutsideRange",
        "port {port} is outside of what the policy engine takes for NodePorts ({setting}), and what it does with that is settled by nothing",
        "端口 {port} 不在策略引擎视为 NodePort 的范围内（{setting}），其处理方式没有资料能够确定",
    ),
    (
        "subnetUnsettled",
        "how packets get from a node to pods of subnet {subnet}, and their answers back, is settled by nothing ({field})",
        "节点的数据包如何到达子网 {subnet} 的容器组、应答如何返回，没有资料能够确定（{field}）",
    ),
    (
        "ownPodSourceUnknown",
        "which address the kernel of node {node} takes towards its own pods is unknown",
        "无法得知节点 {node} 的内核访问本机容器组时使用哪个源地址",
    ),
    ("podWithoutNode", "pod {pod} is on no node", "容器组 {pod} 未调度到任何节点"),
    ("podWithoutAddress", "pod {pod} has no address of this family", "容器组 {pod} 没有该地址族的地址"),
    ("contestedAddress", "several objects claim {address}", "多个对象同时声明了 {address}"),
    ("unreadableService", "{field} of the service cannot be read", "无法读取服务的 {field}"),
    (
        "hookUnknown",
        "whether the policy looks before or after the source is rewritten is unknown, and it matters here",
        "无法得知策略在源地址转换之前还是之后检查，而这会影响结论",
    ),
    (
        "ownNodeUnknown",
        "which packets of a pod's own node the engine lets pass is unknown, and it matters here",
        "无法得知策略引擎放行容器组所在节点的哪些数据包，而这会影响结论",
    ),
    ("loop", "it goes round in a circle", "数据包陷入循环"),
    (
        "gatewayUnknown",
        "no controller that serves the Ingress (class `{class}`) was found",
        "没有找到为应用路由（类别 `{class}`）提供服务的控制器",
    ),
    (
        "gatewayPassesPackets",
        "the Gateway {gateway} is a load balancer that passes packets on: whether they keep the client's address hangs on its target groups, which are not modelled",
        "Gateway {gateway} 是转发数据包的负载均衡器：是否保留客户端地址取决于其目标组，尚未建模",
    ),
    (
        "gatewaySettingUnknown",
        "whether {implementation} serves it hangs on `{setting}`, and what that is, or selects, is not known",
        "{implementation} 是否处理它取决于 `{setting}`，而无法得知其值或所选对象",
    ),
    (
        "gatewayOfNobody",
        "who serves the Gateway {gateway} (class `{class}`), or a route of it, was not found",
        "没有找到为 Gateway {gateway}（类别 `{class}`）提供服务的实现，或它没有路由",
    ),
    ("gatewayMissing", "the Gateway {gateway} is not in the input", "输入中没有 Gateway {gateway}"),
    (
        "routeNotAdmitted",
        "no listener of the Gateway {gateway} takes the route: {field}",
        "Gateway {gateway} 没有接受该路由的监听器：{field}",
    ),
    (
        "routeAdmissionUnknown",
        "whether a listener of the Gateway {gateway} takes the route cannot be read",
        "无法读取 Gateway {gateway} 的监听器是否接受该路由",
    ),
    (
        "parentNoGateway",
        "the route is attached to {kind} {name}, which is no Gateway: what a mesh does with it is not in the input",
        "该路由挂载到 {kind} {name}，而非 Gateway：网格如何处理不在输入中",
    ),
    (
        "backendNotGranted",
        "no ReferenceGrant permits the route to refer to `{backend}` in another namespace",
        "没有 ReferenceGrant 允许该路由引用其他命名空间的 `{backend}`",
    ),
    (
        "backendNoService",
        "where the backend `{backend}` ({kind}) leads to is unknown",
        "无法得知后端 `{backend}`（{kind}）指向何处",
    ),
    ("backendNoPort", "the Service `{backend}` has no port `{port}`", "服务 `{backend}` 没有端口 `{port}`"),
    (
        "aliasRefused",
        "{implementation}, as it is set up, serves no ExternalName Services: `{backend}` counts as missing",
        "{implementation} 按当前配置不支持 ExternalName 服务：`{backend}` 视为不存在",
    ),
    (
        "externalName",
        "an alias of `{name}`, outside of the cluster: what it stands for is not in the input",
        "集群外名称 `{name}` 的别名：其解析结果不在输入中",
    ),
    (
        "gatewayIdentity",
        "{implementation} connects with the identity `{identity}`: does a policy of the engine's own kind name it?",
        "{implementation} 以身份 `{identity}` 建立连接：策略引擎自有的策略是否放行该身份？",
    ),
    (
        "backendContradicted",
        "the backend is `{own}` here and `{configured}` in flannel's ConfigMap: which of them flanneld runs with is unknown (--overlay says it)",
        "此处的后端为 `{own}`，而 flannel 的 ConfigMap 中为 `{configured}`：无法得知 flanneld 实际使用哪个（可用 --overlay 指定）",
    ),
    (
        "nodeAddressContradicted",
        "the address is `{own}` here and `{other}` in {where}: which of them is the node's is unknown",
        "此处的地址为 `{own}`，而 {where} 中为 `{other}`：无法得知节点实际使用哪个",
    ),
    (
        "podAddressOfDevice",
        "`{address}` is also the address of a device of node {node}: who sends from it cannot be told",
        "`{address}` 同时也是节点 {node} 的设备地址：无法判断由谁发出",
    ),
    (
        "ingressNotServed",
        "no controller that serves it was found (class `{class}`): who would reach its backends is unknown",
        "没有找到处理它的控制器（类 `{class}`）：无法得知由谁访问其后端",
    ),
    (
        "ingressBackendUnclear",
        "its controller also asks what `{field}` names, `{value}`: whether that is a Service of the cluster is unknown, and it is not part of the answer",
        "其控制器还会访问 `{field}` 指定的 `{value}`：无法得知它是否为集群内的服务，因此未计入结果",
    ),
    (
        "ingressDefaultBackend",
        "what no rule takes, and errors where the controller's ConfigMap says so, is answered by {service} (--default-backend-service), which is not part of the answer",
        "没有规则匹配的请求，以及控制器 ConfigMap 指定的错误，由 {service} 响应（--default-backend-service），未计入结果",
    ),
    (
        "gatewayNotServed",
        "nobody who serves it was found (class `{class}`): who would reach the backends of its routes is unknown",
        "没有找到处理它的实现（类 `{class}`）：无法得知由谁访问其路由的后端",
    ),
    (
        "gatewayOfNodes",
        "{implementation}, on the node, with the identity `{identity}`",
        "节点上的 {implementation}，身份为 `{identity}`",
    ),
    (
        "assumedGatewayReached",
        "assumed: the client's packets come to a node, where {implementation} takes them",
        "假设：客户端的数据包到达某个节点，并由 {implementation} 接管",
    ),
    (
        "gatewayOutside",
        "{implementation} is outside of the cluster: how does it send the client's connection back in?",
        "{implementation} 位于集群外：它如何把连接送回集群？",
    ),
    ("noBackend", "the gateway has no backend `{backend}`", "网关没有后端 `{backend}`"),
    (
        "assumedDeviceOrder",
        "assumed: the node's NIC was there before the CNI's devices",
        "假设：节点网卡先于 CNI 的设备创建",
    ),
    ("assumedIpMasq", "assumed: flanneld runs with --ip-masq", "假设：flanneld 以 --ip-masq 运行"),
    (
        "assumedPodRoutes",
        "assumed: the routers outside know on which node the pod is",
        "假设：外部路由器知道容器组所在的节点",
    ),
    (
        "assumedEndpoints",
        "assumed: the endpoints are the ready pods that the service selects, as the input has no EndpointSlice of it",
        "假设：端点即服务所选的就绪容器组，因为输入中没有其 EndpointSlice",
    ),
    ("sourceUnknown", "the source at the policy is unknown", "无法得知策略看到的源地址"),
    (
        "kubeProxyConfigurationUnused",
        "{object} runs kube-proxy without --config, so that its flags count and this does not",
        "{object} 运行 kube-proxy 时没有使用 --config：以其参数为准，此处的配置不生效",
    ),
    (
        "unreadableKubeProxyConfiguration",
        "kube-proxy's configuration cannot be read (its line {line}): {message}",
        "无法读取 kube-proxy 的配置（第 {line} 行）：{message}",
    ),
    (
        "unreadableKubeProxySetting",
        "a setting of kube-proxy cannot be read: `{value}`",
        "无法读取 kube-proxy 的设置：`{value}`",
    ),
    (
        "assumedEndpointToHost",
        "assumed: Calico accepts what a pod sends to its own node, as its manifests set it",
        "假设：Calico 接受容器组发往所在节点的流量，与其清单的设置一致",
    ),
    (
        "otherFamily",
        "{source} and {destination} are of different IP families",
        "{source} 与 {destination} 属于不同的 IP 协议族",
    ),
    ("noSuchObject", "there is no {kind} `{name}` in the input", "输入中没有 {kind} `{name}`"),
    (
        "gatewayWithoutDoor",
        "{implementation}, which serves {object}, has no door ({door}) at port {port} for this client: no Service of its pods leads there, and no port of theirs on a node",
        "为 {object} 提供服务的 {implementation} 没有可供该客户端使用的端口 {port} 入口（{door}）：没有其容器组的服务或节点端口通向该端口",
    ),
    (
        "noSuchDoor",
        "the service {service} has no door {door} for this client",
        "服务 {service} 没有可供该客户端使用的入口 {door}",
    ),
    ("podHasEnded", "the pod {pod} has ended and has no network any more", "容器组 {pod} 已结束，不再有网络"),
    (
        "hostNetworkPodWithoutNode",
        "the hostNetwork pod {pod} is on no node of the input",
        "hostNetwork 容器组 {pod} 不在输入中的任何节点上",
    ),
    (
        "nodeWithoutAddress",
        "the node {node} has no InternalIP that the client can reach",
        "节点 {node} 没有客户端可用的 InternalIP",
    ),
    (
        "portNeedsProtocol",
        "the service has this port for another protocol: say {port}/{protocol}",
        "该服务的此端口使用其他协议：请写作 {port}/{protocol}",
    ),
    ("portNeeded", "say the port: the target has none, or several", "请指定端口：目标没有端口或有多个端口"),
    (
        "assumedAnnouncers",
        "assumed: nodes without a ready endpoint do not announce {address}",
        "假设：没有就绪端点的节点不会通告 {address}",
    ),
];
