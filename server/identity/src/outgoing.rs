//! Requests to the authority: a time limit, a size limit, no redirects, and errors that repeat nothing.

#[cfg(test)]
mod tests;

use std::time::Duration;

use http::HeaderMap;
use openidconnect::{HttpRequest, HttpResponse};
use serde::de::DeserializeOwned;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use crate::{error::UpstreamError, metrics};

const TIMEOUT: Duration = Duration::from_secs(5);
/// Metadata and key sets are a few kilobytes; Entra's largest key set is below 40.
const LARGEST: usize = 512 * 1024;
/// However long an authority wants to be left alone, in seconds.
const LONGEST_WAIT: u32 = 3600;

/// A client that follows no redirect and gives up after five seconds, as [`crate::Identity`] needs one. It uses the proxies
/// of the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`), but never for this machine: no proxy elsewhere
/// can reach an authority on our loopback interface.
///
/// # Errors
/// When TLS cannot be set up.
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    client(TIMEOUT, |name| std::env::var(name).ok())
}

fn client(limit: Duration, setting: impl Fn(&str) -> Option<String>) -> Result<reqwest::Client, reqwest::Error> {
    let bare = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(limit)
        .user_agent(concat!("identity/", env!("CARGO_PKG_VERSION")))
        .no_proxy();
    proxies(setting).into_iter().fold(bare, reqwest::ClientBuilder::proxy).build()
}

/// As reqwest reads the environment by itself, in capitals or not; what is no URL is passed over.
fn proxies(setting: impl Fn(&str) -> Option<String>) -> Vec<reqwest::Proxy> {
    let named = |name: &str| setting(name).or_else(|| setting(&name.to_ascii_lowercase()));
    let direct = format!("localhost,127.0.0.0/8,::1,{}", named("NO_PROXY").unwrap_or_default());
    let http = named("HTTP_PROXY").or_else(|| named("ALL_PROXY")).map(reqwest::Proxy::http);
    let https = named("HTTPS_PROXY").or_else(|| named("ALL_PROXY")).map(reqwest::Proxy::https);
    let usable = [http, https].into_iter().flatten().filter_map(Result::ok);
    usable.map(|proxy| proxy.no_proxy(reqwest::NoProxy::from_string(&direct))).collect()
}

/// A JSON document by GET.
pub(crate) async fn get_json<T: DeserializeOwned>(
    http: &reqwest::Client,
    endpoint: &'static str,
    url: &str,
) -> Result<T, UpstreamError> {
    let request = http::Request::get(url)
        .header(http::header::ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_| UpstreamError::Unreadable { endpoint, reason: "not a URL" })?;
    let response = send(http, endpoint, request).await?;
    if response.status() != http::StatusCode::OK {
        let retry_after = retry_after(response.headers());
        return Err(UpstreamError::Status { endpoint, status: response.status().as_u16(), retry_after });
    }
    serde_json::from_slice(response.body())
        .map_err(|_| UpstreamError::Unreadable { endpoint, reason: "not the JSON it should be" })
}

/// One request as the openidconnect crate makes them. Throttling and server faults come back as errors, any other status
/// as a response.
pub(crate) async fn send(
    http: &reqwest::Client,
    endpoint: &'static str,
    request: HttpRequest,
) -> Result<HttpResponse, UpstreamError> {
    let began = tokio::time::Instant::now();
    let outcome = send_within(TIMEOUT, http, endpoint, request).await;
    metrics::answered(endpoint, &outcome, began);
    outcome
}

async fn send_within(
    limit: Duration,
    http: &reqwest::Client,
    endpoint: &'static str,
    request: HttpRequest,
) -> Result<HttpResponse, UpstreamError> {
    let unreadable = |reason| UpstreamError::Unreadable { endpoint, reason };
    let request = reqwest::Request::try_from(request).map_err(|_| unreadable("not a request"))?;
    let asked = request.url().clone();
    let unreachable = |error: &reqwest::Error| UpstreamError::Unreachable {
        endpoint,
        reason: match error {
            error if error.is_timeout() => "timeout",
            error if error.is_connect() => "connection refused",
            _ => "connection lost",
        },
    };

    let exchange = async {
        let mut response = http.execute(request).await.map_err(|error| unreachable(&error))?;
        let status = response.status();
        if response.url() != &asked || status.is_redirection() {
            return Err(unreadable("a redirect"));
        }
        if status == http::StatusCode::TOO_MANY_REQUESTS {
            return Err(UpstreamError::Throttled { endpoint, retry_after: retry_after(response.headers()) });
        }
        if status.is_server_error() {
            let retry_after = retry_after(response.headers());
            return Err(UpstreamError::Status { endpoint, status: status.as_u16(), retry_after });
        }
        let headers = response.headers().clone();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&error))? {
            if body.len() + chunk.len() > LARGEST {
                return Err(unreadable("too large"));
            }
            body.extend_from_slice(&chunk);
        }
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    };
    tokio::time::timeout(limit, exchange)
        .await
        .unwrap_or(Err(UpstreamError::Unreachable { endpoint, reason: "timeout" }))
}

/// Seconds that `Retry-After` asks for, an hour at most (RFC 9110 section 10.2.3). A date is read against the answer's own
/// `Date`, so that it does not matter what our clock says.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<u32> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let asked = text(http::header::RETRY_AFTER)?;
    let seconds = if !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit()) {
        asked.parse().unwrap_or(LONGEST_WAIT)
    } else {
        let date = |text| OffsetDateTime::parse(text, &Rfc2822).ok();
        let wait = date(asked)? - date(text(http::header::DATE)?)?;
        u32::try_from(wait.whole_seconds().max(0)).unwrap_or(LONGEST_WAIT)
    };
    Some(seconds.min(LONGEST_WAIT))
}
