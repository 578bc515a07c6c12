//! A running stand-in, a browser without JavaScript, and the requests an application makes.

mod app;
mod browser;
mod graph;
mod html;

pub use app::{App, VERIFIER, claims, header};
pub use browser::{Browser, Page};
pub use graph::{GRAPH_SCOPES, Graph};
pub use html::{button_value, hidden_value, tag};

use std::net::{Ipv4Addr, SocketAddr};

use entra_local::{EntraLocal, Running, Scenario, Tls};
use reqwest::StatusCode;
use serde_json::{Value, json};

pub const CONTOSO: &str = "7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";
pub const FABRIKAM: &str = "b80a4f1d-92c7-4e3b-8f16-5d7e3a20c6f1";
pub const AMARA: &str = "amara@contoso.example";
pub const ISHAAN: &str = "ishaan@contoso.example";
pub const DARIO: &str = "dario@fabrikam.example";

pub const WOODGROVE: &str = "c4d2e9a0-7b15-4f63-8a1e-2d9c60b7f358";
pub const SUSI: &str = "woodgrove.example/B2C_1_susi";
pub const EDIT_PROFILE: &str = "woodgrove.example/b2c_1_edit_profile";
pub const RESET_PASSWORD: &str = "woodgrove.example/b2c_1_reset_password";
pub const TOVE: &str = "tove@customers.example";
pub const KOFI: &str = "kofi@customers.example";

/// Any free port of loopback.
pub fn loopback() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// The demonstration scenario, served over plain http.
pub async fn demo() -> (Running, App) {
    serve(Scenario::demo()).await
}

/// Customers: B2C, External ID, personal accounts.
pub async fn customers() -> (Running, App) {
    serve(Scenario::customers()).await
}

/// Asserts that the token endpoint refused with this OAuth error and AADSTS number.
pub fn assert_refused((status, body): &(StatusCode, Value), error: &str, code: u32) {
    assert_eq!(*status, StatusCode::BAD_REQUEST, "{body}");
    assert_eq!((&body["error"], &body["error_codes"]), (&json!(error), &json!([code])), "{body}");
}

/// The demonstration with an application of that name in the first place.
pub async fn demo_as(name: &str) -> (Running, App) {
    let mut scenario = Scenario::demo();
    let at = scenario.apps.iter().position(|app| app.name == name).unwrap();
    scenario.apps.swap(0, at);
    serve(scenario).await
}

/// A scenario, served over plain http, and its first application.
pub async fn serve(scenario: Scenario) -> (Running, App) {
    let registration = scenario.apps.first().unwrap().clone();
    let running = EntraLocal::serve(scenario, loopback(), Tls::Off).await.unwrap();
    let app = App::new(running.base_url.clone(), registration);
    (running, app)
}
