//! `muster tenants`.

use services::ports::AuditStore;
use tempfile::TempDir;

use crate::support::{CONTOSO, FABRIKAM, Muster, run};

#[test]
fn the_list_says_what_was_decided_and_the_audit_log_who_did() {
    let folder = TempDir::new().unwrap();
    Muster::on(folder.path(), &["migrate"]).finish().success();
    let (contoso, fabrikam) = (CONTOSO.to_string(), FABRIKAM.to_string());
    let tenants = |arguments: &[&str]| {
        let arguments = [&["tenants"], arguments].concat();
        Muster::on(folder.path(), &arguments).finish()
    };
    assert_eq!(tenants(&["list"]).success(), "");
    assert_eq!(tenants(&["allow", &contoso, "--name", "Contoso Ltd"]).success(), format!("{contoso}: allowed\n"));
    let blocked = tenants(&["block", &fabrikam, "--reason", "Left\nin May"]).success();
    assert_eq!(blocked, format!("{fabrikam}: blocked; it was not known here before\n"));
    let list = tenants(&["list"]).success();
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split('\t').collect()).collect();
    let by = |command: &str| format!("muster tenants {command} (command line)");
    assert_eq!((rows.len(), rows[0].len()), (2, 6), "{list}");
    assert_eq!(
        [rows[0][0], rows[0][1], rows[0][3], rows[0][4], rows[0][5]],
        [contoso.as_str(), "allowed", "Contoso Ltd", &by("allow"), ""]
    );
    assert_eq!(
        [rows[1][0], rows[1][1], rows[1][3], rows[1][4], rows[1][5]],
        [fabrikam.as_str(), "blocked", "-", &by("block"), "Left in May"]
    );
    run(async {
        let url = storage::RecordsUrl::file(folder.path().join("records.db"));
        let records = storage::Records::open(&url, &storage::RecordsOptions::default()).await.unwrap();
        for (tenant, action) in [(CONTOSO, "tenant.allow"), (FABRIKAM, "tenant.block")] {
            let lines = records.recent(tenant, 10).await.unwrap();
            assert_eq!((lines.len(), lines[0].action.as_str()), (1, action));
            assert!(lines[0].actor_name.ends_with("(command line)"), "{lines:?}");
            assert_eq!(lines[0].target, format!("tenant:{tenant}"));
        }
        records.close().await.unwrap();
    });
}

#[test]
fn whom_it_blocked_is_said_by_name() {
    let folder = TempDir::new().unwrap();
    Muster::on(folder.path(), &["migrate"]).finish().success();
    let (contoso, fabrikam) = (CONTOSO.to_string(), FABRIKAM.to_string());
    let tenants = |arguments: &[&str]| Muster::on(folder.path(), arguments).finish().success();
    tenants(&["tenants", "allow", &contoso, "--name", "Contoso Ltd"]);
    tenants(&["tenants", "allow", &fabrikam]);
    for (id, says) in [
        (&contoso, format!("{contoso} (Contoso Ltd): blocked; its sessions are over\n")),
        (&fabrikam, format!("{fabrikam}: blocked; its sessions are over\n")),
    ] {
        assert_eq!(tenants(&["tenants", "block", id]), says);
    }
}

#[test]
fn what_is_wrong_is_said_before_anything_is_made() {
    let folder = TempDir::new().unwrap();
    let id = CONTOSO.to_string();
    let long = "x".repeat(121);
    for arguments in [
        &["tenants", "list"] as &[&str],
        &["tenants", "allow", "contoso"],
        &["tenants", "allow", &id, "--name", &long],
        &["tenants", "allow", &id, "--name", " "],
        &["tenants", "block", &id],
    ] {
        let ended = Muster::on(folder.path(), arguments).finish();
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{arguments:?}");
    }
}

#[test]
fn nobody_is_called_allowed_whom_the_bound_keeps_out() {
    let folder = TempDir::new().unwrap();
    Muster::on(folder.path(), &["migrate"]).finish().success();
    let (contoso, fabrikam) = (CONTOSO.to_string(), FABRIKAM.to_string());
    let allow = |tenant: &str, within: &str| {
        Muster::on(folder.path(), &["tenants", "allow", tenant]).set("MUSTER_ALLOWED_TENANTS", within).finish()
    };
    let refused = allow(&fabrikam, &contoso);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{refused:?}");
    assert!(refused.stderr.contains("MUSTER_ALLOWED_TENANTS"), "{}", refused.stderr);
    assert_eq!(allow(&fabrikam, "contoso").code, Some(2), "a bound that cannot be read is no bound");
    assert_eq!(Muster::on(folder.path(), &["tenants", "list"]).finish().success(), "");
    allow(&contoso, &format!("{contoso}, {fabrikam}")).success();
}
