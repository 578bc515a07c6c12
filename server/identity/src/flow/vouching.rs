//! Where access tokens come from: each realm that vouches for somebody, with its metadata and keys.

use std::sync::Arc;

use time::OffsetDateTime;

use super::{Flow, realms::Known};
use crate::{
    config::{FlowKind, Realm},
    discovery::ProviderMetadata,
    error::UpstreamError,
    keys::KeySet,
};

/// One realm as it is known at this moment.
pub(crate) struct Vouching {
    pub(crate) kind: FlowKind,
    known: Arc<Known>,
    pub(crate) metadata: Arc<ProviderMetadata>,
    pub(crate) keys: Arc<KeySet>,
}

impl Vouching {
    pub(crate) fn realm(&self) -> &Realm {
        self.known.realm()
    }
}

impl Flow {
    /// The realm of a flow at the authority's own tenant, if there is one.
    pub(crate) async fn vouching(
        &self,
        kind: FlowKind,
        now: OffsetDateTime,
    ) -> Result<Option<Vouching>, UpstreamError> {
        let Some(known) = self.realms.get(kind, None) else { return Ok(None) };
        let metadata = known.metadata(now).await?;
        let keys = known.keys(&metadata, now).await?;
        Ok(Some(Vouching { kind, known, metadata, keys }))
    }

    /// Newer keys than those of `vouching`, which did not have the one that was looked for. If they cannot be had, it is not
    /// known that there is no such key.
    pub(crate) async fn newer_keys_of(
        &self,
        vouching: &Vouching,
        now: OffsetDateTime,
    ) -> Result<Arc<KeySet>, UpstreamError> {
        let keys = vouching.known.newer_keys(&vouching.metadata, now).await?;
        match vouching.known.keys_failure().await {
            Some(failure) => Err(failure),
            None => Ok(keys),
        }
    }
}
