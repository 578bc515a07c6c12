//! What several operations take besides a body, as the document describes it. Handlers read it by themselves.
#![expect(dead_code, reason = "fields of a description")]

use utoipa::IntoParams;

/// The incident that an operation is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneIncident {
    /// As people say it.
    #[param(example = "INC-1042", pattern = "^([Ii][Nn][Cc]-)?[0-9]{1,10}$")]
    number: String,
}

/// The condition of a change (RFC 9110 section 13.1.1).
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct InVersion {
    /// The version that the change is meant for, as its `ETag` has it. Without it the answer is 428.
    #[param(rename = "If-Match", pattern = r#"^(\*|(W/)?"[!#-~]*"(, (W/)?"[!#-~]*")*)$"#)]
    if_match: Option<String>,
}
