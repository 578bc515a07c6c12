//! The cache document of the MSAL libraries for Node.js, Python and .NET: read when a team moves here, and written when one
//! moves back, so that nobody has to sign in again for what runs in the background. Why some of it is only passed on is in
//! `adr/0013-the-cache-document-of-msal.md`.

mod account;
mod document;
mod entry;
mod environment;
mod error;
mod export;
mod import;
mod key;
mod merge;
mod people;
mod report;
#[cfg(test)]
mod tests;

use secrecy::SecretString;

pub use error::{MsalExportError, MsalImportError};
pub use report::{MsalImport, MsalLeft};

use crate::{claims::Principal, identity::Identity};
use document::Document;
use environment::Environment;

impl Identity {
    /// Takes over the tokens of a document that `TokenCache.serialize` of MSAL Node wrote, or `SerializableTokenCache` of MSAL
    /// for Python, for this application and this authority. Each person's tokens go into that person's record; newer ones
    /// that are there already stay. What only MSAL knows is kept as well, for [`Identity::export_msal_cache`].
    ///
    /// This signs nobody in: sessions are no part of the document. It makes
    /// [`Identity::acquire_token_in_background`] work for the people that the report names, for as long as a session may last
    /// since the latest refresh, also for those who have signed out here before.
    ///
    /// Whoever can write such a document decides whose tokens are whose, so it has to come from a place that only operators
    /// reach.
    ///
    /// # Errors
    /// When the document is not one, or shared state cannot be written. What was taken before that stays, and the same
    /// document may be imported again.
    pub async fn import_msal_cache(&self, document: &[u8]) -> Result<MsalImport, MsalImportError> {
        let config = self.flow().config();
        let environment = Environment::of(&config.authority).ok_or(MsalImportError::NotMicrosoft)?;
        let document = Document::parse(document)?;
        let now = self.flow().now();
        let mut report = MsalImport::default();
        let people = people::read(&document, &config.authority, &environment, now, &mut report);
        let incoming = import::sort(document, people, &environment, &config.client_id, now, &mut report);
        for person in incoming {
            let merged = self.tokens().amend(&person.principal, |record| merge::into(record, &person)).await?;
            report.add(person.principal, &merged);
        }
        Ok(report)
    }

    /// The tokens of one person as a document that the MSAL libraries read; nothing if there are none. It is for one person,
    /// never for everybody.
    ///
    /// The document holds the refresh token and the access tokens in clear text: whoever has it can act as that person.
    /// There is no ID token in it that is older than what is known here about the account, so until its first refresh MSAL
    /// may have no claims to show.
    ///
    /// # Errors
    /// When shared state cannot be read, or the authority is none that MSAL knows.
    pub async fn export_msal_cache(&self, principal: &Principal) -> Result<Option<SecretString>, MsalExportError> {
        let config = self.flow().config();
        let environment = Environment::of(&config.authority).ok_or(MsalExportError::NotMicrosoft)?;
        let Some(record) = self.tokens().record_of(principal).await? else {
            return Ok(None);
        };
        let now = self.flow().now();
        let writer = export::Writer::new(&record, principal, &environment, &config.client_id, now);
        Ok(writer.document().map(|document| document.to_string().into()))
    }
}
