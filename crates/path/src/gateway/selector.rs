//! Label selectors as flags have them: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas.

use bulkhead_model::{LabelSelector, Name, Operator, Position, Readable, Requirement, label};

/// The selector that a text means (apimachinery, `labels.Parse`). Of a text that is none nobody knows what it selects: not even
/// the parts that could be read count, as the controller would not start with it.
pub(super) fn parse(text: &str) -> LabelSelector {
    let requirements = match requirements(text) {
        Some(requirements) => requirements.into_iter().map(Readable::Known).collect(),
        None => vec![Readable::Unreadable { position: Position::NOWHERE }],
    };
    LabelSelector { requirements }
}

fn requirements(text: &str) -> Option<Vec<Requirement>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_u32, 0);
    for (index, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                parts.push(text.get(start..index)?);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    parts.into_iter().map(|part| requirement(part.trim())).collect()
}

fn requirement(part: &str) -> Option<Requirement> {
    if let Some(own) = part.strip_prefix('!') {
        return Some(Requirement::expression(key(own)?, Operator::DoesNotExist, Vec::new()));
    }
    if let Some((front, list)) = part.split_once('(') {
        let (own, operator) = front.trim().rsplit_once(char::is_whitespace)?;
        let values: Vec<Name> =
            list.strip_suffix(')').filter(|list| !list.is_empty())?.split(',').map(value).collect::<Option<_>>()?;
        return of_values(key(own)?, operator, values);
    }
    let operators = [("!=", "notin"), ("==", "in"), ("=", "in")];
    let found = operators.iter().find_map(|(sign, operator)| Some((part.split_once(sign)?, operator)));
    match found {
        Some(((own, one), operator)) => of_values(key(own)?, operator, vec![value(one)?]),
        None => Some(Requirement::expression(key(part)?, Operator::Exists, Vec::new())),
    }
}

fn of_values(key: Name, operator: &str, values: Vec<Name>) -> Option<Requirement> {
    let mut sorted = values.clone();
    sorted.sort();
    sorted.dedup();
    let operator = match operator {
        "in" => Operator::In(sorted),
        "notin" => Operator::NotIn(sorted),
        _ => return None,
    };
    Some(Requirement::expression(key, operator, values))
}

fn key(text: &str) -> Option<Name> {
    Some(text.trim()).filter(|text| label::is_key(text)).map(Name::from)
}

fn value(text: &str) -> Option<Name> {
    Some(text.trim()).filter(|text| label::is_value(text)).map(Name::from)
}

#[cfg(test)]
mod tests {
    use bulkhead_model::{Labels, Name};

    use super::parse;

    fn selects(text: &str, pairs: &[(&str, &str)]) -> Option<bool> {
        let labels: Labels = pairs.iter().map(|(key, value)| (Name::from(*key), Name::from(*value))).collect();
        parse(text).matches(&labels)
    }

    #[test]
    fn every_operator_means_what_kubernetes_means() {
        let [a, b, none]: [&[(&str, &str)]; 3] = [&[("team", "a")], &[("team", "b")], &[]];
        let expected = [
            ("", [true, true, true]),
            ("team=a", [true, false, false]),
            ("team == a", [true, false, false]),
            ("team!=a", [false, true, true]),
            ("team in (a, c)", [true, false, false]),
            ("team in(a)", [true, false, false]),
            ("team notin (a,c)", [false, true, true]),
            ("team", [true, true, false]),
            ("!team", [false, false, true]),
            ("team,team!=a", [false, true, false]),
            ("team in (a,b), team notin (b)", [true, false, false]),
        ];
        for (text, [of_a, of_b, of_none]) in expected {
            let found = [a, b, none].map(|labels| selects(text, labels));
            assert_eq!(found, [Some(of_a), Some(of_b), Some(of_none)], "{text}");
        }
        assert_eq!(selects("kubesphere.io/workspace=acme", &[("kubesphere.io/workspace", "acme")]), Some(true));
        assert_eq!(selects("team=", &[("team", "")]), Some(true));
    }

    #[test]
    fn what_is_no_selector_selects_nobody_knows_what() {
        for text in [
            "team in ()",
            "team in (a",
            "team within (a)",
            "team>1",
            "a=b,",
            ",",
            "=a",
            "team=a b",
            "in (a)",
            "a)(",
            "te am",
        ] {
            assert_eq!(selects(text, &[("team", "a")]), None, "{text}");
            assert_eq!(selects(&format!("none=here,{text}"), &[("team", "a")]), None, "{text}");
        }
    }
}
