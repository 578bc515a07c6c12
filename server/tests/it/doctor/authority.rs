//! What is wrong between Muster and its provider.

use entra_local::{Endpoint, Failure};
use http::StatusCode;
use identity::SystemClock;
use server::doctor::{Finding, Level, credential_warning};
use time::Duration;

use super::patient::{Off, Patient, SECRET, problems};
use crate::support::{free_port, run};

#[test]
fn who_is_in_good_health_is_told_so() {
    run(async {
        let patient = Patient::healthy().await;
        let findings = patient.examined(&SystemClock).await;
        assert_eq!(problems(&findings), []);
        let fine: Vec<_> = findings.iter().filter(|found| found.level == Level::Ok).map(|found| found.check).collect();
        for check in [
            "settings",
            "listen",
            "proxies",
            "key_ring",
            "records",
            "shared_state",
            "client_secret_expiry",
            "metadata",
            "clock",
            "keys",
            "registration",
            "credential",
        ] {
            assert!(fine.contains(&check), "{check}: {findings:?}");
        }
        let warned: Vec<_> =
            findings.iter().filter(|found| found.level == Level::Warning).map(|found| found.check).collect();
        assert_eq!(warned, ["public_url", "cookies"], "plain http is for trying out");
        let control = patient.provider.entra().control();
        let asked = [Endpoint::Discovery, Endpoint::Keys, Endpoint::Authorize, Endpoint::Token, Endpoint::Logout];
        assert_eq!(asked.map(|endpoint| control.requests(endpoint)), [1, 1, 1, 1, 0], "each is asked once");
        patient.stop().await;
    });
}

#[test]
fn another_issuer_is_not_the_configured_authority() {
    run(async {
        let mut patient = Patient::healthy().await;
        let named = patient.provider.base_url.as_str().replace("127.0.0.1", "localhost");
        patient.set("AZURE_AUTHORITY_HOST", &named);
        let problem = patient.problem().await;
        assert_eq!(problem.check, "metadata");
        assert!(problem.finding.contains("not for the configured authority"), "{problem:?}");
        assert!(problem.fix.unwrap().contains("AZURE_AUTHORITY_HOST"));
        patient.stop().await;
    });
}

#[test]
fn a_provider_that_does_not_answer_is_named() {
    run(async {
        let mut patient = Patient::healthy().await;
        let control = patient.provider.entra().control();
        let status = StatusCode::BAD_GATEWAY;
        control.fail_next(Endpoint::Discovery, Failure::raw(status, "text/html", "<h1>Bad gateway</h1>"));
        assert!(patient.problem().await.finding.contains("status 502"));
        control
            .fail_next(Endpoint::Discovery, Failure::raw(StatusCode::OK, "text/html", "<h1>Log on to the wifi</h1>"));
        assert!(patient.problem().await.finding.contains("not the JSON it should be"));
        patient.set("AZURE_TENANT_ID", "11111111-2222-4333-8444-555555555555");
        let problem = patient.problem().await;
        assert!(problem.finding.contains("status 400"), "no such tenant: {problem:?}");
        assert!(problem.fix.as_ref().unwrap().contains("AZURE_TENANT_ID"), "{problem:?}");
        patient.set("AZURE_AUTHORITY_HOST", &format!("http://127.0.0.1:{}", free_port()));
        let problem = patient.problem().await;
        assert!(problem.check == "metadata" && problem.finding.contains("connection refused"), "{problem:?}");
        patient.stop().await;
    });
}

#[test]
fn an_address_at_which_there_is_no_provider_is_blamed_on_the_setting_that_names_it() {
    run(async {
        let mut patient = Patient::healthy().await;
        patient.settings.retain(|name, _| !name.starts_with("AZURE_"));
        patient.set("MUSTER_OIDC_ISSUER", &format!("{}nowhere", patient.provider.base_url));
        patient.set("MUSTER_OIDC_CLIENT_ID", "muster");
        patient.set("MUSTER_OIDC_CLIENT_SECRET", SECRET);
        patient.set("MUSTER_OIDC_TENANT_ID", "11111111-2222-4333-8444-555555555555");
        let problem = patient.problem().await;
        assert!(problem.check == "metadata" && problem.finding.contains("status 404"), "{problem:?}");
        let fix = problem.fix.unwrap();
        assert!(fix.contains("MUSTER_OIDC_ISSUER") && !fix.contains("AZURE_"), "{fix}");
        patient.stop().await;
    });
}

#[test]
fn clocks_that_are_apart_are_measured() {
    run(async {
        let patient = Patient::healthy().await;
        for (off, level, words) in [
            (Duration::seconds(10), Level::Ok, "go together"),
            (Duration::seconds(45), Level::Warning, "ahead of"),
            (Duration::seconds(-45), Level::Warning, "behind"),
            (Duration::minutes(5), Level::Problem, "ahead of"),
            (Duration::minutes(-5), Level::Problem, "behind"),
        ] {
            let findings = patient.examined(&Off(off)).await;
            let clock = findings.iter().find(|found| found.check == "clock").unwrap();
            assert_eq!(clock.level, level, "{off}: {clock:?}");
            assert!(clock.finding.contains(words), "{off}: {clock:?}");
        }
        patient.stop().await;
    });
}

#[test]
fn keys_that_check_nothing_are_none() {
    run(async {
        let patient = Patient::healthy().await;
        let control = patient.provider.entra().control();
        let answer = |status, text: &str| {
            control.fail_next(Endpoint::Keys, Failure::raw(status, "application/json", text));
        };
        answer(StatusCode::OK, r#"{"keys":[]}"#);
        let problem = patient.problem().await;
        assert!(problem.check == "keys" && problem.finding.starts_with("0 keys"), "{problem:?}");
        answer(StatusCode::OK, r#"{"keys":[{"kty":"EC","crv":"P-256","x":"x","y":"y"}]}"#);
        assert!(patient.problem().await.finding.starts_with("1 keys"));
        answer(StatusCode::NOT_FOUND, "");
        assert!(patient.problem().await.finding.contains("status 404"));
        patient.stop().await;
    });
}

#[test]
fn a_secret_that_is_wrong_or_over_is_told_apart() {
    run(async {
        let mut patient = Patient::healthy().await;
        let control = patient.provider.entra().control();
        control.fail_next(Endpoint::Token, Failure::sts(StatusCode::UNAUTHORIZED, "invalid_client", 7_000_222));
        let problem = patient.problem().await;
        assert!(problem.check == "credential" && problem.finding.contains("has expired"), "{problem:?}");
        control.fail_next(Endpoint::Token, Failure::sts(StatusCode::BAD_REQUEST, "invalid_grant", 9_002_313));
        let unclear = patient.examined(&SystemClock).await;
        assert_eq!(problems(&unclear), [], "an answer that says nothing is no problem");
        assert_eq!(level(&unclear, "credential"), Level::Warning, "nor is it health");
        control.fail_next(Endpoint::Token, Failure::raw(StatusCode::OK, "text/html", "<h1>Log on to the wifi</h1>"));
        let not_asked = patient.examined(&SystemClock).await;
        assert_eq!((problems(&not_asked), level(&not_asked, "credential")), (Vec::new(), Level::Warning));
        patient.set("AZURE_CLIENT_SECRET", "hunter2-planted-and-more");
        let problem = patient.problem().await;
        assert!(problem.check == "credential" && problem.finding.contains("AADSTS7000215"), "{problem:?}");
        assert!(problem.fix.unwrap().contains("not to its id"));
        assert_eq!(credential_warning(&patient.settings(), &SystemClock), None);
        patient.set("AZURE_CLIENT_SECRET_EXPIRES", "2020-01-01");
        let warning = credential_warning(&patient.settings(), &SystemClock);
        assert!(warning.is_some_and(|words| words.contains("2020-01-01")), "the log of the server says it too");
        let found = problems(&patient.examined(&SystemClock).await);
        assert!(found.iter().any(|found| found.check == "client_secret_expiry"), "{found:?}");
        patient.stop().await;
    });
}

#[test]
fn a_certificate_says_itself_when_it_ends_and_may_be_nobodys() {
    run(async {
        let mut patient = Patient::healthy().await;
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
        let mut params = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
        params.not_after = identity::Clock::now(&SystemClock) + Duration::days(20);
        let pem = format!("{}{}", key.serialize_pem(), params.self_signed(&key).unwrap().pem());
        patient.settings.remove("AZURE_CLIENT_SECRET");
        patient.set("AZURE_CLIENT_CERTIFICATE", &pem);
        let findings = patient.examined(&SystemClock).await;
        assert_eq!(level(&findings, "client_certificate_expiry"), Level::Warning);
        let warning = credential_warning(&patient.settings(), &SystemClock);
        assert!(warning.is_some_and(|words| words.contains("this month")), "the log of the server says it too");
        let problem = patient.problem().await;
        assert!(problem.check == "credential" && problem.finding.contains("AADSTS700027"), "{problem:?}");
        patient.stop().await;
    });
}

fn level(findings: &[Finding], check: &str) -> Level {
    findings.iter().find(|found| found.check == check).unwrap().level
}

#[test]
fn a_registration_that_the_provider_does_not_speak_of_is_not_called_healthy() {
    run(async {
        let patient = Patient::healthy().await;
        let control = patient.provider.entra().control();
        control.fail_next(Endpoint::Authorize, Failure::raw(StatusCode::OK, "text/html", "<script>1</script>"));
        let unclear = patient.examined(&SystemClock).await;
        assert_eq!((problems(&unclear), level(&unclear, "registration")), (Vec::new(), Level::Warning));
        patient.stop().await;
    });
}

/// One of them is enough for people to be stuck on their way.
#[test]
fn the_metadata_of_every_user_flow_are_read() {
    run(async {
        let patient = Patient::of_customers().await;
        let read = async |patient: &Patient| {
            let findings = patient.examined(&SystemClock).await;
            findings.into_iter().filter(|found| found.check == "metadata").map(|found| found.level).collect::<Vec<_>>()
        };
        assert_eq!(read(&patient).await, [Level::Ok; 3]);
        let mut patient = patient;
        patient.set("MUSTER_B2C_RESET_PASSWORD_POLICY", "B2C_1_nothing");
        assert_eq!(read(&patient).await, [Level::Ok, Level::Ok, Level::Problem]);
        patient.stop().await;
    });
}

#[test]
fn a_redirect_uri_or_an_application_that_nobody_registered_is_told_apart() {
    run(async {
        let mut patient = Patient::healthy().await;
        let registered = patient.settings["MUSTER_PUBLIC_URL"].clone();
        patient.set("MUSTER_PUBLIC_URL", "https://muster.example");
        patient.set("MUSTER_KEY_RING", &identity::KeyRing::generate().unwrap());
        let problem = patient.problem().await;
        assert_eq!(problem.check, "registration");
        assert!(problem.finding.contains("https://muster.example/auth/callback is not registered"), "{problem:?}");
        patient.set("MUSTER_PUBLIC_URL", &registered);
        patient.set("AZURE_CLIENT_ID", "11111111-2222-4333-8444-555555555555");
        let found = problems(&patient.examined(&SystemClock).await);
        let checks: Vec<_> = found.iter().map(|found| found.check).collect();
        assert_eq!(checks, ["registration", "credential"]);
        assert!(found.iter().all(|found| found.finding.contains("AADSTS700016")), "{found:?}");
        patient.stop().await;
    });
}

#[test]
fn over_https_the_way_in_is_looked_at() {
    run(async {
        let mut patient = Patient::healthy().await;
        patient.set("MUSTER_PUBLIC_URL", "https://muster.example");
        patient.set("MUSTER_KEY_RING", &identity::KeyRing::generate().unwrap());
        let said = async |patient: &Patient, check: &str| {
            let findings = patient.examined(&SystemClock).await;
            let found: Vec<_> = findings.into_iter().filter(|found| found.check == check).collect();
            found.into_iter().map(|found| (found.level, found.finding)).collect::<Vec<_>>()
        };
        let [(level, words)] = &said(&patient, "cookies").await[..] else { panic!("one word about cookies") };
        assert!(*level == Level::Ok && words.contains("__Host-"), "{words}");
        let (level, words) = said(&patient, "proxies").await.remove(0);
        assert_eq!(level, Level::Warning, "there must be one");
        assert!(
            words.contains("MUSTER_RATE_*") && words.contains("bind nobody"),
            "what it means for the limits: {words}"
        );
        for (list, level) in
            [("127.0.0.1", Level::Ok), ("10.0.0.0/24", Level::Warning), ("127.0.0.0/8", Level::Warning)]
        {
            patient.set("MUSTER_TRUSTED_PROXIES", list);
            assert_eq!(said(&patient, "proxies").await[0].0, level, "{list}");
        }
        patient.set("MUSTER_TRUSTED_PROXIES", "127.0.0.1, fd00::/16");
        assert_eq!(said(&patient, "proxies").await[0].0, Level::Warning, "far more than there are proxies");
        patient.set("MUSTER_LISTEN", &format!("0.0.0.0:{}", free_port()));
        let listen = said(&patient, "listen").await;
        assert!(listen[0].0 == Level::Warning && listen[0].1.contains("past the proxy"), "{listen:?}");
        // Of a network that is for documents only, and so no address of this machine.
        patient.set("MUSTER_LISTEN", "192.0.2.1:3000");
        assert_eq!(said(&patient, "listen").await[0].0, Level::Problem);
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        patient.set("MUSTER_LISTEN", &taken.local_addr().unwrap().to_string());
        let listen = said(&patient, "listen").await;
        assert!(listen[0].0 == Level::Warning && listen[0].1.contains("Another program"), "{listen:?}");
        patient.stop().await;
    });
}
