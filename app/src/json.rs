//! How server functions are called: JSON in the body of a POST, there and back.
//!
//! The codec of `server_fn` reads bytes, while what stands in a page is read as text. Both would have each type compiled
//! for the browser, and reading is a sixth of what it loads; so both read text.

use serde::Serialize;
use serde::de::{DeserializeOwned, Error as _};
use server_fn::codec::Post;
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};

/// The codec of all server functions.
pub type Json = Post<JsonText>;

/// JSON that is read as text.
pub struct JsonText;

impl ContentType for JsonText {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonText {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonText {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        let text = std::str::from_utf8(&bytes).map_err(Self::Error::custom)?;
        serde_json::from_str(text)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn read(bytes: &'static [u8]) -> Result<Vec<String>, serde_json::Error> {
        JsonText::decode(Bytes::from_static(bytes))
    }

    #[test]
    fn what_is_written_is_read() {
        let words = vec!["ä \"quoted\" word".to_owned()];
        let written: Bytes = JsonText::encode(&words).unwrap();
        assert_eq!(JsonText::decode(written).ok(), Some(words));
        assert!(read(b"[\"caf\xe9\"]").is_err(), "no UTF-8 (RFC 8259, section 8.1)");
        assert!(read(b"[\"a\"]b").is_err(), "more than one value");
    }
}
