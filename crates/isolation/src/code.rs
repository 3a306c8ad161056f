//! The codes of all issues that a plan can have. `report` has words for each, under the same key.

use bulkhead_model::IssueCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* pub const $name: IssueCode = $code;)*
        /// All of them, in the order of this file.
        pub const ALL: &[IssueCode] = &[$($name),*];
    };
}

codes! {
    /// An entry has a part of the wrong type.
    ENTRY_UNREADABLE = "entryUnreadable";
    /// An entry has a field that nobody knows.
    ENTRY_UNKNOWN_FIELD = "entryUnknownField";
    /// An entry whose policy would have the name of the one that isolates. Arguments: `policy`.
    ENTRY_NAME_RESERVED = "entryNameReserved";
    /// An entry whose policy would have a name longer than an API server allows. Arguments: `policy`, `limit`.
    ENTRY_NAME_TOO_LONG = "entryNameTooLong";
    /// An entry that says nothing in either direction.
    ENTRY_WITHOUT_DIRECTION = "entryWithoutDirection";
    /// A policy type that is neither Ingress nor Egress. Arguments: `value`.
    ENTRY_POLICY_TYPE_INVALID = "entryPolicyTypeInvalid";
    /// `policyTypes` leaves out a direction that the entry has rules for. Arguments: `direction`.
    ENTRY_POLICY_TYPES_CONTRADICT = "entryPolicyTypesContradict";
    /// A rule with neither peers nor ports: it would let everything through.
    ENTRY_RULE_EMPTY = "entryRuleEmpty";
    /// A rule for egress with ports and no peers.
    ENTRY_RULE_WITHOUT_PEERS = "entryRuleWithoutPeers";
    /// A rule for ingress with ports and no peers: it lets in everybody on those ports.
    ENTRY_ALLOWS_ANY_SOURCE = "entryAllowsAnySource";
    /// A peer that names nothing.
    ENTRY_PEER_EMPTY = "entryPeerEmpty";
    /// A peer that names several things; one counts. Arguments: `used`.
    ENTRY_PEER_AMBIGUOUS = "entryPeerAmbiguous";
    /// A project that is not there. Arguments: `namespace`.
    ENTRY_NAMESPACE_NOT_FOUND = "entryNamespaceNotFound";
    /// A project that is not of the entry's workspace. Arguments: `namespace`, `workspace` (the entry's).
    ENTRY_OTHER_WORKSPACE = "entryOtherWorkspace";
    /// A Service that is not there. Arguments: `service`.
    ENTRY_SERVICE_NOT_FOUND = "entryServiceNotFound";
    /// A Service without a selector, so that nobody knows its pods. Arguments: `service`.
    ENTRY_SERVICE_WITHOUT_SELECTOR = "entryServiceWithoutSelector";
    /// A Service that is an alias for a name outside. Arguments: `service`, `name`.
    ENTRY_SERVICE_EXTERNAL_NAME = "entryServiceExternalName";
    /// A port of the rule that the Service does not have. Arguments: `service`, `port`.
    ENTRY_PORT_NOT_IN_SERVICE = "entryPortNotInService";
    /// A targetPort by name that no pod of the Service declares. Arguments: `service`, `port`.
    ENTRY_NAMED_PORT_UNRESOLVED = "entryNamedPortUnresolved";
    /// A Service with pods on their nodes' network, which no selector of a policy finds. Arguments: `service`, `pods`.
    ENTRY_PEER_ON_HOST_NETWORK = "entryPeerOnHostNetwork";
    /// No cidr. Arguments: `value`.
    ENTRY_CIDR_INVALID = "entryCidrInvalid";
    /// A cidr with host bits; the masked one is written. Arguments: `value`, `meant`.
    ENTRY_CIDR_HOST_BITS = "entryCidrHostBits";
    /// An `except` that is not strictly inside its cidr. Arguments: `value`.
    ENTRY_EXCEPT_INVALID = "entryExceptInvalid";
    /// A protocol that the API does not know. Arguments: `value`.
    ENTRY_PROTOCOL_INVALID = "entryProtocolInvalid";
    /// No port and no port's name. Arguments: `value`.
    ENTRY_PORT_INVALID = "entryPortInvalid";
    /// An `endPort` that makes no range. Arguments: `value`.
    ENTRY_END_PORT_INVALID = "entryEndPortInvalid";
    /// A range of addresses that is none. Arguments: `value`.
    ENTRY_RANGE_INVALID = "entryRangeInvalid";
    /// An entry whose policy was refused when it was written.
    ENTRY_REFUSED = "entryRefused";
    /// An entry of a project of which nobody knows whether it is isolated.
    ENTRY_SWITCH_UNKNOWN = "entrySwitchUnknown";

    /// An allowlist of a workspace that is not there. Arguments: `workspace`.
    ALLOWLIST_WORKSPACE_NOT_FOUND = "allowlistWorkspaceNotFound";
    /// An allowlist of a workspace, or an Exposure, which KubeSphere knows nothing of.
    KUBESPHERE_IGNORES = "kubesphereIgnores";
    /// A project's switch is on, or it has entries, and it belongs to no workspace: nothing is done. Arguments: `entries`.
    PROJECT_WITHOUT_WORKSPACE = "projectWithoutWorkspace";
    /// A project's workspace is not there: nothing is done. Arguments: `workspace`.
    PROJECT_WORKSPACE_NOT_FOUND = "projectWorkspaceNotFound";
    /// Pods on their nodes' network in an isolated project: no policy covers them. Arguments: `pods`.
    PROJECT_HOST_NETWORK_PODS = "projectHostNetworkPods";
    /// A workspace's switch that could not be read: its projects stay as they are.
    WORKSPACE_SWITCH_UNREADABLE = "workspaceSwitchUnreadable";
    /// A workspace's two switches (field and annotation) disagree; it counts as on.
    WORKSPACE_SWITCHES_CONTRADICT = "workspaceSwitchesContradict";
    /// A Workspace and its template disagree; the Workspace counts. Arguments: `workspace`, `template`.
    WORKSPACE_TEMPLATE_DIFFERS = "workspaceTemplateDiffers";
    /// A WorkspaceTemplate differs by cluster, and nobody said which cluster this is: its projects stay as they are.
    WORKSPACE_CLUSTER_UNKNOWN = "workspaceClusterUnknown";

    /// The settings of KubeSphere could not be read; none of them counts. Arguments: `detail`.
    CONFIGURATION_UNREADABLE = "configurationUnreadable";
    /// KubeSphere's own controller is switched off in its settings: it would write nothing of this.
    CONFIGURATION_DISABLED = "configurationDisabled";
    /// A namespace to let in whose name is no name. Arguments: `value`.
    ALLOWED_NAMESPACE_INVALID = "allowedNamespaceInvalid";
    /// A namespace to let in that is not there. Arguments: `namespace`.
    ALLOWED_NAMESPACE_NOT_FOUND = "allowedNamespaceNotFound";
    /// An entry of a Node's `kubesphere.io/snat-node-ips` that is no address; it is left out. Arguments: `value`.
    NODE_ADDRESS_INVALID = "nodeAddressInvalid";

    /// Egress is restricted, and no DNS was found that could be left open.
    DNS_NOT_FOUND = "dnsNotFound";
    /// The cluster runs NodeLocal DNS, and its addresses were not found.
    DNS_NODE_LOCAL_UNKNOWN = "dnsNodeLocalUnknown";
    /// A DNS Service with a targetPort by name that no pod declares. Arguments: `service`, `port`.
    DNS_PORT_UNRESOLVED = "dnsPortUnresolved";
    /// A DNS Service that was asked for and is not there. Arguments: `service`.
    DNS_SERVICE_NOT_FOUND = "dnsServiceNotFound";
    /// The API server was to stay open, and its endpoints are not there.
    API_SERVER_NOT_FOUND = "apiServerNotFound";

    /// A policy of a name that is ours, and that somebody else wrote: it stays, and ours is not written. Arguments: `policy`.
    POLICY_CONFLICT = "policyConflict";
    /// A policy that is called as ours are, that somebody else wrote and that nothing asks for: it stays, and so does its effect.
    /// Arguments: `policy`.
    POLICY_NOT_OURS = "policyNotOurs";
    /// A policy that no API server accepts. Arguments: `policy`, `field`, `value`.
    POLICY_REFUSED = "policyRefused";

    /// KubeSphere deletes all entries of a project that is not isolated by its own switch. Arguments: `entries`.
    KUBESPHERE_DELETES_ENTRIES = "kubesphereDeletesEntries";
    /// KubeSphere writes a policy of an entry that it deletes in the same pass; its next pass deletes it. Arguments: `policy`.
    KUBESPHERE_TAKES_BACK_POLICY = "kubesphereTakesBackPolicy";
    /// KubeSphere restricts egress because of entries that it deletes in the same pass; its next pass opens it. Arguments:
    /// `policy`.
    KUBESPHERE_TAKES_BACK_EGRESS = "kubesphereTakesBackEgress";
    /// An entry overwrites the policy that isolates. Arguments: `policy`.
    KUBESPHERE_OVERWRITES_BASE = "kubesphereOverwritesBase";
    /// A policy that KubeSphere left behind and removes only when it restarts. Arguments: `policy`.
    KUBESPHERE_LEAVES_POLICY = "kubesphereLeavesPolicy";
}
