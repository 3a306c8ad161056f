//! The names in a text.

use std::collections::HashSet;

use serde_json::Value;

/// A run of characters that names and addresses are made of, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run<'t> {
    pub(super) start: usize,
    pub(super) text: &'t str,
}

/// The runs of a text, in order.
pub(super) fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let begin = rest + text.get(rest..)?.find(is_of_name)?;
        let tail = text.get(begin..)?;
        let length = tail.find(|character| !is_of_name(character)).unwrap_or(tail.len());
        rest = begin + length;
        let whole = text.get(begin..rest)?;
        let run = whole.trim_start_matches(['.', '/', '-']);
        let start = begin + whole.len() - run.len();
        Some(Run { start, text: run.trim_end_matches(['.', ':', '/', '-']) })
    })
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | ':' | '/')
}

/// The parts of a run that may be somebody's name or address: `service/shop/web:80` has `shop/web`, `shop`, `web`.
pub(super) fn parts(run: &str) -> Vec<&str> {
    let mut parts = vec![run];
    let segments: Vec<&str> = run.split('/').collect();
    let mut start = 0;
    for (index, segment) in segments.iter().enumerate() {
        parts.push(segment);
        if let Some(next) = segments.get(index + 1) {
            let end = start + segment.len() + 1 + next.len();
            parts.extend(run.get(start..end));
            // With a port behind it.
            parts.extend(run.get(start..end).and_then(|pair| pair.rsplit_once(':')).map(|(pair, _)| pair));
        }
        parts.extend(segment.split(':').filter(|part| part.len() < segment.len()));
        if segment.parse::<std::net::IpAddr>().is_err() {
            parts.extend(segment.split('.').filter(|part| part.len() < segment.len()));
        }
        // Ends of a range, and an IPv6 address with a port are caught by their addresses.
        if let Some((first, last)) = segment.split_once('-').filter(|(first, _)| first.contains(['.', ':'])) {
            parts.extend([first, last]);
        }
        start += segment.len() + 1;
    }
    parts
}

/// Every name in the texts of a value.
pub(super) fn said(value: &Value, into: &mut HashSet<String>) {
    match value {
        Value::String(text) => spoken(text, into),
        Value::Array(items) => items.iter().for_each(|item| said(item, into)),
        Value::Object(fields) => {
            for (key, value) in fields {
                spoken(key, into);
                said(value, into);
            }
        }
        _ => {}
    }
}

/// Every name in a text.
pub(super) fn spoken(text: &str, into: &mut HashSet<String>) {
    into.extend(runs(text).flat_map(|run| parts(run.text)).map(str::to_owned));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_whatever_stands_around_them() {
        let found = |text: &str| runs(text).map(|run| run.text.to_owned()).collect::<Vec<_>>();
        assert_eq!(found("the pod `shop/web-0`, 项目shop。"), ["the", "pod", "shop/web-0", "shop"]);
        assert_eq!(found("[fd00::1]:80."), ["fd00::1", ":80"]);
        for part in ["shop", "web", "shop/web", "service"] {
            assert!(parts("service/shop/web:80").contains(&part), "{part}");
        }
        assert!(parts("10.0.0.1-10.0.0.9").contains(&"10.0.0.9"));
        assert!(parts("web.shop.svc").contains(&"shop"));
    }
}
