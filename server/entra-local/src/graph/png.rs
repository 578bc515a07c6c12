//! A picture that tells people apart: a symmetric pattern of five by five fields in two colours, both from the object id.
//! PNG (RFC 2083) with two palette entries and a zlib stream (RFC 1950) that does not compress.

use uuid::Uuid;

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
const FIELDS: u32 = 5;

/// The picture of this person, `size` pixels wide and high.
pub(super) fn portrait(oid: Uuid, size: u32) -> Vec<u8> {
    let id = oid.into_bytes();
    let header = [&size.to_be_bytes()[..], &size.to_be_bytes(), &[1, 3, 0, 0, 0]].concat();
    // A light ground and a darker pattern, so that any two can be told apart.
    let ground = [id[0], id[1], id[2]].map(|byte| 0xd0 | byte >> 3);
    let pattern = [id[3], id[4], id[5]].map(|byte| byte >> 1);
    let chunks = [
        chunk(*b"IHDR", &header),
        chunk(*b"PLTE", &[ground, pattern].concat()),
        chunk(*b"IDAT", &stored(&rows(&id, size))),
        chunk(*b"IEND", &[]),
    ];
    [&SIGNATURE[..], &chunks.concat()].concat()
}

/// One bit for each pixel, each row behind its filter type: none.
fn rows(id: &[u8; 16], size: u32) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..size {
        rows.push(0);
        for first in (0..size).step_by(8) {
            let bits = (first..(first + 8).min(size)).map(|x| (x, is_set(id, x * FIELDS / size, y * FIELDS / size)));
            rows.push(bits.fold(0, |byte, (x, set)| byte | u8::from(set) << (7 - (x - first))));
        }
    }
    rows
}

/// The left half decides about the right one.
fn is_set(id: &[u8; 16], column: u32, row: u32) -> bool {
    let column = column.min(FIELDS - 1 - column);
    id.get((6 + row) as usize).is_some_and(|byte| byte >> column & 1 == 1)
}

fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap_or_default().to_be_bytes();
    let content = [&kind[..], data].concat();
    [&length[..], &content, &crc(&content).to_be_bytes()].concat()
}

/// A zlib stream of stored blocks (RFC 1951 section 3.2.4).
fn stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = data.chunks(usize::from(u16::MAX)).collect();
    for (n, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap_or_default();
        stream.push(u8::from(n + 1 == blocks.len()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(*block);
    }
    stream.extend(adler(data).to_be_bytes());
    stream
}

fn crc(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

fn adler(data: &[u8]) -> u32 {
    let (a, b) = data.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_are_the_published_ones() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_picture_is_the_same_each_time_and_differs_from_others() {
        let [one, other] = [Uuid::from_u128(7 << 64), Uuid::from_u128(8 << 64)];
        assert_eq!(portrait(one, 48), portrait(one, 48));
        assert_ne!(portrait(one, 48), portrait(other, 48));
        assert!(portrait(one, 648).starts_with(&SIGNATURE));
    }
}
