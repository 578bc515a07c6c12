//! The export format, there and back.

use std::sync::Arc;

use domain::{Name, Text};
use serde_json::{Value, json};
use services::ports::Person;
use services::seed::{Profile, SeedService, SeedTenant};
use services::{Clock, RandomIds, SystemClock, user_id};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Executor};
use storage::RecordsOptions;

use super::{Archive, counts};
use crate::support::{CONTOSO, FABRIKAM, Muster, run};

/// Fills Fabrikam with made-up incidents of every state before anybody makes it empty.
fn with_a_past() -> Archive {
    let archive = Archive { folder: tempfile::TempDir::new().unwrap() };
    run(async {
        let records = archive.records(&RecordsOptions::default()).await;
        let ports = Arc::new(records.clone());
        let people = ["Dario", "Linnea"].map(|name| Person {
            id: user_id(FABRIKAM, name),
            tenant: FABRIKAM,
            subject: name.to_owned(),
            name: name.to_owned(),
            home_account: None,
        });
        let seed = SeedTenant {
            id: FABRIKAM,
            name: Name::read("Fabrikam Inc").unwrap(),
            people: people.to_vec(),
            profile: Profile::TINY,
        };
        let seeds = SeedService::new(ports.clone(), ports, Arc::new(RandomIds));
        assert_eq!(seeds.seed(&seed, SystemClock.now()).await.unwrap().created, 40);
        server::demo::fill(&entra_local::Scenario::demo(), &records, true).await.unwrap();
        records.close().await.unwrap();
    });
    archive
}

/// A line without what a tenant gives by itself: the number, the ids of timeline entries, the order of the services (by
/// their ids there), and the people of a restricted incident, whom the other tenant does not know.
fn portable(mut line: Value) -> Value {
    let object = line.as_object_mut().unwrap();
    object.remove("number");
    object.remove("people");
    object["services"].as_array_mut().unwrap().sort_by_key(|name| name.as_str().unwrap().to_owned());
    for entry in object["timeline"].as_array_mut().unwrap() {
        entry.as_object_mut().unwrap().remove("id");
    }
    line
}

fn by_origin(lines: Vec<Value>) -> Vec<Value> {
    let mut lines: Vec<_> = lines.into_iter().map(portable).collect();
    lines.sort_by_key(|line| line["origin"].as_str().unwrap().to_owned());
    lines
}

#[test]
fn what_another_tenant_takes_in_it_gives_out_again() {
    let archive = with_a_past();
    let file = archive.folder.path().join("out.jsonl");
    let export = Muster::on(archive.folder.path(), &["export", "--tenant", &FABRIKAM.to_string(), "--output"]);
    let ended = export.arg(&file).finish();
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), "40 incidents written\n"), "{ended:?}");
    assert_eq!(counts(&archive.import(CONTOSO, &[], &[&file]).success()), (40, 0));
    let (theirs, ours) = (archive.export(FABRIKAM), archive.export(CONTOSO));
    let numbers: Vec<_> = ours.iter().map(|line| line["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
    assert_eq!(by_origin(ours), by_origin(theirs.clone()));
    assert_eq!(counts(&archive.import(CONTOSO, &[], &[&file]).success()), (0, 40), "doing it again adds nothing");

    // Somebody declared most of them, a machine the rest; who it was is known in the other tenant too.
    let declarers: Vec<_> = theirs.iter().map(|line| line["declared_by"]["name"].as_str()).collect();
    assert!(declarers.contains(&Some("Dario")) && declarers.contains(&None), "{declarers:?}");

    // Where it came from, everything is there already.
    assert_eq!(counts(&archive.import(FABRIKAM, &[], &[&file]).success()), (0, 40));
    assert_eq!(archive.export(FABRIKAM), theirs);
}

#[test]
fn an_export_never_overwrites() {
    let archive = Archive::new();
    let taken = archive.file("taken.jsonl", "mine");
    let ended =
        Muster::on(archive.folder.path(), &["export", "--tenant", &CONTOSO.to_string(), "-o"]).arg(&taken).finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("name a file that does not exist yet"), "{}", ended.stderr);
    assert_eq!(std::fs::read(taken).unwrap(), b"mine");
}

/// What the database would refuse is refused before, and what it keeps is what was measured.
#[test]
fn a_note_at_its_limit_is_kept_however_it_is_composed() {
    let archive = with_a_past();
    let mut line = archive.export(FABRIKAM).remove(0);
    line["timeline"][0]["body"] = json!("e\u{301}".repeat(20_000));
    let file = archive.file("one.jsonl", line.to_string());
    assert_eq!(counts(&archive.import(CONTOSO, &[], &[&file]).success()), (1, 0));
    assert_eq!(archive.export(CONTOSO)[0]["timeline"][0]["body"], json!("\u{e9}".repeat(20_000)));
}

#[test]
fn an_export_that_fails_leaves_no_file() {
    let archive = with_a_past();
    run(async {
        let file = SqliteConnectOptions::new().filename(archive.folder.path().join("records.db"));
        let mut beside = SqliteConnection::connect_with(&file).await.unwrap();
        let spoil = "update incident set title = ' ' where number = (select max(number) from incident)";
        beside.execute(spoil).await.unwrap();
        beside.close().await.unwrap();
    });
    let out = archive.folder.path().join("out.jsonl");
    let arguments = ["export", "--tenant", &FABRIKAM.to_string(), "--output"];
    let ended = Muster::on(archive.folder.path(), &arguments).arg(&out).finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("column incident.title holds what Muster never writes"), "the cause: {ended:?}");
    let names = std::fs::read_dir(archive.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with("out.jsonl")).collect();
    assert_eq!(left, [""; 0]);
}

#[test]
fn faults_are_named_by_line_and_nothing_is_written() {
    let archive = Archive::new();
    let csv = archive.file("one.csv", "start_time,end_time,status,service\n0,60,1,mail\n");
    archive.import(FABRIKAM, &["--anchor", "2021-03-01"], &[&csv]).success();
    let first = archive.export(FABRIKAM).remove(0);
    let wrong = |change: fn(&mut Value)| {
        let mut line = first.clone();
        change(&mut line);
        line.to_string()
    };
    let lines = [
        first.to_string(),
        String::new(),
        "{".to_owned(),
        wrong(|line| line["title"] = json!("")),
        wrong(|line| line["severity"] = json!("SEV9")),
        wrong(|line| line["extra"] = json!(1)),
        wrong(|line| line["format"] = json!("muster.incident/2")),
        wrong(|line| line["status"] = json!("merged")),
        wrong(|line| line["origin"] = json!("a\u{0}b")),
        wrong(|line| line["times"]["declared_at"] = json!("0000-01-01T00:00:00+01:00")),
        wrong(|line| line["times"]["extra"] = json!(1)),
        first.to_string(),
    ];
    let file = archive.file("odd.jsonl", lines.join("\n"));
    let ended = archive.import(CONTOSO, &[], &[&file]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("odd.jsonl: 10 lines are wrong, nothing was imported"), "{}", ended.stderr);
    for line in 3..=12 {
        assert!(ended.stderr.contains(&format!("\n  line {line}: ")), "{line}: {}", ended.stderr);
    }
    assert_eq!(archive.export(CONTOSO).len(), 0);
}
