//! Access tokens for the API, as clients get them at the stand-in.

use domain::{Permission, TenantId};
use entra_local::{Answer, AppRegistration};
use reqwest::header::LOCATION;
use reqwest::{Client, redirect};
use serde_json::Value;
use url::Url;

use super::{Person, TestApp};

/// The pair of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// All that there is to ask for.
pub const SCOPES: &str = "Incidents.Read Incidents.Write Incidents.Delete";

/// The claims parameter of a client that understands claims challenges.
pub const CP1: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

impl TestApp {
    /// A token that a client gets for a person, with these scopes.
    pub async fn token(&self, person: Person, scopes: &str) -> String {
        self.token_with(person, scopes, "", &[]).await
    }

    /// The same with a claims parameter, and more answers after the one to the account picker.
    pub async fn token_with(&self, person: Person, scopes: &str, claims: &str, then: &[Answer]) -> String {
        let app = &self.apps()[0];
        let own = scopes.split(' ').map(|scope| format!("{}/{scope}", app.app_id_uri()));
        let scope = own.chain(["openid".to_owned(), "profile".to_owned()]).collect::<Vec<_>>().join(" ");
        let redirect_uri = self.base.join("auth/callback").unwrap();
        let mut authorize = self.stand_in_url().join("organizations/oauth2/v2.0/authorize").unwrap();
        authorize.query_pairs_mut().extend_pairs([
            ("client_id", app.client_id.to_string().as_str()),
            ("redirect_uri", redirect_uri.as_str()),
            ("response_type", "code"),
            ("scope", &scope),
            ("state", "a state"),
            ("nonce", "a nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("login_hint", person.username()),
        ]);
        if !claims.is_empty() {
            authorize.query_pairs_mut().append_pair("claims", claims);
        }
        let sent_back = self.answered(&authorize, person, then).await;
        let code = sent_back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let fields = [
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect_uri.as_str()),
            ("code", &code),
            ("code_verifier", VERIFIER),
        ];
        self.redeem("organizations", app, &fields).await
    }

    /// A token of the program that has this permission, in this tenant.
    pub async fn own_token(&self, permission: Permission, tenant: TenantId) -> String {
        let named = |app: &&AppRegistration| {
            app.application_permissions.iter().any(|granted| granted.roles == [permission.as_str()])
        };
        let app = self.apps().iter().find(named).unwrap();
        let scope = format!("{}/.default", self.apps()[0].app_id_uri());
        self.redeem(&tenant.to_string(), app, &[("grant_type", "client_credentials"), ("scope", &scope)]).await
    }

    async fn redeem(&self, tenant: &str, app: &AppRegistration, fields: &[(&str, &str)]) -> String {
        let url = self.stand_in_url().join(&format!("{tenant}/oauth2/v2.0/token")).unwrap();
        let client_id = app.client_id.to_string();
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("client_id", client_id.as_str()), ("client_secret", app.client_secret.expose())])
            .extend_pairs(fields)
            .finish();
        let request = client().post(url).header("content-type", "application/x-www-form-urlencoded").body(form);
        let text = request.send().await.unwrap().text().await.unwrap();
        let reply: Value = serde_json::from_str(&text).unwrap();
        reply["access_token"].as_str().unwrap_or_else(|| panic!("{reply}")).to_owned()
    }

    /// Where the stand-in sends the browser after these answers to its pages.
    async fn answered(&self, authorize: &Url, person: Person, then: &[Answer]) -> Url {
        let _turn = self.turn().await;
        self.control().answer_next(Answer::SignInAs(person.username().to_owned()));
        for answer in then {
            self.control().answer_next(answer.clone());
        }
        let reply = client().get(authorize.clone()).send().await.unwrap();
        let to = reply.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned());
        let Some(to) = to else { panic!("{} {}", reply.status(), reply.text().await.unwrap()) };
        authorize.join(&to).unwrap()
    }
}

fn client() -> Client {
    Client::builder().redirect(redirect::Policy::none()).build().unwrap()
}
