//! Reads over the shoulder of every test of this binary: all that is logged, by whatever crate and thread, at its most
//! talkative, is searched for what must not be in a log. A find ends the test run there and then, with the line.
//!
//! Forbidden are the names and addresses of the people who sign in, anything that looks like a token, the client secret, and
//! whatever the tests' browsers have seen in cookies and in the addresses of a sign-in: state, nonce, code, verifier's
//! challenge, hints. The stand-in for Entra ID is left out, it is no part of a product.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::{self, Write as _},
    io::Write as _,
    sync::{Once, PoisonError, RwLock},
};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
    util::SubscriberInitExt,
};
use url::Url;

use super::Reply;

/// Begins every JSON Web Token.
const TOKEN: &str = "eyJ";

/// In small letters, wherever they stand.
const PEOPLE: [&str; 19] = [
    "amara",
    "lindqvist",
    "ishaan",
    "okafor",
    "nuri",
    "abernathy",
    "dario",
    "velasquez",
    "linnea",
    "roquefort",
    "@contoso.example",
    "@fabrikam.example",
    "kofi",
    "brandvold",
    "adjei",
    "carvalho",
    "winterbourne",
    "@customers.example",
    "@personal.example",
];

/// In small letters, as words: each is a part of another word, as of "lines" and "path".
const SHORT_NAMES: [&str; 4] = ["tove", "dahl", "ines", "pat"];

/// Parameters of addresses that are secret, or say who somebody is.
const SECRET_PARAMETERS: [&str; 10] = [
    "state",
    "nonce",
    "code",
    "code_challenge",
    "sid",
    "session_state",
    "login_hint",
    "logout_hint",
    "id_token_hint",
    "logout_token",
];

/// Shorter values are words that may stand in a log for another reason.
const SHORTEST: usize = 16;

static INSTALLED: Once = Once::new();
static SECRETS: RwLock<Option<HashSet<String>>> = RwLock::new(None);

/// What to listen for, and how many lines had it.
static LISTENING: RwLock<BTreeMap<&str, usize>> = RwLock::new(BTreeMap::new());

/// From now on, counts the lines that begin with or hold this text; each begins with its target.
pub fn listen_for(text: &'static str) {
    LISTENING.write().unwrap_or_else(PoisonError::into_inner).entry(text).or_default();
}

/// How many lines had this text.
pub fn heard(text: &str) -> usize {
    LISTENING.read().unwrap_or_else(PoisonError::into_inner).get(text).copied().unwrap_or_default()
}

/// Starts watching; once is enough.
pub fn install() {
    INSTALLED.call_once(|| tracing_subscriber::registry().with(Watcher).init());
}

/// From now on, no line may hold one of the long words of this text.
pub fn never(text: &str) {
    let mut secrets = SECRETS.write().unwrap_or_else(PoisonError::into_inner);
    secrets.get_or_insert_default().extend(words(text).map(str::to_owned));
}

/// Remembers what a browser was given: cookies, and the secret parameters of the address it was sent to.
pub fn saw(reply: &Reply) {
    for line in reply.set_cookies() {
        never(line.split(';').next().unwrap_or_default());
    }
    let location = reply.headers.get(http::header::LOCATION).and_then(|location| location.to_str().ok());
    if let Some(url) = location.and_then(|location| Url::parse(location).ok()) {
        let secret = url.query_pairs().filter(|(name, _)| SECRET_PARAMETERS.contains(&name.as_ref()));
        secret.for_each(|(_, value)| never(&value));
    }
}

/// What of `line` must not be in a log.
pub fn find(line: &str) -> Option<String> {
    if line.contains(TOKEN) {
        return Some(TOKEN.to_owned());
    }
    let lower = line.to_lowercase();
    if let Some(name) = PEOPLE.iter().find(|name| lower.contains(**name)) {
        return Some((*name).to_owned());
    }
    let mut whole = lower.split(|c: char| !c.is_alphanumeric());
    if let Some(name) = whole.find(|word| SHORT_NAMES.contains(word)) {
        return Some(name.to_owned());
    }
    let secrets = SECRETS.read().unwrap_or_else(PoisonError::into_inner);
    let secrets = secrets.as_ref()?;
    words(line).find(|word| secrets.contains(*word)).map(str::to_owned)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.split(move |c: char| !inside(c)).filter(|word| word.len() >= SHORTEST)
}

/// A layer without a filter: everything is on.
struct Watcher;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Watcher {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        check(event.metadata().target(), |line| event.record(line));
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        check(attributes.metadata().target(), |line| attributes.record(line));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let target = context.metadata(id).map_or("", |metadata| metadata.target());
        check(target, |line| values.record(line));
    }
}

fn check(target: &str, record: impl FnOnce(&mut Line)) {
    if target.starts_with("entra_local") {
        return;
    }
    let mut line = Line(target.to_owned());
    record(&mut line);
    if let Some(found) = find(&line.0) {
        // Written past the test runner, which would keep it to itself. A panic would be a matter of one task, perhaps of one
        // that nobody waits for.
        let _ = writeln!(std::io::stderr(), "{found:?} is in the log: {}", line.0);
        std::process::abort();
    }
    let has = |text: &&str| line.0.contains(*text);
    let listening = LISTENING.read().unwrap_or_else(PoisonError::into_inner);
    if listening.keys().any(has) {
        drop(listening);
        let mut listening = LISTENING.write().unwrap_or_else(PoisonError::into_inner);
        listening.iter_mut().filter(|(text, _)| has(text)).for_each(|(_, count)| *count += 1);
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}
