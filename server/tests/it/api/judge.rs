//! Somebody else's judge (schemathesis) reads the document and tries to break what it describes.

use std::path::PathBuf;
use std::process::Command;

use aws_lc_rs::digest::{SHA256, digest};
use domain::Permission;
use tempfile::TempDir;

use crate::support::{CONTOSO, Person, SCOPES, Setup, TestApp, run};

/// Where `.ci/setup.sh judges` put it: one environment for each list of packages.
fn judge() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let list = std::fs::read(root.join("end2end/judges/requirements.txt")).unwrap();
    let hash = digest(&SHA256, &list);
    let hash = hash.as_ref().iter().take(6).fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let cache = std::env::var("XDG_CACHE_HOME")
        .map_or_else(|_| PathBuf::from(std::env::var("HOME").unwrap()).join(".cache"), PathBuf::from);
    let judge = cache.join(format!("muster/tools/judges-{hash}/bin/schemathesis"));
    assert!(judge.is_file(), "{} is missing: run `bash .ci/setup.sh judges`", judge.display());
    judge
}

/// Each of the ways in which it makes requests up.
const ALL: &str = "examples,coverage,fuzzing,stateful";

/// What it found, and whether that was nothing.
async fn judged(app: &TestApp, token: Option<String>, phases: &str) -> (bool, String) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../end2end/judges/api");
    let mut command = Command::new(judge());
    // It keeps a cache in the folder that it is started in.
    let folder = TempDir::new().unwrap();
    command.current_dir(folder.path()).env("PYTHONPATH", &root).args(["run", &format!("{}api/openapi.json", app.base)]);
    command.args(["--seed", "4711", "--max-examples", "15", "--no-color", "--phases", phases]);
    if let Some(token) = token {
        command.args(["--header", &format!("Authorization: Bearer {token}")]).env("MUSTER_TOKEN", token);
    }
    command.env("SCHEMATHESIS_HOOKS", "hooks").env("PYTHONDONTWRITEBYTECODE", "1");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

async fn site() -> (TestApp, TempDir) {
    let folder = TempDir::new().unwrap();
    let settings = vec![("MUSTER_RATE_API", "0")];
    (TestApp::start(folder.path(), Setup { settings, ..Setup::default() }).await, folder)
}

#[test]
fn it_finds_nothing_with_the_token_of_a_person() {
    run(async {
        let (app, _folder) = site().await;
        let (fine, text) = judged(&app, Some(app.token(Person::Admin, SCOPES).await), ALL).await;
        assert!(fine, "{text}");
        app.stop().await;
    });
}

#[test]
fn it_finds_nothing_with_the_token_of_a_program() {
    run(async {
        let (app, _folder) = site().await;
        let (fine, text) =
            judged(&app, Some(app.own_token(Permission::ReadWrite, CONTOSO).await), "examples,coverage").await;
        assert!(fine, "{text}");
        app.stop().await;
    });
}

#[test]
fn it_finds_nothing_without_a_token_that_counts() {
    run(async {
        let (app, _folder) = site().await;
        let (fine, text) = judged(&app, Some("nonsense".to_owned()), "examples,coverage").await;
        assert!(fine, "{text}");
        // Without one it makes credentials up, in every form it can think of.
        let (fine, text) = judged(&app, None, "examples,coverage").await;
        assert!(fine, "{text}");
        app.stop().await;
    });
}
