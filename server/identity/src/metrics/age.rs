//! How old the authority's documents are.

use std::time::Duration;

use ::metrics::gauge;

use super::METADATA_AGE;
use crate::identity::Identity;

/// How long ago the copies that are in use were fetched; nothing of what has not been fetched yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DocumentAges {
    /// Of the metadata.
    pub metadata: Option<Duration>,
    /// Of the signing keys.
    pub keys: Option<Duration>,
}

impl Identity {
    /// How old the metadata and the keys of the authority are. Nothing is fetched.
    #[must_use]
    pub fn document_ages(&self) -> DocumentAges {
        self.flow().document_ages()
    }

    /// Sets the gauges, for whoever is about to read them.
    pub fn measure(&self) {
        let ages = self.document_ages();
        for (document, age) in [("metadata", ages.metadata), ("keys", ages.keys)] {
            if let Some(age) = age {
                gauge!(METADATA_AGE, "document" => document).set(age);
            }
        }
    }
}
