//! When the client secret ends. The authority does not say so to the application, so somebody has to write it down.

use time::Date;
use time::macros::format_description;

use super::reader::Reader;

/// `AZURE_CLIENT_SECRET_EXPIRES` or `MUSTER_OIDC_CLIENT_SECRET_EXPIRES`, the day that was shown beside the secret.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<Date> {
    day(reader, "AZURE_CLIENT_SECRET_EXPIRES").or_else(|| day(reader, "MUSTER_OIDC_CLIENT_SECRET_EXPIRES"))
}

fn day(reader: &mut Reader<'_>, name: &str) -> Option<Date> {
    let text = reader.text(name)?;
    let date = Date::parse(&text, format_description!("[year]-[month]-[day]")).ok();
    if date.is_none() {
        reader.problem(name, Some(text), "must be the day on which the secret ends, such as 2027-05-31");
    }
    date
}
