//! The codes of all issues that this crate finds. `report` has words for each, under the same key.

use bulkhead_model::{Issue, IssueCode, Severity};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* pub const $name: IssueCode = $code;)*
        /// All of them, in the order of this file.
        pub const ALL: &[IssueCode] = &[$($name),*];
    };
}

codes! {
    /// The text is not UTF-8. Arguments: `offset`.
    NOT_UTF8 = "notUtf8";
    /// The text has characters that no text has (NUL and other control characters).
    NOT_TEXT = "notText";
    /// The input has no object at all.
    NOTHING_TO_READ = "nothingToRead";
    /// Neither YAML nor JSON. Arguments: `detail` (the parser's words).
    SYNTAX = "syntax";
    /// A template that nobody rendered (`{{ … }}`). Arguments: `text`.
    TEMPLATE = "template";
    /// Nested too deeply. Arguments: `limit`.
    TOO_DEEP = "tooDeep";
    /// Aliases that would grow too large when written out.
    ALIASES_TOO_LARGE = "aliasesTooLarge";
    /// An alias to an anchor that is not there, or that it is itself inside of.
    ALIAS_UNKNOWN = "aliasUnknown";
    /// A map's key that is no scalar.
    KEY_NOT_SCALAR = "keyNotScalar";
    /// `<<` with something else than a map, or a list of maps.
    MERGE_NOT_MAP = "mergeNotMap";
    /// A YAML tag that says nothing to Kubernetes. Arguments: `tag`.
    TAG_UNKNOWN = "tagUnknown";
    /// A List that breaks off: what was complete has been read.
    LIST_TRUNCATED = "listTruncated";
    /// More issues than are kept. Arguments: `count` (those left out).
    TOO_MANY_ISSUES = "tooManyIssues";

    /// A document, or an item of a list, that is no Kubernetes object (no `kind` or no `apiVersion`).
    NOT_AN_OBJECT = "notAnObject";
    /// An object of a kind that is read, in a version that is not. Arguments: `version`.
    VERSION_UNKNOWN = "versionUnknown";
    /// An object without a kind, in a version that policies have: it may be one. Arguments: `version`.
    KIND_MISSING = "kindMissing";
    /// A kind that is spelt with other capitals than the one that is meant. Arguments: `kind`, `meant`.
    KIND_MISSPELT = "kindMisspelt";
    /// A list that cannot be read as one: by its kind, or as its `items` are none. Arguments: `kind`.
    LIST_UNREADABLE = "listUnreadable";
    /// A policy of a kind that nothing here understands. Where its engine enforces, what it could change is undetermined.
    /// Arguments: `pods` (those that it may be about).
    POLICY_KIND_NOT_READ = "policyKindNotRead";
    /// A policy of an engine's own kind that is about nodes: what it does to packets outside of pods' policies is not in the answers.
    POLICY_OF_HOSTS = "policyOfHosts";
    /// A policy that is only tried out: nobody enforces it.
    POLICY_STAGED = "policyStaged";
    /// Objects that nobody had the right to read. Arguments: `kind`, `namespace` (`*` for all), `reason`.
    NOT_READ = "notRead";
    /// An object that could not be read, for a reason that another issue tells: it counts as missing.
    OBJECT_NOT_READ = "objectNotRead";
    /// An object without a name.
    NAME_MISSING = "nameMissing";

    /// A value of the wrong type. Arguments: `expected`, `value`.
    WRONG_TYPE = "wrongType";
    /// A field that the API does not have. Arguments: `name`.
    UNKNOWN_FIELD = "unknownField";
    /// A key that comes twice in one map. Arguments: `name`.
    DUPLICATE_KEY = "duplicateKey";
    /// A field that the API requires. Arguments: `name`.
    MISSING_FIELD = "missingField";
    /// A string without quotes that Kubernetes would read as something else. Arguments: `value`.
    SCALAR_NOT_QUOTED = "scalarNotQuoted";
    /// A value that the API does not know here. Arguments: `value`, `allowed`.
    UNKNOWN_VALUE = "unknownValue";
    /// A port that is not between 1 and 65535. Arguments: `value`.
    PORT_OUT_OF_RANGE = "portOutOfRange";
    /// `endPort` below `port`. Arguments: `port`, `endPort`.
    END_PORT_BELOW_PORT = "endPortBelowPort";
    /// `endPort` beside a port's name. Arguments: `port`.
    END_PORT_WITH_NAME = "endPortWithName";
    /// `endPort` without `port`.
    END_PORT_WITHOUT_PORT = "endPortWithoutPort";
    /// No possible name of a port (up to 15 of a-z, 0-9 and `-`, one letter at least). Arguments: `value`.
    PORT_NAME_INVALID = "portNameInvalid";
    /// No IP address. Arguments: `value`.
    ADDRESS_INVALID = "addressInvalid";
    /// No cidr. Arguments: `value`.
    CIDR_INVALID = "cidrInvalid";
    /// A cidr with host bits set; the masked one is meant. Arguments: `value`, `meant`.
    CIDR_HOST_BITS = "cidrHostBits";
    /// An `except` that is not strictly inside its cidr. Arguments: `value`, `cidr`.
    EXCEPT_OUTSIDE = "exceptOutside";
    /// A peer that names nothing.
    PEER_EMPTY = "peerEmpty";
    /// A peer with an ipBlock and a selector.
    PEER_BLOCK_AND_SELECTOR = "peerBlockAndSelector";
    /// Several fields where the API wants exactly one. Arguments: `fields`.
    ONE_FIELD_ONLY = "oneFieldOnly";
    /// A subject that names nothing: it is about no pod.
    SUBJECT_EMPTY = "subjectEmpty";
    /// A rule without peers, where the API wants one at least. Arguments: `name`.
    PEERS_MISSING = "peersMissing";
    /// A priority that is not between 0 and 1000. Arguments: `value`.
    PRIORITY_OUT_OF_RANGE = "priorityOutOfRange";
    /// A range of ports that ends before it starts. Arguments: `start`, `end`.
    PORT_RANGE_REVERSED = "portRangeReversed";
    /// A text that cannot be the key of a label. Arguments: `value`.
    LABEL_KEY_INVALID = "labelKeyInvalid";
    /// A text that cannot be the value of a label. Arguments: `value`.
    LABEL_VALUE_INVALID = "labelValueInvalid";
    /// An operator of a selector with values that it must not have, or without those that it needs. Arguments: `operator`.
    OPERATOR_VALUES = "operatorValues";

    /// An object that came before under the same name; this one counts. Arguments: `earlier` (the input's name and line).
    DUPLICATE_OBJECT = "duplicateObject";
    /// An address that several running pods have. Arguments: `address`, `other`.
    POD_ADDRESS_SHARED = "podAddressShared";
    /// An address that several nodes have. Arguments: `address`, `other`.
    NODE_ADDRESS_SHARED = "nodeAddressShared";
    /// An address of a tunnel that several nodes have. Arguments: `address`, `other`.
    TUNNEL_ADDRESS_SHARED = "tunnelAddressShared";
    /// A Calico pool with both overlays, which Calico refuses.
    IP_POOL_TWO_OVERLAYS = "ipPoolTwoOverlays";
    /// Two Calico pools of the same addresses that say different things. Arguments: `cidr`, `other` (the other one and its place).
    IP_POOLS_CONTRADICT = "ipPoolsContradict";
    /// A pod with its own network that has a node's address. Arguments: `address`, `node`.
    POD_ADDRESS_OF_NODE = "podAddressOfNode";
    /// A node without any address: no packet can be followed to it or from it.
    NODE_WITHOUT_ADDRESSES = "nodeWithoutAddresses";
    /// A node's range of pod addresses that shares addresses with another node's. Arguments: `cidr`, `other`, `node`.
    POD_CIDR_OVERLAPS = "podCidrOverlaps";
    /// A nodePort that several Services have. Arguments: `port`, `other`.
    NODE_PORT_OF_TWO_SERVICES = "nodePortOfTwoServices";
    /// A reference to an object that is not in the input. Arguments: `target`.
    REFERENCE_DANGLING = "referenceDangling";
    /// A reference into another namespace that no `ReferenceGrant` there permits. Arguments: `target`.
    REFERENCE_NOT_GRANTED = "referenceNotGranted";
    /// Two Services have one address, protocol and port. Arguments: `address`, `other`.
    ADDRESS_OF_TWO_SERVICES = "addressOfTwoServices";
    /// A Service with a selector that has no endpoint.
    SERVICE_WITHOUT_ENDPOINTS = "serviceWithoutEndpoints";
    /// Endpoints worked out from selectors, because the input has none. Arguments: `services` (how many).
    ENDPOINTS_DERIVED = "endpointsDerived";
}

/// Those about a document that could not be read: it may have held any object.
const OF_LOST_DOCUMENTS: [IssueCode; 12] = [
    NOT_UTF8,
    NOT_TEXT,
    SYNTAX,
    TOO_DEEP,
    ALIASES_TOO_LARGE,
    ALIAS_UNKNOWN,
    KEY_NOT_SCALAR,
    MERGE_NOT_MAP,
    LIST_TRUNCATED,
    LIST_UNREADABLE,
    KIND_MISSING,
    TOO_MANY_ISSUES,
];

/// Whether an issue is about a document, or a part of one, that may have held anything.
pub fn is_of_lost_document(issue: &Issue) -> bool {
    OF_LOST_DOCUMENTS.contains(&issue.code) && issue.severity == Severity::Error
}
