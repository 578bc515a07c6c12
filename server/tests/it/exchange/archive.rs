//! The CSV layout of the Cloud Uptime Archive, in files made by hand.

use serde_json::json;
use services::{Clock, SystemClock};

use super::{Archive, counts};
use crate::support::CONTOSO;

const HEADER: &str = "start_time,end_time,status,service\n";

#[test]
fn rows_arrive_as_resolved_retrospectives_with_their_true_times() {
    let archive = Archive::new();
    let rows = "0.0,3600.0,1.0,mail\n86400.0,90000.5,0.19999999999999996,\"chat, voice\"\n100000,100000,0.04,mail\n";
    let file = archive.file("made_by_hand.csv", format!("{HEADER}{rows}"));
    let printed = archive.import(CONTOSO, &["--anchor", "2021-03-01"], &[&file]).success();
    assert_eq!(counts(&printed), (3, 0), "{printed}");
    let lines = archive.export(CONTOSO);
    assert_eq!(lines.len(), 3);
    for line in &lines {
        assert_eq!(
            (&line["kind"], &line["status"], &line["source"]),
            (&json!("retrospective"), &json!("resolved"), &json!("import"))
        );
    }
    let second = &lines[1];
    assert_eq!(second["title"], "Outage of chat, voice");
    assert_eq!(second["services"], json!(["chat, voice"]));
    assert_eq!(second["severity"], "SEV3");
    assert_eq!(second["times"]["impact_started_at"], "2021-03-02T00:00:00Z");
    assert_eq!(second["times"]["resolved_at"], "2021-03-02T01:00:00Z");
    assert_eq!(second["origin"], "uptime-archive:made_by_hand.csv:chat, voice:86400");
    assert_eq!((&lines[0]["severity"], &lines[2]["severity"]), (&json!("SEV1"), &json!("SEV5")));
}

#[test]
fn importing_again_adds_only_what_is_missing() {
    let archive = Archive::new();
    let anchor = ["--anchor", "2021-03-01"];
    let file = archive.file("trace.csv", format!("{HEADER}0,60,0.5,mail\n60,120,0.5,mail\n"));
    assert_eq!(counts(&archive.import(CONTOSO, &anchor, &[&file]).success()), (2, 0));
    let before = archive.export(CONTOSO);
    assert_eq!(counts(&archive.import(CONTOSO, &anchor, &[&file]).success()), (0, 2));
    assert_eq!(archive.export(CONTOSO), before);
    archive.file("trace.csv", format!("{HEADER}0,60,0.5,mail\n30,90,0.5,chat\n60,120,0.5,mail\n"));
    assert_eq!(counts(&archive.import(CONTOSO, &anchor, &[&file]).success()), (1, 2));
    // Another file of the same content is another trace.
    let other = archive.file("other.csv", format!("{HEADER}0,60,0.5,mail\n"));
    assert_eq!(counts(&archive.import(CONTOSO, &anchor, &[&other]).success()), (1, 0));
}

#[test]
fn malformed_rows_are_named_by_line_and_nothing_is_written() {
    let archive = Archive::new();
    let mut rows = format!(
        "{HEADER}0,60,0.5,mail\nsoon,60,0.5,mail\n0,60,0.5\n90,60,0.5,mail\n0,60,2,mail\n0,60,0.5,\n0,70,0.1,mail\n"
    )
    .into_bytes();
    rows.extend(b"0,60,0.5,\xff\n1,2,0.5,chat\n");
    let file = archive.file("odd.csv", rows);
    let ended = archive.import(CONTOSO, &["--anchor", "2021-03-01"], &[&file]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("odd.csv: 7 lines are wrong, nothing was imported"), "{}", ended.stderr);
    for fault in [
        "line 3: start_time: `soon` is not a number",
        "line 4: has 3 columns",
        "line 5: end_time: lies before start_time",
        "line 6: status: `2` is not a number between 0 and 1",
        "line 7: service: must not be empty",
        "line 8: repeats start_time 0 of mail",
        "line 9: is not UTF-8",
    ] {
        assert!(ended.stderr.contains(fault), "{fault}: {}", ended.stderr);
    }
    assert_eq!(archive.export(CONTOSO).len(), 0);
}

#[test]
fn of_many_faults_the_first_are_shown_and_the_rest_counted() {
    let archive = Archive::new();
    let rows = (0..50).map(|n| format!("{n},-1,0.5,mail\n")).collect::<Vec<_>>().concat();
    let file = archive.file("all_wrong.csv", format!("{HEADER}{rows}"));
    let ended = archive.import(CONTOSO, &["--anchor", "2021-03-01"], &[&file]);
    assert!(ended.stderr.contains("50 lines are wrong") && ended.stderr.contains("and 30 more"), "{}", ended.stderr);
    assert_eq!(ended.stderr.matches("\n  line ").count(), 20);
}

#[test]
fn with_one_wrong_file_none_is_imported_and_every_file_is_looked_at() {
    let archive = Archive::new();
    let right = archive.file("right.csv", format!("{HEADER}0,60,0.5,mail\n"));
    let wrong = archive.file("wrong.csv", "service,start\n");
    let odd = archive.file("odd.csv", format!("{HEADER}\r\n0,60,0.5,mail\r\nsoon,60,0.5,mail\r\n"));
    let ended = archive.import(CONTOSO, &["--anchor", "2021-03-01"], &[&right, &wrong, &odd]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended:?}");
    assert!(ended.stderr.contains("wrong.csv: 1 line is wrong, nothing was imported"), "{}", ended.stderr);
    assert!(ended.stderr.contains("line 1: the header must be"), "{}", ended.stderr);
    assert!(ended.stderr.contains("odd.csv: 1 line is wrong"), "{}", ended.stderr);
    assert!(ended.stderr.contains("line 4: start_time: `soon`"), "{}", ended.stderr);
    assert_eq!(archive.export(CONTOSO).len(), 0);
}

#[test]
fn an_anchor_in_the_future_is_refused_for_all_files_and_the_latest_that_works_is_named_and_works() {
    let archive = Archive::new();
    let early = archive.file("early.csv", format!("{HEADER}0,60,0.5,mail\n"));
    let late = archive.file("late.csv", format!("{HEADER}0,60,0.5,mail\n864000,864060,0.5,mail\n"));
    let import = |anchor: &str| archive.import(CONTOSO, &["--anchor", anchor], &[&early, &late]);
    // The first file alone could begin today.
    let today = SystemClock.now().to_datetime().date();
    for anchor in ["2999-01-01", &today.previous_day().unwrap().to_string()] {
        let ended = import(anchor);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended:?}");
        assert_eq!(archive.export(CONTOSO).len(), 0, "nothing of the first file was written");
    }
    let ended = import("2999-01-01");
    let (_, latest) = ended.stderr.trim().split_once("the latest date that works is ").unwrap();
    let date = time::Date::parse(latest, time::macros::format_description!("[year]-[month]-[day]")).unwrap();
    // Midnight may pass between the two runs, so it is the day after next that is surely too late.
    let ended = import(&date.next_day().unwrap().next_day().unwrap().to_string());
    assert_eq!(ended.code, Some(1), "{latest} is not the latest: {ended:?}");
    assert_eq!(counts(&import(latest).success()), (3, 0));
}

#[test]
fn what_comes_through_a_pipe_is_refused() {
    let archive = Archive::new();
    for arguments in [&["--format", "jsonl"] as &[&str], &["--format", "uptime-archive", "--anchor", "2021-03-01"]] {
        let ended = archive.import(CONTOSO, arguments, &[std::path::Path::new("/dev/null")]);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains("/dev/null: is no regular file"), "{}", ended.stderr);
    }
    let folder = archive.import(CONTOSO, &["--format", "jsonl"], &[archive.folder.path()]);
    assert_eq!(folder.code, Some(2), "{folder:?}");
}

#[test]
fn an_anchor_that_nobody_can_write_down_is_refused() {
    let archive = Archive::new();
    let csv = archive.file("trace.csv", format!("{HEADER}0,60,0.5,mail\n"));
    for anchor in ["9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00"] {
        let ended = archive.import(CONTOSO, &["--anchor", anchor], &[&csv]);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains("is not a date"), "{}", ended.stderr);
    }
}

#[test]
fn what_is_missing_on_the_command_line_is_asked_for() {
    let archive = Archive::new();
    let csv = archive.file("trace.csv", HEADER);
    let other = archive.file("trace.txt", HEADER);
    for (arguments, file, words) in [
        (&[] as &[&str], &csv, "--anchor DATE"),
        (&["--anchor", "yesterday"], &csv, "`yesterday` is not a date"),
        (&["--anchor", "2021-02-30"], &csv, "is not a date"),
        (&["--anchor", "2021-03-01"], &other, "--format jsonl or --format uptime-archive"),
    ] {
        let ended = archive.import(CONTOSO, arguments, &[file]);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    let missing = archive.folder.path().join("missing.csv");
    let ended = archive.import(CONTOSO, &["--anchor", "2021-03-01"], &[&missing]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("missing.csv: No such file"), "{}", ended.stderr);
}
