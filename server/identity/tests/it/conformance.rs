//! The OpenID Foundation's list for relying parties (the client tests of its conformance suite, `oidcc-client-test-*` and
//! those of FAPI that concern the code flow), one test an item, named after it.
//!
//! Not applicable, because the thing itself is not there:
//!
//! - `userinfo-*`, `scope-userinfo-claims`, `aggregated-claims`, `distributed-claims`: the userinfo endpoint is never called;
//!   all that is used of a person is in the signed ID token.
//! - `discovery-webfinger-*`: the authority comes from the settings, nobody types in an address.
//! - `encrypted-idtoken*`: no encryption is registered; an encrypted token is malformed
//!   ([`encrypted_idtoken_is_refused`]).
//! - `invalid-chash` and `missing-shash` of the hybrid flow, `jarm-*`: only the code flow with plain responses is used. A
//!   `c_hash` or `s_hash` that is there all the same has to fit.
//! - `rs-dpop-*`, `happy-path-no-dpop-nonce`: tokens are not bound to keys.

mod items;
mod provider;
