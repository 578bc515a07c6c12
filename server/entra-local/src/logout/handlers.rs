//! The HTTP side of signing out.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use http::header;
use url::Url;

use super::request::{Choice, Return, read_accounts, read_return};
use crate::{
    authorize::AuthorizeError,
    idp::Idp,
    pages,
    params::Params,
    random, redirect,
    scenario::HomeAccount,
    session::{SignedIn, Visitor},
    trace::Trace,
};

pub(crate) async fn by_get(State(idp): State<Arc<Idp>>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    begin(&idp, &visitor, &Params::parse(&query.unwrap_or_default()))
}

pub(crate) async fn by_post(State(idp): State<Arc<Idp>>, visitor: Visitor, body: String) -> Response {
    begin(&idp, &visitor, &Params::parse(&body))
}

fn begin(idp: &Idp, visitor: &Visitor, params: &Params) -> Response {
    let back = read_return(idp, params);
    match read_accounts(params, &visitor.session) {
        Some(accounts) => end(idp, visitor, &accounts, back),
        None => ask(idp, visitor, back),
    }
}

fn ask(idp: &Idp, visitor: &Visitor, back: Return) -> Response {
    let id = random::opaque();
    let members = visitor.session.accounts.iter().filter_map(|entry| idp.directory.member(entry.account));
    let accounts: Vec<_> = members.collect();
    let targets: Vec<Url> = back.next.iter().cloned().collect();
    let mut response = pages::choose_sign_out(&idp.directory, &id, &accounts, &targets);
    let choice = Choice { back, browser: visitor.browser.clone() };
    idp.sign_outs.with(|pending| pending.insert(id, choice, idp.now()));
    if let Some(cookie) = visitor.browser_cookie(idp) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Takes the form of the page that asks.
pub(crate) async fn choose(State(idp): State<Arc<Idp>>, trace: Trace, visitor: Visitor, body: String) -> Response {
    let form = Params::parse(&body);
    let now = idp.now();
    let pending = form.get("choice").and_then(|id| idp.sign_outs.with(|pending| pending.take(id, now)));
    let Some(choice) = pending.filter(|choice| choice.browser == visitor.browser) else {
        return pages::refused(&AuthorizeError::InteractionGone.sts(), &trace);
    };
    let signed_in = visitor.session.accounts.iter().map(|entry| entry.account);
    let accounts: Vec<HomeAccount> = match form.get("account") {
        Some(key) => signed_in.filter(|home| format!("{}.{}", home.oid, home.tenant) == key).collect(),
        None => signed_in.collect(),
    };
    end(&idp, &visitor, &accounts, choice.back)
}

/// Ends the sessions. With nobody else to tell the browser moves on at once.
pub(crate) fn end(idp: &Idp, visitor: &Visitor, accounts: &[HomeAccount], back: Return) -> Response {
    let gone = visitor.sign_out(idp, accounts);
    let frames = front_channel(idp, &gone, &back);
    match back.next {
        Some(next) if frames.is_empty() => redirect::found(&next),
        next => pages::signed_out(&frames, next),
    }
}

/// The front-channel logout URLs (OpenID Connect Front-Channel Logout 1.0) of every application but the one that began.
fn front_channel(idp: &Idp, gone: &[SignedIn], back: &Return) -> Vec<Url> {
    let mut urls = Vec::new();
    for signed_in in gone {
        for (client_id, issuer) in signed_in.apps.iter().filter(|(client_id, _)| Some(*client_id) != back.initiator) {
            let app = idp.directory.app(&client_id.to_string());
            if let Some(uri) = app.and_then(|app| app.front_channel_logout_uri.clone()) {
                let mut uri = uri;
                uri.query_pairs_mut().append_pair("iss", issuer).append_pair("sid", &signed_in.sid.to_string());
                urls.push(uri);
            }
        }
    }
    urls
}
