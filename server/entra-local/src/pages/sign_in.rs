//! The pages between request and code: account picker, password, consent.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;

use super::{
    html::{escape, join},
    layout::{Page, origins},
    picker,
};
use crate::{
    authorize::{AuthorizeRequest, Step},
    idp::Idp,
    scenario::{Account, HomeAccount},
};

/// What went wrong with the answer to the page before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A button that is on no list.
    UnknownEntry,
    /// What was typed.
    UnknownUsername(String),
    WrongPassword,
}

/// The attributes of the field that the alert is about.
const AT_FAULT: &str = r#" aria-invalid="true" aria-describedby="alert" autofocus"#;

impl Notice {
    fn text(&self) -> &'static str {
        match self {
            Self::UnknownEntry | Self::UnknownUsername(_) => {
                "AADSTS50034: There is no such account here. Check the username."
            }
            Self::WrongPassword => "AADSTS50126: The username or the password is not right.",
        }
    }
}

pub(crate) fn sign_in(
    idp: &Idp,
    interaction: &str,
    request: &AuthorizeRequest,
    step: &Step,
    signed_in: &[HomeAccount],
    notice: Option<&Notice>,
) -> Response {
    let app = escape(&request.app.name);
    let (title, content) = match step {
        Step::Pick(accounts) => ("Sign in", pick(idp, interaction, &app, accounts, signed_in, notice)),
        Step::Password(account) => ("Enter password", password(interaction, account, notice)),
        Step::Consent { account, .. } => ("Permissions requested", consent(interaction, &app, account, request)),
    };
    let alert = notice.map(|notice| format!(r#"<p id="alert" role="alert">{}</p>"#, notice.text())).unwrap_or_default();
    let body = format!("{alert}\n{content}\n{}", cancel(interaction));
    Page { title, body, form_targets: origins(&request.app.redirect_uris), ..Page::default() }.respond(StatusCode::OK)
}

fn form(interaction: &str, content: &str) -> String {
    format!(
        r#"<form method="post" action="/common/login">
<input type="hidden" name="interaction" value="{interaction}">
{content}
</form>"#
    )
}

fn pick(
    idp: &Idp,
    interaction: &str,
    app: &str,
    accounts: &[Arc<Account>],
    signed_in: &[HomeAccount],
    notice: Option<&Notice>,
) -> String {
    let list = form(interaction, &picker::groups(&idp.directory, accounts, signed_in));
    let typed = match notice {
        Some(Notice::UnknownUsername(username)) => format!(r#" value="{}"{AT_FAULT}"#, escape(username)),
        _ => String::new(),
    };
    let other = form(
        interaction,
        &format!(
            r#"<h2>Use another account</h2>
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required{typed}>
<button>Next</button>"#
        ),
    );
    format!("<p>to continue to <strong>{app}</strong></p>\n{list}\n{other}")
}

fn password(interaction: &str, account: &Account, notice: Option<&Notice>) -> String {
    let at_fault = if notice == Some(&Notice::WrongPassword) { AT_FAULT } else { "" };
    let content = format!(
        r#"<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{at_fault}>
<button class="primary">Sign in</button>"#
    );
    format!("<p>for <strong>{}</strong></p>\n{}", escape(&account.username), form(interaction, &content))
}

fn consent(interaction: &str, app: &str, account: &Account, request: &AuthorizeRequest) -> String {
    let names = request.scopes.names().iter();
    let scopes = join(names.map(|name| format!("<li>{}</li>\n", escape(name))));
    let accept = form(interaction, r#"<button class="primary" name="action" value="accept">Accept</button>"#);
    format!(
        "<p><strong>{app}</strong> asks {} for:</p>\n<ul class=\"scopes\">\n{scopes}</ul>\n{accept}",
        escape(&account.name)
    )
}

fn cancel(interaction: &str) -> String {
    form(interaction, r#"<button name="action" value="cancel">Cancel</button>"#)
}
