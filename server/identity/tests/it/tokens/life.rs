//! From the sign-in to the sign-out.

use identity::{AcquireError, TokenRequest};
use time::Duration;

use super::{GRAPH, ask, claims, entra, refreshes, signed_in};
use crate::support::{AMARA, Browser, CONTOSO, DARIO, FABRIKAM, NURI, Site};

#[tokio::test]
async fn a_sign_in_brings_tokens_that_are_sealed_and_go_with_the_last_session() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let (browser, other) = (Browser::new(&site), Browser::new(&site));
    signed_in(&entra, &browser, AMARA).await;
    let (source, token) = ask(&browser, GRAPH).await;
    assert_eq!((source.as_str(), &ask(&browser, GRAPH).await), ("store", &("memory".to_owned(), token.clone())));
    assert_eq!(refreshes(&entra), 0);
    let stored = String::from_utf8_lossy(&site.stored_bytes()).into_owned();
    assert!(!stored.contains("eyJ") && !stored.contains(&token));

    signed_in(&entra, &other, AMARA).await;
    let amara = site.people.lock().unwrap()[0].clone();
    let request = TokenRequest::new("User.Read".parse().unwrap());
    browser.post("/auth/sign-out").await;
    assert_eq!(ask(&browser, GRAPH).await.0, "nobody");
    site.identity.acquire_token_in_background(&amara, &request).await.unwrap();
    other.post("/auth/sign-out").await;
    let gone = site.identity.acquire_token_in_background(&amara, &request).await;
    assert!(matches!(gone, Err(AcquireError::InteractionRequired(_))), "{gone:?}");
}

#[tokio::test]
async fn tokens_go_when_somebody_else_ends_the_sessions() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    ask(&browser, GRAPH).await;
    let amara = site.people.lock().unwrap()[0].clone();
    site.identity.revoke_account(&amara.account, None).await.unwrap();
    let request = TokenRequest::new("User.Read".parse().unwrap());
    let gone = site.identity.acquire_token_in_background(&amara, &request).await;
    assert!(matches!(gone, Err(AcquireError::InteractionRequired(_))), "{gone:?}");
}

#[tokio::test]
async fn a_token_is_renewed_near_its_end_and_for_other_resources() {
    let (entra, config) = entra().await;
    let own = format!("/token?scope=api://{}/Incidents.Read", config.client_id);
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    let (_, first) = ask(&browser, GRAPH).await;
    let (source, for_us) = ask(&browser, &own).await;
    assert_eq!((source.as_str(), claims(&for_us)["scp"].as_str()), ("authority", Some("Incidents.Read")));
    assert_eq!(ask(&browser, GRAPH).await.1, first, "each resource has its own");
    site.clock.advance(Duration::seconds(310));
    let (source, second) = ask(&browser, GRAPH).await;
    assert_eq!(source, "authority");
    assert_ne!(first, second);
    assert_eq!((ask(&browser, GRAPH).await.1, refreshes(&entra)), (second, 2));
    assert_eq!(ask(&browser, "/token?scope=User.Read&force=1").await.0, "authority");
}

/// What another replica has renewed is used from the next request on: the session that it reads says so.
#[tokio::test]
async fn a_copy_counts_until_another_replica_has_a_newer_one() {
    let (entra, config) = entra().await;
    let site = Site::start(config.clone()).await;
    let replica = site.replica(config);
    let here = Browser::new(&site);
    signed_in(&entra, &here, AMARA).await;
    let there = here.at(&replica);
    let (_, old) = ask(&here, GRAPH).await;
    assert_eq!(ask(&here, GRAPH).await, ("memory".to_owned(), old.clone()));
    let (_, new) = ask(&there, "/token?scope=User.Read&force=1").await;
    assert_ne!(old, new);
    assert_eq!(ask(&here, GRAPH).await, ("store".to_owned(), new.clone()));
    assert_eq!(ask(&here, GRAPH).await, ("memory".to_owned(), new));
}

/// MSAL Node with one cache for two people wrote the tokens of one into the other's part.
#[tokio::test]
async fn two_people_on_one_process_have_what_is_theirs() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let (amara, nuri) = (Browser::new(&site), Browser::new(&site));
    signed_in(&entra, &amara, AMARA).await;
    signed_in(&entra, &nuri, NURI).await;
    for address in [GRAPH, GRAPH, "/token?scope=User.Read&force=1", GRAPH] {
        for (browser, name) in [(&amara, AMARA), (&nuri, NURI)] {
            let (_, token) = ask(browser, address).await;
            assert_eq!(claims(&token)["preferred_username"], name, "{address}");
        }
    }
}

#[tokio::test]
async fn a_guest_gets_tokens_of_the_tenant_they_come_from() {
    let (entra, config) = entra().await;
    let own = format!("/token?scope=api://{}/Incidents.Read", config.client_id);
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    entra.next_person(DARIO);
    browser.sign_in(&format!("/auth/sign-in?tenant={CONTOSO}")).await;
    assert_eq!(claims(&ask(&browser, &own).await.1)["tid"], CONTOSO);
    let home = format!("{own}&tenant={FABRIKAM}");
    let (source, token) = ask(&browser, &home).await;
    assert_eq!((source.as_str(), claims(&token)["tid"].as_str()), ("authority", Some(FABRIKAM.to_string().as_str())));
    assert_eq!(ask(&browser, &home).await.1, token);
    assert_eq!(claims(&ask(&browser, &own).await.1)["tid"], CONTOSO, "neither in place of the other");
    assert!(browser.who_am_i().await.contains(CONTOSO), "the session stays where it is");
}

#[tokio::test]
async fn a_dead_grant_ends_in_a_sign_in_and_not_in_a_lost_session() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    entra.control().revoke_refresh_tokens(AMARA);
    site.clock.advance(Duration::seconds(310));
    let (word, rest) = ask(&browser, GRAPH).await;
    assert_eq!((word.as_str(), rest.starts_with("session_expired ")), ("interaction", true), "{rest}");
    ask(&browser, GRAPH).await;
    assert_eq!(refreshes(&entra), 1, "and is not tried again");
    assert!(browser.who_am_i().await.starts_with("Amara"));
    signed_in(&entra, &browser, AMARA).await;
    assert_eq!(ask(&browser, GRAPH).await.0, "store");
}

#[tokio::test]
async fn a_wrong_secret_costs_nobody_their_tokens() {
    let (entra, config) = entra().await;
    let client: uuid::Uuid = config.client_id.parse().unwrap();
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    entra.control().expire_secret(client, true);
    site.clock.advance(Duration::seconds(310));
    assert_eq!(ask(&browser, GRAPH).await.0, "store", "what is left is used");
    site.clock.advance(Duration::seconds(300));
    let (word, rest) = ask(&browser, GRAPH).await;
    assert!(word == "error" && rest.contains("7000222"), "{word} {rest}");
    entra.control().expire_secret(client, false);
    assert_eq!(ask(&browser, GRAPH).await.0, "authority");
}

#[tokio::test]
async fn without_the_key_there_are_no_tokens_and_a_way_back() {
    let (entra, config) = entra().await;
    let site = Site::start(config.clone()).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    ask(&browser, GRAPH).await;
    let amara = site.people.lock().unwrap()[0].clone();
    let other = site.replica_with(config, &identity::KeyRing::generate().unwrap());
    let request = TokenRequest::new("User.Read".parse().unwrap());
    let unreadable = other.identity.acquire_token_in_background(&amara, &request).await;
    assert!(matches!(unreadable, Err(AcquireError::InteractionRequired(_))), "{unreadable:?}");
}
