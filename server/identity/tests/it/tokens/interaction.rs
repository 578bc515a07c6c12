//! When only the person can help: the way to the authority with what is asked of them, and back.

use http::StatusCode;
use identity::Principal;
use serde_json::Value;
use url::Url;

use super::{GRAPH, ask, entra, signed_in};
use crate::support::{AMARA, Browser, NURI, Site};

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn a_demanded_context_leads_through_the_authority_and_back() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    entra.control().demand_context(AMARA, Some("c1".to_owned().try_into().unwrap()));
    let (word, rest) = ask(&browser, "/token?scope=User.Read&force=1").await;
    assert_eq!(word, "interaction");
    let address = rest.rsplit(' ').next().unwrap();
    assert!(!address.contains("c1") && !address.contains("acrs"), "{address}");

    let onwards = browser.get(address).await;
    assert_eq!(onwards.status, StatusCode::FOUND);
    let url = onwards.location();
    let claims: Value = serde_json::from_str(&parameter(&url, "claims").unwrap()).unwrap();
    assert_eq!(claims["access_token"]["acrs"]["value"], "c1");
    assert_eq!(claims["access_token"]["xms_cc"]["values"][0], "cp1");
    assert!(parameter(&url, "scope").unwrap().split(' ').any(|scope| scope == "User.Read"));
    assert!(parameter(&url, "login_hint").is_some(), "the same person");
    assert_eq!(parameter(&url, "prompt"), None);
}

#[tokio::test]
async fn what_is_asked_of_one_person_is_not_asked_of_another() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let (amara, nuri) = (Browser::new(&site), Browser::new(&site));
    signed_in(&entra, &amara, AMARA).await;
    signed_in(&entra, &nuri, NURI).await;
    entra.control().demand_context(AMARA, Some("c1".to_owned().try_into().unwrap()));
    let (_, rest) = ask(&amara, "/token?scope=User.Read&force=1").await;
    let address = rest.rsplit(' ').next().unwrap().to_owned();
    let mine = amara.get(&address).await.location();
    let again = amara.get(&address).await.location();
    assert_eq!(parameter(&mine, "claims"), parameter(&again, "claims"), "a page can be loaded again");
    let theirs = nuri.get(&address).await.location();
    assert!(!parameter(&theirs, "claims").unwrap().contains("c1"));
    let strangers = Browser::new(&site).get(&address).await.location();
    assert!(!parameter(&strangers, "claims").unwrap().contains("c1"));
    let made_up = amara.get("/auth/sign-in?interaction=made-up").await;
    assert_eq!(made_up.status, StatusCode::FOUND);
    site.clock.advance(time::Duration::minutes(16));
    assert!(!parameter(&amara.get(&address).await.location(), "claims").unwrap().contains("c1"), "it is over");
}

/// A sign-in that is led through an interaction brings a token for what was asked.
#[tokio::test]
async fn the_way_through_brings_the_token() {
    let (entra, config) = entra().await;
    let scope = format!("api://{}/Incidents.Read", config.client_id);
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    entra.control().expire_refresh_tokens(AMARA);
    let (word, rest) = ask(&browser, &format!("/token?scope={scope}")).await;
    assert_eq!(word, "interaction", "{rest}");
    entra.next_person(AMARA);
    let reply = browser.sign_in(rest.rsplit(' ').next().unwrap()).await;
    assert_eq!((reply.status, reply.location().as_str()), (StatusCode::SEE_OTHER, "/back"));
    entra.control().forget_token_requests();
    assert_eq!(ask(&browser, &format!("/token?scope={scope}")).await.0, "store");
    assert_eq!(entra.control().token_requests().len(), 0);
    // Those of every sign-in come with the next refresh.
    assert_eq!(ask(&browser, GRAPH).await.0, "store", "what was there stays");
    let known = |principal: &Principal| principal.username.as_deref() == Some(AMARA);
    assert!(site.people.lock().unwrap().iter().all(known));
}
