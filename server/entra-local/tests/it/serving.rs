//! Starting, TLS, stopping.

use std::net::{Ipv4Addr, SocketAddr};

use entra_local::{EntraLocal, Scenario, ScenarioError, StartError, Tls};
use reqwest::{Certificate, Client};

use crate::support::{AMARA, App, Browser, loopback};

#[tokio::test]
async fn only_loopback_is_listened_on() {
    let everywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let refusal = EntraLocal::serve(Scenario::demo(), everywhere, Tls::Off).await;
    assert!(matches!(refusal, Err(StartError::NotLoopback(address)) if address == everywhere));
}

#[tokio::test]
async fn a_taken_address_is_named() {
    let running = EntraLocal::serve(Scenario::demo(), loopback(), Tls::Off).await.unwrap();
    let taken = running.base_url.socket_addrs(|| None).unwrap()[0];
    let refusal = EntraLocal::serve(Scenario::demo(), taken, Tls::Off).await.unwrap_err();
    assert!(refusal.to_string().contains(&taken.to_string()), "{refusal}");
}

#[test]
fn a_base_url_has_no_path() {
    for url in ["http://localhost/entra", "http://localhost/?a", "ftp://localhost/"] {
        let refusal = EntraLocal::new(Scenario::demo(), url.parse().unwrap());
        assert!(matches!(refusal, Err(StartError::BaseUrl(_))), "{url}");
    }
}

#[test]
fn a_scenario_changed_into_a_contradiction_does_not_start() {
    let mut scenario = Scenario::demo();
    scenario.tenants.clear();
    let refusal = EntraLocal::new(scenario, "http://localhost".parse().unwrap());
    assert!(matches!(refusal, Err(StartError::Scenario(_))));
}

#[test]
fn a_mistake_in_a_scenario_file_is_named_with_its_line() {
    let text = "[[tenants]]\nid = \"7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4\"\nnmae = \"x\"\n";
    let problem = Scenario::from_toml(text).unwrap_err();
    assert!(matches!(problem, ScenarioError::Toml(_)));
    let text = problem.to_string();
    assert!(text.contains("line 3") && text.contains("nmae"), "{text}");
}

#[test]
fn each_reading_of_the_demonstration_makes_a_new_secret() {
    let secret = || Scenario::demo().apps[0].client_secret.expose().to_owned();
    assert_ne!(secret(), secret());
}

#[tokio::test]
async fn with_tls_the_certificate_is_enough_to_trust_it() {
    let scenario = Scenario::demo();
    let registration = scenario.apps[0].clone();
    let running = EntraLocal::serve(scenario, loopback(), Tls::Generated).await.unwrap();
    assert_eq!(running.base_url.scheme(), "https");
    let pem = running.certificate_pem.clone().unwrap();
    let trusting = || Client::builder().tls_certs_only([Certificate::from_pem(pem.as_bytes()).unwrap()]);
    let mut app = App::new(running.base_url.clone(), registration);
    app.client = trusting().build().unwrap();
    let browser = Browser::with(trusting());
    let code = app.code(&browser, AMARA).await;
    assert_eq!(app.redeem(&code, &[]).await.0, 200);
    let forwarded = app.client.get(app.at("/error")).header("x-forwarded-for", "192.0.2.1").send().await.unwrap();
    assert_eq!(forwarded.status(), 421);
    let page = browser.get(&app.authorize(&[])).await;
    assert!(page.header("set-cookie").ends_with("; Path=/; HttpOnly; SameSite=None; Secure"));
    assert!(Client::builder().build().unwrap().get(app.at("/error")).send().await.is_err());
}

#[tokio::test]
async fn after_shutdown_nobody_answers() {
    let running = EntraLocal::serve(Scenario::demo(), loopback(), Tls::Off).await.unwrap();
    assert_eq!(running.certificate_pem, None);
    let url = running.base_url.join("/error").unwrap();
    let client = Client::builder().build().unwrap();
    assert_eq!(client.get(url.clone()).send().await.unwrap().status(), 200);
    running.shutdown().await;
    assert!(client.get(url).send().await.is_err());
}
