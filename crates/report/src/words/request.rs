//! Words about requests that cannot be read.

use super::Entry;

/// Codes of `wire`'s request reader and of the command line's notation.
pub(super) const ENTRIES: &[Entry] = &[
    ("requestNotJson", "the line is not JSON: {error}", "该行不是 JSON：{error}"),
    ("requestNotObject", "the line is not a JSON object", "该行不是 JSON 对象"),
    ("requestNotUtf8", "the line is not UTF-8", "该行不是 UTF-8 文本"),
    ("requestFieldMissing", "an object is needed here", "此处必须是一个对象"),
    ("requestFieldUnknown", "no such field; known are {known}", "没有这个字段；可用字段：{known}"),
    ("requestOneOf", "exactly one of {known} is needed", "必须且只能有 {known} 其中之一"),
    ("requestNotString", "`{value}` is not a text", "`{value}` 不是文本"),
    ("requestName", "`{value}` is not NAMESPACE/NAME", "`{value}` 不是 NAMESPACE/NAME 的形式"),
    ("requestAddress", "`{value}` is not an IP address", "`{value}` 不是 IP 地址"),
    (
        "requestPort",
        "`{value}` is not a port number from 1 to 65535 or a port's name",
        "`{value}` 不是 1 到 65535 的端口号，也不是端口名",
    ),
    ("requestProtocol", "`{value}` is not TCP, UDP or SCTP", "`{value}` 不是 TCP、UDP 或 SCTP"),
    ("requestDoor", "`{value}` is no kind of door; known are {known}", "`{value}` 不是入口类型；可用类型：{known}"),
    (
        "requestDoorWithoutService",
        "only a service or an ingress has doors to choose from",
        "只有 service 或 ingress 才能选择入口类型",
    ),
];
