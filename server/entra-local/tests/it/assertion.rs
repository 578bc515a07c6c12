//! Client assertions: what is not exactly the application's own proof is refused, each for its own reason.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entra_local::{FederatedCredential, Scenario};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{App, serve};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct Signer {
    key: EncodingKey,
    pem: String,
    public: String,
    thumbprint: String,
}

fn signer() -> Signer {
    let pair = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let certificate = CertificateParams::new(Vec::<String>::new()).unwrap().self_signed(&pair).unwrap();
    Signer {
        key: EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap(),
        pem: certificate.pem(),
        public: pair.public_key_pem(),
        thumbprint: URL_SAFE_NO_PAD.encode(digest(&SHA256, certificate.der())),
    }
}

fn signed(signer: &Signer, algorithm: Algorithm, thumbprint: Option<&str>, claims: &Value) -> String {
    let header = Header { x5t_s256: thumbprint.map(str::to_owned), ..Header::new(algorithm) };
    encode(&header, claims, &signer.key).unwrap()
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

/// The number of the refusal. A good proof of a code that nobody gave out ends at the code, 70000.
async fn refused(app: &App, kind: &str, assertion: &str) -> u64 {
    let assertion = [("client_assertion", assertion), ("client_assertion_type", kind), ("client_secret", "")];
    let (status, body) = app.redeem("unknown", &assertion).await;
    let code = body["error_codes"][0].as_u64().unwrap();
    assert_eq!(status == StatusCode::UNAUTHORIZED, body["error"] == "invalid_client", "{body}");
    code
}

#[tokio::test]
async fn only_a_registered_certificate_for_this_endpoint_and_this_moment_counts() {
    let (own, other) = (signer(), signer());
    let mut scenario = Scenario::demo();
    scenario.apps[0].certificates = vec![other.pem.clone(), own.pem.clone()];
    let (running, app) = serve(scenario).await;
    let (client, now) = (app.client_id(), running.entra().control().now().unix_timestamp());
    let endpoint = format!("{}organizations/oauth2/v2.0/token", running.base_url);
    let good = json!({ "aud": endpoint, "iss": client, "sub": client, "jti": "1", "nbf": now, "exp": now + 600 });
    let named = Some(own.thumbprint.as_str());
    let sign = |claims: &Value| signed(&own, Algorithm::PS256, named, claims);

    assert_eq!(refused(&app, TYPE, &sign(&good)).await, 70_000);
    let rs256 = signed(&own, Algorithm::RS256, named, &good);
    assert_eq!(refused(&app, TYPE, &rs256).await, 70_000);
    assert_eq!(refused(&app, "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", &sign(&good)).await, 50_027);
    assert_eq!(refused(&app, TYPE, "no.token.atall").await, 50_027);
    let longer = signed(&own, Algorithm::PS512, named, &good);
    assert_eq!(refused(&app, TYPE, &longer).await, 50_027, "PS512 is none of Entra's");
    assert_eq!(refused(&app, TYPE, &signed(&own, Algorithm::PS256, None, &good)).await, 700_027);
    let borrowed = signed(&own, Algorithm::PS256, Some(&other.thumbprint), &good);
    assert_eq!(refused(&app, TYPE, &borrowed).await, 700_027, "another key than the certificate's");
    for (name, value, code) in [
        ("aud", json!(format!("{}common/oauth2/v2.0/token", running.base_url)), 700_023),
        ("sub", json!("another"), 700_021),
        ("exp", json!(now - 301), 700_024),
        ("exp", json!(now + 601), 700_024),
        ("nbf", json!(now + 360), 700_024),
        ("jti", Value::Null, 700_024),
    ] {
        assert_eq!(refused(&app, TYPE, &sign(&with(&good, name, value.clone()))).await, code, "{name}: {value}");
    }
    let both = [("client_assertion", "a.b.c"), ("client_assertion_type", TYPE)];
    assert_eq!(app.redeem("unknown", &both).await.1["error_codes"], json!([9_002_313]), "a secret as well");
}

#[tokio::test]
async fn of_a_federated_token_everything_that_the_registration_names_has_to_fit() {
    let (cluster, other) = (signer(), signer());
    let mut scenario = Scenario::demo();
    scenario.apps[0].federated_credentials = vec![FederatedCredential {
        issuer: "https://cluster.example".to_owned(),
        subject: "us".to_owned(),
        audience: "exchange".to_owned(),
        public_key: cluster.public.clone(),
    }];
    let (running, app) = serve(scenario).await;
    let now = running.entra().control().now().unix_timestamp();
    let good = json!({ "aud": "exchange", "iss": "https://cluster.example", "sub": "us", "exp": now + 3600 });
    let sign = |signer: &Signer, claims: &Value| signed(signer, Algorithm::RS256, None, claims);
    assert_eq!(refused(&app, TYPE, &sign(&cluster, &good)).await, 70_000);
    for (name, value, code) in [
        ("aud", json!("another"), 700_213),
        ("iss", json!("https://cluster.example/"), 700_213),
        ("sub", json!("them"), 700_213),
        ("exp", json!(now - 301), 700_024),
    ] {
        assert_eq!(refused(&app, TYPE, &sign(&cluster, &with(&good, name, value))).await, code, "{name}");
    }
    assert_eq!(refused(&app, TYPE, &sign(&other, &good)).await, 700_027);
    assert_eq!(refused(&app, TYPE, &signed(&cluster, Algorithm::PS256, None, &good)).await, 700_027);
}
