//! What a record says about the tokens of every sign-in, without using one.

use time::OffsetDateTime;

use super::{
    error::InteractionRequired,
    interaction::Interaction,
    record::{Age, CLOCKS_APART, TokenRecord},
    request::TokenRequest,
    scopes::Scopes,
    step::InteractionStep,
};
use crate::claims::AccountId;

/// How it stands with somebody's tokens for certain scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TokenStanding {
    /// The end of the access token that lasts longest.
    pub(crate) expires_at: Option<OffsetDateTime>,
    /// What only the person can do about it.
    pub(crate) interaction: Option<InteractionStep>,
}

impl TokenStanding {
    /// By the record of a person; without one there are no tokens, and a sign-in brings them back.
    pub(crate) fn of(record: Option<&TokenRecord>, scopes: &Scopes, now: OffsetDateTime) -> Self {
        let Some(record) = record else {
            return Self { expires_at: None, interaction: Some(InteractionStep::SignIn) };
        };
        let fitting = record.access.iter().filter(|token| {
            let ours = token.granted.overlap(scopes) || token.asked.overlap(scopes);
            token.tenant.is_none() && ours && token.cached_at <= now + CLOCKS_APART && token.age(now) != Age::Expired
        });
        let expires_at = fitting.map(|token| token.expires_at).max();
        let renewable = record.refresh.as_ref().is_some_and(|token| token.is_alive(now));
        let lost = (expires_at.is_none() && !renewable).then_some(InteractionStep::SignIn);
        Self { expires_at, interaction: record.refused_for(scopes).map(|refusal| refusal.step).or(lost) }
    }
}

impl TokenRecord {
    /// The authority has refused a refresh for this request: only the person can help.
    pub(super) fn note_refusal(&mut self, request: &TokenRequest, required: &InteractionRequired) {
        // What a tenant asks where the person is a guest says nothing about where they are at home.
        if request.tenant.is_none() {
            self.refuse(request.thumbprint(), required);
        }
    }

    /// What a sign-in of `account` has to bring for these scopes, if the authority has refused a refresh.
    pub(crate) fn outstanding(&self, account: &AccountId, scopes: &Scopes) -> Option<Interaction> {
        self.refused_for(scopes).map(|refusal| Interaction::of_refusal(account, refusal))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use time::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::{
        error::{ClaimsChallenge, ProviderError},
        tokens::{
            record::{CachedAccess, RefreshToken},
            tests::bench,
        },
    };

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn scopes(text: &str) -> Scopes {
        text.parse().unwrap()
    }

    fn access(text: &str, life: Duration) -> CachedAccess {
        bench::access("secret", text, life)
    }

    fn refresh() -> RefreshToken {
        RefreshToken { secret: "secret".to_owned().into(), expires_at: None }
    }

    fn record(access: Vec<CachedAccess>, refresh: Option<RefreshToken>) -> TokenRecord {
        let mut record = TokenRecord::default();
        (record.access, record.refresh) = (access, refresh);
        record
    }

    fn standing(record: &TokenRecord, now: OffsetDateTime) -> (Option<OffsetDateTime>, Option<InteractionStep>) {
        let TokenStanding { expires_at, interaction } = TokenStanding::of(Some(record), &scopes("User.Read"), now);
        (expires_at, interaction)
    }

    #[test]
    fn a_person_is_asked_for_once_nothing_is_left() {
        let sign_in = Some(InteractionStep::SignIn);
        assert_eq!(TokenStanding::of(None, &scopes("User.Read"), NOW).interaction, sign_in);
        assert_eq!(standing(&TokenRecord::default(), NOW), (None, sign_in));
        let mut record = record(vec![access("User.Read", Duration::HOUR)], None);
        assert_eq!(standing(&record, NOW), (Some(NOW + Duration::HOUR), None), "it lasts a while");
        assert_eq!(standing(&record, NOW + Duration::HOUR), (None, sign_in));
        record.refresh = Some(refresh());
        assert_eq!(standing(&record, NOW + Duration::HOUR), (None, None), "a new one is to be had");
        record.refresh = Some(RefreshToken { expires_at: Some(NOW), ..refresh() });
        assert_eq!(standing(&record, NOW + Duration::HOUR), (None, sign_in));
    }

    #[test]
    fn tokens_for_other_things_and_places_say_nothing() {
        let elsewhere = CachedAccess { tenant: Some(Uuid::nil()), ..access("User.Read", Duration::HOUR) };
        let other = access("api://other/Read", Duration::HOUR);
        let record = record(vec![elsewhere, other], Some(refresh()));
        assert_eq!(standing(&record, NOW), (None, None));
    }

    /// Refused for want of one of these (AADSTS).
    fn refuse(record: &mut TokenRecord, request: &TokenRequest, code: u32) {
        let error = ProviderError { error: "invalid_grant", codes: vec![code], ..ProviderError::default() };
        let claims = ClaimsChallenge::read(&format!("{{\"id_token\":{{\"of\":{{\"value\":\"{code}\"}}}}}}"));
        let (scopes, class) = (request.scopes.clone(), error.class());
        let required = InteractionRequired { scopes, tenant: request.tenant, claims, class, error: Some(error) };
        record.note_refusal(request, &required);
    }

    const SECOND_FACTOR: u32 = 50_076;
    const PASSWORD: u32 = 50_055;
    const CONSENT: u32 = 65_001;

    #[test]
    fn a_refusal_counts_for_what_every_sign_in_asks_for_until_it_is_settled() {
        let ask = |text: &str| TokenRequest::new(scopes(text));
        let mut record = record(Vec::new(), Some(refresh()));
        refuse(&mut record, &ask("People.Read"), CONSENT);
        refuse(&mut record, &ask("User.Read People.Read"), CONSENT);
        assert_eq!(standing(&record, NOW), (None, None), "what somebody asked for besides is no matter of the session");
        refuse(&mut record, &ask("User.Read").at_tenant(Uuid::nil()), SECOND_FACTOR);
        assert_eq!(standing(&record, NOW), (None, None), "nor is another tenant");
        refuse(&mut record, &ask("User.Read"), SECOND_FACTOR);
        assert_eq!(standing(&record, NOW), (None, Some(InteractionStep::MultiFactor)));
        refuse(&mut record, &ask("User.Read"), PASSWORD);
        assert_eq!(standing(&record, NOW), (None, Some(InteractionStep::Password)), "the last one counts");
        let kept: TokenRecord = serde_json::from_str(&serde_json::to_string(&record).unwrap()).unwrap();
        assert_eq!(standing(&kept, NOW), standing(&record, NOW));
        record.settle(&ask("User.Read").thumbprint());
        assert_eq!(standing(&record, NOW), (None, None));
        refuse(&mut record, &ask("User.Read"), SECOND_FACTOR);
        record.settle_all();
        assert_eq!(standing(&record, NOW), (None, None), "as does a sign-in");
    }

    #[test]
    fn the_next_sign_in_brings_what_the_last_refusal_asked_for() {
        let account = AccountId::entra("amara", Uuid::nil());
        let mut record = record(Vec::new(), Some(refresh()));
        let outstanding = |record: &TokenRecord| record.outstanding(&account, &scopes("User.Read"));
        assert!(outstanding(&record).is_none());
        refuse(&mut record, &TokenRequest::new(scopes("User.Read")), SECOND_FACTOR);
        let kept: TokenRecord = serde_json::from_str(&serde_json::to_string(&record).unwrap()).unwrap();
        let Interaction { scopes: asked, tenant, claims, .. } = outstanding(&kept).unwrap();
        assert_eq!((asked, tenant), (scopes("User.Read"), None));
        assert_eq!(claims, ClaimsChallenge::read("{\"id_token\":{\"of\":{\"value\":\"50076\"}}}"));
        record.settle_all();
        assert!(outstanding(&record).is_none());
    }

    #[test]
    fn a_token_counts_by_what_was_asked_for_as_well_and_not_if_it_is_from_the_future() {
        let default = scopes("api://x/.default");
        let token = CachedAccess { granted: scopes("api://x/Read"), ..access("api://x/.default", Duration::HOUR) };
        let ends = |record: &TokenRecord, now| TokenStanding::of(Some(record), &default, now).expires_at;
        let record = record(vec![token], None);
        assert_eq!(ends(&record, NOW), Some(NOW + Duration::HOUR));
        assert_eq!(ends(&record, NOW - CLOCKS_APART), Some(NOW + Duration::HOUR));
        assert_eq!(ends(&record, NOW - CLOCKS_APART - Duration::SECOND), None);
    }
}
