#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod admin_consent;
mod bearer;
mod budget;
mod cached;
mod challenge;
mod claims;
mod clock;
mod config;
mod credential;
mod digest;
mod discovery;
mod downstream;
mod error;
mod events;
mod flow;
mod graph;
mod groups;
mod identity;
mod key_ring;
mod keys;
pub mod metrics;
mod msal;
mod notice;
mod outgoing;
mod principal;
mod probe;
mod random;
#[cfg(feature = "redis")]
pub mod redis;
mod return_to;
mod rounds;
mod seal;
mod session;
mod silent;
mod standing;
pub mod state;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod to_the_end;
mod token_reply;
mod tokens;
mod transaction;
mod validator;
mod web;

pub use bearer::{
    AccessTokenVersions, Bearer, BearerCode, BearerConfig, BearerLayer, BearerPrincipal, BearerRefusal, BearerService,
    CallerKind, RequireLayer, RequireService, Requirement,
};
pub use budget::{BudgetUsage, Used};
pub use claims::{AccountId, Principal};
pub use clock::{Clock, SystemClock};
pub use config::{
    Authority, B2cAuthority, EntraAuthority, EntraTenant, ExternalIdAuthority, IdentityConfig, OidcAuthority,
    PUBLIC_CLOUD, SessionPolicy, SettingProblem,
};
pub use credential::{
    AssertionError, AssertionRequest, AssertionSource, CertificateError, CertificateInfo, CertificateSource,
    ClientCertificate, ClientCredential, CredentialError, unsigned_assertion,
};
pub use downstream::{Authorized, DownstreamError};
pub use error::{
    CallbackProblem, ClaimsChallenge, ErrorClass, ProviderError, SignInError, SignInRefused, UpstreamError,
};
pub use events::{Everybody, Refusal, RequestFacts, SignInEvents, SignInFailurePage, SignOutPage};
pub use graph::{Graph, Photo, Profile};
pub use groups::GroupRoles;
pub use identity::Identity;
pub use key_ring::{KeyRing, KeyRingError};
pub use metrics::DocumentAges;
pub use msal::{MsalExportError, MsalImport, MsalImportError, MsalLeft};
pub use notice::Notice;
pub use outgoing::http_client;
pub use probe::{
    AuthorityReport, ClockReading, CredentialStanding, KeysReading, MetadataReading, RegistrationStanding,
    probe_authority,
};
pub use random::RandomUnavailable;
pub use return_to::{ReturnTo, ReturnToError};
pub use seal::SealError;
pub use session::{
    ActiveSession, ClientIp, CurrentSession, EndReason, EndedSession, Followed, FollowedSession, Page, PassiveRequest,
    PublicRequest, SessionCursor, SessionCursorError, SessionError, SessionInfo,
};
pub use silent::SilentResult;
pub use standing::{ActiveStanding, SessionStanding};
pub use state::{EmbeddedOptions, EmbeddedState, SharedState, StateError};
pub use tokens::{
    AccessToken, AcquireError, Away, InteractionRequired, InteractionStep, Scopes, ScopesError, TokenRequest,
    TokenSource,
};
pub use validator::TokenError;
pub use web::{BACK_CHANNEL_LOGOUT, FRONT_CHANNEL_LOGOUT};
