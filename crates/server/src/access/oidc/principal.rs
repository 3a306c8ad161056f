//! Who a token is about.

use std::collections::BTreeMap;

use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::settings::{OidcError, OidcSettings};
use crate::viewer::Principal;

/// The longest name that is believed.
const LONGEST_NAME: usize = 256;
/// The most groups that are believed.
const MOST_GROUPS: usize = 1_000;
/// What Kubernetes keeps for itself.
const OF_KUBERNETES: &str = "system:";

/// The claims that no standard has.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct OtherClaims {
    #[serde(flatten)]
    pub(super) all: BTreeMap<String, Value>,
}

impl AdditionalClaims for OtherClaims {}

/// Who claims are about. `claims` are all of a token's, by name.
pub(super) fn principal(claims: &BTreeMap<String, Value>, settings: &OidcSettings) -> Result<Principal, OidcError> {
    let claim = settings.username_claim.as_str();
    let wrong = |reason| OidcError::Claim { claim: claim.to_owned(), reason };
    let name = claims.get(claim).and_then(Value::as_str).map(str::trim).unwrap_or_default();
    if name.is_empty() {
        return Err(wrong("names nobody"));
    }
    if claim == "email" && claims.get("email_verified") != Some(&Value::Bool(true)) {
        return Err(wrong("is not verified"));
    }
    let name = format!("{}{name}", settings.username_prefix);
    if name.len() > LONGEST_NAME {
        return Err(wrong("is too long"));
    }
    if name.starts_with(OF_KUBERNETES) {
        return Err(wrong("is a name that Kubernetes keeps for itself"));
    }
    let groups = match claims.get(&settings.groups_claim) {
        Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(group)) => vec![group.as_str()],
        _ => Vec::new(),
    };
    let groups = groups.into_iter().filter(|group| !group.is_empty());
    let groups = groups.map(|group| format!("{}{group}", settings.groups_prefix));
    let groups = groups.filter(|group| !group.starts_with(OF_KUBERNETES) && group.len() <= LONGEST_NAME);
    Ok(Principal { name, groups: groups.take(MOST_GROUPS).collect() })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    fn settings(username_claim: &str) -> OidcSettings {
        OidcSettings {
            issuer_url: String::new(),
            client_id: String::new(),
            client_secret: None,
            redirect_url: String::new(),
            username_claim: username_claim.to_owned(),
            username_prefix: String::new(),
            groups_claim: "groups".to_owned(),
            groups_prefix: String::new(),
            scopes: Vec::new(),
            certificate_authority: None,
            tell: Arc::new(|_| {}),
        }
    }

    fn of(claims: &Value, settings: &OidcSettings) -> Result<Principal, String> {
        let claims = claims.as_object().unwrap().clone().into_iter().collect();
        principal(&claims, settings).map_err(|error| error.to_string())
    }

    #[test]
    fn names_and_groups_are_those_of_the_claims() {
        let claims = json!({"sub": "7", "groups": ["shop", "", 7, "system:masters"]});
        let expected = Principal { name: "7".to_owned(), groups: vec!["shop".to_owned()] };
        assert_eq!(of(&claims, &settings("sub")), Ok(expected));
        let prefixed =
            OidcSettings { username_prefix: "oidc:".to_owned(), groups_prefix: "oidc:".to_owned(), ..settings("sub") };
        let groups = ["oidc:shop", "oidc:system:masters"].map(str::to_owned).to_vec();
        assert_eq!(of(&claims, &prefixed), Ok(Principal { name: "oidc:7".to_owned(), groups }));
    }

    #[test]
    fn nobody_is_who_kubernetes_keeps_for_itself() {
        let said = of(&json!({"sub": "system:admin"}), &settings("sub")).unwrap_err();
        assert_eq!(said, "the token's claim `sub` is a name that Kubernetes keeps for itself");
        let said = of(&json!({"sub": ""}), &settings("sub")).unwrap_err();
        assert_eq!(said, "the token's claim `sub` names nobody");
    }

    #[test]
    fn an_address_counts_where_it_is_verified() {
        let claims = |verified: Value| json!({"sub": "7", "email": "a@example.com", "email_verified": verified});
        assert_eq!(of(&claims(json!(true)), &settings("email")).unwrap().name, "a@example.com");
        for verified in [json!(false), json!("true"), json!(null)] {
            assert!(of(&claims(verified), &settings("email")).is_err());
        }
    }
}
