//! The pages between request and code: account picker, password, consent.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;

use super::{
    html::{escape, join},
    layout::{Page, origins},
    picker, profile,
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
    /// A sign-up form with something missing.
    Incomplete,
    /// A sign-up with the address of an account that exists.
    AlreadyThere,
}

/// The attributes of the field that the alert is about.
const AT_FAULT: &str = r#" aria-invalid="true" aria-describedby="alert" autofocus"#;

impl Notice {
    fn text(&self) -> &'static str {
        match self {
            Self::UnknownEntry | Self::UnknownUsername(_) => {
                "AADSTS50034: There is no such account here. Check the username."
            }
            Self::Incomplete => "Fill in every field, and an e-mail address with an @.",
            Self::AlreadyThere => "An account with that address already exists. Sign in instead.",
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
        Step::Pick(accounts) => ("Sign in", pick(idp, interaction, request, accounts, signed_in, notice)),
        Step::Password(account) => ("Enter password", password(interaction, account, notice)),
        Step::SecondFactor(account) => ("Approve sign-in request", second_factor(interaction, account)),
        Step::Consent { account, .. } => ("Permissions requested", consent(interaction, &app, account, request)),
        Step::AdminConsent(account) => {
            ("Permissions for your organization", for_everybody(idp, interaction, &app, account, request))
        }
        Step::NotAdministrator(account) => ("Need admin approval", not_administrator(interaction, &app, account)),
        Step::SignUp => ("Create account", form(interaction, &profile::sign_up())),
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
    request: &AuthorizeRequest,
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
    let sign_up = if idp.directory.customers_at(request.authority).is_some() {
        form(interaction, r#"<button name="action" value="sign-up">No account? Create one</button>"#)
    } else {
        String::new()
    };
    let app = escape(&request.app.name);
    format!("<p>to continue to <strong>{app}</strong></p>\n{list}\n{other}\n{sign_up}")
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

fn second_factor(interaction: &str, account: &Account) -> String {
    let approve = form(interaction, r#"<button class="primary" name="action" value="approve">Approve</button>"#);
    format!("<p>Use your second factor to sign <strong>{}</strong> in.</p>\n{approve}", escape(&account.username))
}

fn for_everybody(idp: &Idp, interaction: &str, app: &str, account: &Account, request: &AuthorizeRequest) -> String {
    let organisation = idp.directory.tenant(account.tenant).map_or("your organization", |tenant| tenant.name.as_str());
    let accept = form(interaction, r#"<button class="primary" name="action" value="accept">Accept</button>"#);
    format!(
        "<p><strong>{app}</strong> asks for everybody in <strong>{}</strong>:</p>\n{}\n{accept}",
        escape(organisation),
        scopes(request)
    )
}

fn not_administrator(interaction: &str, app: &str, account: &Account) -> String {
    let other = form(interaction, r#"<button name="action" value="other">Use another account</button>"#);
    format!(
        "<p><strong>{app}</strong> needs permission that only an administrator can give. <strong>{}</strong> is none \
         (AADSTS90094).</p>\n{other}",
        escape(&account.username)
    )
}

fn scopes(request: &AuthorizeRequest) -> String {
    let names = join(request.scopes.names().iter().map(|name| format!("<li>{}</li>\n", escape(name))));
    format!("<ul class=\"scopes\">\n{names}</ul>")
}

fn consent(interaction: &str, app: &str, account: &Account, request: &AuthorizeRequest) -> String {
    let accept = form(interaction, r#"<button class="primary" name="action" value="accept">Accept</button>"#);
    format!("<p><strong>{app}</strong> asks {} for:</p>\n{}\n{accept}", escape(&account.name), scopes(request))
}

fn cancel(interaction: &str) -> String {
    form(interaction, r#"<button name="action" value="cancel">Cancel</button>"#)
}
