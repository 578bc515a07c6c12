//! The fields of a customer's profile: at sign-up, when it is edited, and for a new password.

use super::html::escape;
use crate::scenario::Account;

pub(super) fn sign_up() -> String {
    let fields = [field("email", "Email address", "email", "email", ""), optional_password(), names("", "", "")];
    format!("{}\n{}", fields.concat(), button("create", "Create"))
}

pub(super) fn edit(account: &Account) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let fields = names(&text(&account.given_name), &text(&account.family_name), &account.name);
    format!("{fields}\n{}", button("save", "Continue"))
}

pub(super) fn reset() -> String {
    let fields = [
        field("email", "Email address", "email", "email", ""),
        field("new_password", "New password", "password", "new-password", ""),
    ];
    format!("{}\n{}", fields.concat(), button("reset", "Continue"))
}

fn names(given: &str, family: &str, display: &str) -> String {
    [
        field("given_name", "Given name", "text", "given-name", given),
        field("family_name", "Surname", "text", "family-name", family),
        field("display_name", "Display name", "text", "name", display),
    ]
    .concat()
}

fn field(name: &str, label: &str, kind: &str, autocomplete: &str, value: &str) -> String {
    format!(
        r#"<label for="{name}">{label}</label>
<input id="{name}" name="{name}" type="{kind}" autocomplete="{autocomplete}" value="{}" required>
"#,
        escape(value)
    )
}

fn optional_password() -> String {
    r#"<label for="new_password">New password (none: sign in with one click)</label>
<input id="new_password" name="new_password" type="password" autocomplete="new-password">
"#
    .to_owned()
}

fn button(action: &str, text: &str) -> String {
    format!(r#"<button class="primary" name="action" value="{action}">{text}</button>"#)
}
