//! The whole site as a process that logs all it can, as text and as JSON: nothing secret and nobody's name is in it.

use std::fs::{self, File};

use entra_local::Answer;
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;
use url::Url;

use crate::durability::Authority;
use crate::support::{Browser, Person, Reply, free_port, run};

/// In small letters: the people who sign in below, and what begins a token.
const NEVER: [&str; 8] =
    ["amara", "lindqvist", "nuri", "abernathy", "dario", "velasquez", "@contoso.example", "@fabrikam.example"];

/// Parameters of addresses that are secret or say who somebody is.
const SECRET_PARAMETERS: [&str; 8] =
    ["state", "nonce", "code", "code_challenge", "login_hint", "logout_hint", "session_state", "id_token_hint"];

/// Somebody at a browser who remembers everything secret that it is given.
struct Visitor {
    browser: Browser,
    secrets: Vec<String>,
}

impl Visitor {
    fn note(&mut self, reply: &Reply) {
        for line in reply.headers.get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            self.secrets.extend(pair.split_once('=').map(|(_, value)| value.to_owned()));
        }
        if let Ok(url) = Url::parse(reply.location()) {
            let secret = url.query_pairs().filter(|(name, _)| SECRET_PARAMETERS.contains(&name.as_ref()));
            self.secrets.extend(secret.map(|(_, value)| value.into_owned()));
        }
    }

    async fn get(&mut self, address: &str) -> Reply {
        let reply = self.browser.get(address).await;
        self.note(&reply);
        reply
    }

    /// Follows redirects to wherever they lead.
    async fn go(&mut self, base: &Url, address: &str) -> Reply {
        let mut address = base.join(address).unwrap();
        loop {
            let reply = self.get(address.as_str()).await;
            if !reply.status.is_redirection() {
                return reply;
            }
            address = address.join(reply.location()).unwrap();
        }
    }
}

/// What people and programs do on such a site, with something planted wherever a text can be put.
async fn a_day(base: &Url, authority: &Authority, person: Person, planted: &str) -> Vec<String> {
    let mut visitor = Visitor { browser: Browser::new(base), secrets: vec![planted.to_owned()] };
    authority.running.entra().control().answer_next(Answer::SignInAs(person.username().to_owned()));
    visitor.go(base, "/auth/sign-in?return_to=/incidents").await;
    visitor.get(&format!("/auth/callback?code={planted}&state={planted}&error_description={planted}")).await;
    visitor.get(&format!("/auth/sign-in?return_to=//{planted}.example&login_hint={planted}")).await;
    visitor.get(&format!("/incidents?q={planted}")).await;
    visitor.get(&format!("/no-such-page?token={planted}")).await;

    let fields = [("title", planted), ("severity", "SEV3"), ("summary", planted), ("key", "a-key")];
    let declared = visitor.browser.post(app::routes::DECLARE, &fields).await;
    if person != Person::Nobody {
        let at = app::routes::incident(declared.number());
        visitor.browser.post(&at, &[("form", "note"), ("body", planted), ("key", "another-key")]).await;
        visitor.get(&at).await;
    }
    visitor.browser.call("/sfn/no-such-function", &json!({ "text": planted })).await;
    let forged = visitor.browser.bare(Method::POST, app::routes::DECLARE).header("origin", "https://evil.example");
    visitor.browser.send(forged.form(&fields)).await;
    let bearer =
        visitor.browser.bare(Method::GET, "/api/incidents").header("authorization", format!("Bearer {planted}"));
    visitor.browser.send(bearer).await;
    let cookie = Browser::new(base).bare(Method::GET, "/incidents").header("cookie", format!("muster={planted}"));
    visitor.browser.send(cookie).await;

    let out = visitor.browser.post("/auth/sign-out", &[]).await;
    visitor.note(&out);
    visitor.secrets
}

fn forbidden<'a>(log: &'a str, secrets: &[String]) -> Option<&'a str> {
    log.lines().find(|line| {
        let lower = line.to_lowercase();
        line.contains("eyJ")
            || NEVER.iter().any(|name| lower.contains(name))
            || secrets.iter().any(|secret| secret.len() >= 8 && line.contains(secret.as_str()))
    })
}

#[test]
fn a_process_that_logs_all_it_can_says_nothing_secret_and_nobodys_name() {
    run(async {
        for format in ["text", "json"] {
            let folder = TempDir::new().unwrap();
            let port = free_port();
            let public_url = format!("http://localhost:{port}");
            let authority = Authority::start(&public_url).await;
            let log = folder.path().join("log");
            let site = authority.site(&folder, port, &public_url);
            let site = site.set("MUSTER_LOG", "trace").set("MUSTER_LOG_FORMAT", format);
            let serving = site.serve_logging_to(File::create(&log).unwrap());
            let base = public_url.parse().unwrap();

            let mut secrets = vec![authority.secret().to_owned()];
            for person in [Person::Admin, Person::Nobody, Person::Stranger] {
                secrets.extend(a_day(&base, &authority, person, "planted-by-the-test").await);
            }
            assert_eq!(serving.terminate(), Some(0));
            authority.running.shutdown().await;

            let log = fs::read_to_string(&log).unwrap();
            assert!(log.lines().count() > 100 && log.contains("/auth/callback"), "the requests are there: {log}");
            assert!(log.contains("sqlx") && log.contains("TRACE"), "all of it is there");
            assert_eq!(forbidden(&log, &secrets), None, "{format}");
        }
    });
}
