//! Limits for what is under `/auth`, and with them whom the site takes a request to come from.

use std::sync::Arc;

use http::StatusCode;

use crate::support::{AwayState, Unserved, connection, run};

const PROXY: &str = "10.0.0.1";
const STRICT: [(&str, &str); 2] = [("MUSTER_TRUSTED_PROXIES", "10.0.0.0/24"), ("MUSTER_RATE_CALLBACK", "2")];

/// What the callback says to somebody who never began a sign-in, as long as it is asked at all.
const ASKED: StatusCode = StatusCode::BAD_REQUEST;
const TOO_MANY: StatusCode = StatusCode::TOO_MANY_REQUESTS;

async fn callback(site: &Unserved, peer: &str, headers: &[(&str, &str)]) -> StatusCode {
    site.ask_from(peer, "/auth/callback", headers).await.status
}

#[test]
fn one_request_too_many_is_answered_with_when_to_come_again() {
    run(async {
        let site = Unserved::public_with(&STRICT, |_| {}).await;
        for _ in 0..2 {
            assert_eq!(callback(&site, "203.0.113.9", &[]).await, ASKED);
        }
        let program = site.ask_from("203.0.113.9", "/auth/callback", &[]).await;
        assert_eq!(program.status, TOO_MANY);
        assert_eq!(program.header("content-type"), "application/problem+json");
        assert_eq!(program.json()["status"], 429);
        let person = site.go_from("203.0.113.9", "/auth/callback").await;
        assert_eq!(person.status, TOO_MANY);
        assert!(person.header("content-type").starts_with("text/html"), "{}", person.body);
        assert!(person.body.contains("Wait a minute"), "{}", person.body);
        for reply in [program, person] {
            let wait: u64 = reply.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&wait), "{wait}");
            assert_eq!(reply.header("cache-control"), "no-store");
            assert!(!reply.body.contains("203.0.113.9"), "{}", reply.body);
        }
        assert_eq!(callback(&site, "203.0.113.10", &[]).await, ASKED, "others are not concerned");
        assert_eq!(site.ask_from("203.0.113.9", "/auth/sign-out", &[]).await.status, 405, "nor is what else they do");
        assert_eq!(site.ask_from("203.0.113.9", "/signed-out", &[]).await.status, 200);
        site.stop().await;
    });
}

#[test]
fn each_kind_of_request_has_the_limit_of_its_setting() {
    run(async {
        for (setting, path) in [
            ("MUSTER_RATE_SIGN_IN", "/auth/nothing"),
            ("MUSTER_RATE_CALLBACK", "/auth/callback"),
            ("MUSTER_RATE_CALLBACK", "/auth/admin-consent/callback"),
            ("MUSTER_RATE_CALLBACK", "/auth/silent"),
            ("MUSTER_RATE_SIGN_OUT", "/auth/sign-out"),
            ("MUSTER_RATE_SIGN_OUT", "/auth/front-channel-logout"),
        ] {
            let site = Unserved::public_with(&[(setting, "1")], |_| {}).await;
            let ask = || site.ask_from("203.0.113.9", path, &[]);
            assert_ne!(ask().await.status, TOO_MANY, "{setting} {path}");
            assert_eq!(ask().await.status, TOO_MANY, "{setting} {path}");
            site.stop().await;
        }
    });
}

#[test]
fn a_stranger_cannot_choose_whom_a_request_counts_for() {
    run(async {
        let site = Unserved::public_with(&STRICT, |_| {}).await;
        for (n, header) in ["x-forwarded-for", "forwarded", "x_forwarded_for"].into_iter().enumerate() {
            let said = format!("192.0.2.{n}");
            let value = if header == "forwarded" { format!("for={said}") } else { said };
            let expected = if n < 2 { ASKED } else { TOO_MANY };
            assert_eq!(callback(&site, "203.0.113.9", &[(header, &value)]).await, expected, "{header}");
        }
        site.stop().await;
    });
}

#[test]
fn behind_a_trusted_proxy_each_client_counts_for_itself() {
    run(async {
        let site = Unserved::public_with(&STRICT, |_| {}).await;
        for n in 0..3 {
            let spoofed = format!("192.0.2.{n}, 203.0.113.9");
            let expected = if n < 2 { ASKED } else { TOO_MANY };
            let headers = [("x-forwarded-for", spoofed.as_str())];
            assert_eq!(callback(&site, PROXY, &headers).await, expected, "what the client wrote makes no difference");
        }
        assert_eq!(callback(&site, PROXY, &[("x-forwarded-for", "203.0.113.10")]).await, ASKED);
        for headers in [[("x_forwarded_for", "203.0.113.11")], [("forwarded", "for=203.0.113.11")]] {
            assert_eq!(callback(&site, PROXY, &headers).await, ASKED);
        }
        assert_eq!(callback(&site, PROXY, &[]).await, TOO_MANY, "those two counted for the proxy itself");
        site.stop().await;
    });
}

#[test]
fn an_ipv6_customer_is_one_client() {
    run(async {
        let site = Unserved::public_with(&STRICT, |_| {}).await;
        for (n, expected) in [ASKED, ASKED, TOO_MANY].into_iter().enumerate() {
            assert_eq!(callback(&site, &format!("2001:db8:1:2::{n}"), &[]).await, expected);
        }
        assert_eq!(callback(&site, "2001:db8:1:3::1", &[]).await, ASKED);
        site.stop().await;
    });
}

#[test]
fn this_machine_and_a_limit_of_nothing_are_not_counted() {
    run(async {
        let site = Unserved::public_with(&[("MUSTER_RATE_CALLBACK", "1")], |_| {}).await;
        for _ in 0..3 {
            assert_eq!(callback(&site, "127.0.0.1", &[]).await, ASKED);
        }
        site.stop().await;
        let site = Unserved::public_with(&[("MUSTER_RATE_CALLBACK", "0")], |_| {}).await;
        for _ in 0..3 {
            assert_eq!(callback(&site, "203.0.113.9", &[]).await, ASKED);
        }
        site.stop().await;
    });
}

#[test]
fn who_cannot_be_counted_is_let_through() {
    run(async {
        let site = Unserved::public_with(&STRICT, |state| state.shared = Arc::new(AwayState)).await;
        for _ in 0..4 {
            assert_eq!(callback(&site, "203.0.113.9", &[]).await, ASKED);
        }
        site.stop().await;
    });
}

/// A provider sends all its logout tokens from a few addresses, and need not send one again.
#[test]
fn a_back_channel_logout_counts_only_if_it_is_refused() {
    run(async {
        const HOOK: &str = "/auth/back-channel-logout";
        let site = Unserved::public_with(&[("MUSTER_RATE_SIGN_OUT", "2")], |_| {}).await;
        let post = async |peer: &str| {
            let request = http::Request::post(HOOK).header("content-type", "application/x-www-form-urlencoded");
            site.send(request.extension(connection(peer))).await.status
        };
        for expected in [ASKED, ASKED, TOO_MANY, TOO_MANY] {
            assert_eq!(post("203.0.113.9").await, expected, "a stranger's");
        }
        assert_eq!(post("203.0.113.10").await, ASKED, "others are not concerned");
        assert_eq!(site.ask_from("203.0.113.9", "/auth/sign-out", &[]).await.status, 405, "nor is what people do");
        site.stop().await;
    });
}
