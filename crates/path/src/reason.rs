//! Why something is so: stable words, whose sentences are made in `report`.

/// Why something is so: a stable word for programs, and a key for the words in `report`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason {
    /// The stable word, as `noLocalEndpoint`: one of [`ALL`].
    pub code: &'static str,
    /// What the words need, by name.
    pub arguments: Vec<(&'static str, String)>,
}

impl Reason {
    /// A reason without arguments.
    pub fn new(code: &'static str) -> Self {
        Self { code, arguments: Vec::new() }
    }

    /// The same reason with one more argument.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "callers hand over what they have, by value or by reference")]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }

    /// A fact about the cluster that the snapshot does not show, and the option that gives it.
    pub(crate) fn missing(code: &'static str, option: &'static str) -> Self {
        Self::new(code).with("option", option)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = $code;)*
        /// Every code, for the words in `report` and the tests of them.
        pub const ALL: &[&str] = &[$($code),*];
    };
}

codes! {
    /// The Service has no endpoint that is ready, or serving while it ends: kube-proxy refuses.
    NO_ENDPOINTS = "noEndpoints";
    /// Nobody had the right to read the Service's endpoints. Argument `service`.
    ENDPOINTS_NOT_READ = "endpointsNotRead";
    /// The Service selects the pods of a workload, and neither they nor its endpoints are in the input. Argument `workload`.
    PODS_NOT_IN_INPUT = "podsNotInInput";
    /// The traffic policy is Local and the node has no endpoint.
    NO_LOCAL_ENDPOINT = "noLocalEndpoint";
    /// `loadBalancerSourceRanges` do not hold the source. Argument `source`.
    SOURCE_RANGE = "sourceRange";
    /// A policy does not let it into the pod.
    POLICY_INGRESS = "policyIngress";
    /// A policy does not let it out of the pod.
    POLICY_EGRESS = "policyEgress";
    /// Nobody can tell what a policy says.
    POLICY_UNDETERMINED = "policyUndetermined";
    /// The packet arrives, but the answer does not come back by the node that translated it.
    ASYMMETRIC_REPLY = "asymmetricReply";
    /// The packet arrives at a node with one of that node's own addresses as its source, and the kernel discards it.
    OWN_ADDRESS_AS_SOURCE = "ownAddressAsSource";
    /// Nothing on the node listens there: kube-proxy does not serve NodePorts at this address.
    NO_LISTENER = "noListener";
    /// Calico's `defaultEndpointToHostAction` is `Drop`: no pod reaches its own node.
    ENDPOINT_TO_HOST = "endpointToHost";
    /// kube-proxy on the node answers the health check, no pod. Argument `status`.
    HEALTH_CHECK = "healthCheck";
    /// The packet leaves the cluster; whether somebody answers there, the snapshot does not tell.
    LEAVES_CLUSTER = "leavesCluster";
    /// The address is in the cluster's ranges and nobody has it.
    ADDRESS_OF_NOBODY = "addressOfNobody";
    /// The Service's address has no rule for this port.
    NO_SUCH_PORT = "noSuchPort";
    /// No Service has the port at this address, and whether a node has the address itself is not known. Argument `address`.
    HELD_UNKNOWN = "heldUnknown";
    /// Whether and by which node the network outside sends packets for this address into the cluster is not known.
    NO_ROUTE_FROM_OUTSIDE = "noRouteFromOutside";
    /// Inside the cluster nobody translates this address, and where the network takes it is not known.
    ANNOUNCER_UNKNOWN = "announcerUnknown";
    /// The load balancer opens a connection of its own; its address and its choice of a node are not in the snapshot.
    LOAD_BALANCER_PROXIES = "loadBalancerProxies";
    /// Nobody is known that is meant for the address: which implementation it is, would settle it. Arguments `option`, `service`.
    LOAD_BALANCER_UNKNOWN = "loadBalancerUnknown";
    /// Several implementations claim the address. Arguments `option`, `implementations`.
    LOAD_BALANCER_CONTESTED = "loadBalancerContested";
    /// Something shows a load balancer that is not modelled: whether it keeps the client's address is not known. Arguments `option`, `by`.
    LOAD_BALANCER_NOT_MODELLED = "loadBalancerNotModelled";
    /// Assumed: the load balancer, which nothing shows, leaves packets as they are. Argument `address`.
    ASSUMED_PASSES_ON = "assumedPassesOn";
    /// Which addresses the load balancer sends from is not known. Arguments `option`, `implementation`.
    LOAD_BALANCER_SOURCE_UNKNOWN = "loadBalancerSourceUnknown";
    /// Whether the load balancer sends to nodes or to pods is not known. Arguments `implementation`, `field`.
    LOAD_BALANCER_TARGETS_UNKNOWN = "loadBalancerTargetsUnknown";
    /// The pod behind the port of the node sends on to a Service, as k3s' svclb pods do, which is not followed. Argument `pod`.
    BALANCER_POD_SENDS_ON = "balancerPodSendsOn";
    /// The load balancer has only a name, and what it stands for is not in the input. Argument `name`.
    NAME_NOT_RESOLVED = "nameNotResolved";
    /// No node announces the address. Argument `address`.
    NOT_ANNOUNCED = "notAnnounced";
    /// The load balancer sends to nodePorts, and the Service has none.
    NO_NODE_PORT = "noNodePort";
    /// The load balancer sends to nodePorts, and the Service, of type `ClusterIP`, has none.
    NO_NODE_PORT_BY_TYPE = "noNodePortByType";
    /// The implementation is not made for `externalTrafficPolicy: Local` as it is set up. Arguments `implementation`, `address`.
    LOCAL_UNSUPPORTED = "localUnsupported";
    /// The address is a node's, and whether the network in front of the node translates it is not known. Argument `address`.
    EXTERNAL_ADDRESS_TRANSLATED = "externalAddressTranslated";
    /// Who sends the packet on, and what shows that. Arguments `implementation`, `by`.
    BALANCED_BY = "balancedBy";
    /// Assumed: there are advertisements for the address, as the input has none at all.
    ASSUMED_ADVERTISEMENTS = "assumedAdvertisements";
    /// Assumed: the nodes have the interfaces by which the address is announced. Argument `interfaces`.
    ASSUMED_INTERFACES = "assumedInterfaces";
    /// Assumed: the load balancer's health checks, which come from addresses of its own, reach the pod. Argument `implementation`.
    ASSUMED_HEALTH_CHECKS = "assumedHealthChecks";
    /// How kube-proxy runs is not known. Argument `option`.
    PROXY_MODE_UNKNOWN = "proxyModeUnknown";
    /// The CNI translates Services itself, which is not modelled. Argument `cni` where it is known.
    PROXY_OF_CNI = "proxyOfCni";
    /// What the CNI's own proxy does here is settled by nothing. Argument `habit`.
    PROXY_HABIT_UNKNOWN = "proxyHabitUnknown";
    /// Which address the CNI's own proxy puts in here is settled by nothing. Argument `node`.
    PROXY_SOURCE_UNKNOWN = "proxySourceUnknown";
    /// kube-router sends by a tunnel to the pod (`service.dsr`), and what its policy sees of that is settled by nothing.
    DSR_TUNNEL = "dsrTunnel";
    /// The policy judges by identity, and the entry must name one. Argument `entity`.
    IDENTITY_NEEDED = "identityNeeded";
    /// Which range kube-proxy takes the pods' addresses to be in is not known. Argument `option`.
    CLUSTER_CIDR_UNKNOWN = "clusterCidrUnknown";
    /// How kube-proxy recognises local pods is not known. Argument `option`.
    DETECT_LOCAL_UNKNOWN = "detectLocalUnknown";
    /// Whether kube-proxy masquerades everything is not known. Argument `option`.
    MASQUERADE_ALL_UNKNOWN = "masqueradeAllUnknown";
    /// At which addresses kube-proxy serves NodePorts is not known. Argument `option`.
    NODE_PORT_ADDRESSES_UNKNOWN = "nodePortAddressesUnknown";
    /// Which CNI connects the pods is not known. Argument `option`.
    CNI_UNKNOWN = "cniUnknown";
    /// How the CNI carries packets between these nodes is not known. Argument `option`.
    OVERLAY_UNKNOWN = "overlayUnknown";
    /// Whether the CNI masquerades what leaves the pods' ranges is not known. Argument `option`.
    NAT_OUTGOING_UNKNOWN = "natOutgoingUnknown";
    /// What Calico does with packets from a pod to its own node is not known.
    ENDPOINT_TO_HOST_UNKNOWN = "endpointToHostUnknown";
    /// The address of a node's tunnel device is not known. Arguments `node`, `where`.
    TUNNEL_ADDRESS_UNKNOWN = "tunnelAddressUnknown";
    /// A node has no `InternalIP` of this family. Arguments `node`, `family`.
    NODE_ADDRESS_UNKNOWN = "nodeAddressUnknown";
    /// The subnet of a node is not known. Arguments `node`, `where`.
    SUBNET_UNKNOWN = "subnetUnknown";
    /// In which subnet a node is, is not known, and the CNI tunnels between subnets only. Arguments `option`, `node`.
    NODE_SUBNETS_UNKNOWN = "nodeSubnetsUnknown";
    /// Assumed: the pods' subnets have a distributed gateway; a centralized one masquerades even where the policy is Local.
    ASSUMED_DISTRIBUTED_GATEWAY = "assumedDistributedGateway";
    /// The port is outside of what the engine takes for NodePorts, and what it does with that is settled by nothing. Arguments `port`,
    /// `setting`.
    NODE_PORT_OUTSIDE_RANGE = "nodePortOutsideRange";
    /// What a node's packets are to pods of a subnet is settled by nothing. Arguments `subnet`, `field`.
    SUBNET_UNSETTLED = "subnetUnsettled";
    /// Which address the kernel picks on a node towards its own pods is not known. Argument `node`.
    OWN_POD_SOURCE_UNKNOWN = "ownPodSourceUnknown";
    /// The pod is on no node. Argument `pod`.
    POD_WITHOUT_NODE = "podWithoutNode";
    /// The pod has no address (of this family). Argument `pod`.
    POD_WITHOUT_ADDRESS = "podWithoutAddress";
    /// The client has no address of the destination's family. Arguments `source`, `destination`.
    OTHER_FAMILY = "otherFamily";
    /// Several Services claim the address and port, or several objects one address. Argument `address`.
    CONTESTED_ADDRESS = "contestedAddress";
    /// A part of the Service could not be read. Argument `field`.
    UNREADABLE_SERVICE = "unreadableService";
    /// Where the policy looks, against translation, is not known, and it matters here.
    HOOK_UNKNOWN = "hookUnknown";
    /// Which packets of a pod's own node the engine lets pass is not known, and it matters here.
    OWN_NODE_UNKNOWN = "ownNodeUnknown";
    /// The packet goes round in a circle.
    LOOP = "loop";
    /// No controller that serves the Ingress was found. Argument `class`.
    GATEWAY_UNKNOWN = "gatewayUnknown";
    /// The Gateway is a load balancer that passes packets on, and may keep the client's address, which is not modelled. Argument
    /// `gateway`.
    GATEWAY_PASSES_PACKETS = "gatewayPassesPackets";
    /// Whether an implementation serves the object hangs on one of its settings, which the input does not show or nobody can read.
    /// Arguments `implementation`, `setting`.
    GATEWAY_SETTING_UNKNOWN = "gatewaySettingUnknown";
    /// Who serves the Gateway's class, and by which pods, the input does not show. Arguments `gateway`, `class`.
    GATEWAY_OF_NOBODY = "gatewayOfNobody";
    /// The Gateway to which the route is attached is not in the input. Argument `gateway`.
    GATEWAY_MISSING = "gatewayMissing";
    /// No listener of the Gateway takes the route. Arguments `gateway`, `field` (what keeps it out).
    ROUTE_NOT_ADMITTED = "routeNotAdmitted";
    /// Whether a listener takes the route cannot be read. Argument `gateway`.
    ROUTE_ADMISSION_UNKNOWN = "routeAdmissionUnknown";
    /// The route is attached to something that is no Gateway: a mesh. Arguments `kind`, `name`.
    PARENT_NO_GATEWAY = "parentNoGateway";
    /// The backend is in another namespace, where no `ReferenceGrant` permits the route to refer to it. Argument `backend`.
    BACKEND_NOT_GRANTED = "backendNotGranted";
    /// The backend is no Service with a port, and where it leads to is not modelled. Arguments `kind`, `backend`.
    BACKEND_NO_SERVICE = "backendNoService";
    /// The backend is an `ExternalName` Service, and the gateway as it is set up serves none. Arguments `implementation`, `backend`.
    ALIAS_REFUSED = "aliasRefused";
    /// The backend's Service has no such port. Arguments `backend`, `port`.
    BACKEND_NO_PORT = "backendNoPort";
    /// The name is an alias of one outside of the cluster, and what that stands for is not in the input. Argument `name`.
    EXTERNAL_NAME = "externalName";
    /// Policies know the gateway's packets by an identity that is no address: which rule names it, only the engine's own policies can
    /// say. Arguments `identity`, `implementation`.
    GATEWAY_IDENTITY = "gatewayIdentity";
    /// A process of the node takes the client's connection and opens its own with an identity. Arguments `implementation`, `identity`.
    GATEWAY_OF_NODES = "gatewayOfNodes";
    /// Assumed: the client's packets come to a node, where the gateway takes them. Argument `implementation`.
    ASSUMED_GATEWAY_REACHED = "assumedGatewayReached";
    /// The gateway is outside of the cluster: a client inside leaves it and comes back. Argument `implementation`.
    GATEWAY_OUTSIDE = "gatewayOutside";
    /// The gateway has no backend there. Argument `backend`.
    NO_BACKEND = "noBackend";
    /// Assumed: the node's NIC was there before the CNI's devices, and its `InternalIP` is that NIC's first address.
    ASSUMED_DEVICE_ORDER = "assumedDeviceOrder";
    /// Assumed: Calico accepts what a pod sends to its own node, as its manifests and its operator set it.
    ASSUMED_ENDPOINT_TO_HOST = "assumedEndpointToHost";
    /// Assumed: flanneld runs with `--ip-masq`, as its manifests have it.
    ASSUMED_IP_MASQ = "assumedIpMasq";
    /// Assumed: the routers outside know on which node a pod is, as the CNI uses plain routes.
    ASSUMED_POD_ROUTES = "assumedPodRoutes";
    /// Assumed: nodes without a ready endpoint do not announce the address. Arguments `address`, and `implementation` and
    /// `protocol` where they are known.
    ASSUMED_ANNOUNCERS = "assumedAnnouncers";
    /// Assumed: the Service's endpoints are the pods that it selects, as the input has no EndpointSlice of it.
    ASSUMED_ENDPOINTS = "assumedEndpoints";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn no_code_comes_twice() {
        let once: std::collections::BTreeSet<&str> = ALL.iter().copied().collect();
        assert_eq!(once.len(), ALL.len());
    }
}
