//! The opaque token that asks for the next page. Signed, and tied to the question it belongs to, so that it cannot be
//! turned into a question of its own.

use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::view::IncidentSummary;
use domain::{DomainError, IncidentNumber, IncidentQuery, Invalid, SeverityKey, TenantId, Timestamp};

use crate::ports::Position;

const TAG: usize = 16;
const BODY: usize = 4 + 8 + 8 + 1;

/// Signs cursors. The same on every replica; derived from the key ring.
#[derive(Clone)]
pub struct CursorKey(hmac::Key);

impl CursorKey {
    /// A key out of 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The cursor after `row` of the answer to `query`.
    pub(crate) fn write(&self, tenant: TenantId, query: IncidentQuery, row: &IncidentSummary) -> String {
        let mut bytes = Vec::with_capacity(BODY + TAG);
        bytes.extend(row.number.0.to_be_bytes());
        bytes.extend(row.updated_at.micros().to_be_bytes());
        bytes.extend(row.declared_at.micros().to_be_bytes());
        bytes.push(row.severity.map_or(9, SeverityKey::rank));
        let tag = self.tag(tenant, query, &bytes);
        bytes.extend(&tag.as_ref()[..TAG]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The place a cursor stands for.
    pub(crate) fn read(&self, tenant: TenantId, query: IncidentQuery, text: &str) -> Result<Position, DomainError> {
        let why = "does not belong to this list; start again at the first page";
        let wrong = || DomainError::Unknown(vec![Invalid::new("after", why)]);
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let (body, tag) = bytes.split_at_checked(BODY).filter(|(_, tag)| tag.len() == TAG).ok_or_else(wrong)?;
        let expected = self.tag(tenant, query, body);
        aws_lc_rs::constant_time::verify_slices_are_equal(&expected.as_ref()[..TAG], tag).map_err(|_| wrong())?;
        let micros = |at: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&body[at..at + 8]);
            Timestamp::from_micros(i64::from_be_bytes(word)).map_err(|_| wrong())
        };
        let mut number = [0; 4];
        number.copy_from_slice(&body[..4]);
        Ok(Position {
            number: IncidentNumber(u32::from_be_bytes(number)),
            updated_at: micros(4)?,
            declared_at: micros(12)?,
            rank: body[20],
        })
    }

    fn tag(&self, tenant: TenantId, query: IncidentQuery, body: &[u8]) -> hmac::Tag {
        let question = format!("{tenant}|{}|{:?}|{}|{}", query.tab, query.severity, query.sort, query.size);
        let mut context = hmac::Context::with_key(&self.0);
        context.update(digest::digest(&digest::SHA256, question.as_bytes()).as_ref());
        context.update(body);
        context.sign()
    }
}
