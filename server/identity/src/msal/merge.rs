//! What is brought, together with what is there.

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{
    document::{ACCESS_TOKEN, REFRESH_TOKEN},
    import::{Incoming, MOST_KEPT},
    report::MsalLeft,
};
use crate::tokens::TokenRecord;

/// What became of one person's tokens.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) refresh: bool,
    pub(super) access: usize,
    pub(super) kept: usize,
    pub(super) left: Vec<(&'static str, MsalLeft)>,
}

/// Adds to `record` what is newer than what it has.
pub(super) fn into(record: &mut TokenRecord, incoming: &Incoming) -> Merged {
    let mut merged = Merged { kept: incoming.kept(), ..Merged::default() };
    if let Some(refresh) = &incoming.refresh {
        // A refresh token has no date, so it is as new as what came along with it.
        if record.refresh.is_none() || incoming.newest > newest(record) {
            record.refresh = Some(refresh.clone());
            record.settle_all();
            merged.refresh = true;
        } else {
            merged.left.push((REFRESH_TOKEN, MsalLeft::NotNewer));
        }
    }
    for token in &incoming.access {
        if record.save_unless_newer(token.clone()) {
            merged.access += 1;
        } else {
            merged.left.push((ACCESS_TOKEN, MsalLeft::NotNewer));
        }
    }
    record.foreign = together(&record.foreign, &incoming.foreign);
    merged
}

/// When something about these tokens was learnt last.
fn newest(record: &TokenRecord) -> Option<OffsetDateTime> {
    let signed_in = record.account.as_ref().map(|account| account.signed_in_at);
    record.access.iter().map(|token| Some(token.cached_at)).fold(signed_in, Option::max)
}

/// What is kept for MSAL of both; of the newer one alone if that is too much.
fn together(before: &Map<String, Value>, new: &Map<String, Value>) -> Map<String, Value> {
    let mut both = before.clone();
    for (member, value) in new {
        match (both.get_mut(member), value) {
            (Some(Value::Object(entries)), Value::Object(new)) => {
                entries.extend(new.iter().map(|(key, entry)| (key.clone(), entry.clone())));
            }
            _ => {
                both.insert(member.clone(), value.clone());
            }
        }
    }
    let size = Value::Object(both.clone()).to_string().len();
    if size > 2 * MOST_KEPT { new.clone() } else { both }
}
