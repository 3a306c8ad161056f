//! `BH001, any-source: the reason`, as annotations and comments say it.

/// Reads rules and a reason. Rules are separated by commas; the reason begins behind a colon, or simply behind the last rule.
pub(super) fn read(text: &str) -> (Vec<String>, Option<String>) {
    let (mut rules, mut rest) = (Vec::new(), text.trim());
    loop {
        let end = rest.find(|char: char| !char.is_ascii_alphanumeric() && char != '-').unwrap_or(rest.len());
        let (rule, behind) = rest.split_at(end);
        if !rule.is_empty() {
            rules.push(rule.to_owned());
        }
        let behind = behind.trim_start();
        let Some(more) = behind.strip_prefix(',') else {
            let reason = behind.trim_start_matches([':', '-', '–', '—']).trim();
            return (rules, Some(reason.to_owned()).filter(|reason| !reason.is_empty()));
        };
        rest = more.trim_start();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn rules_and_a_reason_in_every_spelling() {
        for (text, rules, reason) in [
            ("BH001: asked for", &["BH001"][..], Some("asked for")),
            ("BH001, any-source : asked: for", &["BH001", "any-source"], Some("asked: for")),
            ("BH001 asked for", &["BH001"], Some("asked for")),
            (" BH001,BH002 ", &["BH001", "BH002"], None),
            ("BH001:", &["BH001"], None),
            ("", &[], None),
        ] {
            let (have, why) = super::read(text);
            assert_eq!(
                (have.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), why.as_deref()),
                (rules, reason)
            );
        }
    }
}
