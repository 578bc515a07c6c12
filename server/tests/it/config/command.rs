//! The command itself: what it says and the code it ends with.

use tempfile::TempDir;

use crate::support::{Muster, free_port, site_root};

#[test]
fn help_helps() {
    let text = Muster::new(&["--help"]).finish().success();
    for word in ["serve", "migrate", "import", "export", "backup", "restore", "key", "Exit codes"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let text = Muster::new(&["import", "--help"]).finish().success();
    for word in ["--tenant", "--anchor", "--format"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let text = Muster::new(&["sessions", "revoke", "--help"]).finish().success();
    for words in ["Only this person of the tenant; needs --tenant", "Everybody of every tenant; needs --yes"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(Muster::new(&["--version"]).finish().success().starts_with("muster "));
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for arguments in [&[] as &[&str], &["sevre"], &["import"], &["serve", "--port", "1"], &["backup"]] {
        let ended = Muster::new(arguments).finish();
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        assert!(ended.stdout.is_empty() && ended.stderr.contains("Usage"), "{arguments:?}: {ended:?}");
    }
}

#[test]
fn wrong_settings_are_all_said_and_are_exit_code_2() {
    let folder = TempDir::new().unwrap();
    let ended = Muster::on(folder.path(), &["serve"])
        .set("MUSTER_SITE_ROOT", &site_root().display().to_string())
        .set("MUSTER_LISTEN", "nowhere")
        .set("AZURE_TENANT_ID", "contoso")
        .set("AZURE_CLIENT_SECRET", "hunter2")
        .set("MUSTER_DATABASE_URL", "postgres://u:hunter2@db:port/x")
        .finish();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.starts_with("muster: 5 settings cannot be used:\n"), "{}", ended.stderr);
    let names = ["MUSTER_LISTEN", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "MUSTER_DATABASE_URL", "MUSTER_PUBLIC_URL"];
    for name in names {
        assert!(ended.stderr.contains(&format!("\n  {name}")), "{name}: {}", ended.stderr);
    }
    assert!(!ended.stderr.contains("hunter2") && ended.stdout.is_empty(), "{ended:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_misspelt_data_folder_is_refused_before_another_one_is_written() {
    let folder = TempDir::new().unwrap();
    let (home, meant) = (folder.path().join("home"), folder.path().join("meant"));
    for command in [&["restore", "copy.tar.gz"] as &[&str], &["backup", "copy.tar.gz"], &["migrate"]] {
        let ended = Muster::new(command)
            .set("HOME", &home.display().to_string())
            .set("MUSTER_DATADIR", &meant.display().to_string())
            .set("MUSTER_LOG_FORMAT", "xml")
            .finish();
        assert_eq!(ended.code, Some(2), "{command:?}: {ended:?}");
        for name in ["MUSTER_DATADIR: is no setting", "MUSTER_LOG_FORMAT is `xml`"] {
            assert!(ended.stderr.contains(name), "{command:?}: {}", ended.stderr);
        }
        assert!(!home.exists() && !meant.exists(), "{command:?}: nothing was made");
    }
}

#[test]
fn nothing_is_made_before_all_settings_are_fine() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let ended = Muster::on(&data, &["serve"])
        .set("MUSTER_SITE_ROOT", &site_root().display().to_string())
        .set("MUSTER_SESSION_ABSOLUTE", "1h")
        .finish();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("MUSTER_SESSION_ABSOLUTE is `1h`"), "{}", ended.stderr);
    assert!(!data.exists());
}

#[test]
fn what_turns_out_to_be_of_no_use_is_named_too() {
    let folder = TempDir::new().unwrap();
    let no_site = Muster::on(folder.path(), &["serve"]).set("MUSTER_SITE_ROOT", "/nonexistent").finish();
    assert_eq!(no_site.code, Some(2), "{no_site:?}");
    assert!(no_site.stderr.contains("MUSTER_SITE_ROOT is `/nonexistent`"), "{}", no_site.stderr);
    let file = folder.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let no_folder = Muster::on(&file, &["migrate"]).finish();
    assert_eq!(no_folder.code, Some(2), "{no_folder:?}");
    assert!(no_folder.stderr.contains("MUSTER_DATA_DIR is `"), "{}", no_folder.stderr);
}

#[test]
fn a_port_that_is_taken_is_exit_code_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = TempDir::new().unwrap();
    let site = folder.path().join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    let ended = Muster::on(folder.path(), &["serve", "--empty"])
        .set("MUSTER_SITE_ROOT", &site.display().to_string())
        .set("MUSTER_LISTEN", &taken.local_addr().unwrap().to_string())
        .set("MUSTER_ENTRA_LOCAL_LISTEN", &format!("127.0.0.1:{}", free_port()))
        .finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("MUSTER_LISTEN is `127.0.0.1:"), "{}", ended.stderr);
}

#[test]
fn a_port_of_the_development_sign_in_that_is_taken_is_named_before_anything_is_made_up() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (folder, address) = (TempDir::new().unwrap(), taken.local_addr().unwrap().to_string());
    let ended = Muster::on(folder.path(), &["serve"])
        .set("MUSTER_SITE_ROOT", &site_root().display().to_string())
        .set("MUSTER_LISTEN", &format!("127.0.0.1:{}", free_port()))
        .set("MUSTER_ENTRA_LOCAL_LISTEN", &address)
        .finish();
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended:?}");
    let says = format!("muster: MUSTER_ENTRA_LOCAL_LISTEN is `{address}`, which cannot be used: ");
    assert!(ended.stderr.starts_with(&says) && ended.stderr.contains("name another address"), "{}", ended.stderr);
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("copy.tar.gz").display().to_string();
    let tenant = "7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";
    for arguments in [
        &["key"] as &[&str],
        &["migrate"],
        &["tenants", "allow", tenant],
        &["tenants", "list"],
        &["tenants", "block", tenant],
        &["backup", &copy],
        &["restore", &copy],
        &["doctor", "--offline"],
        &["doctor", "--offline", "--json"],
    ] {
        let ended = Muster::on(folder.path(), arguments)
            .set("MUSTER_SITE_ROOT", &site_root().display().to_string())
            .set("MUSTER_LISTEN", &format!("127.0.0.1:{}", free_port()))
            .unheard();
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
    let manifest = Muster::new(&["doctor", "--manifest"]).set("MUSTER_PUBLIC_URL", "https://muster.example").unheard();
    assert_eq!(manifest.code, Some(0), "{manifest:?}");
    assert!(manifest.stderr.starts_with("1. "), "the instructions go elsewhere: {manifest:?}");
}

/// But a disk that is full is one.
#[test]
fn what_cannot_be_written_is_said() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = Muster::new(&["key"]).printing_to(full).finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.starts_with("muster: standard output: "), "{}", ended.stderr);
}

#[test]
fn a_key_is_made_and_is_another_each_time() {
    let key = || Muster::new(&["key"]).finish().success().trim().to_owned();
    let (first, second) = (key(), key());
    assert_ne!(first, second);
    assert!(identity::KeyRing::parse(&first).is_ok(), "{first}");
}
