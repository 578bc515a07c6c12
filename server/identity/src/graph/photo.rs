//! One's own photo (Microsoft Learn, "Get profilePhoto").

use std::fmt;

use http::{StatusCode, header};

use super::Graph;
use crate::{digest::hashed, downstream::DownstreamError};

/// Graph's smallest size, in pixels.
const SIZE: &str = "48x48";
/// What a browser may be told to be a picture. A drawing can hold a script, so it is not among them.
const TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/// A picture, 48 by 48 pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// Its media type.
    pub content_type: &'static str,
    /// The picture.
    pub bytes: Vec<u8>,
    /// A strong entity tag (RFC 9110 section 8.8.3), the same wherever the same picture is read.
    pub etag: String,
}

impl Graph {
    /// The photo of the person who is signed in; none if there is none.
    ///
    /// # Errors
    /// As [`crate::Authorized::send`].
    pub async fn my_photo(&self) -> Result<Option<Photo>, DownstreamError> {
        let url = self.at(&["me", "photos", SIZE, "$value"], &[])?;
        let answer = match self.send(&url, "User.Read", false).await {
            Err(DownstreamError::Refused { status: StatusCode::NOT_FOUND }) => return Ok(None),
            done => done?,
        };
        let named = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = TYPES.into_iter().find(|known| named.is_some_and(|named| named.eq_ignore_ascii_case(known)));
        Ok(content_type.map(|content_type| {
            let bytes = answer.into_body();
            let etag = format!("\"{}\"", hashed(&[content_type.as_bytes(), &bytes]));
            Photo { content_type, bytes, etag }
        }))
    }
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Photo").field("content_type", &self.content_type).finish_non_exhaustive()
    }
}
