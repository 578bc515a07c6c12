//! Seeing and ending sessions without their cookies.

use http::{Method, StatusCode};
use identity::{EndReason, SessionCursor, SessionInfo};
use time::Duration;

use crate::support::{AMARA, Browser, CONTOSO, DARIO, Entra, FABRIKAM, LOCAL, NURI, Site};

async fn signed_in(entra: &Entra, site: &Site, who: &str) -> Browser {
    let browser = Browser::new(site);
    entra.next_person(who);
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    browser
}

async fn of_contoso(site: &Site) -> Vec<SessionInfo> {
    site.identity.sessions_of_tenant(CONTOSO.parse().unwrap(), None, 100).await.unwrap().items
}

#[tokio::test]
async fn a_session_is_seen_by_person_and_by_tenant_with_where_it_was_last_used() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = signed_in(&entra, &site, AMARA).await;
    let _nuri = signed_in(&entra, &site, NURI).await;
    let _dario = signed_in(&entra, &site, DARIO).await;
    assert_eq!(of_contoso(&site).await.len(), 2, "and nobody of another tenant");

    let amara = site.events.signed_in.lock().unwrap()[0].clone();
    let mine = async || site.identity.sessions_of_account(&amara.account, None, 100).await.unwrap();
    let first = mine().await;
    assert_eq!((first.items.len(), &first.next), (1, &None));
    let seen = first.items[0].clone();
    assert_eq!(
        (&seen.account, seen.tenant_id, &seen.subject, &seen.name),
        (&amara.account, amara.tenant_id, &amara.subject, &amara.name)
    );
    assert_eq!((seen.created_at, seen.expires_at), (seen.seen_at, seen.seen_at + Duration::hours(24)));
    assert_eq!(site.identity.session_info(&seen.handle).await.unwrap().as_ref(), Some(&seen));

    site.clock.advance(Duration::HOUR);
    let agent = "A".repeat(300);
    let from = [("user-agent", agent.as_str()), ("x-from", "198.51.100.7")];
    browser.send(Method::GET, "/whoami", &from).await;
    let later = mine().await.items[0].clone();
    assert_eq!(later.seen_at, seen.seen_at + Duration::HOUR);
    assert_eq!(later.expires_at, seen.expires_at + Duration::HOUR);
    assert_eq!((later.created_at, &later.handle), (seen.created_at, &seen.handle));
    assert_eq!(later.user_agent.as_deref(), Some(&agent[..256]));
    assert_eq!(later.ip, Some([198, 51, 100, 7].into()));

    site.clock.advance(Duration::hours(24));
    assert_eq!(mine().await.items, [], "what nobody uses any more is not shown");
    assert_eq!(site.identity.session_info(&seen.handle).await, Ok(None));
}

#[tokio::test]
async fn pages_follow_each_other_and_leave_out_what_has_ended() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let mut handles = Vec::new();
    for number in 0..7 {
        site.clock.advance(Duration::SECOND);
        let browser = signed_in(&entra, &site, AMARA).await;
        handles.push(of_contoso(&site).await.last().unwrap().handle.clone());
        if number == 2 {
            assert_eq!(browser.post("/auth/sign-out").await.status, StatusCode::SEE_OTHER);
            handles.pop();
        }
    }
    assert!(site.identity.revoke_session(&handles.remove(4)).await.unwrap());
    for size in 1..=6 {
        let (mut seen, mut after) = (Vec::new(), None::<SessionCursor>);
        loop {
            let contoso = CONTOSO.parse().unwrap();
            let page = site.identity.sessions_of_tenant(contoso, after.as_ref(), size).await.unwrap();
            assert!(!page.items.is_empty() && page.items.len() <= size as usize, "no page is empty");
            seen.extend(page.items.into_iter().map(|session| session.handle));
            // As it comes back in an address.
            let Some(next) = page.next else { break };
            after = Some(next.to_string().parse().unwrap());
        }
        assert_eq!(seen, handles, "in pages of {size}");
    }
}

#[tokio::test]
async fn a_revoked_browser_is_nobody_at_its_next_request_on_any_replica() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let other = site.replica(entra.config(LOCAL));
    let one = signed_in(&entra, &site, AMARA).await;
    site.clock.advance(Duration::SECOND);
    let two = signed_in(&entra, &site, AMARA).await;
    let there = two.at(&other);
    assert!(there.who_am_i().await.starts_with("Amara"), "the second replica knows the session");

    let sessions = of_contoso(&site).await;
    let handle = sessions.last().unwrap().handle.clone();
    assert_eq!(site.identity.revoke_session(&handle).await, Ok(true));
    assert_eq!(there.who_am_i().await, "nobody");
    assert_eq!(other.identity.revoke_session(&handle).await, Ok(false), "there is none any more");
    assert!(one.who_am_i().await.starts_with("Amara"), "and nobody else's ends");
    for odd in ["", "x", "-info:x", &"é".repeat(43)] {
        assert_eq!(site.identity.revoke_session(odd).await, Ok(false), "{odd}");
    }
    let ended = site.events.ended.lock().unwrap();
    assert_eq!(ended.len(), 1);
    assert_eq!((ended[0].reason, &ended[0].handle), (EndReason::Revoked, &handle));
    assert_eq!(ended[0].principal.account, sessions[1].account);
    assert_eq!(
        (&ended[0].principal.username, &ended[0].principal.login_hint),
        (&None, &None),
        "its cookie knows those"
    );
}

#[tokio::test]
async fn the_next_sign_in_of_a_revoked_browser_asks_which_account() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    for first in ["/whoami", "/auth/sign-in"] {
        let browser = signed_in(&entra, &site, AMARA).await;
        assert!(!browser.get("/auth/sign-in").await.location().contains("prompt="), "else it does not");
        site.identity.revoke_all().await.unwrap();
        let told = browser.get(first).await;
        if first == "/auth/sign-in" {
            assert!(told.location().contains("prompt=select_account"), "even if that is all it asks for");
        }
        assert!(browser.get("/auth/sign-in").await.location().contains("prompt=select_account"), "{first}");
        entra.next_person(AMARA);
        assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
        assert!(!browser.get("/auth/sign-in").await.location().contains("prompt="), "once is enough");
    }
    // A session that ends by itself says nothing about the person's wish to leave.
    let browser = signed_in(&entra, &site, AMARA).await;
    site.clock.advance(Duration::hours(24));
    assert_eq!(browser.who_am_i().await, "nobody");
    assert!(!browser.get("/auth/sign-in").await.location().contains("prompt="));
}

#[tokio::test]
async fn a_browser_that_is_revoked_on_its_way_back_from_the_authority_is_not_marked() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = signed_in(&entra, &site, AMARA).await;
    let callback = browser.until_callback("/auth/sign-in").await;
    site.identity.revoke_all().await.unwrap();
    assert_eq!(browser.get(&callback).await.status, StatusCode::SEE_OTHER);
    assert!(browser.who_am_i().await.starts_with("Amara"));
    assert!(!browser.get("/auth/sign-in").await.location().contains("prompt="));
}

#[tokio::test]
async fn a_person_a_tenant_or_everything_can_be_ended() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let mut browsers = Vec::new();
    for who in [AMARA, AMARA, AMARA, NURI, DARIO, DARIO] {
        site.clock.advance(Duration::SECOND);
        browsers.push(signed_in(&entra, &site, who).await);
    }
    let who = async || {
        let mut names = Vec::new();
        for browser in &browsers {
            names.push(browser.who_am_i().await.split(' ').next().unwrap().to_owned());
        }
        names.join(" ")
    };
    let amara = site.events.signed_in.lock().unwrap()[0].account.clone();
    let here = of_contoso(&site).await[1].handle.clone();
    assert_eq!(site.identity.revoke_account(&amara, Some(&here)).await, Ok(2));
    assert_eq!(who().await, "nobody Amara nobody Nuri Dario Dario");
    assert_eq!(site.identity.revoke_tenant(FABRIKAM).await, Ok(2));
    assert_eq!(who().await, "nobody Amara nobody Nuri nobody nobody");
    browsers.push(signed_in(&entra, &site, DARIO).await);
    assert_eq!(site.identity.revoke_all().await, Ok(3));
    assert_eq!(site.identity.revoke_all().await, Ok(0));
    assert_eq!(of_contoso(&site).await, []);
    assert_eq!(site.events.ended.lock().unwrap().len(), 7);
    assert!(signed_in(&entra, &site, NURI).await.who_am_i().await.starts_with("Nuri"), "and everybody may come back");
}

/// Amara's session, Dario's, and something that happens whenever a session is being ended.
async fn two_and_meanwhile(entra: &Entra, set: &str, member: &str) -> Site {
    let site = Site::start(entra.config(LOCAL)).await;
    signed_in(entra, &site, AMARA).await;
    site.clock.advance(Duration::SECOND);
    signed_in(entra, &site, DARIO).await;
    site.run(&format!("DELETE FROM member WHERE set_name = 'sess-tenants' AND name = '{CONTOSO}'")).await;
    // With an expiry that puts it where the search has been already.
    site.run(&format!(
        "CREATE TRIGGER meanwhile AFTER DELETE ON entry WHEN OLD.key LIKE 'sess:%' BEGIN \
         INSERT OR IGNORE INTO member (set_name, name, expires_at) \
         SELECT '{set}', {member}, min(expires_at) FROM member WHERE set_name LIKE 'sess-tenant:%'; END"
    ))
    .await;
    site
}

#[tokio::test]
async fn a_session_that_joins_a_set_behind_the_search_is_ended_too() {
    let entra = Entra::start().await;
    let amaras = format!("(SELECT name FROM member WHERE set_name = 'sess-tenant:{CONTOSO}')");
    let site = two_and_meanwhile(&entra, &format!("sess-tenant:{FABRIKAM}"), &amaras).await;
    assert_eq!(site.identity.revoke_tenant(FABRIKAM).await, Ok(2));
}

#[tokio::test]
async fn a_tenant_that_joins_the_list_behind_the_search_is_ended_too() {
    let entra = Entra::start().await;
    let site = two_and_meanwhile(&entra, "sess-tenants", &format!("'{CONTOSO}'")).await;
    assert_eq!(site.identity.revoke_all().await, Ok(2));
}
