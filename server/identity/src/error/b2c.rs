//! The numbers of Azure AD B2C's errors ("AADB2C..."). They stand in the description and nowhere else, at the start of its
//! first line ("Error codes: Azure Active Directory B2C").

use time::{OffsetDateTime, PrimitiveDateTime, macros::format_description};
use uuid::Uuid;

use super::class::ErrorClass;

/// "Forgot your password?" on a sign-in page that leaves the rest to the application.
pub(crate) const FORGOTTEN_PASSWORD: u32 = 90_118;
/// "Cancel", on whichever page.
pub(crate) const CANCELLED: u32 = 90_091;

/// No session at the authority, although it was not to ask.
pub(crate) const NO_SESSION: u32 = 90_077;

/// What a description holds besides its words, which are left behind: they can name people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) b2c: Option<u32>,
    pub(crate) correlation_id: Option<Uuid>,
    pub(crate) timestamp: Option<OffsetDateTime>,
}

impl Described {
    /// Reads `error_description`. Only of an answer whose state has been checked: anybody can write a description.
    pub(crate) fn read(description: &str) -> Self {
        let mut lines = description.lines();
        let Some(b2c) = lines.next().and_then(number) else { return Self::default() };
        let mut described = Self { b2c: Some(b2c), ..Self::default() };
        for line in lines.take(4) {
            match line.split_once(':') {
                Some(("Correlation ID", id)) => described.correlation_id = Uuid::try_parse(id.trim()).ok(),
                Some(("Timestamp", time)) => described.timestamp = timestamp(time.trim()),
                _ => {}
            }
        }
        described
    }
}

/// Five or six digits between `AADB2C` and a colon.
fn number(line: &str) -> Option<u32> {
    let (digits, _) = line.strip_prefix("AADB2C")?.split_once(':')?;
    let whole = (5..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| whole)
}

/// `2026-03-01 12:34:56Z`, as Microsoft's services write the time.
pub(crate) fn timestamp(text: &str) -> Option<OffsetDateTime> {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]Z");
    PrimitiveDateTime::parse(text, format).ok().map(PrimitiveDateTime::assume_utc)
}

/// The class of a number, if it is one of those that matter at sign-in.
pub(super) fn class_of(number: u32) -> Option<ErrorClass> {
    Some(match number {
        NO_SESSION => ErrorClass::InteractionRequired,
        CANCELLED => ErrorClass::UserCancelled,
        // a grant that is over
        90_080 | 90_129 => ErrorClass::SessionExpired,
        // a verifier that does not fit
        90_182 | 90_183 => ErrorClass::InvalidCallback,
        // a locked account, too many attempts
        90_111 | 90_114 | 90_157 => ErrorClass::PolicyBlock,
        90_035 => ErrorClass::Transient,
        // a forgotten password where no flow is configured for it; another policy's code; scopes, parameters, federation, hints
        FORGOTTEN_PASSWORD
        | 90_088
        | 90_036
        | 90_046
        | 90_075
        | 90_107
        | 90_115
        | 90_117
        | 90_151
        | 90_205..=90_210
        | 90_235..=90_239
        | 99_059 => ErrorClass::Configuration,
        _ => return None,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_at_the_start_of_the_first_line_only() {
        for (description, read) in [
            ("AADB2C90118: The user has forgotten their password.\r\nCorrelation ID: x", Some(90_118)),
            ("AADB2C99059: PKCE is required", Some(99_059)),
            ("AADB2C900077: six digits", Some(900_077)),
            ("AADB2C9011: four digits", None),
            ("AADB2C9011800: seven digits", None),
            ("AADB2C90118 no colon", None),
            (" AADB2C90118: not at the start", None),
            ("The user wrote\nAADB2C90118: on a second line", None),
            ("aadb2c90118: in small letters", None),
            ("AADB2C+9018: a sign", None),
            ("AADSTS90118: another service", None),
            ("", None),
        ] {
            assert_eq!(Described::read(description).b2c, read, "{description}");
        }
    }

    #[test]
    fn the_ids_for_support_are_kept_and_the_words_are_not() {
        let id = Uuid::from_u128(9);
        let text =
            format!("AADB2C90091: Amara has cancelled.\r\nCorrelation ID: {id}\r\nTimestamp: 2026-03-01 12:34:56Z\r\n");
        let described = Described::read(&text);
        assert_eq!(described.correlation_id, Some(id));
        assert_eq!(described.timestamp.unwrap().unix_timestamp(), 1_772_368_496);
        assert!(!format!("{described:?}").contains("Amara"));
        let odd = Described::read("AADB2C90091: x\r\nCorrelation ID: Amara\r\nTimestamp: yesterday");
        assert_eq!((odd.correlation_id, odd.timestamp), (None, None));
    }

    #[test]
    fn each_number_has_the_class_that_its_remedy_needs() {
        for (numbers, class) in [
            (&[90_077][..], ErrorClass::InteractionRequired),
            (&[90_091], ErrorClass::UserCancelled),
            (&[90_080, 90_129], ErrorClass::SessionExpired),
            (&[90_182, 90_183], ErrorClass::InvalidCallback),
            (&[90_111, 90_114, 90_157], ErrorClass::PolicyBlock),
            (&[90_035], ErrorClass::Transient),
            (
                &[
                    90_036, 90_046, 90_075, 90_088, 90_107, 90_117, 90_118, 90_151, 90_205, 90_210, 90_235, 90_239,
                    99_059,
                ],
                ErrorClass::Configuration,
            ),
        ] {
            for number in numbers {
                assert_eq!(class_of(*number), Some(class), "{number}");
            }
        }
        assert_eq!(class_of(90_211), None);
    }
}
