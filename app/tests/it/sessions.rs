//! The pages about sessions.

use app::AppError;
use app::forms::{FormReply, FormValues, SessionsForm};
use app::ssr::PageFacts;
use domain::Role;

use crate::support::{Page, Records, caller, draw, draw_refused, draw_with, session};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/18.6 Mobile/15E148 Safari/604.1";

/// The viewer in two browsers, somebody else in one.
fn records() -> Records {
    let sessions =
        vec![session(1, 7, SAFARI, "203.0.113.77"), session(0, 7, FIREFOX, "10.0.0.9"), session(2, 8, "<b>x</b>", "")];
    Records { sessions, ..Records::default() }
}

async fn see(roles: &[Role], path: &str) -> Page {
    draw(records(), Some(caller(roles)), path).await
}

#[tokio::test]
async fn ones_own_sessions_are_there_for_everybody_who_is_signed_in() {
    for roles in [&[][..], &[Role::Viewer], &[Role::Admin]] {
        let page = see(roles, "/sessions").await;
        assert_eq!(page.status, 200, "{roles:?}");
        let rows: Vec<_> = page.markup().split("<tr role=\"row\">").skip(2).collect();
        assert_eq!(rows.len(), 2, "{}", page.markup());
        for part in [
            "Firefox on Linux",
            "This browser",
            "Private network 10.0.0.…",
            "class=\"c-seen\">now<",
            "action=\"/auth/sign-out\"",
        ] {
            assert!(rows[0].contains(part), "{part} is missing in {}", rows[0]);
        }
        for part in ["Safari on iPhone", "Address 203.0.113.…", "2026-08-19T11:30:00Z", "value=\"handle-1\""] {
            assert!(rows[1].contains(part), "{part} is missing in {}", rows[1]);
        }
        assert!(!rows[1].contains("This browser") && !page.html.contains("203.0.113.77"), "{}", page.html);
        assert!(page.markup().contains("The other session ends."), "{}", page.markup());
        assert_eq!(page.markup().matches("<h1").count(), 1);
    }
}

#[tokio::test]
async fn whoever_is_signed_in_once_is_told_so() {
    let records = Records { sessions: vec![session(0, 7, FIREFOX, "")], ..Records::default() };
    let page = draw(records, Some(caller(&[Role::Viewer])), "/sessions").await;
    assert!(page.markup().contains("You are not signed in anywhere else."));
    assert!(!page.markup().contains("all others"), "{}", page.markup());
}

#[tokio::test]
async fn an_admin_sees_everybodys_and_one_persons() {
    let page = see(&[Role::Admin], "/admin/sessions").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.markup().split("<tr role=\"row\">").skip(2).count(), 3);
    for part in [
        "Sessions of everyone",
        "href=\"/admin/sessions?person=00000000-0000-0000-0000-000000000008\"",
        "Unknown browser",
        "Place not known",
        "href=\"/admin/sessions?after=the%20rest\"",
        "href=\"/admin/sessions?ask=everyone\"",
    ] {
        assert!(page.markup().contains(part), "{part}: {}", page.markup());
    }
    let person = see(&[Role::Admin], "/admin/sessions?person=00000000-0000-0000-0000-000000000007").await;
    assert_eq!(person.markup().split("<tr role=\"row\">").skip(2).count(), 2);
    assert!(person.markup().contains("All 2 sessions of yours end, this one included"), "{}", person.markup());
    let other = see(&[Role::Admin], "/admin/sessions?person=00000000-0000-0000-0000-000000000008").await;
    assert!(other.markup().contains("The one session of Robin ends."), "{}", other.markup());
}

#[tokio::test]
async fn signing_everybody_out_is_asked_with_the_number_there_are() {
    let page = see(&[Role::Admin], "/admin/sessions?ask=everyone").await;
    assert!(page.markup().contains("All 6 sessions of your organisation end, yours included"), "{}", page.markup());
    assert!(page.markup().contains("value=\"everyone\""));
    let plain = see(&[Role::Admin], "/admin/sessions").await;
    assert!(!plain.markup().contains("value=\"everyone\""), "{}", plain.markup());
}

#[tokio::test]
async fn without_the_role_the_page_says_which_one_it_takes() {
    for roles in [&[][..], &[Role::IncidentManager], &[Role::Auditor]] {
        for path in ["/admin/sessions", "/admin/sessions?person=00000000-0000-0000-0000-000000000007"] {
            let page = see(roles, path).await;
            assert_eq!(page.status, 403, "{path}");
            assert!(page.markup().contains("This page is for the role Admin, and you do not have it."));
            assert!(!page.html.contains("Safari on iPhone"), "{}", page.html);
        }
    }
}

#[tokio::test]
async fn addresses_that_lead_nowhere_are_refused() {
    let page = see(&[Role::Admin], "/admin/sessions?person=x").await;
    assert_eq!(page.status, 404);
    let page = see(&[Role::Admin], "/admin/sessions?after=x").await;
    assert_eq!(page.status, 422);
    assert!(page.markup().contains("does not belong to this list"), "{}", page.markup());
}

#[tokio::test]
async fn a_form_that_was_refused_comes_back_with_the_reason() {
    let values = FormValues::Sessions(SessionsForm::default());
    let reply = FormReply { values, error: AppError::OtherPerson("Robin".to_owned()) };
    for (path, roles) in [("/sessions", &[][..]), ("/admin/sessions", &[Role::Admin])] {
        let page = draw_refused(records(), caller(roles), path, reply.clone()).await;
        assert_eq!(page.status, 409, "{path}");
        assert!(page.markup().contains("You are signed in as Robin now"), "{}", page.markup());
    }
}

#[tokio::test]
async fn the_menu_offers_what_the_person_may_open() {
    let menu = |page: &Page| page.html.split("</header>").next().map(ToOwned::to_owned).unwrap_or_default();
    let viewer = menu(&see(&[Role::Viewer], "/sessions").await);
    assert!(viewer.contains("href=\"/sessions\"") && !viewer.contains("/admin/sessions"), "{viewer}");
    let admin = menu(&see(&[Role::Admin], "/sessions").await);
    assert!(admin.contains("href=\"/admin/sessions\"") && admin.contains("Sign out"), "{admin}");
}

#[tokio::test]
async fn where_accounts_are_kept_with_profiles_the_menu_leads_there_and_back() {
    let facts = PageFacts {
        edit_profile: true,
        given_name: Some("Rob".to_owned()),
        notice: Some("Your profile has been changed."),
        ..PageFacts::default()
    };
    let page = draw_with(records(), Some(caller(&[Role::Viewer])), "/", facts.clone()).await;
    let link = "href=\"/auth/edit-profile?return_to=%2F\"";
    assert!(page.html.contains(link) && page.html.contains("Your profile has been changed."), "{}", page.html);
    let greeting = page.between("<h1>", "</h1>");
    assert!(greeting.contains("Rob") && !greeting.contains("Robin"), "{greeting}");
    let stranger = draw_with(records(), None, "/", facts).await;
    assert!(!stranger.html.contains(link), "{}", stranger.html);
    assert!(!see(&[Role::Viewer], "/").await.html.contains("/auth/edit-profile"));
}
