//! Client authentication: `client_secret_post` or `client_secret_basic` (RFC 6749 section 2.3.1), or an assertion (RFC 7523
//! section 2.2); never two of them.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, header};
use url::form_urlencoded;

use super::{assertion, error::TokenError};
use crate::{
    authority::{Authority, Fit, fit},
    idp::Idp,
    params::Params,
    scenario::AppRegistration,
};

/// Whether the request carries an `Authorization` header.
pub(crate) fn is_basic(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
}

/// The application that the credentials prove.
pub(crate) fn authenticate(
    idp: &Idp,
    authority: Authority,
    headers: &HeaderMap,
    form: &Params,
) -> Result<Arc<AppRegistration>, TokenError> {
    let (client_id, secret) = credentials(headers, form)?;
    let app = idp.directory.app(&client_id).ok_or(TokenError::UnknownClient)?;
    match fit(app, authority) {
        Fit::Fits => {}
        Fit::NotMultiTenant => return Err(TokenError::NotMultiTenant),
        Fit::NotThere => return Err(TokenError::UnknownClient),
    }
    match (form.get("client_assertion"), secret) {
        (Some(_), Some(_)) => return Err(TokenError::Credentials),
        (Some(assertion), None) => {
            let kind = form.get("client_assertion_type").ok_or(TokenError::Missing("client_assertion_type"))?;
            assertion::verify(idp, authority, app, kind, assertion)?;
        }
        (None, None) => return Err(TokenError::NoCredential),
        (None, Some(secret)) if !app.client_secret.matches(&secret) => return Err(TokenError::WrongSecret),
        (None, Some(_)) if idp.control.secret_has_expired(app.client_id) => return Err(TokenError::ExpiredSecret),
        (None, Some(_)) => {}
    }
    Ok(Arc::clone(app))
}

/// The client id and the secret of a request, which must not carry two pairs.
pub(crate) fn credentials(headers: &HeaderMap, form: &Params) -> Result<(String, Option<String>), TokenError> {
    if !is_basic(headers) {
        let client_id = form.get("client_id").ok_or(TokenError::Missing("client_id"))?;
        return Ok((client_id.to_owned(), form.get("client_secret").map(str::to_owned)));
    }
    let (client_id, secret) = basic(headers).ok_or(TokenError::Credentials)?;
    let contradicts = form.get("client_id").is_some_and(|sent| sent != client_id);
    if contradicts || form.get("client_secret").is_some() {
        return Err(TokenError::Credentials);
    }
    Ok((client_id, Some(secret)))
}

/// Both halves are form-encoded before they are joined.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (client_id, secret) = decoded.split_once(':')?;
    Some((form_decode(client_id), form_decode(secret)))
}

/// Reads the text as the value of a pair, so that `+` and `%` mean what they do in a form.
fn form_decode(text: &str) -> String {
    let pair = format!("v={}", text.replace('&', "%26"));
    form_urlencoded::parse(pair.as_bytes()).map(|(_, value)| value.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_form_decoded() {
        let mut headers = HeaderMap::new();
        let encoded = STANDARD.encode("id:a%2Bb+c&d=e");
        if let Ok(value) = format!("basic {encoded}").parse() {
            headers.insert(header::AUTHORIZATION, value);
        }
        assert_eq!(basic(&headers), Some(("id".to_owned(), "a+b c&d=e".to_owned())));
    }
}
