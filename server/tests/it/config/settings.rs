//! Reading the environment: every problem at once, with the name, what was read and the way out.

use std::time::Duration;

use identity::{Authority, EntraTenant};
use server::config::{Environment, KeySource, Settings, SignIn};
use services::{Onboarding, Operators};

use crate::support::site_root;

/// Stands in every secret here, so that one search finds any of them in a message.
pub(super) const SECRET: &str = "hunter2";
const CLIENT: &str = "e1d3a7b6-58f0-4c9e-a2b4-6f7d90c81e35";

pub(super) fn read(settings: &[(&str, &str)]) -> Result<Settings, String> {
    let site = ("MUSTER_SITE_ROOT", site_root().to_str().unwrap());
    let all = std::iter::once(&site).chain(settings);
    let all: Environment = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let read = Settings::read(&all).map_err(|error| error.to_string());
    if let Ok(settings) = &read {
        assert!(!format!("{settings:?}").contains(SECRET), "{settings:?}");
    }
    read.inspect_err(|text| assert!(!text.contains(SECRET), "{text}"))
}

/// The names of the settings that were refused, in order, and the whole message.
pub(super) fn refused(settings: &[(&str, &str)]) -> (Vec<String>, String) {
    let text = read(settings).map(|_| ()).unwrap_err();
    let mut lines = text.lines();
    let head = lines.next().unwrap().to_owned();
    let names: Vec<_> = lines.map(|line| line.trim().split([' ', ':']).next().unwrap().to_owned()).collect();
    let count = if names.len() == 1 { "1 setting".to_owned() } else { format!("{} settings", names.len()) };
    assert_eq!(head, format!("{count} cannot be used:"));
    (names, text)
}

#[test]
fn without_any_it_is_a_development_site_on_this_machine() {
    let settings = read(&[("HOME", "/home/a")]).unwrap();
    assert_eq!(settings.public_url.as_str(), "http://localhost:3000/");
    assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
    assert!(matches!(settings.sign_in, SignIn::Local(at) if at.to_string() == "127.0.0.1:3001"));
    assert_eq!(settings.data_dir.to_str(), Some("/home/a/.local/state/muster"));
    assert_eq!(settings.records.to_string(), "sqlite:/home/a/.local/state/muster/records.db");
    assert!(matches!(settings.keys, KeySource::File(path) if path.ends_with("muster/key-ring")));
    assert_eq!(settings.drain.unsigned_abs(), Duration::from_secs(20));
    let settings = read(&[("HOME", "/home/a"), ("XDG_STATE_HOME", "/state")]).unwrap();
    assert_eq!(settings.data_dir.to_str(), Some("/state/muster"));
    let settings = read(&[("XDG_STATE_HOME", "/state"), ("MUSTER_DATA_DIR", "/data")]).unwrap();
    assert_eq!(settings.data_dir.to_str(), Some("/data"));
}

#[test]
fn every_problem_is_listed_at_once() {
    let (names, text) = refused(&[
        ("MUSTER_LISTEN", "nowhere"),
        ("MUSTER_DATABASE_URL", "mysql://root:hunter2@db/x"),
        ("MUSTER_SESSION_IDLE", "1 fortnight"),
        ("MUSTER_SESSION_ABSOLUTE", "0s"),
        ("MUSTER_DRAIN", "99999999999999999999d"),
        ("MUSTER_LISTNE", "127.0.0.1:80"),
        ("MUSTER_SITE_ROOT", "/nonexistent"),
        ("MUSTER_LOG", "server=loud"),
        ("MUSTER_LOG_FORMAT", "xml"),
    ]);
    let expected = [
        "MUSTER_LISTEN",
        "MUSTER_DATABASE_URL",
        "MUSTER_SITE_ROOT",
        "MUSTER_SESSION_IDLE",
        "MUSTER_SESSION_ABSOLUTE",
        "MUSTER_DRAIN",
        "MUSTER_LOG",
        "MUSTER_LOG_FORMAT",
        "MUSTER_LISTNE",
    ];
    assert_eq!(names, expected, "{text}");
    for words in [
        "MUSTER_LISTEN is `nowhere`: must be an address and port such as 127.0.0.1:3000",
        "MUSTER_SESSION_IDLE is `1 fortnight`: must be a length of time",
        "MUSTER_LISTNE: is no setting of Muster's",
        "MUSTER_SITE_ROOT is `/nonexistent`: holds no built site",
        "MUSTER_LOG is `server=loud`: must be a filter",
        "MUSTER_LOG_FORMAT is `xml`: must be `text` or `json`",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

/// A complete set for Entra ID over https.
const ENTRA: [(&str, &str); 5] = [
    ("MUSTER_PUBLIC_URL", "https://muster.example"),
    ("MUSTER_KEY_RING", "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ("AZURE_TENANT_ID", "organizations"),
    ("AZURE_CLIENT_ID", CLIENT),
    ("AZURE_CLIENT_SECRET", SECRET),
];

pub(super) fn entra_but(name: &str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    ENTRA.into_iter().map(|(found, was)| if found == name { (found, value) } else { (found, was) }).collect()
}

#[test]
fn a_complete_set_for_entra_is_taken() {
    let settings = read(&ENTRA).unwrap();
    assert!(matches!(settings.sign_in, SignIn::Provider { .. }));
    assert_eq!(settings.public_url.as_str(), "https://muster.example/");
    let mut public = ENTRA.to_vec();
    public.push(("MUSTER_LISTEN", "0.0.0.0:8080"));
    assert_eq!(read(&public).unwrap().listen.to_string(), "0.0.0.0:8080");
}

#[test]
fn a_part_of_a_set_is_a_problem_and_never_the_development_sign_in() {
    for (missing, _) in ENTRA {
        let (names, text) = refused(&entra_but(missing, " "));
        assert_eq!(names, [missing], "{text}");
    }
    for (only, value) in ENTRA.into_iter().filter(|(name, _)| *name != "MUSTER_KEY_RING") {
        let (names, text) = refused(&[(only, value)]);
        assert!(names.len() >= 2 && !names.contains(&only.to_owned()), "{only}: {text}");
    }
    let (names, text) = refused(&[("AZURE_SOMETHING", "else")]);
    let expected =
        ["MUSTER_PUBLIC_URL", "AZURE_SOMETHING", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"];
    assert_eq!(names, expected);
    assert!(text.contains("AZURE_SOMETHING: is set, which speaks of a real provider"), "{text}");
    let (names, _) =
        refused(&[("MUSTER_OIDC_ISSUER", "https://id.example"), ("MUSTER_PUBLIC_URL", "http://localhost:3000")]);
    assert_eq!(names, ["MUSTER_OIDC_CLIENT_ID", "MUSTER_OIDC_CLIENT_SECRET", "MUSTER_OIDC_TENANT_ID"]);
    let mut both = ENTRA.to_vec();
    both.push(("MUSTER_OIDC_ISSUER", "https://id.example"));
    assert_eq!(refused(&both).0, ["MUSTER_OIDC_ISSUER"]);
    let (names, _) = refused(&[
        ("MUSTER_OIDC_ISSUER", "https://id.example"),
        ("MUSTER_PUBLIC_URL", "http://localhost:3000"),
        ("AZURE_CONFIG_DIR", "/home/somebody/.azure"),
    ]);
    assert!(
        !names.contains(&"AZURE_TENANT_ID".to_owned()),
        "another program's variable chooses no provider: {names:?}"
    );
}

#[test]
fn the_development_sign_in_is_on_this_machine_only() {
    for address in ["0.0.0.0:3000", "192.0.2.1:3000", "[::]:3000"] {
        assert_eq!(refused(&[("MUSTER_LISTEN", address)]).0, ["MUSTER_LISTEN"], "{address}");
        assert_eq!(refused(&[("MUSTER_ENTRA_LOCAL_LISTEN", address)]).0, ["MUSTER_ENTRA_LOCAL_LISTEN"], "{address}");
    }
    assert!(read(&[("MUSTER_LISTEN", "[::1]:3000")]).is_ok());
}

#[test]
fn the_public_url_is_https_or_this_machine_and_nothing_but_an_origin() {
    for url in [
        "muster.example",
        "http://muster.example",
        "http://192.0.2.1",
        "ftp://muster.example",
        "https://muster.example/path",
        "https://muster.example/?q",
        "https://u:hunter2@muster.example",
        "https://:hunter2@muster.example",
        "https://u:hunter2@muster example",
    ] {
        assert_eq!(refused(&entra_but("MUSTER_PUBLIC_URL", url)).0, ["MUSTER_PUBLIC_URL"], "{url}");
    }
    for url in ["https://muster.example:8443", "http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"] {
        assert!(read(&entra_but("MUSTER_PUBLIC_URL", url)).is_ok(), "{url}");
    }
}

#[test]
fn a_secret_comes_by_value_or_by_file_and_is_never_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let (full, empty) = (folder.path().join("secret"), folder.path().join("empty"));
    std::fs::write(&full, "hunter2\n").unwrap();
    std::fs::write(&empty, " \n").unwrap();
    let with = |name: &'static str, path: &std::path::Path, keep: bool| {
        let kept = ENTRA.into_iter().filter(|(found, _)| keep || *found != name.trim_end_matches("_FILE"));
        let mut all: Vec<(&str, String)> = kept.map(|(name, value)| (name, value.to_owned())).collect();
        all.push((name, path.display().to_string()));
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        read(&all).map(|_| ())
    };
    assert_eq!(with("AZURE_CLIENT_SECRET_FILE", &full, false), Ok(()));
    let text = with("AZURE_CLIENT_SECRET_FILE", &full, true).unwrap_err();
    assert!(text.contains("AZURE_CLIENT_SECRET: is set and so is AZURE_CLIENT_SECRET_FILE; keep one"), "{text}");
    let text = with("AZURE_CLIENT_SECRET_FILE", &empty, false).unwrap_err();
    assert!(text.contains("AZURE_CLIENT_SECRET_FILE is `") && text.contains("names an empty file"), "{text}");
    let text = with("AZURE_CLIENT_SECRET_FILE", &folder.path().join("missing"), false).unwrap_err();
    assert!(text.contains("names a file that cannot be read"), "{text}");
    // What the file holds is a secret too, even where it is no key ring.
    let text = with("MUSTER_KEY_RING_FILE", &full, false).unwrap_err();
    assert!(text.contains(&format!("MUSTER_KEY_RING_FILE is `{}`: entry 1 of the key ring", full.display())), "{text}");
}

#[test]
fn over_https_the_key_ring_is_the_operators() {
    let (names, text) = refused(&entra_but("MUSTER_KEY_RING", ""));
    assert_eq!(names, ["MUSTER_KEY_RING"]);
    assert!(text.contains("`muster key` makes a key"), "{text}");
    for ring in ["hunter2", "k1:hunter2", ",", "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,k1:hunter2"] {
        assert_eq!(refused(&entra_but("MUSTER_KEY_RING", ring)).0, ["MUSTER_KEY_RING"], "{ring}");
    }
    let http = [("MUSTER_PUBLIC_URL", "http://localhost:3000"), ENTRA[2], ENTRA[3], ENTRA[4]];
    assert!(matches!(read(&http).unwrap().keys, KeySource::File(_)));
}

#[test]
fn ids_are_checked() {
    for tenant in ["contoso", "e1d3a7b6-58f0-4c9e-a2b4", "consumer"] {
        let (names, text) = refused(&entra_but("AZURE_TENANT_ID", tenant));
        assert_eq!(names, ["AZURE_TENANT_ID"]);
        assert!(text.contains(&format!("is `{tenant}`")), "{text}");
    }
    let mut settings = ENTRA.to_vec();
    settings.push(("MUSTER_ALLOWED_TENANTS", "e1d3a7b6-58f0-4c9e-a2b4-6f7d90c81e35, not-one"));
    assert_eq!(refused(&settings).0, ["MUSTER_ALLOWED_TENANTS"]);
    settings.pop();
    for host in ["https://", "https://u:hunter2@login example"] {
        settings.push(("AZURE_AUTHORITY_HOST", host));
        assert_eq!(refused(&settings).0, ["AZURE_AUTHORITY_HOST"]);
        settings.pop();
    }
}

#[test]
fn a_name_that_says_nothing_is_no_reason_to_fall_back() {
    let names = [
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_CLIENT_SECRET",
        "AZURE_AUTHORITY_HOST",
        "MUSTER_PUBLIC_URL",
        "MUSTER_ALLOWED_TENANTS",
        "MUSTER_OIDC_ISSUER",
        "MUSTER_OIDC_CLIENT_ID",
    ];
    let asked = ["MUSTER_PUBLIC_URL", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"];
    for blank in ["", " "] {
        assert_eq!(refused(&names.map(|name| (name, blank))).0, asked, "all of them are `{blank}`");
        for name in names {
            let missing = refused(&[(name, blank)]).0;
            assert!(missing.len() >= 4 && missing[0] == "MUSTER_PUBLIC_URL", "{name}: {missing:?}");
        }
    }
    // Of two sets of names, the one that says something counts.
    let mut entra = ENTRA.to_vec();
    entra.push(("MUSTER_OIDC_ISSUER", ""));
    assert!(read(&entra).is_ok());
}

#[test]
fn sessions_end_in_the_right_order() {
    const IDLE: &str = "MUSTER_SESSION_IDLE";
    const ABSOLUTE: &str = "MUSTER_SESSION_ABSOLUTE";
    let refuses = |settings: &[(&str, &str)], name: &str, words: &str| {
        let (names, text) = refused(settings);
        assert_eq!(names, [name], "{text}");
        assert!(text.contains(&format!("{name} is {words}")), "{text}");
    };
    refuses(&[(IDLE, "30s")], IDLE, "`30s`: must be a minute or more");
    let shorter = "`1h`: must not be shorter than MUSTER_SESSION_IDLE, which is";
    refuses(&[(IDLE, "2h"), (ABSOLUTE, "1h")], ABSOLUTE, &format!("{shorter} 2h"));
    refuses(&[(ABSOLUTE, "1h")], ABSOLUTE, &format!("{shorter} 24h"));
    refuses(&[(IDLE, "8d")], IDLE, "`8d`: must not be longer than MUSTER_SESSION_ABSOLUTE, which is 7d");
    assert!(read(&[(IDLE, "1h"), (ABSOLUTE, "1h")]).is_ok());
}

/// A complete set for a plain provider.
const OIDC: [(&str, &str); 4] = [
    ("MUSTER_PUBLIC_URL", "http://localhost:3000"),
    ("MUSTER_OIDC_CLIENT_ID", "muster"),
    ("MUSTER_OIDC_CLIENT_SECRET", SECRET),
    ("MUSTER_OIDC_TENANT_ID", CLIENT),
];

/// What Microsoft's directories have in common.
const CLIENT_SETTINGS: [(&str, &str); 4] = [ENTRA[0], ENTRA[1], ENTRA[3], ENTRA[4]];

fn with<'a>(base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    base.iter().chain(more).copied().collect()
}

#[test]
fn whoever_vouches_for_people_is_heard_over_tls_or_on_this_machine() {
    let known = with(&ENTRA, &[("MUSTER_KNOWN_AUTHORITIES", "id.example")]);
    for (base, name) in [(&known[..], "AZURE_AUTHORITY_HOST"), (&OIDC[..], "MUSTER_OIDC_ISSUER")] {
        for url in ["http://id.example", "ftp://id.example", "https://u:hunter2@id.example", "https://id.example/?a=b"]
        {
            assert_eq!(refused(&with(base, &[(name, url)])).0, [name], "{url}");
        }
        for url in ["https://id.example", "http://127.0.0.1:3001", "http://localhost:3001"] {
            assert!(read(&with(base, &[(name, url)])).is_ok(), "{url}");
        }
    }
}

#[test]
fn a_host_that_is_not_microsofts_has_to_be_named() {
    const HOST: &str = "AZURE_AUTHORITY_HOST";
    for host in ["login.microsoftonline.us", "https://login.partner.microsoftonline.cn/", "login.sovcloud-identity.fr"]
    {
        assert!(read(&with(&ENTRA, &[(HOST, host)])).is_ok(), "{host}");
    }
    let unknown = with(&ENTRA, &[(HOST, "login.example.com")]);
    let (names, text) = refused(&unknown);
    assert_eq!(names, [HOST]);
    assert!(text.contains("name its host in MUSTER_KNOWN_AUTHORITIES"), "{text}");
    for (known, fine) in [("login.example.com", true), ("a.example LOGIN.example.com", true), ("example.com", false)] {
        assert_eq!(read(&with(&unknown, &[("MUSTER_KNOWN_AUTHORITIES", known)])).is_ok(), fine, "{known}");
    }
    for odd in ["https://login.example.com", ",", "a/b"] {
        let (names, _) = refused(&with(&ENTRA, &[("MUSTER_KNOWN_AUTHORITIES", odd)]));
        assert_eq!(names, ["MUSTER_KNOWN_AUTHORITIES"], "{odd}");
    }
    assert!(!read(&ENTRA).unwrap().trust.custom_signing_keys);
    assert!(read(&with(&ENTRA, &[("MUSTER_CUSTOM_SIGNING_KEYS", "yes")])).unwrap().trust.custom_signing_keys);
    assert_eq!(refused(&with(&ENTRA, &[("MUSTER_CUSTOM_SIGNING_KEYS", "on")])).0, ["MUSTER_CUSTOM_SIGNING_KEYS"]);
}

#[test]
fn the_provider_is_asked_silently_where_somebody_says_so() {
    assert!(!read(&ENTRA).unwrap().session.silent_check);
    for (word, checked) in [("on", true), ("off", false)] {
        assert_eq!(read(&with(&ENTRA, &[("MUSTER_SILENT_CHECK", word)])).unwrap().session.silent_check, checked);
    }
    assert_eq!(refused(&with(&ENTRA, &[("MUSTER_SILENT_CHECK", "yes")])).0, ["MUSTER_SILENT_CHECK"]);
}

fn authority(settings: &[(&str, &str)]) -> Authority {
    match read(settings).unwrap().sign_in {
        SignIn::Provider { authority, .. } => authority,
        SignIn::Local(_) => panic!("a provider"),
    }
}

#[test]
fn personal_accounts_have_a_tenant_of_their_own() {
    let Authority::Entra(entra) = authority(&entra_but("AZURE_TENANT_ID", "consumers")) else { panic!("Entra") };
    assert_eq!(entra.tenant, EntraTenant::Consumers);
}

#[test]
fn an_external_tenant_is_an_authority_and_its_id() {
    const AUTHORITY: &str = "MUSTER_CIAM_AUTHORITY";
    let set = with(&CLIENT_SETTINGS, &[(AUTHORITY, "https://contoso.ciamlogin.com"), ("AZURE_TENANT_ID", CLIENT)]);
    let Authority::ExternalId(external) = authority(&set) else { panic!("External ID") };
    assert_eq!(external.tenant_id.to_string(), CLIENT);
    let without = |name: &str| set.iter().copied().filter(|(found, _)| *found != name).collect::<Vec<_>>();
    for name in ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"] {
        assert_eq!(refused(&without(name)).0, [name]);
    }
    let custom = with(&without(AUTHORITY), &[(AUTHORITY, "https://login.example.com")]);
    assert_eq!(refused(&custom).0, [AUTHORITY]);
    assert!(read(&with(&custom, &[("MUSTER_KNOWN_AUTHORITIES", "login.example.com")])).is_ok());
    let (names, text) = refused(&with(&set, &[("MUSTER_ALLOWED_TENANTS", CLIENT)]));
    assert_eq!(names, ["MUSTER_ALLOWED_TENANTS"]);
    assert!(text.contains("is for Entra ID and says nothing beside MUSTER_CIAM_AUTHORITY"), "{text}");
}

#[test]
fn b2c_is_an_authority_and_its_policies() {
    const AUTHORITY: &str = "MUSTER_B2C_AUTHORITY";
    const TENANT: &str = "MUSTER_B2C_TENANT_ID";
    let set = with(
        &CLIENT_SETTINGS,
        &[
            (AUTHORITY, "https://contoso.b2clogin.com/contoso.onmicrosoft.com"),
            (TENANT, CLIENT),
            ("MUSTER_B2C_SIGN_IN_POLICY", "B2C_1_susi"),
            ("MUSTER_B2C_EDIT_PROFILE_POLICY", "B2C_1_edit"),
            ("MUSTER_B2C_RESET_PASSWORD_POLICY", "B2C_1A_reset"),
        ],
    );
    let but = |name: &str, value: &'static str| {
        set.iter().map(|(found, was)| (*found, if *found == name { value } else { was })).collect::<Vec<_>>()
    };
    let Authority::B2c(b2c) = authority(&set) else { panic!("B2C") };
    assert_eq!((b2c.tenant_id.to_string().as_str(), b2c.role_claim.as_str()), (CLIENT, "roles"));
    assert_eq!(b2c.reset_password_policy.as_deref(), Some("B2C_1A_reset"));
    for (name, value) in [
        (AUTHORITY, ""),
        (AUTHORITY, "https://contoso.b2clogin.com"),
        (AUTHORITY, "https://login.example.com/contoso"),
        (TENANT, ""),
        (TENANT, "contoso.onmicrosoft.com"),
        ("MUSTER_B2C_SIGN_IN_POLICY", ""),
        ("MUSTER_B2C_SIGN_IN_POLICY", "susi"),
        ("MUSTER_B2C_EDIT_PROFILE_POLICY", "b2c_1_SUSI"),
        ("MUSTER_B2C_RESET_PASSWORD_POLICY", "B2C_1_edit"),
        ("AZURE_CLIENT_ID", ""),
    ] {
        assert_eq!(refused(&but(name, value)).0, [name], "{value}");
    }
    for name in ["MUSTER_B2C_EDIT_PROFILE_POLICY", "MUSTER_B2C_RESET_PASSWORD_POLICY"] {
        assert!(read(&but(name, "")).is_ok(), "{name} may be left out");
    }
    assert_eq!(refused(&with(&set, &[("AZURE_TENANT_ID", CLIENT)])).0, ["AZURE_TENANT_ID"]);

    // Under a custom domain the id is in the authority; if it is said twice, it is the same.
    let custom: &'static str = "https://login.example.com/e1d3a7b6-58f0-4c9e-a2b4-6f7d90c81e35/";
    let mut own = but(AUTHORITY, custom);
    own.push(("MUSTER_KNOWN_AUTHORITIES", "login.example.com"));
    assert!(read(&own).is_ok());
    own.retain(|(name, _)| *name != TENANT);
    let Authority::B2c(b2c) = authority(&own) else { panic!("B2C") };
    assert_eq!(b2c.tenant_id.to_string(), CLIENT);
    own.push((TENANT, "00000000-0000-0000-0000-000000000001"));
    assert_eq!(refused(&own).0, [TENANT]);
}

#[test]
fn two_kinds_of_provider_are_one_too_many() {
    let b2c = ("MUSTER_B2C_AUTHORITY", "https://contoso.b2clogin.com/contoso.onmicrosoft.com");
    let external = ("MUSTER_CIAM_AUTHORITY", "https://contoso.ciamlogin.com");
    assert_eq!(refused(&with(&CLIENT_SETTINGS, &[b2c, external])).0, ["MUSTER_CIAM_AUTHORITY"]);
    assert_eq!(refused(&with(&OIDC, &[external])).0, ["MUSTER_CIAM_AUTHORITY"]);
    assert_eq!(refused(&with(&OIDC, &[b2c])).0, ["MUSTER_B2C_AUTHORITY"]);
}

#[test]
fn what_identity_would_refuse_is_refused_by_the_name_of_the_setting() {
    let (names, text) = refused(&entra_but("AZURE_CLIENT_ID", "muster"));
    assert_eq!(names, ["AZURE_CLIENT_ID"]);
    assert!(text.contains("is `muster`: must be the application (client) id"), "{text}");
    let mut settings = ENTRA.to_vec();
    settings.push(("MUSTER_ALLOWED_TENANTS", ","));
    let (names, text) = refused(&settings);
    assert_eq!(names, ["MUSTER_ALLOWED_TENANTS"]);
    assert!(text.contains("must name at least one"), "{text}");
}

#[test]
fn a_bound_that_leaves_out_the_one_tenant_there_is_would_let_in_nobody() {
    const CONTOSO: &str = "7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";
    const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
    for (tenant, only) in [(CONTOSO, CONTOSO), ("consumers", PERSONAL)] {
        let set =
            |allowed: &'static str| with(&entra_but("AZURE_TENANT_ID", tenant), &[("MUSTER_ALLOWED_TENANTS", allowed)]);
        let (names, text) = refused(&set(CLIENT));
        assert_eq!(names, ["MUSTER_ALLOWED_TENANTS"], "{tenant}");
        assert!(text.contains(&format!("so nobody could sign in; add {only}, or leave it out")), "{text}");
        assert!(read(&set(only)).is_ok(), "{tenant}");
        let both = format!("{CLIENT},{only}").leak();
        assert!(read(&set(both)).is_ok(), "{tenant}");
    }
    for many in ["organizations", "common"] {
        let set = with(&entra_but("AZURE_TENANT_ID", many), &[("MUSTER_ALLOWED_TENANTS", CLIENT)]);
        assert!(read(&set).is_ok(), "{many}");
    }
}

fn entra_and(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    ENTRA.iter().chain(more).copied().collect()
}

#[test]
fn strangers_have_to_be_on_the_list_unless_the_settings_name_them_or_let_in_all() {
    const CONTOSO: &str = "7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";
    let listed = |settings: &[(&str, &str)]| read(settings).unwrap().tenants.listed;
    assert!(listed(&ENTRA));
    assert!(!listed(&entra_but("AZURE_TENANT_ID", CONTOSO)), "there is one organisation only");
    assert!(!listed(&entra_and(&[("MUSTER_ALLOWED_TENANTS", CONTOSO)])));
    assert!(listed(&entra_and(&[("MUSTER_ALLOWED_TENANTS", CONTOSO), ("MUSTER_TENANTS", "listed")])));
    assert!(!listed(&entra_and(&[("MUSTER_TENANTS", "any")])));
    assert!(!listed(&[]), "the development sign-in admits all of its organisations");
    assert!(listed(&[("MUSTER_TENANTS", "listed")]));
}

#[test]
fn onboarding_is_for_many_organisations_and_a_list() {
    const CONTOSO: &str = "7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";
    let set = |more: &[(&'static str, &'static str)]| read(&entra_and(more)).unwrap().tenants.onboarding;
    assert_eq!(set(&[]), Onboarding::Off);
    assert_eq!(set(&[("MUSTER_ONBOARDING", "off")]), Onboarding::Off);
    assert_eq!(set(&[("MUSTER_ONBOARDING", "consent")]), Onboarding::Consent);
    assert_eq!(set(&[("MUSTER_ONBOARDING", "approval")]), Onboarding::Approval);
    let mut single = entra_but("AZURE_TENANT_ID", CONTOSO);
    single.push(("MUSTER_ONBOARDING", "consent"));
    for (settings, words) in [
        (single, "MUSTER_ONBOARDING is `consent`: is for AZURE_TENANT_ID"),
        (
            entra_and(&[("MUSTER_ONBOARDING", "yes")]),
            "MUSTER_ONBOARDING is `yes`: must be `off`, `consent` or `approval`",
        ),
        (entra_and(&[("MUSTER_ONBOARDING", "consent"), ("MUSTER_TENANTS", "any")]), "set MUSTER_TENANTS to `listed`"),
        (vec![("MUSTER_ONBOARDING", "consent")], "set MUSTER_TENANTS to `listed`"),
        (entra_and(&[("MUSTER_TENANTS", "all")]), "MUSTER_TENANTS is `all`: must be `listed` or `any`"),
    ] {
        let (names, text) = refused(&settings);
        assert_eq!(names.len(), 1, "{text}");
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn among_many_organisations_nobody_runs_the_site_until_one_is_named() {
    const CONTOSO: &str = "7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";
    let operators = |settings: &[(&str, &str)]| read(settings).unwrap().operators;
    let contoso = Operators::of(CONTOSO.parse().unwrap());
    assert_eq!(operators(&ENTRA), Operators::Nobody);
    assert_eq!(operators(&entra_and(&[("MUSTER_OPERATOR_TENANT", CONTOSO)])), contoso);
    assert_eq!(operators(&entra_but("AZURE_TENANT_ID", CONTOSO)), Operators::Each);
    assert_eq!(operators(&[]), Operators::Each, "accounts of the development sign-in are nobody's");
    for wrong in ["contoso.com", "9188040d-6c67-4c5b-b112-36a304b66dad"] {
        let (names, text) = refused(&entra_and(&[("MUSTER_OPERATOR_TENANT", wrong)]));
        assert_eq!(names, ["MUSTER_OPERATOR_TENANT"], "{text}");
    }
}
