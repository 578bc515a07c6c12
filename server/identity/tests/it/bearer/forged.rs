//! The red team's list: tokens that somebody made to get in, each refused, and none at the cost of a fetch or much time.

use std::time::{Duration, Instant};

use aws_lc_rs::{rsa::PublicKeyComponents, signature::KeyPair as _};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::{
    api::Api,
    issuer::{CLIENT, FOREIGN, KEY, Kind, OTHER_TENANT, TENANT, encode, sign},
};

const INVALID_TOKEN: (u16, &str) = (401, "invalid_token");
const INVALID_CLAIMS: (u16, &str) = (401, "invalid_claims");

/// Checks that each token is refused like this, after a good one has shown that all else is in order.
async fn refused(api: &Api, expected: (u16, &str), tokens: impl IntoIterator<Item = (String, String)>) {
    assert_eq!(api.verdict(&api.token(json!({}))).await.0, 200);
    for (what, token) in tokens {
        assert_eq!(api.verdict(&token).await, (expected.0, expected.1.to_owned()), "{what}");
    }
}

fn with_header(api: &Api, changes: Value) -> (String, String) {
    let what = changes.to_string();
    (what, sign(&KEY, &api.header(changes), &api.claims(json!({})).to_string()))
}

fn with_claims(api: &Api, changes: Value) -> (String, String) {
    (changes.to_string(), api.token(changes))
}

#[tokio::test]
async fn a_key_id_is_a_name_and_nothing_else() {
    let api = Api::start(Kind::Entra).await;
    let long = "k".repeat(10_000);
    let ids = [
        "../../../../dev/null",
        "/etc/passwd",
        "file:///dev/null",
        "https://evil.example/keys",
        "one' OR '1'='1",
        "one\"; DROP TABLE keys; --",
        "one\r\nX-Injected: yes",
        "one\0",
        " one",
        "ONE",
        "",
        &long,
    ];
    refused(&api, INVALID_TOKEN, ids.map(|kid| with_header(&api, json!({ "kid": kid })))).await;
    let typed = [json!(["one"]), json!({ "$ne": null }), json!(1), json!(true)];
    refused(&api, INVALID_TOKEN, typed.map(|kid| with_header(&api, json!({ "kid": kid })))).await;
    assert!(api.issuer.fetches() <= 2, "{}", api.issuer.fetches());
}

#[tokio::test]
async fn the_wrong_key_under_the_right_name_and_the_right_key_under_a_wrong_one() {
    let api = Api::start(Kind::Entra).await;
    let claims = api.claims(json!({})).to_string();
    let foreign = sign(&FOREIGN, &api.header(json!({})), &claims);
    let renamed = sign(&KEY, &api.header(json!({ "kid": "two" })), &claims);
    refused(&api, INVALID_TOKEN, [("foreign".to_owned(), foreign), ("renamed".to_owned(), renamed)]).await;
    // With two keys, a token has to say which.
    let other = Api::start(Kind::Entra).await;
    other.issuer.publish(&["one", "two"]);
    refused(&other, INVALID_TOKEN, [with_header(&other, json!({ "kid": null }))]).await;
}

#[tokio::test]
async fn no_signature_and_one_made_with_what_everybody_knows() {
    let api = Api::start(Kind::Entra).await;
    let claims = api.claims(json!({})).to_string();
    let unsigned = |alg: &str| {
        let header = api.header(json!({ "alg": alg }));
        (alg.to_owned(), format!("{}.{}.", encode(header), encode(&claims)))
    };
    refused(&api, INVALID_TOKEN, ["none", "None", "NONE", "nOnE"].map(unsigned)).await;

    let public: PublicKeyComponents<Vec<u8>> = KEY.public_key().into();
    let secrets = [KEY.public_key().as_ref().to_vec(), public.n.clone(), encode(&public.n).into_bytes(), Vec::new()];
    let confused = secrets.map(|secret| {
        let message = format!("{}.{}", encode(api.header(json!({ "alg": "HS256" }))), encode(&claims));
        let signature = crypto::sign(message.as_bytes(), &EncodingKey::from_secret(&secret), Algorithm::HS256).unwrap();
        ("HS256".to_owned(), format!("{message}.{signature}"))
    });
    refused(&api, INVALID_TOKEN, confused).await;
    refused(
        &api,
        INVALID_TOKEN,
        ["RS384", "RS512", "PS256", "ES256"].map(|alg| with_header(&api, json!({ "alg": alg }))),
    )
    .await;
}

#[tokio::test]
async fn extensions_nested_tokens_and_repeated_members() {
    let api = Api::start(Kind::Entra).await;
    let members = [
        json!({ "crit": ["exp"], "exp": 1 }),
        json!({ "crit": ["b64"], "b64": false }),
        json!({ "b64": false }),
        json!({ "cty": "JWT" }),
    ];
    refused(&api, INVALID_TOKEN, members.map(|changes| with_header(&api, changes))).await;
    let (header, claims) = (api.header(json!({})), api.claims(json!({})).to_string());
    let twice = |text: &str, member: &str| text.replacen('{', &format!("{{{member},"), 1);
    let repeated = [
        sign(&KEY, &twice(&header, "\"alg\":\"none\""), &claims),
        sign(&KEY, &twice(&header, "\"kid\":\"two\""), &claims),
        sign(&KEY, &twice(&header, "\"x\":1,\"x\":1"), &claims),
        sign(&KEY, &header, &twice(&claims, &format!("\"tid\":\"{OTHER_TENANT}\""))),
        sign(&KEY, &header, &twice(&claims, "\"roles\":[\"Admin\"]")),
        sign(&KEY, &header, &twice(&claims, "\"aud\":\"x\"")),
    ];
    refused(&api, INVALID_TOKEN, repeated.map(|token| ("repeated".to_owned(), token))).await;
}

#[tokio::test]
async fn a_token_does_not_bring_its_own_key() {
    let api = Api::start(Kind::Entra).await;
    let public: PublicKeyComponents<Vec<u8>> = FOREIGN.public_key().into();
    let jwk = json!({ "kty": "RSA", "kid": "one", "n": encode(&public.n), "e": encode(&public.e) });
    for own in [
        json!({ "jwk": jwk }),
        json!({ "jku": format!("{}/evil", api.issuer.base) }),
        json!({ "x5u": format!("{}/evil", api.issuer.base) }),
        json!({ "x5c": ["MIIB"], "x5t": "one" }),
    ] {
        let header = api.header(own);
        let claims = api.claims(json!({})).to_string();
        refused(&api, INVALID_TOKEN, [(header.clone(), sign(&FOREIGN, &header, &claims))]).await;
        assert_eq!(api.verdict(&sign(&KEY, &header, &claims)).await.0, 200, "it is passed over: {header}");
    }
    assert_eq!(api.issuer.fetches(), 1, "and nothing is fetched that a token names");
}

#[tokio::test]
async fn huge_and_deep_tokens_cost_nothing() {
    let api = Api::start(Kind::Entra).await;
    assert_eq!(api.verdict(&api.token(json!({}))).await.0, 200);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(3_000), "]".repeat(3_000));
    let begun = Instant::now();
    for token in [
        "a".repeat(17_000),
        format!("{}.b.c", "a".repeat(17_000)),
        format!("{}.b.c", encode(deep.clone())),
        ".".repeat(16_000),
        api.token(json!({ "x": "y".repeat(12_000) })),
        sign(&KEY, &deep, "{}"),
        sign(&KEY, &api.header(json!({})), &deep),
        sign(&KEY, &api.header(json!({})), "[]"),
        sign(&KEY, "[]", "{}"),
        sign(&KEY, &api.header(json!({})), ""),
    ] {
        assert_eq!(api.verdict(&token).await, (401, "invalid_token".to_owned()));
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let nested = json!({ "roles": [["Admin"]], "scp": null, "sub": "an object" });
    assert_eq!(api.verdict(&api.token(nested)).await, (401, "invalid_token".to_owned()));
    let many: Vec<_> = (0..200).map(|n| format!("Role{n}")).collect();
    assert_eq!(api.verdict(&api.token(json!({ "roles": many }))).await.0, 200, "a real token may be long");
}

#[tokio::test]
async fn a_tenant_has_one_spelling_of_its_name_and_one_value() {
    let api = Api::start(Kind::Entra).await;
    let named = |changes: Value| with_claims(&api, changes);
    refused(
        &api,
        INVALID_CLAIMS,
        [
            named(json!({ "TID": OTHER_TENANT })),
            named(json!({ "Tid": TENANT })),
            named(json!({ "tid": "organizations", "iss": api.issuer.name("organizations") })),
            named(json!({ "tid": "{tenantid}", "iss": api.issuer.name("{tenantid}") })),
            named(json!({ "tid": TENANT.simple().to_string() })),
            named(json!({ "tid": OTHER_TENANT })),
            named(json!({ "iss": api.issuer.name(&OTHER_TENANT.to_string()) })),
            named(json!({ "iss": api.issuer.name(&TENANT.to_string().to_uppercase()) })),
        ],
    )
    .await;
    // A GUID has no case, and it is one account whatever the case.
    let upper = api.token(json!({ "tid": TENANT.to_string().to_uppercase() }));
    let caller = api.authenticate(&upper).await.unwrap();
    assert_eq!(caller.account, api.authenticate(&api.token(json!({}))).await.unwrap().account);
    let foreign = OTHER_TENANT.to_string();
    let foreign = json!({ "tid": foreign.to_uppercase(), "iss": api.issuer.name(&foreign) });
    assert_eq!(api.verdict(&api.token(foreign)).await, (403, "tenant_not_authorized".to_owned()), "nor does the list");
}

#[tokio::test]
async fn versions_and_clouds_are_not_mixed() {
    let api = Api::start(Kind::Entra).await;
    let v1 = format!("https://sts.windows.net/{TENANT}/");
    let named = |changes: Value| with_claims(&api, changes);
    refused(
        &api,
        INVALID_CLAIMS,
        [
            named(json!({ "ver": "1.0" })),
            named(json!({ "iss": v1 })),
            named(json!({ "ver": null })),
            named(json!({ "ver": 2.0 })),
            named(json!({ "ver": "1.0", "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") })),
            named(json!({ "ver": "1.0", "iss": format!("https://sts.chinacloudapi.cn/{TENANT}/") })),
            named(json!({ "iss": format!("https://login.microsoftonline.us/{TENANT}/v2.0") })),
            named(json!({ "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0") })),
            named(json!({ "iss": format!("https://{TENANT}.ciamlogin.com/{TENANT}/v2.0") })),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let api = Api::start(Kind::Entra).await;
    let id_token = json!({ "aud": CLIENT, "azp": null, "scp": null, "nonce": "a nonce", "roles": ["Admin"] });
    let named = |changes: Value| {
        let mut all = id_token.clone();
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        with_claims(&api, all)
    };
    refused(
        &api,
        INVALID_CLAIMS,
        [
            named(json!({})),
            named(json!({ "nonce": null })),
            named(json!({ "azp": CLIENT })),
            named(json!({ "azp": CLIENT, "nonce": null })),
            named(json!({ "scp": "Incidents.Read" })),
            named(json!({ "nonce": null, "roles": null })),
            with_claims(&api, json!({ "at_hash": "x" })),
        ],
    )
    .await;
    let types = ["logout+jwt", "id_token", "secevent+jwt"];
    refused(&api, INVALID_CLAIMS, types.map(|typ| with_header(&api, json!({ "typ": typ })))).await;
}

#[tokio::test]
async fn an_application_does_not_pass_for_a_person_nor_the_other_way_round() {
    let api = Api::start(Kind::Entra).await;
    refused(
        &api,
        INVALID_CLAIMS,
        [
            ("with scopes".to_owned(), api.app_token(json!({ "scp": "Incidents.Read" }))),
            ("as a user".to_owned(), api.app_token(json!({ "idtyp": "user" }))),
            ("another subject".to_owned(), api.app_token(json!({ "sub": "somebody" }))),
            ("another subject, unsaid".to_owned(), api.app_token(json!({ "sub": "somebody", "idtyp": null }))),
            ("nothing granted".to_owned(), api.app_token(json!({ "roles": null }))),
            ("a person as an application".to_owned(), api.token(json!({ "idtyp": "app" }))),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_token_for_somebody_else_stays_somebody_elses() {
    let api = Api::start(Kind::Entra).await;
    let audiences =
        ["00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com", "api://", "*", "", "api://other"];
    refused(&api, INVALID_CLAIMS, audiences.map(|aud| with_claims(&api, json!({ "aud": aud })))).await;
    let graph = with_header(&api, json!({ "nonce": "x" }));
    refused(&api, INVALID_CLAIMS, [graph]).await;
}
