//! What a scalar without quotes would be to Kubernetes, which reads YAML 1.1 by way of JSON.

/// The type that YAML 1.1 gives to a scalar without quotes (the resolver of go-yaml v2, which `sigs.k8s.io/yaml` uses).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    /// `true` and `false` in three spellings.
    Bool(bool),
    /// `y`, `yes`, `on`, `n`, `no`, `off`: booleans to YAML 1.1, strings to YAML 1.2 and to nearly everyone who writes them.
    OldBool,
    /// Decimal digits with an optional sign.
    Integer,
    /// Any other spelling of a number.
    Number,
    String,
}

/// The type of a scalar without quotes.
pub(crate) fn kind(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off"
        | "OFF" => Kind::OldBool,
        _ if is_decimal(text) => Kind::Integer,
        _ if is_number(text) => Kind::Number,
        _ => Kind::String,
    }
}

/// Digits with an optional sign; a leading zero makes a number octal in YAML 1.1, so that is none.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain && (digits == "0" || !digits.starts_with('0'))
}

/// Floats, hexadecimal, octal, binary, digits with underscores.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return false;
    }
    let clean: String = unsigned.chars().filter(|char| *char != '_').collect();
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)];
    let in_radix = radix.iter().find_map(|(prefix, radix)| Some((clean.strip_prefix(prefix)?, *radix)));
    match in_radix {
        Some((digits, radix)) => !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix)),
        None => clean.bytes().any(|byte| byte.is_ascii_digit()) && clean.parse::<f64>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_1_1_makes_of_plain_scalars() {
        let cases = [
            ("", Kind::Null),
            ("~", Kind::Null),
            ("True", Kind::Bool(true)),
            ("tRue", Kind::String),
            ("y", Kind::OldBool),
            ("off", Kind::OldBool),
            ("80", Kind::Integer),
            ("-1", Kind::Integer),
            ("0", Kind::Integer),
            ("010", Kind::Number),
            ("0x50", Kind::Number),
            ("8_080", Kind::Number),
            ("1.10", Kind::Number),
            ("1e3", Kind::Number),
            (".5", Kind::Number),
            (".inf", Kind::Number),
            ("10.0.0.1", Kind::String),
            ("10.0.0.0/8", Kind::String),
            ("inf", Kind::String),
            ("nan", Kind::String),
            ("1.2.3", Kind::String),
            ("http", Kind::String),
            (".", Kind::String),
            ("2026-11-23", Kind::String),
        ];
        for (text, expect) in cases {
            assert_eq!(kind(text), expect, "{text}");
        }
    }
}
