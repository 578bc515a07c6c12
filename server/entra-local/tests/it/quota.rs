//! What B2C counts, and what happens above it.

use entra_local::Answer;
use reqwest::StatusCode;
use time::Duration;

use crate::support::{Browser, SUSI, TOVE, WOODGROVE, customers};

#[tokio::test]
async fn user_flows_and_requests_have_their_price() {
    let (running, app) = customers().await;
    let control = running.entra().control();
    let tenant = WOODGROVE.parse().unwrap();
    let used = || control.quota_used(tenant).last_five_minutes;
    assert_eq!(used(), 0);
    app.json(&format!("/{SUSI}/discovery/v2.0/keys")).await;
    assert_eq!(used(), 1);
    control.answer_next(Answer::SignInAs(TOVE.to_owned()));
    let code = Browser::new().get(&app.authorize_at(SUSI, &[])).await.sent("code").unwrap();
    assert_eq!(used(), 5);
    app.redeem_at(SUSI, &code, &[]).await;
    assert_eq!(used(), 6);
    app.json("/organizations/discovery/v2.0/keys").await;
    assert_eq!(used(), 6);
    control.advance_clock(Duration::minutes(5));
    assert_eq!(used(), 0);
}

#[tokio::test]
async fn above_the_quota_a_request_is_told_when_to_come_back() {
    let (running, app) = customers().await;
    let control = running.entra().control();
    control.spend_quota(WOODGROVE.parse().unwrap(), 6_000);
    assert_eq!(app.json(&format!("/{SUSI}/discovery/v2.0/keys")).await.0, StatusCode::OK, "counted, but not enforced");
    control.enforce_quota(true);
    control.advance_clock(Duration::seconds(2));
    let answer = Browser::new().get(&app.at(&format!("/{SUSI}/discovery/v2.0/keys"))).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.header("retry-after").parse::<u32>().unwrap() <= 300);
    assert!(answer.text.contains("AADB2C90035"));
    control.reset();
    control.enforce_quota(true);
    assert_eq!(app.json(&format!("/{SUSI}/discovery/v2.0/keys")).await.0, StatusCode::OK, "the quota is back");
}
