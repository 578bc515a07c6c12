//! How often one client may ask for what is under `/auth`, counted in shared state, so that all replicas count together.
//! The limits stop a machine, not a person: an office behind one address has room.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use app::routes::SIGN_OUT;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use identity::state::SharedState;
use identity::{ClientIp, Clock};
use time::Duration;

use super::kind::Kind;
use super::refusal;
use crate::config::Rates;
use crate::pages::Pages;

const WINDOW: Duration = Duration::MINUTE;

/// What the limit needs.
#[derive(Clone)]
pub struct RateLimit {
    /// How often.
    pub rates: Rates,
    /// Where it is counted.
    pub window: Window,
    /// Draws the refusal.
    pub pages: Pages,
}

/// Kinds of requests that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    SignIn,
    /// What begins in a frame and ends at the callback, where it must leave room for the sign-ins of the same address.
    Silent,
    Callback,
    SignOut,
    /// The provider's own requests: few addresses send all of them, and one that is turned away is not sent again. So only
    /// those that it got wrong count, which a stranger's always are.
    BackChannel,
}

/// The middleware: 429 (RFC 6585 section 4) for a client that asks too often. Whoever cannot be counted is let through:
/// shared state that is away says so itself where it is needed, and must not lock anybody out here.
pub async fn limit(State(limit): State<RateLimit>, request: Request, next: Next) -> Response {
    let client = request.extensions().get::<ClientIp>().map(|client| client.0);
    let (Some(class), Some(client)) = (Class::of(request.uri().path()), client.filter(is_one_client)) else {
        return next.run(request).await;
    };
    // Whatever counts by its answer is only looked at before.
    let by = u32::from(class != Class::BackChannel);
    match limit.wait(class, client, by).await {
        None => {
            let response = next.run(request).await;
            if class == Class::BackChannel && response.status().is_client_error() {
                limit.wait(class, client, 1).await;
            }
            response
        }
        Some(seconds) => {
            tracing::warn!(
                class = class.name(),
                "too many requests from one address within a minute; if a whole organisation or a proxy is behind it, \
                 raise {} or list the proxy in MUSTER_TRUSTED_PROXIES",
                class.setting()
            );
            let sentence = "Too many requests came from your network within a minute. Wait a minute, then try again.";
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut response = refusal::answer(&limit.pages, Kind::of(&request), status, "too_many_requests", sentence);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
    }
}

impl RateLimit {
    /// Counts the request `by` times; how many seconds the client has to wait if that, or with 0 the next one, is one too
    /// many.
    async fn wait(&self, class: Class, client: IpAddr, by: u32) -> Option<u32> {
        let counter = format!("rate:{}:{}", class.name(), network(client));
        self.window.wait(&counter, class.most(&self.rates), by).await
    }
}

/// Counts in minutes.
#[derive(Clone)]
pub struct Window {
    shared: Arc<dyn SharedState>,
    clock: Arc<dyn Clock>,
}

impl Window {
    /// In this state, by the machine's clock.
    pub fn new(shared: Arc<dyn SharedState>) -> Self {
        Self { shared, clock: Arc::new(identity::SystemClock) }
    }

    /// Adds `by` to a counter; for how many seconds nothing more fits if it is above `most` now, or with 0 would be with the
    /// next one. 0 as the most is no limit.
    pub async fn wait(&self, counter: &str, most: u32, by: u32) -> Option<u32> {
        if most == 0 {
            return None;
        }
        match self.shared.increment(counter, by, WINDOW).await {
            Ok(count) if count.value + u64::from(by == 0) > u64::from(most) => {
                let left = (count.resets_at - self.clock.now()).whole_seconds() + 1;
                Some(u32::try_from(left.clamp(1, WINDOW.whole_seconds())).unwrap_or(1))
            }
            Ok(_) => None,
            Err(error) => {
                tracing::debug!(%error, "a request could not be counted and is let through");
                None
            }
        }
    }
}

impl Class {
    fn of(path: &str) -> Option<Self> {
        match path.strip_prefix("/auth/")? {
            "callback" | "admin-consent/callback" => Some(Self::Callback),
            "back-channel-logout" => Some(Self::BackChannel),
            "front-channel-logout" => Some(Self::SignOut),
            "silent" => Some(Self::Silent),
            _ if path == SIGN_OUT => Some(Self::SignOut),
            // Whatever else there is begins something.
            _ => Some(Self::SignIn),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Silent => "silent",
            Self::Callback => "callback",
            Self::SignOut => "sign-out",
            Self::BackChannel => "back-channel",
        }
    }

    fn setting(self) -> &'static str {
        match self {
            Self::SignIn => "MUSTER_RATE_SIGN_IN",
            Self::Callback | Self::Silent => "MUSTER_RATE_CALLBACK",
            Self::SignOut | Self::BackChannel => "MUSTER_RATE_SIGN_OUT",
        }
    }

    fn most(self, rates: &Rates) -> u32 {
        match self {
            Self::SignIn => rates.sign_in,
            Self::Callback => rates.callback,
            Self::Silent => rates.callback.div_ceil(2),
            Self::SignOut | Self::BackChannel => rates.sign_out,
        }
    }
}

/// A loopback address is a person at this machine, who is free to do what they like to it, or a proxy that nobody listed,
/// which stands for everybody.
fn is_one_client(address: &IpAddr) -> bool {
    !address.is_loopback()
}

/// Whom the address stands for: itself, or with IPv6 its /64, all of which one customer has.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use app::routes::SIGN_IN;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use identity::state::EmbeddedState;
    use identity::testing::ManualClock;
    use leptos::config::LeptosOptions;
    use time::macros::datetime;
    use tower::ServiceExt;

    use super::*;
    use crate::http::heard::Lines;

    #[test]
    fn every_path_under_auth_is_counted_in_its_class() {
        for (path, class) in [
            (SIGN_IN, Some(Class::SignIn)),
            ("/auth/edit-profile", Some(Class::SignIn)),
            ("/auth/admin-consent", Some(Class::SignIn)),
            ("/auth/nothing", Some(Class::SignIn)),
            ("/auth/silent", Some(Class::Silent)),
            ("/auth/callback", Some(Class::Callback)),
            ("/auth/admin-consent/callback", Some(Class::Callback)),
            (SIGN_OUT, Some(Class::SignOut)),
            ("/auth/front-channel-logout", Some(Class::SignOut)),
            ("/auth/back-channel-logout", Some(Class::BackChannel)),
            ("/authx", None),
            ("/incidents", None),
        ] {
            assert_eq!(Class::of(path), class, "{path}");
        }
    }

    #[test]
    fn silent_checks_leave_half_of_the_callbacks_to_sign_ins() {
        let most = |callback| Class::Silent.most(&Rates { callback, ..Rates::default() });
        assert_eq!((most(300), most(1), most(0)), (150, 1, 0), "and no limit is none");
    }

    #[test]
    fn with_ipv6_all_addresses_of_a_customer_are_one() {
        let of = |address: &str| network(address.parse().unwrap()).to_string();
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }

    #[tokio::test]
    async fn who_is_turned_away_hears_for_how_long_and_the_log_what_to_raise() {
        let (folder, lines) = (tempfile::tempdir().unwrap(), Lines::default());
        let _logging = lines.listen();
        let clock = Arc::new(ManualClock::new(datetime!(2026-11-25 12:00 UTC)));
        let shared = EmbeddedState::open(&folder.path().join("state.db"), clock.clone()).await.unwrap();
        let state = RateLimit {
            rates: Rates { callback: 1, ..Rates::default() },
            window: Window { shared: Arc::new(shared), clock: clock.clone() },
            pages: Pages::new(LeptosOptions::builder().output_name("muster").build(), false, false),
        };
        let at = "/auth/callback";
        let router: Router = Router::new().route(at, get(async || ())).layer(from_fn_with_state(state, limit));
        let ask = async || {
            let request = Request::get(at).extension(ClientIp("203.0.113.9".parse().unwrap()));
            router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
        };
        assert_eq!(ask().await.status(), StatusCode::OK);
        clock.advance(Duration::seconds(45));
        let refused = ask().await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()[header::RETRY_AFTER], "16", "until the end of the window, rounded up");
        let [line] = &lines.with("too many requests")[..] else { panic!("one line") };
        assert!(line.contains("MUSTER_RATE_CALLBACK") && !line.contains("203.0.113"), "{line}");
        clock.advance(Duration::seconds(16));
        assert_eq!(ask().await.status(), StatusCode::OK, "and then it is");
    }
}
