//! As much of a browser as the server can tell from a real one: cookies, Fetch Metadata, redirects one at a time.

use std::collections::BTreeMap;
use std::sync::Mutex;

use domain::IncidentNumber;
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use url::Url;

use super::html;

/// A browser in front of one site.
pub struct Browser {
    base: Url,
    http: Client,
    /// By host, as browsers keep them: ports do not matter.
    cookies: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    /// The value of a header; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {} {}", self.status, self.body))
    }

    /// The incident that the answer leads to.
    pub fn number(&self) -> IncidentNumber {
        let path = self.location().trim_end_matches("#timeline");
        let number = path.strip_prefix("/incidents/").and_then(|number| number.parse().ok());
        number.unwrap_or_else(|| panic!("{} leads to `{path}`: {}", self.status, self.body))
    }
}

impl Browser {
    pub fn new(base: &Url) -> Self {
        // A request that nobody answers is a failure with an address, not a run that never ends.
        let (stay, limit) = (reqwest::redirect::Policy::none(), std::time::Duration::from_mins(2));
        let http = Client::builder().redirect(stay).timeout(limit).build().unwrap();
        Self { base: base.clone(), http, cookies: Mutex::default() }
    }

    /// The same browser, cookies and all, now that the site is at another port.
    pub fn moved_to(self, base: &Url) -> Self {
        Self { base: base.clone(), ..self }
    }

    /// A request without any Fetch Metadata, with this browser's cookies.
    pub fn bare(&self, method: Method, address: &str) -> RequestBuilder {
        let url = self.url(address);
        let cookies = self.cookie_header(&url);
        let request = self.http.request(method, url);
        if cookies.is_empty() { request } else { request.header(COOKIE, cookies) }
    }

    /// A person going somewhere on this site.
    pub fn navigation(&self, method: Method, address: &str) -> RequestBuilder {
        self.bare(method, address)
            .header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document")
    }

    /// A script of this site asking for something.
    pub fn script(&self, method: Method, address: &str) -> RequestBuilder {
        self.bare(method, address)
            .header(ACCEPT, "application/json")
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "cors")
            .header("sec-fetch-dest", "empty")
    }

    /// The answer; its cookies are kept.
    pub async fn send(&self, request: RequestBuilder) -> Reply {
        self.try_send(request).await.unwrap()
    }

    /// The answer, if there is one.
    pub async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Reply> {
        let request = request.build()?;
        let host = request.url().host_str().unwrap_or_default().to_owned();
        let response = self.http.execute(request).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        self.keep_cookies(host, &headers);
        Ok(Reply { status, headers, body: without_marks(&response.text().await?) })
    }

    /// The answer, of which only the head has been read.
    pub async fn begin(&self, request: RequestBuilder) -> reqwest::Response {
        self.http.execute(request.build().unwrap()).await.unwrap()
    }

    /// The answer, if there is one, of which only the head has been read.
    pub async fn try_begin(&self, request: RequestBuilder) -> Option<reqwest::Response> {
        self.http.execute(request.build().unwrap()).await.ok()
    }

    /// Goes to a page.
    pub async fn get(&self, address: &str) -> Reply {
        self.send(self.navigation(Method::GET, address)).await
    }

    /// Sends a form, without a script.
    pub async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(self.form(address, fields)).await
    }

    /// The request that sends a form.
    pub fn form(&self, address: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.navigation(Method::POST, address).form(fields)
    }

    /// Calls a server function.
    pub async fn call(&self, path: &str, arguments: &Value) -> Reply {
        self.send(self.function(path, arguments)).await
    }

    /// The request that calls a server function.
    pub fn function(&self, path: &str, arguments: &Value) -> RequestBuilder {
        self.script(Method::POST, path).header(CONTENT_TYPE, "application/json").body(arguments.to_string())
    }

    /// Declares an incident of this title by the form.
    pub async fn declare(&self, title: &str) -> IncidentNumber {
        let page = self.get(app::routes::DECLARE).await;
        let key = html::hidden(&page.body, "key");
        let fields = [("title", title), ("severity", super::SEVERITY), ("summary", ""), ("key", &key)];
        self.post(app::routes::DECLARE, &fields).await.number()
    }

    /// From the site's sign-in to its callback; whoever the authority takes this browser for is signed in.
    pub async fn sign_in(&self) -> Reply {
        self.sign_in_at("/auth/sign-in").await
    }

    /// Goes wherever redirects lead, here and elsewhere, to the page at the end.
    pub async fn follow(&self, address: &str) -> Reply {
        let mut address = self.url(address);
        for _ in 0..20 {
            let reply = self.get(address.as_str()).await;
            if !reply.status.is_redirection() {
                return reply;
            }
            address = address.join(reply.location()).unwrap();
        }
        panic!("the redirects lead nowhere");
    }

    /// From any address that begins a sign-in to the callback.
    pub async fn sign_in_at(&self, address: &str) -> Reply {
        let mut address = self.url(address);
        for _ in 0..10 {
            let reply = self.get(address.as_str()).await;
            if address.path() == "/auth/callback" {
                return reply;
            }
            assert!(reply.status.is_redirection(), "{} at {}: {}", reply.status, address.path(), reply.body);
            address = address.join(reply.location()).unwrap();
        }
        panic!("the redirects of a sign-in lead nowhere");
    }

    /// The value of one of its cookies.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().values().find_map(|cookies| cookies.get(name).cloned())
    }

    fn url(&self, address: &str) -> Url {
        // Url::join would take the second slash of `//x` for a host.
        if address.starts_with('/') {
            return format!("{}{address}", self.base.origin().ascii_serialization()).parse().unwrap();
        }
        address.parse().unwrap()
    }

    fn cookie_header(&self, url: &Url) -> String {
        let jar = self.cookies.lock().unwrap();
        let cookies = url.host_str().and_then(|host| jar.get(host));
        let pairs = cookies.into_iter().flatten().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&self, host: String, headers: &HeaderMap<HeaderValue>) {
        let mut jar = self.cookies.lock().unwrap();
        let cookies = jar.entry(host).or_default();
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// A page without the marks that hydration goes by, which nobody sees.
pub(super) fn without_marks(body: &str) -> String {
    body.replace("<!>", "")
}
