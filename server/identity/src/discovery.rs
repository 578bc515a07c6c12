//! The authority's metadata (OpenID Connect Discovery 1.0), read by ourselves because Entra's issuer is a template and that
//! of Azure AD B2C is never the authority's own URL.

use http::{StatusCode, header};
use openidconnect::HttpResponse;
use serde::Deserialize;
use time::Duration;
use url::Url;

use crate::{
    cached::Freshness,
    config::{Realm, is_https_or_loopback},
    error::UpstreamError,
    outgoing,
};

/// Twice a day, as Microsoft's own libraries; an old copy serves a week, endpoints hardly ever move.
pub(crate) const FRESHNESS: Freshness =
    Freshness { refresh_after: Duration::hours(12), last_known_good: Duration::days(7), floor: Duration::seconds(30) };

const ENDPOINT: &str = "metadata";

/// What is needed of the metadata.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ProviderMetadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: Url,
    pub(crate) jwks_uri: Url,
    pub(crate) end_session_endpoint: Option<Url>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Initiating User Registration via OpenID Connect 1.0 section 4.
    #[serde(default)]
    prompt_values_supported: Vec<String>,
    /// Entra: which cloud this is.
    #[serde(default)]
    pub(crate) cloud_instance_name: Option<String>,
    /// RFC 9207: authorization responses carry `iss`.
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

impl ProviderMetadata {
    /// Fetches and checks the metadata of `realm`. Registrations with keys of their own have metadata of their own, asked for
    /// by `app_id` ("Access tokens in the Microsoft identity platform", validating signatures).
    pub(crate) async fn fetch(
        http: &reqwest::Client,
        realm: &Realm,
        app_id: Option<&str>,
    ) -> Result<Self, UpstreamError> {
        let response = Self::ask(http, realm, app_id).await?;
        Self::read(&response, realm)
    }

    /// The first half of [`Self::fetch`]: what comes back, whatever it is.
    pub(crate) async fn ask(
        http: &reqwest::Client,
        realm: &Realm,
        app_id: Option<&str>,
    ) -> Result<HttpResponse, UpstreamError> {
        let mut url = realm.metadata_url();
        if let Some(app_id) = app_id {
            url = format!("{url}?appid={app_id}");
        }
        let request = http::Request::get(url).header(header::ACCEPT, "application/json").body(Vec::new());
        let request = request.map_err(|_| UpstreamError::Unreadable { endpoint: ENDPOINT, reason: "not a URL" })?;
        outgoing::send(http, ENDPOINT, request).await
    }

    /// The second half of [`Self::fetch`].
    pub(crate) fn read(response: &HttpResponse, realm: &Realm) -> Result<Self, UpstreamError> {
        if response.status() != StatusCode::OK {
            let (status, retry_after) = (response.status().as_u16(), outgoing::retry_after(response.headers()));
            return Err(UpstreamError::Status { endpoint: ENDPOINT, status, retry_after });
        }
        let metadata: Self = serde_json::from_slice(response.body())
            .map_err(|_| UpstreamError::Unreadable { endpoint: ENDPOINT, reason: "not the JSON it should be" })?;
        metadata.check(realm)?;
        Ok(metadata)
    }

    /// The issuer must be the one that follows from the settings, literally, or else anybody's metadata could vouch for
    /// anybody; and of one of Microsoft's clouds the metadata must not say that it is another.
    pub(crate) fn check(&self, realm: &Realm) -> Result<(), UpstreamError> {
        if !realm.is_issuer(&self.issuer) {
            return Err(UpstreamError::Metadata { reason: "the issuer is not that of the configured authority" });
        }
        if let (Some(expected), Some(named)) = (realm.cloud_instance(), &self.cloud_instance_name)
            && expected != named
        {
            return Err(UpstreamError::Metadata { reason: "it is another cloud's than the configured authority's" });
        }
        let endpoints = [Some(&self.authorization_endpoint), Some(&self.token_endpoint), Some(&self.jwks_uri)];
        let endpoints = endpoints.into_iter().chain([self.end_session_endpoint.as_ref()]).flatten();
        for endpoint in endpoints {
            if !is_https_or_loopback(endpoint) {
                return Err(UpstreamError::Metadata { reason: "an endpoint is not https" });
            }
        }
        Ok(())
    }

    /// Whether the provider says that it can ask which account.
    pub(crate) fn announces_account_picker(&self) -> bool {
        self.prompt_values_supported.iter().any(|value| value == "select_account")
    }

    /// OpenID Connect Core 1.0 section 9: Basic unless the metadata leaves it out.
    pub(crate) fn accepts_basic(&self) -> bool {
        self.token_endpoint_auth_methods_supported
            .as_ref()
            .is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::config::{
        Authority, B2cAuthority, EntraAuthority, EntraTenant, ExternalIdAuthority, FlowKind, OidcAuthority,
        PUBLIC_CLOUD,
    };

    fn entra(base: &str, tenant: EntraTenant) -> Realm {
        Realm::Entra(EntraAuthority { base: base.parse().unwrap(), tenant, allowed_tenants: None })
    }

    fn oidc(issuer: &str) -> Realm {
        let authority = Authority::Oidc(OidcAuthority {
            issuer: issuer.parse().unwrap(),
            tenant_id: Uuid::nil(),
            tenant_name: String::new(),
            role_claim: "roles".to_owned(),
        });
        authority.realm(FlowKind::SignIn, None).unwrap()
    }

    fn metadata(issuer: &str) -> ProviderMetadata {
        ProviderMetadata {
            issuer: issuer.to_owned(),
            authorization_endpoint: "https://op.example/authorize".parse().unwrap(),
            token_endpoint: "https://op.example/token".parse().unwrap(),
            jwks_uri: "https://op.example/keys".parse().unwrap(),
            end_session_endpoint: None,
            token_endpoint_auth_methods_supported: None,
            cloud_instance_name: None,
            authorization_response_iss_parameter_supported: false,
            prompt_values_supported: Vec::new(),
        }
    }

    #[test]
    fn metadata_of_another_issuer_is_not_ours() {
        let fits = |realm: &Realm, issuer: &str| metadata(issuer).check(realm).is_ok();
        let at = |tenant| entra("https://login.example/", tenant);
        let template = "https://login.example/{tenantid}/v2.0";
        assert!(fits(&at(EntraTenant::Organizations), template));
        assert!(fits(&at(EntraTenant::Common), template));
        assert!(!fits(&at(EntraTenant::Consumers), template));
        assert!(fits(&at(EntraTenant::Consumers), "https://login.example/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"));
        assert!(!fits(&at(EntraTenant::Single(Uuid::nil())), template));
        let single = format!("https://login.example/{}/v2.0", Uuid::nil());
        assert!(fits(&at(EntraTenant::Single(Uuid::nil())), &single));
        assert!(!fits(&at(EntraTenant::Organizations), &single));
        assert!(!fits(&at(EntraTenant::Organizations), "https://evil.example/{tenantid}/v2.0"));

        assert!(fits(&oidc("https://op.example"), "https://op.example"));
        assert!(fits(&oidc("https://op.example"), "https://op.example/"));
        assert!(fits(&oidc("https://op.example/a"), "https://op.example/a"));
        assert!(!fits(&oidc("https://op.example/a"), "https://op.example/a/"));
        assert!(!fits(&oidc("https://op.example"), "https://op.example.evil"));

        let tenant_id = Uuid::nil();
        let base = "https://contoso.ciamlogin.com".parse().unwrap();
        let external = Realm::ExternalId(ExternalIdAuthority { base, tenant_id });
        assert!(fits(&external, &format!("https://{tenant_id}.ciamlogin.com/{tenant_id}/v2.0")));
        assert!(!fits(&external, "https://evil.ciamlogin.com/evil/v2.0"));
        let authority = B2cAuthority {
            base: "https://contoso.b2clogin.com/contoso.onmicrosoft.com".parse().unwrap(),
            tenant_id,
            sign_in_policy: "B2C_1_susi".to_owned(),
            edit_profile_policy: None,
            reset_password_policy: None,
            role_claim: "roles".to_owned(),
        };
        let b2c = Realm::B2c { authority, policy: "B2C_1_susi".to_owned() };
        assert!(fits(&b2c, &format!("https://contoso.b2clogin.com/{tenant_id}/v2.0/")));
        assert!(!fits(&b2c, "https://evil.b2clogin.com/evil/v2.0/"));
    }

    #[test]
    fn metadata_of_another_cloud_is_not_ours() {
        let realm = entra(PUBLIC_CLOUD, EntraTenant::Organizations);
        let mut metadata = metadata("https://login.microsoftonline.com/{tenantid}/v2.0");
        for (named, fits) in [(None, true), (Some("microsoftonline.com"), true), (Some("microsoftonline.us"), false)] {
            metadata.cloud_instance_name = named.map(str::to_owned);
            assert_eq!(metadata.check(&realm).is_ok(), fits, "{named:?}");
        }
    }

    #[test]
    fn an_endpoint_in_clear_text_is_refused() {
        let good = metadata("https://op.example");
        assert_eq!(good.check(&oidc("https://op.example")), Ok(()));
        let clear: Url = "http://op.example/x".parse().unwrap();
        for spoilt in [
            ProviderMetadata { authorization_endpoint: clear.clone(), ..good.clone() },
            ProviderMetadata { token_endpoint: clear.clone(), ..good.clone() },
            ProviderMetadata { jwks_uri: clear.clone(), ..good.clone() },
            ProviderMetadata { end_session_endpoint: Some(clear), ..good.clone() },
        ] {
            assert!(spoilt.check(&oidc("https://op.example")).is_err(), "{spoilt:?}");
        }
    }
}
