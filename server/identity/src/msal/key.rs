//! The names of entries, as MSAL Node makes them (`CacheHelpers.ts`).

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::entry::Entry;

/// The key of a credential: seven parts, and an eighth for further components if there are any.
pub(super) fn credential(entry: Entry<'_>) -> String {
    let text = |name: &str| entry.text(name).unwrap_or_default();
    let kind = text("credential_type");
    let family = entry.text("family_id").filter(|_| kind.eq_ignore_ascii_case("RefreshToken"));
    let scheme = entry.text("token_type").filter(|scheme| !scheme.eq_ignore_ascii_case("Bearer"));
    let parts = [
        text("home_account_id"),
        text("environment"),
        kind,
        family.unwrap_or_else(|| text("client_id")),
        text("realm"),
        text("target"),
        scheme.unwrap_or_default(),
    ];
    let further = entry.0.get("additionalCacheKeyComponents").and_then(further);
    let further = further.map(|hash| format!("-{hash}")).unwrap_or_default();
    format!("{}{further}", parts.join("-")).to_lowercase()
}

/// One hash over all further components, in the order of their names.
fn further(components: &Value) -> Option<String> {
    let components = components.as_object().filter(|components| !components.is_empty())?;
    let mut components: Vec<_> =
        components.iter().map(|(name, value)| (name, value.as_str().unwrap_or_default())).collect();
    components.sort_unstable();
    let lengths = |(name, value): (&String, &str)| format!("{}:{name}{}:{value}", name.len(), value.len());
    let input: String = components.into_iter().map(lengths).collect();
    Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, input.as_bytes())))
}

/// The key of an account: by its home tenant, whatever tenant it is a guest in.
pub(super) fn account(home_account_id: &str, environment: &str, tenant: &str) -> String {
    let home_tenant = home_account_id.split('.').nth(1).filter(|tenant| !tenant.is_empty());
    format!("{home_account_id}-{environment}-{}", home_tenant.unwrap_or(tenant)).to_lowercase()
}

/// The key of what is known about the application.
pub(super) fn app_metadata(environment: &str, client_id: &str) -> String {
    format!("appmetadata-{environment}-{client_id}").to_lowercase()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(entry: &Value) -> String {
        credential(Entry::of(entry).unwrap())
    }

    #[test]
    fn credentials_have_the_keys_that_msal_node_gives_them() {
        let mut entry = json!({
            "home_account_id": "UID.utid", "environment": "login.windows.net", "credential_type": "AccessToken",
            "client_id": "CID", "realm": "tid", "target": "User.Read openid profile offline_access", "token_type": "Bearer",
        });
        let access = "uid.utid-login.windows.net-accesstoken-cid-tid-user.read openid profile offline_access-";
        assert_eq!(key(&entry), access);
        entry["token_type"] = json!("Pop");
        assert_eq!(key(&entry), format!("{access}pop"));
        let refresh = json!({
            "home_account_id": "UID.utid", "environment": "login.windows.net", "credential_type": "RefreshToken",
            "client_id": "CID",
        });
        assert_eq!(key(&refresh), "uid.utid-login.windows.net-refreshtoken-cid---");
        let mut family = refresh.clone();
        family["family_id"] = json!("1");
        assert_eq!(key(&family), "uid.utid-login.windows.net-refreshtoken-1---");
        let mut id = refresh;
        (id["credential_type"], id["realm"]) = (json!("IdToken"), json!("tid"));
        assert_eq!(key(&id), "uid.utid-login.windows.net-idtoken-cid-tid--");
    }

    #[test]
    fn further_components_are_hashed_in_the_order_of_their_names() {
        let entry = |components: Value| json!({ "client_id": "c", "additionalCacheKeyComponents": components });
        // Of `1:a2:\u{e9}8:fmi_path1:x` by hand: lengths are those of UTF-8.
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, "1:a2:\u{e9}8:fmi_path1:x".as_bytes()));
        let expected = format!("---c----{hash}").to_lowercase();
        assert_eq!(key(&entry(json!({ "fmi_path": "x", "a": "\u{e9}" }))), expected);
        assert_eq!(key(&entry(json!({}))), "---c---");
    }

    #[test]
    fn accounts_are_named_by_their_home_tenant() {
        assert_eq!(account("UID.utid", "login.windows.net", "guest"), "uid.utid-login.windows.net-utid");
        assert_eq!(account("sub", "login.windows.net", "Tenant"), "sub-login.windows.net-tenant");
        assert_eq!(app_metadata("Login.Windows.net", "CID"), "appmetadata-login.windows.net-cid");
    }
}
