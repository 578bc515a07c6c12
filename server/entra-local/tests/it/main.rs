//! The stand-in over real HTTP: every endpoint, every refusal, every lever.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod access;
mod admin_consent;
mod assertion;
mod authority;
mod authorize_refusals;
mod b2c;
mod b2c_sign_out;
mod b2c_tokens;
mod client_credentials;
mod code_flow;
mod code_refusals;
mod consent;
mod control;
mod control_http;
mod customers;
mod discovery;
mod failures;
mod faults;
mod form_post;
mod front_channel;
mod graph_access;
mod graph_groups;
mod graph_people;
mod graph_photos;
mod guest;
mod incremental_consent;
mod ledger;
mod local_only;
mod logout;
mod on_behalf;
mod optional_claims;
mod pages;
mod password;
mod picker;
mod prompt;
mod quota;
mod refresh;
mod refresh_levers;
mod serving;
mod support;
mod tamper;
mod token_claims;
mod token_shapes;
