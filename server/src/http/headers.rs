//! Security headers: those of helmet with deliberate differences. Referrer-Policy is `same-origin`, because `no-referrer`
//! makes form posts send `Origin: null`. The Content Security Policy has a fresh nonce for each answer.

use std::sync::Arc;

use app::AppError;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::kind::Kind;
use super::refusal;
use crate::pages::{Pages, request_id};

/// The nonce of the answer to this request; in the request's extensions.
#[derive(Clone, Debug)]
pub struct Nonce(pub Arc<str>);

/// What the policy depends on.
#[derive(Clone)]
pub struct Policy {
    /// Says to which other origins a form of ours may lead by way of redirects: the identity provider's.
    pub form_targets: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
    /// Says to which other origins a frame of ours may lead: the identity provider's, where it is asked silently. Where there
    /// are none there are no frames.
    pub frame_targets: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
    /// Whether browsers reach us over TLS, and should remember to.
    pub https: bool,
    /// Where else scripts may connect to: what reloads pages while somebody works on Muster.
    pub reload: Arc<[String]>,
    /// Draws the page for a machine without randomness.
    pub pages: Pages,
}

const FIXED: [(HeaderName, &str); 11] = [
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("origin-agent-cluster"), "?1"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_DNS_PREFETCH_CONTROL, "off"),
    (HeaderName::from_static("x-download-options"), "noopen"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
    // Old browsers' own filters could be turned against a page.
    (header::X_XSS_PROTECTION, "0"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// The middleware.
pub async fn secure(State(policy): State<Policy>, mut request: Request, next: Next) -> Response {
    let Some(nonce) = nonce() else {
        tracing::error!("the machine gave no randomness");
        let (kind, id) = (Kind::of(&request), request_id(&request));
        return match kind {
            Kind::Person => policy.pages.internal(id.as_ref()),
            Kind::Program | Kind::Function => {
                refusal::error(kind, &AppError::Internal { reference: id.map(|id| id.0).unwrap_or_default() })
            }
        };
    };
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // An answer with a policy of its own says there who may frame it, which the older header has no words for.
    let frames_decided = headers.contains_key(header::CONTENT_SECURITY_POLICY);
    for (name, value) in FIXED.into_iter().filter(|(name, _)| !frames_decided || name != header::X_FRAME_OPTIONS) {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if policy.https {
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    let (forms, frames) = ((policy.form_targets)(), (policy.frame_targets)());
    if let Ok(value) = HeaderValue::from_str(&content_security_policy(&nonce, &forms, &frames, &policy.reload)) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(value);
    }
    keep_private(headers);
    response
}

/// Whatever does not say otherwise is meant for one person and is not kept by anybody.
fn keep_private(headers: &mut HeaderMap) {
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

fn nonce() -> Option<Arc<str>> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(STANDARD.encode(bytes).into())
}

fn content_security_policy(nonce: &str, form_targets: &[String], frames: &[String], reload: &[String]) -> String {
    let listed = |origins: &[String]| origins.iter().flat_map(|origin| [" ", origin.as_str()]).collect::<String>();
    let (targets, reload) = (listed(form_targets), listed(reload));
    let frames = if frames.is_empty() { String::new() } else { format!("frame-src 'self'{}; ", listed(frames)) };
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; font-src 'self'; connect-src 'self'{reload}; manifest-src 'self'; form-action 'self'{targets}; \
         {frames}frame-ancestors 'none'; base-uri 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::content_security_policy;

    #[test]
    fn a_page_that_is_worked_on_may_hear_that_it_is_to_be_reloaded() {
        let plain = content_security_policy("n", &[], &[], &[]);
        assert!(plain.contains("; connect-src 'self'; "), "{plain}");
        let watched = content_security_policy("n", &[], &[], &["ws://localhost:3002".to_owned()]);
        assert!(watched.contains("; connect-src 'self' ws://localhost:3002; "), "{watched}");
        assert_eq!(watched.replace(" ws://localhost:3002", ""), plain, "and nothing else");
    }

    #[test]
    fn frames_lead_to_the_provider_where_it_is_asked_silently_and_nowhere_else() {
        let plain = content_security_policy("n", &[], &[], &[]);
        assert!(!plain.contains("frame-src"), "{plain}");
        let framed = content_security_policy("n", &[], &["https://login.example".to_owned()], &[]);
        assert!(framed.contains("; frame-src 'self' https://login.example; frame-ancestors 'none'; "), "{framed}");
        assert_eq!(framed.replace("frame-src 'self' https://login.example; ", ""), plain, "and nothing else");
    }
}
