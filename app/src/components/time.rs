//! Instants on the page. The server writes them in UTC; the browser then says them in the reader's own time.

use domain::Timestamp;
use leptos::prelude::*;

/// How the browser says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Date and time of day.
    Exact,
    /// How long ago, as long as that says more.
    Ago,
}

/// `2026-08-19 14:02 UTC`.
pub(crate) fn stamp(at: Timestamp) -> String {
    let at = at.to_datetime();
    format!("{:04}-{:02}-{:02} {:02}:{:02} UTC", at.year(), u8::from(at.month()), at.day(), at.hour(), at.minute())
}

/// An instant.
#[component]
pub(crate) fn Time(at: Timestamp, #[prop(default = Style::Exact)] style: Style) -> impl IntoView {
    let class = match style {
        Style::Exact => "time",
        Style::Ago => "time ago",
    };
    view! {
        <time class=class datetime=at.to_string()>
            {stamp(at)}
        </time>
    }
}

/// How long ago, in the words of a list; none where the date says more (a week and older).
pub(crate) fn ago(seconds: i64) -> Option<String> {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    match seconds {
        // A clock that is a little slow shows nothing strange.
        ..MINUTE => Some("just now".to_owned()),
        MINUTE..HOUR => Some(format!("{} min ago", seconds / MINUTE)),
        HOUR..DAY => Some(format!("{} h {:02} min ago", seconds / HOUR, seconds % HOUR / MINUTE)),
        DAY..604_800 => Some(format!("{} d ago", seconds / DAY)),
        604_800.. => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_writes_utc_to_the_minute() {
        let at = "2026-08-09T04:02:59.9Z".parse();
        assert_eq!(at.map(stamp), Ok("2026-08-09 04:02 UTC".to_owned()));
    }

    #[test]
    fn recent_times_are_said_as_how_long_ago() {
        let cases = [
            (-200, Some("just now")),
            (59, Some("just now")),
            (60, Some("1 min ago")),
            (3_599, Some("59 min ago")),
            (11_100, Some("3 h 05 min ago")),
            (86_400, Some("1 d ago")),
            (604_799, Some("6 d ago")),
            (604_800, None),
        ];
        for (seconds, words) in cases {
            assert_eq!(ago(seconds).as_deref(), words, "{seconds}");
        }
    }
}
