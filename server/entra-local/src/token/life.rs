//! How long access tokens live, and when to refresh them.

use time::Duration;

use crate::{
    idp::Idp,
    random,
    scenario::{AppRegistration, Resource},
};

/// Entra's access tokens live for 60 to 90 minutes, at random.
const SECONDS: std::ops::RangeInclusive<i64> = 3600..=5399;
/// Those that continuous access evaluation can end live for 20 to 28 hours.
const REVOCABLE_SECONDS: std::ops::RangeInclusive<i64> = 72_000..=100_800;
/// Above this Entra sends `refresh_in`, which is half of it.
const LONG: i64 = 7200;

/// The times of one access token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Life {
    pub(crate) span: Duration,
    pub(crate) refresh_in: Option<i64>,
}

impl Life {
    /// `revocable` says that the application can answer claims challenges, which Graph sends.
    pub(crate) fn draw(idp: &Idp, app: &AppRegistration, resource: Resource, revocable: bool) -> Self {
        let usual = if revocable && resource == Resource::Graph { REVOCABLE_SECONDS } else { SECONDS };
        let span = idp.control.access_token_life().unwrap_or_else(|| Duration::seconds(random::seconds(usual)));
        let ordered = idp.control.refresh_in().map(Duration::whole_seconds).or(app.refresh_in.map(i64::from));
        let long = (span.whole_seconds() > LONG).then_some(span.whole_seconds() / 2);
        Self { span, refresh_in: ordered.or(long) }
    }
}
