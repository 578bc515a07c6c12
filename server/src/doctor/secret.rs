//! How long the client secret lasts: the end of one is the end of every sign-in.

use time::Date;

use super::Finding;

const CHECK: &str = "client_secret_expiry";
const FIX: &str =
    "Add a second client secret in the portal, set AZURE_CLIENT_SECRET to it, restart, then delete the old one.";

/// Warns 60 days before, louder as the day comes nearer; the portal gives a secret 24 months at most.
pub(super) fn lasts(until: Option<Date>, today: Date) -> Finding {
    let Some(until) = until else {
        let finding = "When the client secret ends is not written down, and the provider does not say so.";
        let fix = "Set AZURE_CLIENT_SECRET_EXPIRES (MUSTER_OIDC_CLIENT_SECRET_EXPIRES for another provider) to the day that \
                   was shown beside it, so that this can warn.";
        return Finding::warning(CHECK, finding.to_owned(), fix.to_owned());
    };
    let days = (until - today).whole_days();
    let left = format!("The client secret ends on {until}, in {days} {}", if days == 1 { "day" } else { "days" });
    match days {
        ..0 => {
            Finding::problem(CHECK, format!("The client secret ended on {until}: nobody can sign in."), FIX.to_owned())
        }
        0..=7 => Finding::warning(CHECK, format!("{left}: replace it now."), FIX.to_owned()),
        8..=30 => Finding::warning(CHECK, format!("{left}: replace it this month."), FIX.to_owned()),
        31..=60 => Finding::warning(CHECK, format!("{left}: plan its replacement."), FIX.to_owned()),
        _ => Finding::ok(CHECK, format!("{left}.")),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::doctor::Level;

    #[test]
    fn the_end_is_announced_60_30_and_7_days_before() {
        let of = |until| lasts(Some(until), date!(2026 - 11 - 25));
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
        assert_eq!(lasts(None, date!(2026 - 11 - 25)).level, Level::Warning);
    }
}
