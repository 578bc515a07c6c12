//! Collections, a page at a time: `$top`, `$count`, `@odata.nextLink` (Microsoft Learn, "Paging Microsoft Graph data").

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::{call::Call, error::GraphError};

/// What Graph sends unless it is asked for more or less.
const USUAL: usize = 100;
const MOST: usize = 999;
const SKIP: &str = "$skiptoken";

/// The options that any collection takes.
pub(super) const OPTIONS: [&str; 4] = ["$top", "$count", "$select", SKIP];

pub(super) fn page(call: &Call, context: &str, items: Vec<Value>) -> Result<Value, GraphError> {
    let top = match call.query.get("$top") {
        None => USUAL,
        Some(text) => {
            let top = text.parse().ok().filter(|top| (1..=MOST).contains(top));
            top.ok_or_else(|| GraphError::PageSize(text.to_owned()))?
        }
    };
    let skip = match call.query.get(SKIP) {
        None => 0,
        Some(token) => token.parse().map_err(|_| GraphError::Syntax(SKIP))?,
    };
    let (count, end) = (items.len(), skip + top);
    let mut body = json!({ "@odata.context": call.context(context) });
    if call.eventual && call.query.get("$count") == Some("true") {
        body["@odata.count"] = json!(count);
    }
    if end < count {
        body["@odata.nextLink"] = json!(next(call, end));
    }
    body["value"] = items.into_iter().skip(skip).take(top).collect();
    Ok(body)
}

/// The same request, from there on.
fn next(call: &Call, from: usize) -> String {
    let kept = call.query.iter().filter(|(name, _)| *name != SKIP);
    let query = Serializer::new(String::new()).extend_pairs(kept).append_pair(SKIP, &from.to_string()).finish();
    format!("{}{}?{query}", call.idp.base, call.path)
}
