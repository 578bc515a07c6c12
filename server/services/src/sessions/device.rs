//! A browser in words, as its `User-Agent` describes it. The header can say anything: what comes out is a help for people
//! to tell their sessions apart, and decides nothing.

use woothee::parser::Parser;

/// What is said where nothing is known.
const UNKNOWN: &str = "Unknown browser";

/// `Firefox on Windows`. Versions are left out: browsers stopped telling the truth about them.
pub(super) fn device(user_agent: Option<&str>) -> String {
    let Some(read) = user_agent.and_then(|agent| Parser::new().parse(agent)) else {
        return UNKNOWN.to_owned();
    };
    match (browser(read.category, read.name), system(read.os)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("{UNKNOWN} on {system}"),
        (None, None) => UNKNOWN.to_owned(),
    }
}

fn browser<'a>(category: &str, name: &'a str) -> Option<&'a str> {
    match (category, name) {
        ("crawler" | "misc", _) => Some("A program"),
        (_, "UNKNOWN" | "") => None,
        (_, "Webview") => Some("An app"),
        (_, name) => Some(name),
    }
}

fn system(os: &str) -> Option<&str> {
    match os {
        "UNKNOWN" | "" => None,
        "Mac OSX" | "Mac OS Classic" => Some("macOS"),
        "ChromeOS" => Some("ChromeOS"),
        windows if windows.starts_with("Windows Phone") => Some("Windows Phone"),
        // Windows 11 calls itself 10.
        windows if windows.starts_with("Windows") => Some("Windows"),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_people_use_are_named() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        let cases = [
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/143.0.0.0 Safari/537.36"), "Chrome on Windows"),
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0"), "Edge on Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0".to_owned(), "Firefox on Linux"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15".to_owned(), "Safari on macOS"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1".to_owned(), "Safari on iPhone"),
            (format!("Mozilla/5.0 (Linux; Android 10; K) {webkit} Chrome/143.0.0.0 Mobile Safari/537.36"), "Chrome on Android"),
            (format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {webkit} Chrome/143.0.0.0 Safari/537.36"), "Chrome on ChromeOS"),
            ("curl/8.14.1".to_owned(), "A program"),
        ];
        for (agent, words) in cases {
            assert_eq!(device(Some(&agent)), words, "{agent}");
        }
    }

    #[test]
    fn nonsense_is_an_unknown_browser() {
        for agent in [None, Some(""), Some("-"), Some("\u{1f600}"), Some("<script>alert(1)</script>")] {
            assert_eq!(device(agent), UNKNOWN, "{agent:?}");
        }
    }
}
