//! The pages of B2C user flows.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;

use super::{
    html::{escape, join},
    layout::{Page, origins},
    profile,
};
use crate::{
    b2c::{Request, Step},
    scenario::{Account, UserFlowKind},
};

/// What went wrong with the answer to the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum B2cNotice {
    UnknownAccount,
    WrongPassword,
    Incomplete,
    AlreadyThere,
}

impl B2cNotice {
    fn text(self) -> &'static str {
        match self {
            Self::UnknownAccount => "We can't seem to find your account.",
            Self::WrongPassword => "Your password is incorrect.",
            Self::Incomplete => "Fill in every field, and an e-mail address with an @.",
            Self::AlreadyThere => "A user with that e-mail address already exists. Sign in instead.",
        }
    }
}

pub(crate) fn user_flow(
    interaction: &str,
    request: &Request,
    step: &Step,
    people: &[Arc<Account>],
    notice: Option<B2cNotice>,
) -> Response {
    let form = |content: &str| form(interaction, content);
    let (title, content) = match step {
        Step::SignIn => ("Sign in", sign_in(request, people, &form)),
        Step::Password(account) => (
            "Enter password",
            format!(
                "<p>for <strong>{}</strong></p>\n{}",
                escape(&account.username),
                form(
                    r#"<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="primary">Sign in</button>"#
                )
            ),
        ),
        Step::SignUp => ("Sign up", form(&profile::sign_up())),
        Step::EditProfile(account) => ("Edit your profile", form(&profile::edit(account))),
        Step::ResetPassword => ("Reset your password", form(&profile::reset())),
    };
    let alert = notice.map(|notice| format!(r#"<p id="alert" role="alert">{}</p>"#, notice.text())).unwrap_or_default();
    let cancel = form(r#"<button name="action" value="cancel">Cancel</button>"#);
    let body = format!("{alert}\n{content}\n{cancel}");
    Page { title, body, form_targets: origins(&request.app.redirect_uris), ..Page::default() }.respond(StatusCode::OK)
}

fn sign_in(request: &Request, people: &[Arc<Account>], form: &dyn Fn(&str) -> String) -> String {
    let entries = join(people.iter().map(|account| {
        format!(
            r#"<li><button name="account" value="{}"><span class="name">{}</span> <span class="username">{}</span></button></li>
"#,
            account.key(),
            escape(&account.name),
            escape(&account.username)
        )
    }));
    let hint = escape(request.login_hint.as_deref().unwrap_or_default());
    let typed = format!(
        r#"<label for="username">Email address</label>
<input id="username" name="username" type="email" autocomplete="username" value="{hint}" required>
<button class="primary">Sign in</button>"#
    );
    let forgot = r#"<button name="action" value="forgot">Forgot your password?</button>"#;
    let sign_up = match request.authority.flow.kind {
        UserFlowKind::SignUpSignIn => form(r#"<button name="action" value="sign-up">Sign up now</button>"#),
        _ => String::new(),
    };
    format!(
        "<p>to continue to <strong>{app}</strong></p>\n{list}\n{typed}\n{forgot}\n{sign_up}",
        app = escape(&request.app.name),
        list = form(&format!("<ul class=\"accounts\">\n{entries}</ul>")),
        typed = form(&typed),
        forgot = form(forgot),
    )
}

fn form(interaction: &str, content: &str) -> String {
    format!(
        r#"<form method="post" action="/entra-local/user-flow">
<input type="hidden" name="interaction" value="{interaction}">
{content}
</form>"#
    )
}
