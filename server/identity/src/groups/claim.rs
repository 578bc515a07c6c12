//! What an ID token says about groups.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use uuid::Uuid;

/// The groups of a token, or that there are too many for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GroupClaim {
    /// All of them. A token that says nothing is of somebody who is in none.
    Listed(BTreeSet<Uuid>),
    /// More than fit: `_claim_names`, or `hasgroups` where there is no room even for that ("Groups overage claim").
    Overage,
}

impl GroupClaim {
    pub(crate) fn read(claims: &Map<String, Value>) -> Self {
        let distributed = claims.get("_claim_names").and_then(|names| names.get("groups")).is_some();
        let hinted = matches!(claims.get("hasgroups"), Some(Value::Bool(true)))
            || claims.get("hasgroups").and_then(Value::as_str).is_some_and(|word| word.eq_ignore_ascii_case("true"));
        if distributed || hinted {
            return Self::Overage;
        }
        let listed = claims.get("groups").and_then(Value::as_array).into_iter().flatten();
        Self::Listed(listed.filter_map(|id| Uuid::try_parse(id.as_str()?).ok()).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(claims: &Value) -> GroupClaim {
        GroupClaim::read(claims.as_object().unwrap_or(&Map::new()))
    }

    #[test]
    fn groups_are_listed_by_id() {
        let id = Uuid::from_u128(7);
        assert_eq!(read(&json!({ "groups": [id, "a name", 7] })), GroupClaim::Listed([id].into()));
        for nothing in
            [json!({}), json!({ "groups": null }), json!({ "hasgroups": false }), json!({ "_claim_names": {} })]
        {
            assert_eq!(read(&nothing), GroupClaim::Listed(BTreeSet::new()), "{nothing}");
        }
    }

    #[test]
    fn each_way_to_say_that_there_are_too_many_is_read() {
        for too_many in [
            json!({ "_claim_names": { "groups": "src1" }, "_claim_sources": { "src1": { "endpoint": "https://a" } } }),
            json!({ "hasgroups": true }),
            json!({ "hasgroups": "true" }),
        ] {
            assert_eq!(read(&too_many), GroupClaim::Overage, "{too_many}");
        }
    }
}
