//! How long the credential lasts: its end is the end of every sign-in.

use identity::{Authority, ClientCertificate, ClientCredential};
use time::{Date, OffsetDateTime};

use super::Finding;
use crate::config::{Settings, SignIn};

pub(super) const CHECK: &str = "client_secret_expiry";

/// The setting that the secret is in.
fn setting(sign_in: &SignIn) -> &'static str {
    match sign_in {
        SignIn::Provider { authority: Authority::Oidc(_), .. } => "MUSTER_OIDC_CLIENT_SECRET",
        SignIn::Provider { .. } | SignIn::Local(_) => "AZURE_CLIENT_SECRET",
    }
}

/// Warns 60 days before, louder as the day comes nearer; the portal gives a secret 24 months at most.
fn lasts(setting: &str, until: Option<Date>, today: Date) -> Finding {
    let Some(until) = until else {
        let finding = "When the client secret ends is not written down, and the provider does not say so.";
        let fix = format!("Set {setting}_EXPIRES to the day that was shown beside the secret, so that this can warn.");
        return Finding::warning(CHECK, finding.to_owned(), fix);
    };
    let fix = format!(
        "Add a second client secret where the application is registered, set {setting} to it, restart, then delete the old one."
    );
    left(CHECK, "client secret", until, today, fix)
}

fn left(check: &'static str, what: &str, until: Date, today: Date, fix: String) -> Finding {
    let days = (until - today).whole_days();
    let left = format!("The {what} ends on {until}, in {days} {}", if days == 1 { "day" } else { "days" });
    match days {
        ..0 => Finding::problem(check, format!("The {what} ended on {until}: nobody can sign in."), fix),
        0..=7 => Finding::warning(check, format!("{left}: replace it now."), fix),
        8..=30 => Finding::warning(check, format!("{left}: replace it this month."), fix),
        31..=60 => Finding::warning(check, format!("{left}: plan its replacement."), fix),
        _ => Finding::ok(check, format!("{left}.")),
    }
}

/// A certificate says itself when it ends.
fn certificate_lasts(certificate: &ClientCertificate, now: OffsetDateTime) -> Finding {
    const CHECK: &str = "client_certificate_expiry";
    let fix = "Make a new certificate, upload it in the portal beside the old one, then replace the file: it counts without a restart.";
    match certificate.inspect() {
        Ok(info) if info.not_before > now => Finding::problem(
            CHECK,
            format!("The client certificate does not count before {}.", info.not_before.date()),
            "Use it later, or look at this machine's clock.".to_owned(),
        ),
        Ok(info) => left(CHECK, "client certificate", info.not_after.date(), now.date(), fix.to_owned()),
        Err(error) => {
            Finding::problem(CHECK, format!("The client certificate cannot be used: {error}."), fix.to_owned())
        }
    }
}

/// How long the credential of these settings lasts, if that can be known at all.
pub(super) fn finding(settings: &Settings, now: OffsetDateTime) -> Option<Finding> {
    match &settings.sign_in {
        SignIn::Provider { credential: ClientCredential::Certificate(certificate), .. } => {
            Some(certificate_lasts(certificate, now))
        }
        SignIn::Provider { credential: ClientCredential::Secret(_), .. } => {
            Some(lasts(setting(&settings.sign_in), settings.client_secret_expires, now.date()))
        }
        // A token that is renewed all the time, and a secret of this process's own.
        SignIn::Provider { .. } | SignIn::Local(_) => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::doctor::Level;

    #[test]
    fn the_end_is_announced_60_30_and_7_days_before() {
        let of = |until| lasts("AZURE_CLIENT_SECRET", Some(until), date!(2026 - 11 - 25));
        for (until, level, word) in [
            (date!(2027 - 01 - 25), Level::Ok, "in 61 days."),
            (date!(2027 - 01 - 24), Level::Warning, "plan"),
            (date!(2026 - 12 - 25), Level::Warning, "this month"),
            (date!(2026 - 12 - 02), Level::Warning, "now"),
            (date!(2026 - 11 - 25), Level::Warning, "in 0 days: replace it now"),
            (date!(2026 - 11 - 24), Level::Problem, "ended"),
        ] {
            let found = of(until);
            assert_eq!(found.level, level, "{found:?}");
            assert!(found.finding.contains(word), "{found:?}");
        }
        assert_eq!(lasts("AZURE_CLIENT_SECRET", None, date!(2026 - 11 - 25)).level, Level::Warning);
    }

    #[test]
    fn the_fix_names_the_setting_of_the_provider_that_is_used() {
        let provider = |authority| SignIn::Provider {
            authority,
            client_id: String::new(),
            credential: ClientCredential::Secret(String::new().into()),
        };
        let issuer: url::Url = "https://op.example".parse().unwrap();
        let plain = provider(Authority::Oidc(identity::OidcAuthority {
            issuer: issuer.clone(),
            tenant_id: uuid::Uuid::nil(),
            tenant_name: String::new(),
            role_claim: String::new(),
        }));
        let entra = provider(Authority::Entra(identity::EntraAuthority {
            base: issuer,
            tenant: identity::EntraTenant::Common,
            allowed_tenants: None,
        }));
        for (sign_in, name) in [(plain, "MUSTER_OIDC_CLIENT_SECRET"), (entra, "AZURE_CLIENT_SECRET")] {
            let today = date!(2026 - 11 - 25);
            let over = lasts(setting(&sign_in), today.previous_day(), today);
            assert!(over.fix.is_some_and(|fix| fix.contains(&format!("set {name} to it"))), "{name}");
            let unknown = lasts(setting(&sign_in), None, today);
            assert!(unknown.fix.is_some_and(|fix| fix.contains(&format!("Set {name}_EXPIRES to"))), "{name}");
        }
    }
}
