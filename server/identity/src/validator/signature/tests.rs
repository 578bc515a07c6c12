//! The signature check on other people's vectors: Project Wycheproof (see `tests/vectors/NOTICE.md`) and RFC 7515.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{super::header, *};
use crate::keys::KeySet;

#[derive(Deserialize)]
struct File {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    comment: String,
    /// A key, or a set of them.
    key: Value,
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    tc_id: u32,
    comment: String,
    jws: String,
    result: String,
}

fn key_set(key: &Value) -> KeySet {
    let keys = if key.get("keys").is_some() { key.clone() } else { json!({ "keys": [key] }) };
    serde_json::from_value(keys).unwrap()
}

/// As far as `verify` goes before it reads the claims, which the vectors do not have.
fn signature_of(token: &str, keys: &KeySet) -> Result<(), TokenError> {
    let candidates = header::read(token)?.candidates(keys)?;
    signed_by(token, candidates).map(|_| ())
}

/// What became of a file's vectors.
#[derive(Default)]
struct Outcome {
    accepted: usize,
    refused: usize,
    /// By number: those about which the file says otherwise.
    disagreements: BTreeMap<u32, (String, Result<(), TokenError>)>,
}

fn run(text: &str) -> Outcome {
    let file: File = serde_json::from_str(text).unwrap();
    let mut all = Outcome::default();
    for group in &file.groups {
        let keys = key_set(&group.key);
        for vector in &group.tests {
            let outcome = signature_of(&vector.jws, &keys);
            *(if outcome.is_ok() { &mut all.accepted } else { &mut all.refused }) += 1;
            if outcome.is_ok() != (vector.result == "valid") {
                all.disagreements.insert(vector.tc_id, (format!("{}, {}", group.comment, vector.comment), outcome));
            }
        }
    }
    all
}

/// Whether a vector that others accept is one that this validator refuses on purpose: by an algorithm that is not RS256.
fn is_another_algorithm(outcome: Result<(), TokenError>) -> bool {
    outcome == Err(TokenError::AlgorithmNotAllowed)
}

#[test]
fn wycheproof_signatures() {
    let Outcome { accepted, refused, disagreements } =
        run(include_str!("../../../tests/vectors/json_web_signature.json"));
    assert_eq!((accepted, refused), (8, 393), "the valid RS256 signatures and nothing else");
    let unexplained: Vec<_> =
        disagreements.iter().filter(|(_, (_, outcome))| !is_another_algorithm(*outcome)).collect();
    // Base64 with a stray character in it, which some decoders pass over. Here it is malformed.
    assert_eq!(unexplained.iter().map(|(id, _)| **id).collect::<Vec<_>>(), [372], "{unexplained:?}");
}

#[test]
fn wycheproof_keys() {
    let Outcome { accepted, refused, disagreements } = run(include_str!("../../../tests/vectors/json_web_key.json"));
    assert_eq!((accepted, refused), (2, 24), "too short, exponent one, other use, other type: no signature counts");
    let unexplained: Vec<_> =
        disagreements.iter().filter(|(_, (_, outcome))| !is_another_algorithm(*outcome)).collect();
    // A key made by a faulty chip (ROCA). To know such keys is the business of whoever publishes them.
    assert_eq!(unexplained.iter().map(|(id, _)| **id).collect::<Vec<_>>(), [7], "{unexplained:?}");
}

/// RFC 7515 appendix A.2.
#[test]
fn the_rs256_example_of_the_specification() {
    const SIGNED: &str = "eyJhbGciOiJSUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7\
        AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkS\
        jtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6\
        LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    const MODULUS: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4\
        QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-\
        UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91\
        kzk2PAcDTW9gb54h4FRWyuXpoQ";
    let keys = key_set(&json!({ "kty": "RSA", "n": MODULUS, "e": "AQAB" }));
    assert_eq!(signature_of(&format!("{SIGNED}.{SIGNATURE}"), &keys), Ok(()));
    assert_eq!(signature_of(&format!("{SIGNED}A.{SIGNATURE}"), &keys), Err(TokenError::Signature));
    assert_eq!(
        signature_of(&format!("{SIGNED}.{}", SIGNATURE.replacen('c', "d", 1)), &keys),
        Err(TokenError::Signature)
    );
}
