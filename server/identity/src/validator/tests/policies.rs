//! Tokens of Azure AD B2C's policies and of External ID's tenants.

use super::*;

#[test]
fn a_token_of_another_policy_is_none() {
    let mut key = published(&ONE, "one");
    key.issuer = None;
    let check_with = |changes: Value| {
        let issuer = json!({ "iss": format!("https://contoso.b2clogin.com/{TENANT}/v2.0/"), "tid": null, "oid": null });
        let (Value::Object(mut all), Value::Object(changes)) = (issuer, changes) else { panic!("not an object") };
        all.extend(changes);
        check(&sign(&ONE, &header(), &claims(Value::Object(all))), std::slice::from_ref(&key), &policy_rule(), NOW)
    };
    let verified = check_with(json!({ "tfp": "b2c_1_SUSI" })).unwrap();
    assert_eq!(verified.tenant_id, Some(TENANT.parse::<Uuid>().unwrap()), "as configured, tokens have no tid");
    assert_eq!(check_with(json!({ "acr": "b2c_1_susi" })).err(), None, "as older tenants name it");
    for (changes, error) in [
        (json!({}), TokenError::PolicyMissing),
        (json!({ "tfp": 7 }), TokenError::PolicyMissing),
        (json!({ "tfp": "B2C_1_weak" }), TokenError::Policy),
        (json!({ "tfp": "B2C_1_weak", "acr": "B2C_1_susi" }), TokenError::Policy),
        (
            json!({ "tfp": "B2C_1_susi", "tid": "99999999-2222-4333-8444-555555555555" }),
            TokenError::TenantNotAllowed(uuid::uuid!("99999999-2222-4333-8444-555555555555")),
        ),
        (json!({ "tfp": "B2C_1_susi", "iss": "https://contoso.b2clogin.com/x/v2.0/" }), TokenError::Issuer),
        (json!({ "tfp": "B2C_1_susi", "sub": null }), TokenError::SubjectMissing),
    ] {
        assert_eq!(check_with(changes.clone()).err(), Some(error), "{changes}");
    }
}

#[test]
fn an_external_tenant_has_one_issuer_and_names_itself() {
    let issuer = format!("https://{TENANT}.ciamlogin.com/{TENANT}/v2.0");
    let rule = IssuerRule::Tenant { issuer: issuer.clone(), tenant_id: TENANT.parse().unwrap() };
    let mut key = published(&ONE, "one");
    key.issuer = Some(issuer.clone());
    let error =
        |changes: Value| check(&sign(&ONE, &header(), &claims(changes)), std::slice::from_ref(&key), &rule, NOW).err();
    assert_eq!(error(json!({ "iss": issuer })), None);
    let other = "99999999-2222-4333-8444-555555555555";
    assert_eq!(
        error(json!({ "iss": issuer, "tid": other })),
        Some(TokenError::TenantNotAllowed(uuid::uuid!("99999999-2222-4333-8444-555555555555")))
    );
    assert_eq!(error(json!({ "iss": issuer, "tid": null })), Some(TokenError::TenantMissing));
    assert_eq!(error(json!({ "iss": issuer, "oid": null })), Some(TokenError::ObjectIdMissing));
    assert_eq!(error(json!({})), Some(TokenError::Issuer));
    assert!(
        rule.matches_response(&issuer)
            && policy_rule().matches_response(&format!("https://contoso.b2clogin.com/{TENANT}/v2.0/"))
    );
}
