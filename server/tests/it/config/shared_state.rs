//! Where sessions are, and what is wrong with settings about Redis.

use std::time::Duration;

use server::config::StateSource;

use super::settings::{SECRET, read, refused};

#[test]
fn sessions_are_in_a_file_or_in_redis() {
    let settings = read(&[("MUSTER_DATA_DIR", "/data")]).unwrap();
    assert!(matches!(settings.shared_state, StateSource::File(path) if path.ends_with("state.db")));
    let settings = read(&[
        ("MUSTER_STATE_URL", "redis-sentinel://app@a.example?sentinelServiceName=main"),
        ("MUSTER_STATE_PASSWORD", SECRET),
        ("MUSTER_STATE_TIMEOUT", "5s"),
    ]);
    let StateSource::Redis(options) = settings.unwrap().shared_state else { panic!("not Redis") };
    assert_eq!(options.url.shown(), "redis-sentinel://a.example");
    assert_eq!((options.prefix.as_str(), options.timeout), ("muster:", Duration::from_secs(5)));
    assert!(options.password.is_some());
}

/// Settings, the one that is wrong, and a word of the way out.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

#[test]
fn a_setting_about_redis_that_cannot_be_used_is_said_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let no_pem = folder.path().join("ca.pem");
    std::fs::write(&no_pem, "hunter2").unwrap();
    let no_pem = no_pem.to_str().unwrap();
    let redis = "rediss://app:hunter2@a.example";
    let cases: [Case<'_>; 9] = [
        (&[("MUSTER_STATE_URL", "redis-sentinel://:hunter2@a.example")], "MUSTER_STATE_URL", "sentinelServiceName"),
        (&[("MUSTER_STATE_URL", "postgres://u:hunter2@db/x")], "MUSTER_STATE_URL", "must be redis://"),
        (&[("MUSTER_STATE_PASSWORD", SECRET)], "MUSTER_STATE_PASSWORD", "MUSTER_STATE_URL is not set"),
        (
            &[("MUSTER_STATE_URL", redis), ("MUSTER_STATE_CA_FILE", "/nonexistent")],
            "MUSTER_STATE_CA_FILE",
            "cannot be read",
        ),
        (
            &[("MUSTER_STATE_URL", redis), ("MUSTER_STATE_CA_FILE", no_pem)],
            "MUSTER_STATE_CA_FILE",
            "certificates in PEM",
        ),
        (
            &[("MUSTER_STATE_URL", "redis://a.example"), ("MUSTER_STATE_CA_FILE", no_pem)],
            "MUSTER_STATE_CA_FILE",
            "begin it with rediss",
        ),
        (
            &[("MUSTER_STATE_URL", redis), ("MUSTER_STATE_TIMEOUT", "2m")],
            "MUSTER_STATE_TIMEOUT",
            "a minute at the most",
        ),
        (
            &[("MUSTER_STATE_URL", redis), ("MUSTER_STATE_PASSWORD_FILE", "/nonexistent")],
            "MUSTER_STATE_PASSWORD_FILE",
            "cannot be read",
        ),
        (
            &[("MUSTER_STATE_URL", redis), ("MUSTER_STATE_TIMEOUT", "2m"), ("MUSTER_STATE_CA_FILE", no_pem)],
            "MUSTER_STATE_CA_FILE",
            "PEM",
        ),
    ];
    for (settings, name, fix) in cases {
        let (names, text) = refused(settings);
        assert!(names.contains(&name.to_owned()) && text.contains(fix), "{settings:?}: {text}");
    }
}
