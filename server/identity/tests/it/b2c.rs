//! Azure AD B2C: signing in, a forgotten password, a changed profile, cancelling, signing out; each at its own policy.

use entra_local::{Answer, Endpoint, Names};
use http::StatusCode;
use identity::{Authority, IdentityConfig, Principal};
use url::Url;

use crate::support::{Browser, Customers, KOFI, LOCAL, Reply, Site, TOVE, WOODGROVE};

const TOVES_OID: &str = "81a3b5c7-0d2e-4f46-8a9b-1c3d5e7f9024";

async fn signed_in(customers: &Customers, site: &Site) -> Browser {
    let browser = Browser::new(site);
    customers.control().answer_next(Answer::SignInAs(TOVE.to_owned()));
    let reply = browser.sign_in("/auth/sign-in?return_to=/incidents/1").await;
    assert_eq!((reply.status, reply.location().as_str()), (StatusCode::SEE_OTHER, "/incidents/1"), "{}", reply.body);
    browser
}

fn last_sign_in(site: &Site) -> Principal {
    site.events.signed_in.lock().unwrap().last().unwrap().clone()
}

fn names(display_name: &str, given_name: &str) -> Answer {
    Answer::EditProfile(Names {
        given_name: given_name.to_owned(),
        family_name: "Brandvold".to_owned(),
        display_name: display_name.to_owned(),
    })
}

/// A callback with other parameters than the authority gave it, but for the state.
fn forged(callback: &str, parameters: &[(&str, &str)]) -> String {
    let mut url = Url::parse(callback).unwrap();
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    url.query_pairs_mut().clear().append_pair("state", &state).extend_pairs(parameters);
    url.into()
}

fn assert_failed(reply: &Reply, status: StatusCode) {
    assert_eq!(reply.status, status, "{}", reply.body);
    assert!(reply.body.contains("Start again") && !reply.body.contains("AADB2C"), "{}", reply.body);
}

#[tokio::test]
async fn a_customer_signs_in_in_every_form_of_the_authority() {
    let customers = Customers::start().await;
    for path in ["woodgrove.example", "tfp/woodgrove.example", &WOODGROVE.to_string()] {
        let site = Site::start(customers.b2c_at(path)).await;
        let browser = signed_in(&customers, &site).await;
        assert_eq!(browser.who_am_i().await, format!("Tove Brandvold {WOODGROVE} []"));
        let authorize = customers.control().last_authorize().unwrap();
        assert_eq!(
            authorize.get("scope"),
            Some("openid profile offline_access"),
            "B2C refuses a scope that it does not know"
        );
        let principal = last_sign_in(&site);
        assert_eq!(principal.account.home, format!("{TOVES_OID}.{WOODGROVE}"));
        assert_eq!(principal.given_name.as_deref(), Some("Tove"));
        assert_eq!(principal.username.as_deref(), Some(TOVE));
        assert_eq!((principal.policy.as_deref(), principal.home_account), (Some("B2C_1_SUSI"), None));
    }
}

#[tokio::test]
async fn a_forgotten_password_goes_on_to_its_own_flow_and_signs_in() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let browser = Browser::new(&site);
    customers.control().answer_next(Answer::ForgotPassword);
    let forgotten = browser.until_callback("/auth/sign-in?return_to=/incidents/7").await;
    let onwards = browser.get(&forgotten).await;
    assert_eq!(onwards.status, StatusCode::FOUND, "{}", onwards.body);
    assert!(onwards.location().contains("/b2c_1_reset_password/oauth2/v2.0/authorize"), "{}", onwards.location());
    assert!(site.events.codes().is_empty(), "nothing has been refused");
    let used_up = browser.get(&forgotten).await;
    assert_eq!(used_up.status, StatusCode::BAD_REQUEST, "the sign-in has ended, the reset has a state of its own");

    let password = entra_local::Secret::generate();
    customers.control().answer_next(Answer::ResetPassword { email: KOFI.to_owned(), password });
    let reply = browser.sign_in(&onwards.location()).await;
    assert_eq!((reply.status, reply.location().as_str()), (StatusCode::SEE_OTHER, "/incidents/7"), "{}", reply.body);
    assert!(browser.who_am_i().await.starts_with("Kofi Adjei"));
    assert_eq!(last_sign_in(&site).policy.as_deref(), Some("B2C_1_Reset_Password"));
    // Signing out goes to the policy that signed in.
    let out = browser.post("/auth/sign-out").await;
    assert!(out.location().contains("/b2c_1_reset_password/oauth2/v2.0/logout"), "{}", out.location());
}

#[tokio::test]
async fn a_password_that_is_forgotten_while_it_is_reset_leads_round_in_no_circle() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let browser = Browser::new(&site);
    let password = entra_local::Secret::generate();
    customers.control().answer_next(Answer::ResetPassword { email: KOFI.to_owned(), password });
    let reset = browser.until_callback("/auth/reset-password").await;
    let forgotten = [("error", "access_denied"), ("error_description", "AADB2C90118: The user has forgotten.")];
    assert_failed(&browser.get(&forged(&reset, &forgotten)).await, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(site.events.codes(), ["AADB2C90118"]);
}

#[tokio::test]
async fn without_a_reset_flow_a_forgotten_password_is_the_operators_business() {
    let customers = Customers::start().await;
    let mut config = customers.b2c();
    let Authority::B2c(b2c) = &mut config.authority else { panic!("a B2C authority") };
    b2c.reset_password_policy = None;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    customers.control().answer_next(Answer::ForgotPassword);
    assert_failed(&browser.sign_in("/auth/sign-in").await, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(site.events.codes(), ["AADB2C90118"]);
    assert_eq!(browser.get("/auth/reset-password").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn cancelling_any_flow_goes_back_with_a_quiet_word_and_leaves_the_session_alone() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let stranger = Browser::new(&site);
    customers.control().answer_next(Answer::Cancel);
    let reply = stranger.sign_in("/auth/sign-in?return_to=/incidents/1").await;
    // The page that was asked for would only ask for a sign-in again.
    assert_eq!((reply.status, reply.location().as_str()), (StatusCode::SEE_OTHER, "/"), "{}", reply.body);
    assert_eq!(stranger.get("/auth/sign-in").await.status, StatusCode::FOUND);
    assert_eq!(stranger.post("/whoami").await.status, StatusCode::OK);
    assert_eq!(stranger.get("/note").await.body, "sign_in_cancelled", "neither was a page that could show it");
    assert_eq!(stranger.get("/note").await.body, "no word", "once");

    let browser = signed_in(&customers, &site).await;
    let session = browser.cookies()["session"].clone();
    for (route, word) in [("edit-profile", "profile_unchanged"), ("reset-password", "password_unchanged")] {
        customers.control().answer_next(Answer::Cancel);
        let reply = browser.sign_in(&format!("/auth/{route}?return_to=/note")).await;
        assert_eq!((reply.status, reply.location().as_str()), (StatusCode::SEE_OTHER, "/note"), "{}", reply.body);
        let program = browser.send(http::Method::GET, "/note", &[("sec-fetch-mode", "cors")]).await;
        assert_eq!(program.body, "no word", "it is for the page that is shown");
        assert_eq!(browser.get("/note").await.body, word);
    }
    assert_eq!(browser.cookies()["session"], session);
    assert!(browser.who_am_i().await.starts_with("Tove"));
    assert!(site.events.codes().is_empty());
}

#[tokio::test]
async fn a_changed_profile_is_shown_and_is_no_other_account() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let browser = signed_in(&customers, &site).await;
    let (before, session) = (last_sign_in(&site), browser.cookies()["session"].clone());
    assert!(site.identity.can_edit_profile());
    customers.control().answer_next(names("Tove Dahl", "Tove Marie"));
    let link = site.identity.edit_profile_url(&"/note".parse().unwrap());
    let reply = browser.sign_in(&link).await;
    assert_eq!((reply.status, reply.location().as_str()), (StatusCode::SEE_OTHER, "/note"), "{}", reply.body);
    assert_eq!(browser.get("/note").await.body, "profile_changed");
    assert_eq!(browser.who_am_i().await, format!("Tove Dahl {WOODGROVE} []"));
    assert_eq!(browser.cookies()["session"], session);
    assert_eq!(site.events.signed_in.lock().unwrap().len(), 1, "it is no sign-in");
    let changed = site.events.profiles.lock().unwrap()[0].clone();
    assert_eq!(changed.given_name.as_deref(), Some("Tove Marie"));
    let kept = (&changed.account, &changed.policy, &changed.sid, changed.signed_in_at.unix_timestamp());
    assert_eq!(kept, (&before.account, &before.policy, &before.sid, before.signed_in_at.unix_timestamp()));
    let out = browser.post("/auth/sign-out").await;
    assert!(out.location().contains("/b2c_1_susi/oauth2/v2.0/logout"), "{}", out.location());
    // As it was, for the next test.
    let again = signed_in(&customers, &site).await;
    customers.control().answer_next(names("Tove Brandvold", "Tove"));
    again.sign_in("/auth/edit-profile").await;
}

#[tokio::test]
async fn somebody_elses_profile_does_not_get_into_a_session() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let browser = signed_in(&customers, &site).await;
    // Another person sits down at the authority only.
    let other = Browser::new(&site);
    customers
        .control()
        .answer_next(Answer::ResetPassword { email: KOFI.to_owned(), password: entra_local::Secret::generate() });
    other.sign_in("/auth/reset-password").await;
    other.set_cookie("session", &browser.cookies()["session"]);
    assert!(other.who_am_i().await.starts_with("Tove"));
    customers.control().answer_next(names("Tove Dahl", "Tove"));
    let reply = other.sign_in("/auth/edit-profile").await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.body);
    assert!(reply.body.contains("That was another account"));
    assert_eq!(site.events.codes(), ["OtherPerson"]);
    assert_eq!(browser.who_am_i().await, format!("Tove Brandvold {WOODGROVE} []"));
    customers.control().answer_next(names("Kofi Adjei", "Kofi"));
    other.sign_in("/auth/edit-profile").await;
}

#[tokio::test]
async fn only_somebody_who_is_signed_in_has_a_profile_here() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let reply = Browser::new(&site).get("/auth/edit-profile?return_to=/x").await;
    assert_eq!((reply.status, reply.location().as_str()), (StatusCode::FOUND, "/auth/sign-in?return_to=%2Fx"));

    let elsewhere = Site::start(customers.consumers()).await;
    assert!(!elsewhere.identity.can_edit_profile());
    for route in ["/auth/edit-profile", "/auth/reset-password"] {
        assert_eq!(Browser::new(&elsewhere).get(route).await.status, StatusCode::NOT_FOUND, "{route}");
    }
}

#[tokio::test]
async fn a_code_of_one_policy_is_of_no_use_in_another_ones_flow() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let browser = signed_in(&customers, &site).await;
    customers.control().answer_next(names("Tove Brandvold", "Tove"));
    let edited = browser.until_callback("/auth/edit-profile").await;
    let code = Url::parse(&edited).unwrap().query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let other = Browser::new(&site);
    customers.control().answer_next(Answer::SignInAs(TOVE.to_owned()));
    let callback = other.until_callback("/auth/sign-in").await;
    assert_failed(&other.get(&forged(&callback, &[("code", &code)])).await, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(site.events.codes(), ["AADB2C90088"]);
    assert_eq!(other.who_am_i().await, "nobody");
}

#[tokio::test]
async fn codes_are_believed_at_the_start_of_a_valid_answer_only() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let browser = Browser::new(&site);
    let callback = || async {
        customers.control().answer_next(Answer::SignInAs(TOVE.to_owned()));
        browser.until_callback("/auth/sign-in?prompt=login").await
    };
    let before = customers.control().requests(Endpoint::Authorize);
    let forgotten = [("error", "access_denied"), ("error_description", "AADB2C90118: The user has forgotten.")];
    let without = browser.get("/auth/callback?state=x&error=access_denied&error_description=AADB2C90118%3A+x").await;
    assert_failed(&without, StatusCode::BAD_REQUEST);
    assert_eq!(customers.control().requests(Endpoint::Authorize), before, "nobody is sent on");

    let begun = callback().await;
    assert_eq!(browser.get(&forged(&begun, &forgotten)).await.status, StatusCode::FOUND);
    for (error, description, status) in [
        ("access_denied", "Amara wrote AADB2C90118: in her profile", StatusCode::OK),
        ("server_error", "AADB2C90118: with another error", StatusCode::INTERNAL_SERVER_ERROR),
        ("server_error", "AADB2C90091: with another error", StatusCode::OK),
        ("interaction_required", "AADB2C90077: User does not have an existing session", StatusCode::FORBIDDEN),
        ("server_error", "AADB2C90035: The service is temporarily unavailable", StatusCode::SERVICE_UNAVAILABLE),
        ("access_denied", "AADB2C90157: User has exceeded the number of retries", StatusCode::FORBIDDEN),
    ] {
        let begun = callback().await;
        let answer = forged(&begun, &[("error", error), ("error_description", description)]);
        assert_failed(&browser.get(&answer).await, status);
    }
    let codes = ["access_denied", "AADB2C90118", "AADB2C90091", "AADB2C90077", "AADB2C90035", "AADB2C90157"];
    assert_eq!(site.events.codes(), codes);
}

#[tokio::test]
async fn a_session_ends_with_the_policy_it_was_begun_by() {
    let customers = Customers::start().await;
    for (policy, who) in [("B2C_1_susi", "Tove"), ("B2C_1_susi_embedded", "nobody")] {
        let site = Site::start(customers.b2c()).await;
        let browser = signed_in(&customers, &site).await;
        let mut config: IdentityConfig = customers.b2c();
        let Authority::B2c(b2c) = &mut config.authority else { panic!("a B2C authority") };
        policy.clone_into(&mut b2c.sign_in_policy);
        let restarted = site.restarted(config).await;
        assert!(browser.after_restart(&restarted).who_am_i().await.starts_with(who), "{policy}");
    }
}

#[tokio::test]
async fn metadata_and_keys_are_kept_per_policy() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let control = customers.control();
    let before = (control.requests(Endpoint::Discovery), control.requests(Endpoint::Keys));
    for _ in 0..3 {
        signed_in(&customers, &site).await;
    }
    assert_eq!((control.requests(Endpoint::Discovery), control.requests(Endpoint::Keys)), (before.0 + 1, before.1 + 1));
    let browser = signed_in(&customers, &site).await;
    control.answer_next(names("Tove Brandvold", "Tove"));
    browser.sign_in("/auth/edit-profile").await;
    assert_eq!((control.requests(Endpoint::Discovery), control.requests(Endpoint::Keys)), (before.0 + 2, before.1 + 2));
    assert_eq!(site.identity.form_action_sources(), [customers.b2c().authority.base().origin().ascii_serialization()]);
    assert_eq!(LOCAL, site.origin);
}

#[tokio::test]
async fn a_tab_of_another_policy_gets_the_session_that_can_be_ended_with_it() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let browser = Browser::new(&site);
    let password = entra_local::Secret::generate();
    customers.control().answer_next(Answer::ResetPassword { email: KOFI.to_owned(), password: password.clone() });
    let resetting = browser.until_callback("/auth/reset-password").await;
    customers.control().answer_next(Answer::SignInAs(KOFI.to_owned()));
    customers.control().answer_next(Answer::Password(password));
    let signing_in = browser.until_callback("/auth/sign-in?prompt=login").await;
    for callback in [resetting, signing_in] {
        assert_eq!(browser.get(&callback).await.status, StatusCode::SEE_OTHER);
    }
    let out = browser.post("/auth/sign-out").await;
    assert!(out.location().contains("/b2c_1_susi/oauth2/v2.0/logout"), "{}", out.location());
}

#[tokio::test]
async fn prefetches_and_scripts_open_no_profile_and_no_reset() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let browser = signed_in(&customers, &site).await;
    let before = browser.cookies();
    for route in ["/auth/edit-profile", "/auth/reset-password"] {
        for (header, status) in [
            (("sec-purpose", "prefetch"), StatusCode::FORBIDDEN),
            (("sec-fetch-mode", "cors"), StatusCode::UNAUTHORIZED),
        ] {
            let reply = browser.send(http::Method::GET, route, &[header]).await;
            assert_eq!(reply.status, status, "{route} {header:?}");
        }
    }
    assert_eq!(browser.cookies(), before);
}
