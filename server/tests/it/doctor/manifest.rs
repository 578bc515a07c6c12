//! The app registration.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::Muster;

fn manifest(settings: &[(&str, &str)]) -> (Value, String) {
    let muster = Muster::new(&["doctor", "--manifest"]).set("MUSTER_PUBLIC_URL", "https://muster.example");
    let ended = settings.iter().fold(muster, |muster, (name, value)| muster.set(name, value)).finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    (serde_json::from_str(&ended.stdout).unwrap(), ended.stderr)
}

#[test]
fn it_has_everything_that_signing_in_and_out_needs() {
    let (manifest, instructions) = manifest(&[]);
    assert_eq!(
        manifest["web"]["redirectUris"],
        json!([
            "https://muster.example/auth/callback",
            "https://muster.example/signed-out",
            "https://muster.example/auth/admin-consent/callback"
        ])
    );
    assert_eq!(manifest["web"]["logoutUrl"], "https://muster.example/auth/front-channel-logout");
    let implicit = &manifest["web"]["implicitGrantSettings"];
    assert_eq!(implicit, &json!({ "enableAccessTokenIssuance": false, "enableIdTokenIssuance": false }));
    assert_eq!(manifest["api"]["requestedAccessTokenVersion"], 2);
    let values = |list: &Value, name: &str| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().to_owned()).collect()
    };
    let (roles, scopes) = (&manifest["appRoles"], &manifest["api"]["oauth2PermissionScopes"]);
    let declared: BTreeSet<_> = values(roles, "value").into_iter().collect();
    let people = domain::Role::ALL.map(|role| role.to_string());
    let applications = domain::Permission::ALL.map(|permission| permission.to_string());
    assert_eq!(declared, people.iter().chain(&applications).cloned().collect());
    for role in roles.as_array().unwrap() {
        let is_for_people = people.iter().any(|one| role["value"] == **one);
        let members = if is_for_people { json!(["User"]) } else { json!(["Application"]) };
        assert_eq!(role["allowedMemberTypes"], members, "{role}");
    }
    assert_eq!(values(scopes, "value"), ["Incidents.Read", "Incidents.Write", "Incidents.Delete"]);
    let ids: BTreeSet<_> = values(roles, "id").into_iter().chain(values(scopes, "id")).collect();
    let registered = [
        "0a35d6f0-b0d4-52b5-b985-c40a61733bc9",
        "15b709ac-ec70-59ee-af9d-e11b80cdf6fc",
        "23c6d69b-8215-5630-a91e-4ef24dba7ef5",
        "27e46a9c-32dc-528e-a110-026ed456ea33",
        "415c4a13-47be-5847-a7c0-a5767a7e5705",
        "726de2d2-c182-5d78-9575-5aa456bbbdfb",
        "77d846bf-1b76-5863-9716-073011464ff8",
        "b0221324-45f0-56e6-8b1b-4f46ea4226a1",
        "b7f3b0c1-97e4-57ab-b389-982b6fc73310",
        "b96d4e66-b309-5645-a511-f6173a5f69ae",
        "fe284a56-4873-5b2d-8e5e-93eef00e72ee",
    ];
    assert_eq!(ids, registered.map(str::to_owned).into(), "ids of what is registered must never change");
    assert_eq!(values(&manifest["optionalClaims"]["idToken"], "name"), ["sid", "login_hint"]);
    let graph = &manifest["requiredResourceAccess"][0];
    assert_eq!(graph["resourceAppId"], "00000003-0000-0000-c000-000000000000");
    assert_eq!(graph["resourceAccess"].as_array().unwrap().len(), 6);
    assert_eq!(manifest["identifierUris"], json!([]));
    assert!(instructions.starts_with("1. ") && instructions.contains("api://APPLICATION-ID"), "{instructions}");
}

#[test]
fn who_may_sign_in_follows_from_the_setting_of_the_tenant() {
    for (tenant, audience) in [
        ("organizations", "AzureADMultipleOrgs"),
        ("common", "AzureADandPersonalMicrosoftAccount"),
        ("7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4", "AzureADMyOrg"),
    ] {
        let settings = [("AZURE_TENANT_ID", tenant), ("AZURE_CLIENT_ID", "e1d3a7b6-58f0-4c9e-a2b4-6f7d90c81e35")];
        let (manifest, instructions) = manifest(&settings);
        assert_eq!(manifest["signInAudience"], audience);
        assert_eq!(manifest["identifierUris"], json!(["api://e1d3a7b6-58f0-4c9e-a2b4-6f7d90c81e35"]));
        assert!(!instructions.contains("api://APPLICATION-ID"));
    }
    for settings in [&[][..], &[("AZURE_TENANT_ID", "contoso.example")]] {
        assert_eq!(manifest(settings).0["signInAudience"], "AzureADMyOrg", "nothing wider than was asked for");
    }
}

#[test]
fn user_flows_have_their_own_audience_and_neither_app_roles_nor_optional_claims() {
    let settings = [("MUSTER_B2C_AUTHORITY", "https://contoso.b2clogin.com/contoso.onmicrosoft.com")];
    let (manifest, instructions) = manifest(&settings);
    assert_eq!(manifest["signInAudience"], "AzureADandPersonalMicrosoftAccount");
    assert_eq!((&manifest["appRoles"], &manifest["optionalClaims"]["idToken"]), (&json!([]), &json!([])));
    assert!(instructions.contains("MUSTER_B2C_ROLE_CLAIM") && !instructions.contains("app roles"), "{instructions}");
}

#[test]
fn there_is_none_for_another_provider_than_entra() {
    let muster = Muster::new(&["doctor", "--manifest"]).set("MUSTER_PUBLIC_URL", "https://muster.example");
    let ended = muster.set("MUSTER_OIDC_ISSUER", "https://op.example").finish();
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended:?}");
    assert!(ended.stderr.contains("MUSTER_OIDC_ISSUER") && ended.stderr.contains("Entra"), "{}", ended.stderr);
}

#[test]
fn it_needs_the_address_of_the_site() {
    let ended = Muster::new(&["doctor", "--manifest"]).finish();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("MUSTER_PUBLIC_URL: is not set"), "{}", ended.stderr);
    assert!(ended.stdout.is_empty());
}
