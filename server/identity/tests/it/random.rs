//! Random input through every door of `identity::testing::entry`: the corpus that the fuzzers start with, and 10,000 cases
//! made here. `make fuzz` goes on where these stop.

use std::{fs, path::Path, sync::LazyLock};

use identity::testing::entry::{AccessTokens, Documents, Sealed, Site, Tokens, return_to};
use proptest::prelude::*;

const CASES: u32 = 10_000;

/// Replays the seeds of a fuzz target; there have to be some.
fn replay(target: &str, door: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut seeds = 0;
    for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        println!("{}", path.display());
        door(&fs::read(path).unwrap());
        seeds += 1;
    }
    assert!(seeds > 3, "{target} has {seeds} seeds");
}

/// Pieces of a language, in any order, with anything in between.
fn pieces(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(words).prop_map(|word| word.as_bytes().to_vec()),
        2 => "[ -~]{0,6}".prop_map(String::into_bytes),
        1 => "\\PC{0,3}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

const URL: &[&str] = &[
    "/",
    "//",
    "\\",
    ".",
    "..",
    "%2f",
    "%5C",
    "%25",
    "%2e",
    "%09",
    "\t",
    "\n",
    "\r",
    "@",
    ":",
    "?",
    "#",
    ";",
    "evil.example",
    "https:",
    "javascript:",
    "/incidents",
    "/auth/",
    "%61uth",
    "&",
    "=",
    "%",
    "[",
    "]",
    "\u{ff0f}",
    "\u{3002}",
];
const QUERY: &[&str] = &[
    "state=",
    "STATE",
    "code=",
    "&",
    "error=",
    "access_denied",
    "error_description=",
    "AADB2C90118: x",
    "error_uri=",
    "?code=",
    "iss=",
    "https://",
    "%00",
    "%0d%0a",
    "%",
    "=",
    ";",
    "+",
    "session_state=",
    "admin_consent=True",
    "tenant=",
    "prompt=",
    "none",
    "return_to=",
    "%2f%2f",
    "<script>",
    "\u{202e}",
    "suberror=",
    "login_required",
    "server_error",
    "error_codes=",
    "50058",
    "trace_id=",
    "correlation_id=",
    "login_hint=",
    "domain_hint=",
    "select_account",
];
const COOKIES: &[&str] = &[
    "session=",
    "SESSION",
    "session-tx-",
    "session-out",
    "; ",
    ";",
    "=",
    "\"",
    ",",
    "%",
    " ",
    "AAAAAAAAAAAAAAAAAAAAAA",
    "1.",
    "__Host-",
    "session",
    "\\",
    "\t",
    "$Version=1",
    "Path=/",
    "-",
    "_",
];
const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "null",
    "true",
    "1800000000",
    "1.8e9",
    "-1",
    "1e400",
    "\"iss\":",
    "\"aud\":",
    "\"exp\":",
    "\"iat\":",
    "\"nbf\":",
    "\"nonce\":",
    "\"sub\":",
    "\"tid\":",
    "\"oid\":",
    "\"azp\":",
    "\"https://op.example\"",
    "\"6731de76-14a6-49ae-97bc-6eba6914391e\"",
    "\"the nonce of the sign-in\"",
    "\"at_hash\":",
    "\"roles\":",
    "\"issuer\":",
    "\"token_endpoint\":",
    "\"authorization_endpoint\":",
    "\"jwks_uri\":",
    "\"keys\":",
    "KEYS",
    "MODULUS",
    "\"kty\":\"RSA\"",
    "\"kid\":\"k\"",
    "\"n\":",
    "\"e\":\"AQAB\"",
    "\"use\":\"sig\"",
    "\"alg\":\"RS256\"",
    "\\u0000",
    "\"http://op.example/token\"",
];
const TOKEN: &[&str] = &[
    "HEADER",
    "PAYLOAD",
    "SIGNATURE",
    ".",
    "..",
    "=",
    "eyJhbGciOiJub25lIn0",
    "eyJhbGciOiJIUzI1NiJ9",
    "e30",
    "-",
    "_",
    "+",
    "/",
    "eyJhbGciOiJSUzI1NiJ9",
    "A",
    " ",
    "\n",
    "bnVsbA",
];

/// One change away from what is right.
fn almost(right: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let at = 0..=right.len();
    (at, 0..4_usize, prop::collection::vec(any::<u8>(), 0..3)).prop_map(move |(at, gone, put)| {
        let mut bytes = right.as_bytes().to_vec();
        bytes.splice(at..(at + gone).min(right.len()), put);
        bytes
    })
}

const GOOD_CLAIMS: &str = r#"{"iss":"https://op.example","aud":"6731de76-14a6-49ae-97bc-6eba6914391e","nonce":"the nonce of the sign-in","sub":"s","iat":1800000000,"exp":1800003600}"#;
const GOOD_ACCESS_CLAIMS: &str = r#"{"iss":"https://sts.windows.net/7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4/","aud":"api://6731de76-14a6-49ae-97bc-6eba6914391e","ver":"1.0","tid":"7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4","oid":"o","sub":"o","appid":"c","roles":["Incidents.Read.All"],"iat":1800000000,"exp":1800003600}"#;
const GOOD_METADATA: &str = r#"{"issuer":"https://op.example","authorization_endpoint":"https://op.example/a","token_endpoint":"https://op.example/t","jwks_uri":"https://op.example/k","end_session_endpoint":"https://op.example/e"}"#;
const GOOD_KEYS: &str = r#"{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"k","n":"MODULUS","e":"AQAB"}]}"#;

static TOKENS: LazyLock<Tokens> = LazyLock::new(Tokens::new);
static ACCESS_TOKENS: LazyLock<AccessTokens> = LazyLock::new(AccessTokens::new);
static DOCUMENTS: LazyLock<Documents> = LazyLock::new(Documents::new);
static SEALED: LazyLock<Sealed> = LazyLock::new(Sealed::new);

/// A site of the test's own, and the folder it lives in.
fn site() -> (Site, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Site::start(&folder.path().join("state.db")), folder)
}

/// 10,000 cases of a strategy.
fn cases<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, door: impl Fn(&T)) {
    some_cases(CASES, strategy, door);
}

fn some_cases<T: std::fmt::Debug>(count: u32, strategy: impl Strategy<Value = T>, door: impl Fn(&T)) {
    let config = ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let outcome = runner.run(&strategy, |input| {
        door(&input);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn any_callback_query_changes_and_reflects_nothing() {
    let (site, _folder) = site();
    replay("callback", |seed| site.callback(seed));
    cases(pieces(QUERY), |query| site.callback(query));
}

#[test]
fn any_sign_in_query_leads_to_the_authority_or_nowhere() {
    let (site, _folder) = site();
    replay("sign_in", |seed| site.sign_in_query(seed));
    some_cases(1000, pieces(QUERY), |query| site.sign_in_query(query));
}

#[test]
fn any_cookie_bytes_are_nobody_unless_they_are_the_sessions() {
    let (site, _folder) = site();
    replay("cookies", |seed| site.cookies(seed));
    cases(pieces(COOKIES), |cookies| site.cookies(cookies));
}

#[test]
fn any_return_to_stays_on_the_site() {
    replay("return_to", |seed| drop(return_to(seed)));
    let slash = pieces(URL).prop_map(|rest| [b"/", rest.as_slice()].concat());
    cases(prop_oneof![1 => pieces(URL), 3 => slash], |text| drop(return_to(text)));
}

#[test]
fn any_return_to_stays_on_the_site_all_the_way_through_a_sign_in() {
    let (site, _folder) = site();
    replay("return_to", |seed| site.return_to(seed));
    some_cases(300, pieces(URL).prop_map(|rest| [b"/", rest.as_slice()].concat()), |text| site.return_to(text));
}

#[test]
fn any_logout_request_of_a_stranger_ends_nothing() {
    let (site, _folder) = site();
    replay("logout", |seed| site.logout(seed));
    some_cases(1000, prop_oneof![pieces(QUERY), pieces(TOKEN)], |request| site.logout(request));
}

#[test]
fn any_metadata_is_refused_unless_it_is_the_authoritys() {
    replay("metadata", |seed| DOCUMENTS.metadata(seed));
    cases(prop_oneof![pieces(JSON), almost(GOOD_METADATA)], |document| DOCUMENTS.metadata(document));
}

#[test]
fn any_key_set_is_read_or_refused_and_never_vouches_for_a_foreign_signature() {
    replay("keys", |seed| DOCUMENTS.keys(seed));
    cases(prop_oneof![pieces(JSON), almost(GOOD_KEYS)], |document| DOCUMENTS.keys(document));
}

#[test]
fn any_id_token_is_refused_unless_it_is_the_issued_one() {
    replay("token", |seed| TOKENS.token(seed));
    cases(prop_oneof![pieces(TOKEN), almost("HEADER.PAYLOAD.SIGNATURE")], |token| TOKENS.token(token));
}

#[test]
fn any_claims_under_a_good_signature_are_refused_unless_they_say_what_they_must() {
    replay("claims", |seed| TOKENS.claims(seed));
    cases(prop_oneof![pieces(JSON), almost(GOOD_CLAIMS)], |claims| TOKENS.claims(claims));
}

#[test]
fn any_access_token_is_refused_unless_it_is_the_issued_one() {
    replay("access_token", |seed| ACCESS_TOKENS.token(seed));
    cases(prop_oneof![pieces(TOKEN), almost("HEADER.PAYLOAD.SIGNATURE")], |token| ACCESS_TOKENS.token(token));
}

#[test]
fn any_claims_of_an_access_token_are_refused_unless_they_say_what_they_must() {
    replay("access_claims", |seed| ACCESS_TOKENS.claims(seed));
    cases(prop_oneof![pieces(JSON), almost(GOOD_ACCESS_CLAIMS)], |claims| ACCESS_TOKENS.claims(claims));
}

#[test]
fn any_changed_byte_of_a_sealed_record_closes_it() {
    replay("sealed", |seed| SEALED.record(seed));
    cases(prop::collection::vec(any::<u8>(), 0..80), |bytes| SEALED.record(bytes));
}
