//! A browser as far as the stand-in can tell: it keeps cookies and does not follow redirects.

use std::{collections::BTreeMap, sync::Mutex};

use reqwest::{Client, Method, RequestBuilder, StatusCode, header, redirect::Policy};
use url::Url;

use super::{button_value, hidden_value};

pub struct Browser {
    client: Client,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// One answer, read to its end.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub text: String,
    pub url: Url,
}

impl Browser {
    pub fn new() -> Self {
        Self::with(Client::builder())
    }

    pub fn with(builder: reqwest::ClientBuilder) -> Self {
        Self { client: builder.redirect(Policy::none()).build().unwrap(), cookies: Mutex::default() }
    }

    pub async fn get(&self, url: &Url) -> Page {
        self.send(url, self.client.request(Method::GET, url.clone())).await
    }

    pub async fn post(&self, url: &Url, form: &[(&str, &str)]) -> Page {
        self.send(url, self.client.request(Method::POST, url.clone()).form(form)).await
    }

    /// Presses the button of the account whose entry shows `text`.
    pub async fn pick(&self, page: &Page, text: &str) -> Page {
        let account = button_value(&page.text, text);
        self.answer(page, "account", &account).await
    }

    /// Submits one field of the page's sign-in forms.
    pub async fn answer(&self, page: &Page, field: &str, value: &str) -> Page {
        let interaction = hidden_value(&page.text, "interaction");
        let url = page.url.join("/common/login").unwrap();
        self.post(&url, &[("interaction", &interaction), (field, value)]).await
    }

    /// Submits fields of a user flow's page.
    pub async fn user_flow(&self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let interaction = hidden_value(&page.text, "interaction");
        let url = page.url.join("/entra-local/user-flow").unwrap();
        self.post(&url, &[&[("interaction", interaction.as_str())], fields].concat()).await
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    async fn send(&self, url: &Url, request: RequestBuilder) -> Page {
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response = request.header(header::COOKIE, cookies.join("; ")).send().await.unwrap();
        for line in response.headers().get_all(header::SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
        let (status, headers) = (response.status(), response.headers().clone());
        Page { status, headers, text: response.text().await.unwrap(), url: url.clone() }
    }
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Url {
        assert_eq!(self.status, StatusCode::FOUND, "{}", self.text);
        Url::parse(self.header("location")).unwrap()
    }

    /// A parameter of the address that a redirect leads to.
    pub fn sent(&self, name: &str) -> Option<String> {
        self.location().query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// Asserts that the page names this AADSTS number and leads nowhere.
    pub fn assert_refused(&self, code: u32) {
        assert_eq!(self.status, StatusCode::BAD_REQUEST);
        assert!(self.text.contains(&format!("<strong>AADSTS{code}</strong>")), "{}", self.text);
        assert_eq!(self.header("location"), "");
    }

    /// Asserts that the application was told this error and this B2C number, and that its state came back.
    pub fn assert_sent_b2c_error(&self, error: &str, code: u32) {
        assert_eq!(self.sent("error").as_deref(), Some(error));
        let description = self.sent("error_description").unwrap();
        let lines: Vec<&str> = description.split("\r\n").collect();
        assert!(lines[0].starts_with(&format!("AADB2C{code}: ")), "{description}");
        assert!(lines[1].starts_with("Correlation ID: ") && lines[2].starts_with("Timestamp: "), "{description}");
        assert_eq!(self.sent("state").as_deref(), Some("a state"));
        assert_eq!((self.sent("code"), self.sent("error_uri")), (None, None));
    }

    /// Asserts that the application was told this error and number, and that its state came back.
    pub fn assert_sent_error(&self, error: &str, code: u32) {
        assert_eq!(self.sent("error").as_deref(), Some(error));
        let description = self.sent("error_description").unwrap();
        assert!(description.starts_with(&format!("AADSTS{code}: ")), "{description}");
        assert!(self.sent("error_uri").unwrap().ends_with(&format!("/error?code={code}")));
        assert_eq!(self.sent("state").as_deref(), Some("a state"));
        assert_eq!(self.sent("code"), None);
    }
}
