//! Rules about the repository itself: sizes, layers, and where a condition on a feature may stand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What git tracks.
fn tracked() -> Vec<String> {
    let listed = Command::new("git").args(["ls-files"]).current_dir(root()).output().unwrap();
    assert!(listed.status.success(), "git ls-files failed: these tests read a checkout");
    let all = String::from_utf8(listed.stdout).unwrap();
    all.lines().map(str::to_owned).filter(|path| root().join(path).is_file()).collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "rs")
}

/// Rust files that are no tests, with their lines up to an inline test module.
fn sources() -> BTreeMap<String, Vec<String>> {
    let is_test = |path: &str| path.contains("/tests/") || path.ends_with("/tests.rs");
    let sources = tracked().into_iter().filter(|path| is_rust(path) && !is_test(path));
    sources
        .map(|path| {
            let lines = without_tests(&read(&path));
            (path, lines)
        })
        .collect()
}

/// `mod tests;` names a file of its own: what follows it is no test.
fn without_tests(text: &str) -> Vec<String> {
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let module = lines.iter().position(|line| line == "mod tests {").unwrap_or(lines.len());
    let attribute = lines[..module].iter().rposition(|line| line == "#[cfg(test)]").filter(|_| module < lines.len());
    lines[..attribute.unwrap_or(module)].to_vec()
}

#[test]
fn files_are_small() {
    let mut sizes: Vec<(usize, String)> = sources().into_iter().map(|(path, lines)| (lines.len(), path)).collect();
    sizes.sort();
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let index = (sizes.len() as f64 * share) as usize;
        sizes[index.min(sizes.len() - 1)].clone()
    };
    assert!(at(0.5).0 <= 100, "half of the files have more than 100 lines: {:?}", at(0.5));
    assert!(at(0.9).0 <= 250, "a tenth of the files has more than 250 lines: {:?}", at(0.9));
    let largest: Vec<_> = sizes.iter().filter(|(lines, _)| *lines > 400).collect();
    assert!(largest.is_empty(), "more than 400 lines: {largest:?}");
    assert!(read("server/src/main.rs").lines().count() <= 40);
}

#[test]
fn the_top_level_is_the_agreed_one() {
    let folders: BTreeSet<_> =
        tracked().into_iter().filter_map(|path| path.split_once('/').map(|(top, _)| top.to_owned())).collect();
    let visible: Vec<_> = folders.iter().filter(|name| !name.starts_with('.')).collect();
    assert_eq!(visible, ["app", "end2end", "frontend", "public", "server", "style"]);
}

#[test]
fn conditions_on_features_stand_in_few_places() {
    // Whichever attribute or macro it stands in, and on whichever of its lines.
    let condition = |line: &&String| line.contains("feature = \"");
    let mut pages = 0;
    for (path, lines) in sources() {
        let found = lines.iter().filter(condition).count();
        if path.starts_with("app/src") || path.starts_with("frontend/") {
            pages += found;
        } else {
            assert!(found == 0 || path.ends_with("/lib.rs"), "{path}: a feature gates whole modules, in lib.rs");
        }
    }
    assert!(pages <= 8, "{pages} conditions in app and frontend; the budget is 8");
}

#[test]
fn one_place_of_the_server_speaks_of_people_in_both_vocabularies() {
    for (path, lines) in sources().into_iter().filter(|(path, _)| path.starts_with("server/src/")) {
        let mentions =
            |word: &str| lines.iter().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
        let both = mentions("domain::") && mentions("identity::");
        let there = path == "server/src/actor.rs" || path.starts_with("server/src/actor/");
        assert_eq!(both, there, "{path}");
    }
}

#[test]
fn crates_depend_in_one_direction() {
    let metadata =
        cargo_metadata::MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let names: BTreeSet<_> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[] as &[&str]),
        ("services", &["domain"]),
        ("storage", &["domain", "services"]),
        ("app", &["domain", "services"]),
        ("frontend", &["app"]),
        ("identity", &[]),
        ("entra-local", &[]),
        ("server", &["app", "domain", "entra-local", "identity", "services", "storage"]),
    ]);
    assert_eq!(names, allowed.keys().map(ToString::to_string).collect());
    for package in &metadata.packages {
        for dependency in &package.dependencies {
            let ours = names.contains(&dependency.name);
            let for_tests = dependency.kind == cargo_metadata::DependencyKind::Development;
            let fine = allowed[package.name.as_str()].contains(&dependency.name.as_str());
            assert!(!ours || for_tests || fine, "{} must not depend on {}", package.name, dependency.name);
            let server_half = package.name.as_str() == "app" && dependency.name == "services";
            assert!(!server_half || dependency.optional, "the browser's half of app must not know services");
            let strange = strangers(&package.name).contains(&dependency.name.as_str());
            assert!(!strange || for_tests, "{} must not know {}", package.name, dependency.name);
        }
    }
}

/// What a crate must not know, by the packages that would bring it in.
fn strangers(package: &str) -> Vec<&'static str> {
    const HTTP: [&str; 8] =
        ["axum", "axum-server", "http", "hyper", "reqwest", "tower", "tower-http", "tower-sessions"];
    const PAGES: [&str; 5] = ["leptos", "leptos_axum", "leptos_meta", "leptos_router", "server_fn"];
    const SQL: [&str; 2] = ["sea-orm", "sqlx"];
    const SIGN_IN: [&str; 3] = ["fred", "jsonwebtoken", "openidconnect"];
    let groups: &[&[&str]] = match package {
        "domain" => &[&HTTP, &PAGES, &SQL, &SIGN_IN, &["tokio", "rand", "getrandom"]],
        "services" => &[&HTTP, &PAGES, &SQL, &SIGN_IN],
        "storage" => &[&HTTP, &PAGES, &SIGN_IN],
        // Its embedded store is a SQLite file.
        "identity" => &[&PAGES, &["sea-orm"]],
        "entra-local" => &[&PAGES, &SQL, &["fred", "openidconnect"]],
        "app" | "frontend" => &[&SQL, &SIGN_IN, &["reqwest"]],
        "server" => &[&SQL, &SIGN_IN],
        _ => &[],
    };
    groups.concat()
}

#[test]
fn nothing_of_the_machine_or_a_registry_is_written_down() {
    let hosts = [["registry", ".npmjs.org"].concat(), ["index.", "crates.io"].concat(), ["/root", "/"].concat()];
    for path in tracked() {
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else { continue };
        for host in &hosts {
            assert!(!text.contains(host.as_str()), "{path} names {host}");
        }
    }
}
