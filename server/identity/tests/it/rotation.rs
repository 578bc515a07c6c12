//! A new key for the ring while people are signed in.

use http::StatusCode;
use identity::KeyRing;
use time::Duration;

use crate::support::{AMARA, Browser, CONTOSO, Entra, LOCAL, NURI, Site};

async fn signed_in(entra: &Entra, site: &Site, who: &str) -> Browser {
    let browser = Browser::new(site);
    entra.next_person(who);
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    browser
}

async fn listed(site: &Site) -> Vec<String> {
    let sessions = site.identity.sessions_of_tenant(CONTOSO.parse().unwrap(), None, 10).await.unwrap().items;
    let mut names: Vec<_> = sessions.into_iter().map(|session| session.name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_rotation_signs_nobody_out_and_a_key_that_goes_ends_exactly_its_own() {
    let entra = Entra::start().await;
    let old = Site::start(entra.config(LOCAL)).await;
    let (used, unused) = (signed_in(&entra, &old, AMARA).await, signed_in(&entra, &old, NURI).await);

    // First every replica can read the new key, then every replica writes with it.
    let key = KeyRing::generate().unwrap();
    let reads = old.replica_with(entra.config(LOCAL), &format!("{},{key}", old.keys));
    let writes = old.replica_with(entra.config(LOCAL), &format!("{key},{}", old.keys));
    let third = signed_in(&entra, &writes, AMARA).await;
    for site in [&reads, &writes] {
        assert!(used.at(site).who_am_i().await.starts_with("Amara"));
        assert!(unused.at(site).who_am_i().await.starts_with("Nuri"));
        assert!(third.at(site).who_am_i().await.starts_with("Amara"));
        assert_eq!(listed(site).await.len(), 3);
    }

    old.clock.advance(Duration::HOUR);
    assert!(used.at(&writes).who_am_i().await.starts_with("Amara"), "its use is noted, with the new key");
    let without = old.replica_with(entra.config(LOCAL), &key);
    assert!(used.at(&without).who_am_i().await.starts_with("Amara"));
    assert!(third.at(&without).who_am_i().await.starts_with("Amara"));
    assert_eq!(unused.at(&without).who_am_i().await, "nobody");
    assert_eq!(listed(&without).await, ["Amara Lindqvist"; 2]);
    assert_eq!(listed(&writes).await.len(), 3, "a ring that lacks a key throws nothing away");
}
