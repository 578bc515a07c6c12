//! The key ring: how many keys, and whether any looks made up by a person.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;

use super::Finding;
use crate::config::KeySource;

const CHECK: &str = "key_ring";
/// Of 32 random bytes some 30 differ; fewer than this happens once in 10^20.
const FEWEST_BYTES: usize = 14;

pub(super) fn findings(source: &KeySource) -> Vec<Finding> {
    let text = match source {
        KeySource::Given(secret) => secret.expose_secret().to_owned(),
        KeySource::File(path) if !path.exists() => {
            let finding = format!("{} will be made at the first start.", path.display());
            return vec![Finding::ok(CHECK, finding)];
        }
        KeySource::File(path) => match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let finding = format!("{} cannot be read: {error}.", path.display());
                let fix = "Let the user that Muster runs as read it, and nobody else.";
                return vec![Finding::problem(CHECK, finding, fix.to_owned())];
            }
        },
    };
    match identity::KeyRing::parse(text.trim()) {
        Ok(_) => looked_at(&text),
        Err(error) => vec![Finding::problem(CHECK, format!("It holds no key ring: {error}."), with_a_key())],
    }
}

fn looked_at(text: &str) -> Vec<Finding> {
    let entries: Vec<(&str, Vec<u8>)> = text
        .split(',')
        .filter_map(|entry| entry.trim().split_once(':'))
        .map(|(kid, key)| (kid, URL_SAFE_NO_PAD.decode(key).unwrap_or_default()))
        .collect();
    let mut findings = Vec::new();
    for (position, (kid, key)) in entries.iter().enumerate() {
        if key.iter().collect::<HashSet<_>>().len() < FEWEST_BYTES {
            let finding = format!("The key `{kid}` does not look random.");
            findings.push(Finding::problem(CHECK, finding, with_a_key()));
        } else if entries[..position].iter().any(|(_, other)| other == key) {
            let finding = format!("The key `{kid}` is another's copy: taking one of them out would end nothing.");
            findings.push(Finding::problem(CHECK, finding, with_a_key()));
        }
    }
    if findings.is_empty() {
        let kids: Vec<_> = entries.iter().map(|(kid, _)| format!("`{kid}`")).collect();
        let more = if kids.len() == 1 { "" } else { ", the first seals, all of them open" };
        findings.push(Finding::ok(CHECK, format!("{} of them, newest first: {}{more}.", kids.len(), kids.join(", "))));
    }
    findings
}

fn with_a_key() -> String {
    "Put a key that `muster key` made in front of MUSTER_KEY_RING, and take this one out once its sessions are over."
        .to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::doctor::Level;

    fn of(ring: &str) -> Vec<Finding> {
        findings(&KeySource::Given(SecretString::from(ring)))
    }

    #[test]
    fn a_key_that_somebody_made_up_is_noticed_and_none_is_shown() {
        let made = identity::KeyRing::generate().unwrap();
        let (_, key) = made.split_once(':').unwrap();
        assert_eq!(of(&made)[0].level, Level::Ok);
        let zero = "A".repeat(43);
        for (ring, problems) in [
            (format!("new:{zero}"), 1),
            (format!("new:{key},old:{zero}"), 1),
            (format!("new:{key},old:{key}"), 1),
            (format!("new:{}", URL_SAFE_NO_PAD.encode("hunter2hunter2hunter2hunter2hunt")), 1),
            ("new:short".to_owned(), 1),
        ] {
            let found = of(&ring);
            assert_eq!(found.iter().filter(|one| one.level == Level::Problem).count(), problems, "{found:?}");
            let shown = format!("{found:?}");
            assert!(!shown.contains(key) && !shown.contains(&zero), "{shown}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_yet_is_made_by_the_server_and_not_by_the_doctor() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key-ring");
        assert_eq!(findings(&KeySource::File(path.clone()))[0].level, Level::Ok);
        assert!(!path.exists());
    }

    #[test]
    fn what_cannot_be_read_is_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(findings(&KeySource::File(folder.path().to_owned()))[0].level, Level::Problem);
    }
}
