//! The cookies: their names, their attributes, and no other way to make one.

use http::{
    HeaderMap, HeaderValue,
    header::{self, Entry},
};
use time::{Duration, OffsetDateTime};
use tower_sessions::cookie::{Cookie, SameSite};

use crate::{
    notice::Notice,
    rounds::{self, Rounds},
    transaction,
};

/// More open sign-ins than this in one browser make the oldest go.
const MOST_TRANSACTIONS: usize = 20;

/// Names and security attributes of all cookies of a site.
#[derive(Clone, Debug)]
pub(crate) struct CookieNames {
    stem: String,
    secure: bool,
}

impl CookieNames {
    /// Over https the names start with `__Host-`: browsers then insist on `Secure`, `Path=/` and no `Domain`.
    pub(crate) fn new(stem: &str, secure: bool) -> Self {
        Self { stem: if secure { format!("__Host-{stem}") } else { stem.to_owned() }, secure }
    }

    pub(crate) fn session(&self) -> &str {
        &self.stem
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.secure
    }

    fn signed_out(&self) -> String {
        format!("{}-out", self.stem)
    }

    fn transaction_prefix(&self) -> String {
        format!("{}-tx-", self.stem)
    }

    /// What the browser holds for the transaction of `state`.
    pub(crate) fn transaction_binding(&self, headers: &HeaderMap, state: &str) -> Option<String> {
        let name = format!("{}{}", self.transaction_prefix(), transaction::cookie_suffix(state));
        let value = read(headers).into_iter().find(|(found, _)| *found == name)?.1;
        // The part before the dot says how old the cookie is.
        value.split_once('.').map(|(_, binding)| binding.to_owned())
    }

    /// The cookie of a new transaction, and removals of the oldest ones beyond the limit.
    pub(crate) fn open_transaction(
        &self,
        headers: &HeaderMap,
        state: &str,
        binding: &str,
        now: i64,
    ) -> Vec<HeaderValue> {
        let prefix = self.transaction_prefix();
        let mut open: Vec<(i64, String)> = read(headers)
            .into_iter()
            .filter(|(name, _)| name.starts_with(&prefix))
            .map(|(name, value)| (value.split('.').next().and_then(|age| age.parse().ok()).unwrap_or(0), name))
            .collect();
        open.sort();
        let surplus = (open.len() + 1).saturating_sub(MOST_TRANSACTIONS);
        let mut cookies: Vec<HeaderValue> =
            open.iter().take(surplus).filter_map(|(_, name)| self.remove(name)).collect();
        let name = format!("{prefix}{}", transaction::cookie_suffix(state));
        cookies.extend(self.set(&name, &format!("{now}.{binding}"), transaction::LIFETIME));
        cookies
    }

    pub(crate) fn close_transaction(&self, state: &str) -> Option<HeaderValue> {
        self.remove(&format!("{}{}", self.transaction_prefix(), transaction::cookie_suffix(state)))
    }

    /// Remembers that the person signed out, so that the next sign-in asks which account.
    pub(crate) fn mark_signed_out(&self) -> Option<HeaderValue> {
        self.set(&self.signed_out(), "1", Duration::days(1))
    }

    pub(crate) fn unmark_signed_out(&self) -> Option<HeaderValue> {
        self.remove(&self.signed_out())
    }

    pub(crate) fn is_marked_signed_out(&self, headers: &HeaderMap) -> bool {
        let marker = self.signed_out();
        read(headers).iter().any(|(name, _)| *name == marker)
    }

    /// Makes the rest of this request see the mark that its answer is going to set.
    pub(crate) fn assume_signed_out(&self, request: &mut HeaderMap) {
        if let Ok(mark) = HeaderValue::try_from(format!("{}=1", self.signed_out())) {
            request.append(header::COOKIE, mark);
        }
    }

    /// Whether an answer sets or removes the mark already.
    pub(crate) fn decides_signed_out(&self, response: &HeaderMap) -> bool {
        let start = format!("{}=", self.signed_out());
        response.get_all(header::SET_COOKIE).iter().any(|value| value.as_bytes().starts_with(start.as_bytes()))
    }

    /// Leaves a word for the next page.
    pub(crate) fn leave_note(&self, notice: Notice) -> Option<HeaderValue> {
        self.set(&self.named("note"), notice.as_str(), Duration::minutes(5))
    }

    /// The word that was left.
    pub(crate) fn note(&self, headers: &HeaderMap) -> Option<String> {
        self.value(headers, "note")
    }

    pub(crate) fn clear_note(&self) -> Option<HeaderValue> {
        self.remove(&self.named("note"))
    }

    /// Remembers the round trips in a row.
    pub(crate) fn keep_rounds(&self, rounds: Rounds) -> Option<HeaderValue> {
        self.set(&self.named("rounds"), &rounds.to_cookie(), rounds::WINDOW)
    }

    pub(crate) fn rounds(&self, headers: &HeaderMap, now: OffsetDateTime) -> Rounds {
        self.value(headers, "rounds").map(|cookie| Rounds::read(&cookie, now)).unwrap_or_default()
    }

    pub(crate) fn forget_rounds(&self) -> Option<HeaderValue> {
        self.remove(&self.named("rounds"))
    }

    fn named(&self, ending: &str) -> String {
        format!("{}-{ending}", self.stem)
    }

    fn value(&self, headers: &HeaderMap, ending: &str) -> Option<String> {
        let name = self.named(ending);
        read(headers).into_iter().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// Removes the session cookie with the attributes it was set with: browsers ignore any other removal of a `__Host-`
    /// cookie.
    pub(crate) fn remove_session(&self) -> Option<HeaderValue> {
        self.remove(&self.stem)
    }

    fn set(&self, name: &str, value: &str, max_age: Duration) -> Option<HeaderValue> {
        let cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .max_age(max_age);
        HeaderValue::try_from(cookie.to_string()).ok()
    }

    fn remove(&self, name: &str) -> Option<HeaderValue> {
        self.set(name, "", Duration::ZERO)
    }
}

fn read(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(pairs)
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Whoever shares our domain sets cookies of their own, in whatever encoding: only the pairs between the semicolons are
/// looked at, each by itself.
fn pairs(line: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    line.as_bytes().split(|byte| *byte == b';')
}

/// Takes pairs that are not UTF-8 out of a request, or tower-sessions would see none of the cookies that come with them.
pub(super) fn drop_unreadable(headers: &mut HeaderMap) {
    let Entry::Occupied(mut lines) = headers.entry(header::COOKIE) else { return };
    for line in lines.iter_mut().filter(|line| std::str::from_utf8(line.as_bytes()).is_err()) {
        let kept: Vec<_> = pairs(line).filter(|pair| std::str::from_utf8(pair).is_ok()).collect();
        *line = HeaderValue::from_bytes(&kept.join(&b';')).unwrap_or_else(|_| HeaderValue::from_static(""));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_open_sign_ins_the_oldest_go() {
        let names = CookieNames::new("site", true);
        // The names sort the other way round than the ages, and by text "9" would come after "10".
        let cookie = |n: i64| format!("__Host-site-tx-{:02}={}.binding", 50 - n, n);
        let line = (1..=20).map(cookie).chain(["site-tx-99=0.x".to_owned(), "other=1".to_owned()]);
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::try_from(line.collect::<Vec<_>>().join("; ")).unwrap());
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-site-tx-zz=of no age"));
        let set = names.open_transaction(&headers, "state", "binding", 21);
        let set: Vec<&str> = set.iter().map(|value| value.to_str().unwrap().split(';').next().unwrap()).collect();
        let opened = format!("__Host-site-tx-{}=21.binding", transaction::cookie_suffix("state"));
        assert_eq!(set, ["__Host-site-tx-zz=", "__Host-site-tx-49=", &opened]);
    }

    #[test]
    fn a_cookie_in_another_encoding_hides_no_other() {
        let names = CookieNames::new("site", true);
        let mut headers = HeaderMap::new();
        let line = HeaderValue::from_bytes(b"theirs=caf\xe9; __Host-site-out=1; more=caf\xc3\xa9").unwrap();
        headers.insert(header::COOKIE, line);
        assert!(names.is_marked_signed_out(&headers));
        drop_unreadable(&mut headers);
        assert_eq!(headers[header::COOKIE].as_bytes(), b" __Host-site-out=1; more=caf\xc3\xa9");
    }
}
