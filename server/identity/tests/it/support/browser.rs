//! As much of a browser as signing in takes: cookies per origin, redirects one at a time.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
};

use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, StatusCode, header};
use tower::ServiceExt;
use url::Url;

use super::{site::Site, watch};

/// A browser with its cookies, in front of one site and the rest of the network.
pub struct Browser {
    site: Router,
    origin: String,
    jar: Mutex<HashMap<String, BTreeMap<String, String>>>,
    http: reqwest::Client,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub fn location(&self) -> String {
        self.headers[header::LOCATION].to_str().unwrap().to_owned()
    }

    pub fn set_cookies(&self) -> Vec<String> {
        let all = self.headers.get_all(header::SET_COOKIE);
        all.iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }
}

impl Browser {
    pub fn new(site: &Site) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { site: site.app.clone(), origin: site.origin.clone(), jar: Mutex::default(), http }
    }

    /// The same browser with all its cookies in front of the site as it is after a restart.
    pub fn after_restart(self, site: &Site) -> Self {
        Self { site: site.app.clone(), ..self }
    }

    /// The same browser, with the cookies it has now, in front of another replica.
    pub fn at(&self, site: &Site) -> Self {
        let jar = Mutex::new(self.jar.lock().unwrap().clone());
        Self { site: site.app.clone(), origin: self.origin.clone(), jar, http: self.http.clone() }
    }

    /// One request to an address, absolute or on the site, without following where it leads.
    pub async fn send(&self, method: Method, address: &str, extra: &[(&str, &str)]) -> Reply {
        let url = Url::parse(&self.origin).unwrap().join(address).unwrap();
        let origin = url.origin().ascii_serialization();
        let mut request = Request::builder().method(method).header(header::ACCEPT, "text/html");
        if let Some(cookies) = self.cookie_header(&origin) {
            request = request.header(header::COOKIE, cookies);
        }
        for (name, value) in extra {
            request = request.header(*name, *value);
        }
        let reply = if origin == self.origin {
            let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
            let response = self.site.clone().oneshot(request.uri(path).body(Body::empty()).unwrap()).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            Reply { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
        } else {
            let request = request.uri(url.as_str()).body(Vec::<u8>::new()).unwrap();
            let response = self.http.execute(request.try_into().unwrap()).await.unwrap();
            let (status, headers) = (response.status(), response.headers().clone());
            Reply { status, headers, body: response.text().await.unwrap() }
        };
        watch::saw(&reply);
        self.keep_cookies(&origin, &reply);
        reply
    }

    pub async fn get(&self, address: &str) -> Reply {
        self.send(Method::GET, address, &[]).await
    }

    pub async fn post(&self, address: &str) -> Reply {
        self.send(Method::POST, address, &[]).await
    }

    /// Goes from `address` to wherever redirects lead, until they lead to the callback; gives its address back unvisited.
    pub async fn until_callback(&self, address: &str) -> String {
        let mut address = Url::parse(&self.origin).unwrap().join(address).unwrap();
        for _ in 0..10 {
            let reply = self.get(address.as_str()).await;
            assert!(reply.status.is_redirection(), "{} at {}: {}", reply.status, address.path(), reply.body);
            address = address.join(&reply.location()).unwrap();
            if address.path() == "/auth/callback" {
                return address.into();
            }
        }
        panic!("redirects lead nowhere");
    }

    /// Signs in and gives the callback's answer.
    pub async fn sign_in(&self, address: &str) -> Reply {
        let callback = self.until_callback(address).await;
        self.get(&callback).await
    }

    pub async fn who_am_i(&self) -> String {
        let reply = self.get("/whoami").await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
        reply.body
    }

    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.jar.lock().unwrap().get(&self.origin).cloned().unwrap_or_default()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut jar = self.jar.lock().unwrap();
        jar.entry(self.origin.clone()).or_default().insert(name.to_owned(), value.to_owned());
    }

    pub fn forget(&self, name: &str) {
        self.jar.lock().unwrap().get_mut(&self.origin).unwrap().remove(name);
    }

    /// The cookies of every other site are gone, and with them the session at the authority.
    pub fn forget_other_sites(&self) {
        self.jar.lock().unwrap().retain(|origin, _| *origin == self.origin);
    }

    fn cookie_header(&self, origin: &str) -> Option<String> {
        let jar = self.jar.lock().unwrap();
        let cookies = jar.get(origin).filter(|cookies| !cookies.is_empty())?;
        Some(cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; "))
    }

    fn keep_cookies(&self, origin: &str, reply: &Reply) {
        let mut jar = self.jar.lock().unwrap();
        let cookies = jar.entry(origin.to_owned()).or_default();
        for line in reply.set_cookies() {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            let secure = line.to_ascii_lowercase().contains("; secure");
            // As browsers do: a prefixed cookie that is not secure is not even looked at.
            if name.starts_with("__Host-") && !secure {
                continue;
            }
            if line.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
