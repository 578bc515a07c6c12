//! Whose sessions a logout token ends.

use super::*;

#[test]
fn a_logout_token_of_entra_names_a_session_or_an_account() {
    let keys = KeySet { keys: vec![published(&ONE, "one")] };
    let now = OffsetDateTime::from_unix_timestamp(NOW).unwrap();
    let event = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    let whose = |changes: Value| {
        let mut changes = changes;
        let all = changes.as_object_mut().unwrap();
        all.extend([
            ("events".to_owned(), event.clone()),
            ("jti".to_owned(), json!("1")),
            ("nonce".to_owned(), Value::Null),
        ]);
        let token = sign(&ONE, &header(), &claims(changes));
        verify_logout(&token, &keys, CLIENT, &entra(EntraTenant::Organizations), now).map(|token| token.whose)
    };
    assert_eq!(whose(json!({ "sid": "x" })), Ok(LoggedOut::Session("x".to_owned())));
    let account = AccountId::entra("o", TENANT.parse().unwrap());
    assert_eq!(whose(json!({})), Ok(LoggedOut::Account(account)));
    for nobody in [Value::Null, json!(""), json!(" ")] {
        assert_eq!(whose(json!({ "oid": nobody })), Err(TokenError::ObjectIdMissing));
    }
}
