//! The numbers of Entra's errors ("AADSTS..."), as whole integers: 70008 is not 700082.
//! <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>

use super::class::ErrorClass;

/// The class of a number, if it is one of those that matter at sign-in.
pub(super) fn class_of(number: u32) -> Option<ErrorClass> {
    Some(match number {
        // a second factor, a stronger sign-in
        50_072 | 50_074 | 50_076 | 50_078 | 50_079 | 50_158 | 53_004
        // no session at the authority, or several
        | 50_058 | 160_021 | 16_000 | 16_001 | 16_002
        // a password that is wrong, expired, unknown or locked
        | 50_055 | 50_126 | 50_053 | 50_034 => ErrorClass::InteractionRequired,
        65_001 | 90_094 | 90_095 => ErrorClass::Consent,
        65_004 => ErrorClass::UserCancelled,
        // a grant that is over
        70_000 | 70_008 | 700_082 | 700_084 | 50_173 | 50_132 | 50_133 | 70_043 | 50_089
        // an assertion that is over
        | 50_013 | 500_133 => ErrorClass::SessionExpired,
        // a code used twice, a verifier that does not fit
        54_005 | 501_481 => ErrorClass::InvalidCallback,
        // conditional access, a disabled account, nobody assigned the account to the application
        53_000 | 53_001 | 53_002 | 53_003 | 530_032 | 530_034 | 530_035 | 50_097 | 50_105 | 50_131 | 50_057 => {
            ErrorClass::PolicyBlock
        }
        50_020 | 50_194 | 90_072 | 90_002 | 500_011 => ErrorClass::TenantNotAllowed,
        // reply URL, client, secret, certificate, permissions, response type, parameters
        50_011 | 500_112 | 700_016 | 7_000_215 | 7_000_218 | 7_000_222 | 700_024 | 700_027 | 7_000_112 | 7_000_114
        | 7_000_214 | 7_000_274 | 7_000_277 | 1_000_502 | 650_052 | 650_056 | 650_057 | 700_054 | 900_144 | 90_014
        | 70_001 | 70_011 => ErrorClass::Configuration,
        90_055 | 50_196 => ErrorClass::Throttled,
        90_024 | 90_033 => ErrorClass::Transient,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_the_class_that_its_remedy_needs() {
        let table: [(&[u32], ErrorClass); 10] = [
            (&[50_072, 50_074, 50_076, 50_078, 50_079, 50_158, 53_004], ErrorClass::InteractionRequired),
            (&[50_058, 160_021, 16_000, 16_001, 16_002], ErrorClass::InteractionRequired),
            (&[50_055, 50_126, 50_053, 50_034], ErrorClass::InteractionRequired),
            (&[65_001, 90_094, 90_095], ErrorClass::Consent),
            (&[65_004], ErrorClass::UserCancelled),
            (
                &[70_000, 70_008, 700_082, 700_084, 50_173, 50_132, 50_133, 70_043, 50_089, 50_013, 500_133],
                ErrorClass::SessionExpired,
            ),
            (
                &[53_000, 53_001, 53_002, 53_003, 530_032, 530_034, 530_035, 50_097, 50_105, 50_131, 50_057],
                ErrorClass::PolicyBlock,
            ),
            (&[50_020, 50_194, 90_072, 90_002, 500_011], ErrorClass::TenantNotAllowed),
            (
                &[
                    50_011, 700_016, 7_000_215, 7_000_218, 7_000_222, 700_024, 700_027, 7_000_112, 7_000_114, 650_052,
                    650_056, 650_057, 700_054, 900_144, 90_014, 70_001, 70_011,
                ],
                ErrorClass::Configuration,
            ),
            (&[90_055, 50_196], ErrorClass::Throttled),
        ];
        for (numbers, class) in table {
            for number in numbers {
                assert_eq!(class_of(*number), Some(class), "{number}");
            }
        }
        assert_eq!([90_024, 90_033].map(class_of), [Some(ErrorClass::Transient); 2]);
        assert_eq!([54_005, 501_481].map(class_of), [Some(ErrorClass::InvalidCallback); 2]);
        // A number that begins like another is another.
        assert_eq!(
            [500_581, 700_085, 500_112, 6_500].map(class_of),
            [None, None, Some(ErrorClass::Configuration), None]
        );
    }
}
