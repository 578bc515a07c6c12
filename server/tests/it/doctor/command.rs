//! The command: what it prints, and the code it ends with.

use serde_json::Value;

use super::patient::{Patient, SECRET};
use crate::support::{Finished, Muster, run};

async fn doctor(patient: &Patient, arguments: &[&str]) -> Finished {
    let muster = arguments.iter().fold(Muster::new(&["doctor"]), Muster::arg);
    let muster = patient.settings.iter().fold(muster, |muster, (name, value)| muster.set(name, value));
    let child = muster.set("MUSTER_LOG", "trace").spawn();
    let ended = tokio::task::spawn_blocking(move || Finished::of(child)).await.unwrap();
    assert!(!ended.stdout.contains(SECRET) && !ended.stderr.contains(SECRET), "{ended:?}");
    ended
}

fn findings(ended: &Finished) -> Vec<Value> {
    let whole: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(whole.as_object().unwrap().len(), 1, "{whole}");
    whole["findings"].as_array().unwrap().clone()
}

#[test]
fn json_has_a_stable_shape() {
    run(async {
        let patient = Patient::healthy().await;
        let ended = doctor(&patient, &["--json"]).await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let all = findings(&ended);
        assert!(all.len() >= 12, "{all:?}");
        for one in all {
            let one = one.as_object().unwrap();
            let names: Vec<_> = one.keys().map(String::as_str).collect();
            assert_eq!(names, ["check", "finding", "fix", "level"]);
            assert!(["ok", "warning", "problem"].contains(&one["level"].as_str().unwrap()), "{one:?}");
            assert!(one["check"].is_string() && one["finding"].is_string(), "{one:?}");
            assert_eq!(one["fix"].is_null(), one["level"] == "ok", "{one:?}");
        }
        patient.stop().await;
    });
}

#[test]
fn the_exit_code_says_how_it_went() {
    run(async {
        let mut patient = Patient::healthy().await;
        let fine = doctor(&patient, &[]).await;
        assert_eq!(fine.code, Some(0), "{fine:?}");
        assert!(fine.stdout.ends_with("0 problems, 2 warnings\n"), "{}", fine.stdout);

        patient.set("AZURE_CLIENT_SECRET", "hunter2-planted-and-more");
        let ill = doctor(&patient, &[]).await;
        assert_eq!(ill.code, Some(1), "{ill:?}");
        assert!(
            ill.stdout.contains("problem  credential: ") && ill.stdout.contains("\n         -> "),
            "{}",
            ill.stdout
        );
        assert!(ill.stdout.ends_with("\n1 problem, 2 warnings\n"), "{}", ill.stdout);
        let offline = doctor(&patient, &["--offline"]).await;
        assert_eq!(offline.code, Some(0), "what is not asked is no problem: {offline:?}");

        patient.set("MUSTER_LISTEN", "nowhere");
        patient.set("MUSTER_TRUSTED_PROXIES", "everybody");
        let unreadable = doctor(&patient, &["--json"]).await;
        assert_eq!(unreadable.code, Some(2), "{unreadable:?}");
        let all = findings(&unreadable);
        assert_eq!(all.len(), 2, "each setting is a finding: {all:?}");
        assert!(all.iter().all(|one| one["level"] == "problem" && one["check"] == "settings"), "{all:?}");
        assert!(all[0]["finding"].as_str().unwrap().contains("MUSTER_LISTEN"), "{all:?}");
        patient.stop().await;
    });
}

#[test]
fn without_any_setting_it_is_the_development_site() {
    let folder = tempfile::tempdir().unwrap();
    let ended = Muster::on(folder.path(), &["doctor"])
        .set("MUSTER_SITE_ROOT", &crate::support::site_root().display().to_string())
        .set("MUSTER_LISTEN", &format!("127.0.0.1:{}", crate::support::free_port()))
        .finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("anybody at this machine can sign in as anybody"), "{}", ended.stdout);
}
