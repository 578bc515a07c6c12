//! ID tokens that must be refused, each wrong in one way, as they come from the authority. `src/validator/tests.rs` has the
//! same checks without a network, and those that no authority can be made to break.

use entra_local::{Endpoint, Tamper};
use http::StatusCode;
use serde_json::{Map, json};
use time::Duration;

use crate::support::{AMARA, Browser, Entra, LOCAL, Site};

fn claims(set: &[(&str, serde_json::Value)]) -> Tamper {
    let set: Map<_, _> = set.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Tamper::Claims { set, remove: Vec::new() }
}

#[tokio::test]
async fn each_check_turns_its_token_away() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let cases = [
        (Tamper::BadSignature, "Signature"),
        (Tamper::ForeignKey, "Signature"),
        (Tamper::AlgNone, "AlgorithmNotAllowed"),
        (Tamper::Hs256WithPublicKey, "AlgorithmNotAllowed"),
        (Tamper::Hs256WithClientSecret, "AlgorithmNotAllowed"),
        (Tamper::UnknownKid, "KeyUnknown"),
        (Tamper::MissingKid, "KeyIdMissing"),
        (Tamper::WrongIssuer, "Issuer"),
        (Tamper::OtherTenantIssuer, "Issuer"),
        (Tamper::OtherTenantId, "Issuer"),
        (Tamper::MissingTenantId, "TenantMissing"),
        (Tamper::NonGuidTenantId, "TenantMalformed"),
        (claims(&[("TID", json!("7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4"))]), "TenantMalformed"),
        (Tamper::WrongAudience, "Audience"),
        (Tamper::MissingAudience, "Audience"),
        (Tamper::ExtraAudience, "AuthorizedParty"),
        (claims(&[("azp", json!("somebody-else"))]), "AuthorizedParty"),
        (Tamper::Expired, "Expired"),
        (Tamper::MissingExpiry, "ExpiryMissing"),
        (Tamper::NotYetValid, "NotYetValid"),
        (Tamper::IssuedInTheFuture, "IssuedAt"),
        (Tamper::WrongNonce, "Nonce"),
        (Tamper::MissingNonce, "NonceMissing"),
        (Tamper::MissingSubject, "SubjectMissing"),
        (Tamper::MissingObjectId, "ObjectIdMissing"),
    ];
    for (tamper, code) in cases {
        entra.control().tamper_next_id_token(tamper.clone());
        entra.next_person(AMARA);
        let reply = browser.sign_in("/auth/sign-in?prompt=select_account").await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{tamper:?}: {}", reply.body);
        assert_eq!(site.events.codes().last().map(String::as_str), Some(code), "{tamper:?}");
        assert!(!browser.cookies().contains_key("session"), "{tamper:?}");
    }
    assert!(site.events.signed_in.lock().unwrap().is_empty());
}

#[tokio::test]
async fn new_keys_are_fetched_for_an_unknown_kid_but_not_for_each_one() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let sign_in = async || {
        entra.next_person(AMARA);
        browser.sign_in("/auth/sign-in?prompt=select_account").await.status
    };
    assert_eq!(sign_in().await, StatusCode::SEE_OTHER);
    let known = entra.control().requests(Endpoint::Keys);

    // A flood of made-up key ids within the floor causes no fetch at all.
    for _ in 0..3 {
        entra.control().tamper_next_id_token(Tamper::UnknownKid);
        assert_eq!(sign_in().await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(entra.control().requests(Endpoint::Keys), known);

    site.clock.advance(Duration::seconds(31));
    entra.control().set_clock_offset(Duration::seconds(31));
    let entra_control = entra.control();
    tokio::task::spawn_blocking(|| entra_control.rotate_keys()).await.unwrap().unwrap();
    assert_eq!(sign_in().await, StatusCode::SEE_OTHER, "rolled without notice");
    assert_eq!(entra.control().requests(Endpoint::Keys), known + 1);
    entra.control().set_clock_offset(Duration::ZERO);
}

#[tokio::test]
async fn a_minute_between_the_clocks_is_forgiven() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    for (seconds, status) in [(-50, StatusCode::SEE_OTHER), (50, StatusCode::SEE_OTHER), (90, StatusCode::BAD_REQUEST)]
    {
        entra.control().set_clock_offset(Duration::seconds(seconds));
        entra.next_person(AMARA);
        let reply = browser.sign_in("/auth/sign-in?prompt=select_account").await;
        entra.control().set_clock_offset(Duration::ZERO);
        assert_eq!(reply.status, status, "{seconds}: {}", reply.body);
    }
}
