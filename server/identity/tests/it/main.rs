//! Everything that needs a store, a site or an authority. Modules mirror `src`.
#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::disallowed_methods, reason = "tests bring the clock and the HTTP client in")]

mod admin_consent;
mod b2c;
mod back_channel;
mod bearer;
mod callback;
mod conformance;
mod cookie_name;
mod credential;
mod customer_sign_out;
mod downstream;
mod embedded;
mod errors;
mod example;
mod external_id;
mod features;
mod front_channel;
mod graph;
mod groups;
mod id_token;
mod inventory;
mod leaving;
mod logs;
mod loops;
mod loud;
mod metrics;
mod msal;
mod oidc;
mod probe;
mod processes;
mod properties;
mod random;
mod redis;
mod rotation;
mod session_contract;
mod sessions;
mod sign_in;
mod sign_out;
mod silent;
mod standing;
mod support;
mod switching;
mod tabs;
mod tokens;
