//! The successful answer of the token endpoint.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use time::Duration;

use super::{
    access_token,
    error::TokenError,
    grant::{RefreshGrant, Subject},
    id_token,
    life::Life,
};
use crate::{
    idp::Idp,
    random,
    scenario::{AppRegistration, HomeAccount},
};

/// How long Entra's refresh tokens of confidential clients are good without being used.
const REFRESH_LIFE: Duration = Duration::days(90);

pub(crate) fn tokens(
    idp: &Idp,
    app: &AppRegistration,
    subject: &Subject,
    client_info_asked: bool,
) -> Result<Value, TokenError> {
    let key = idp.keys.current().ok_or(TokenError::NoKey)?;
    let resource = subject.scopes.single_resource().ok_or(TokenError::SeveralResources)?;
    let life = Life::draw(idp, app, resource, subject.claims.cp1);
    let mut body = json!({
        "token_type": "Bearer",
        "scope": subject.scopes.granted(),
        "expires_in": life.span.whole_seconds(),
        "ext_expires_in": life.span.whole_seconds(),
        "access_token": access_token::sign(idp, &key, app, subject, life)?,
    });
    if let Some(seconds) = life.refresh_in {
        body["refresh_in"] = json!(seconds);
    }
    if subject.scopes.contains("openid") {
        body["id_token"] = json!(id_token::sign(idp, &key, app, subject)?);
    }
    idp.note_facts(subject.session);
    if subject.scopes.contains("offline_access") && !idp.control.withholds_refresh_tokens() {
        body["refresh_token"] = json!(issue_refresh_token(idp, app, subject));
    }
    if client_info_asked {
        body["client_info"] = json!(client_info(subject.account.home()));
    }
    Ok(body)
}

fn issue_refresh_token(idp: &Idp, app: &AppRegistration, subject: &Subject) -> String {
    let now = idp.now();
    let token = format!("1.{}", random::opaque());
    let grant = RefreshGrant {
        client_id: app.client_id,
        home: subject.account.home(),
        tenant: subject.account.tenant,
        scopes: subject.scopes.clone(),
        session: subject.session,
        issued: now,
        spent: false,
        expires: now + REFRESH_LIFE,
    };
    idp.refresh_tokens.with(|tokens| tokens.insert(token.clone(), grant, now));
    token
}

/// `{"uid","utid"}` in base64url: the home account, which is the same wherever the person is a guest.
pub(crate) fn client_info(home: HomeAccount) -> String {
    URL_SAFE_NO_PAD.encode(json!({ "uid": home.oid, "utid": home.tenant }).to_string())
}

/// The same at B2C, where one person has an account for each user flow.
pub(crate) fn client_info_of_policy(home: HomeAccount, policy: &str) -> String {
    let uid = format!("{}-{policy}", home.oid);
    URL_SAFE_NO_PAD.encode(json!({ "uid": uid, "utid": home.tenant }).to_string())
}
