//! `examples/sign_in.rs` as a program of its own, with somebody who goes through its pages.

use std::{
    collections::HashMap,
    env,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use reqwest::{Client, Method, header};
use url::Url;

/// The program, killed when it is dropped.
struct Example(Child);

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where cargo puts it beside this test; built now if only this test was.
fn program() -> PathBuf {
    let tests = env::current_exe().unwrap();
    let built = tests.parent().unwrap().parent().unwrap().join("examples/sign_in");
    if !built.exists() {
        let cargo =
            Command::new(env!("CARGO")).args(["build", "--package", "identity", "--example", "sign_in"]).status();
        assert!(cargo.unwrap().success());
    }
    built
}

fn start() -> (Example, Url) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new(program());
    command.env_remove("AZURE_TENANT_ID").env("PORT", port.to_string()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (Example(child), line.trim().parse().unwrap_or_else(|_| panic!("it said: {line}")))
}

/// A browser: cookies by origin, redirects followed.
struct Visitor {
    http: Client,
    jar: HashMap<String, HashMap<String, String>>,
}

impl Visitor {
    /// The page that this leads to, and its address.
    async fn go(&mut self, mut method: Method, mut url: Url, form: &[(&str, &str)]) -> (Url, String) {
        for _ in 0..10 {
            let jar = self.jar.entry(url.origin().ascii_serialization()).or_default();
            let cookies: Vec<_> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let mut request = self.http.request(method.clone(), url.clone()).header(header::ACCEPT, "text/html");
            request = request.header(header::COOKIE, cookies.join("; "));
            let request = if method == Method::POST { request.form(form) } else { request };
            let response = request.send().await.unwrap();
            for line in response.headers().get_all(header::SET_COOKIE) {
                let pair = line.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                jar.insert(name.to_owned(), value.to_owned());
            }
            let Some(location) = response.headers().get(header::LOCATION) else {
                assert!(response.status().is_success(), "{} at {}", response.status(), url.path());
                return (url, response.text().await.unwrap());
            };
            url = url.join(location.to_str().unwrap()).unwrap();
            method = Method::GET;
        }
        panic!("redirects lead nowhere");
    }
}

/// What stands between two marks.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split_once(after).unwrap().0
}

#[tokio::test]
async fn the_example_signs_somebody_in_and_out() {
    let (_running, site) = start();
    let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut visitor = Visitor { http, jar: HashMap::new() };
    let (_, page) = visitor.go(Method::GET, site.clone(), &[]).await;
    assert!(page.contains("Hello, stranger") && page.contains("/auth/sign-in"), "{page}");

    let (picker, page) = visitor.go(Method::GET, site.join("/auth/sign-in").unwrap(), &[]).await;
    let interaction = between(&page, "name=\"interaction\" value=\"", "\"");
    let account = between(&page, "name=\"account\" value=\"", "\"");
    let form = [("interaction", interaction), ("account", account)];
    let (at, page) = visitor.go(Method::POST, picker.join("/common/login").unwrap(), &form).await;
    assert_eq!(at, site);
    assert!(page.contains("Hello, Amara Lindqvist."), "{page}");

    visitor.go(Method::POST, site.join("/auth/sign-out").unwrap(), &[]).await;
    let (_, page) = visitor.go(Method::GET, site, &[]).await;
    assert!(page.contains("Hello, stranger"), "{page}");
}
