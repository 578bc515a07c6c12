//! The lines of a file with their numbers.

use std::io::BufRead;

use super::fault::Fault;

/// The longest line that is read. A timeline of a long incident has some hundred kilobytes.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;

/// Lines that are not blank, with their numbers, counted from 1, whatever ends them (LF, or CR LF).
pub(super) struct Numbered<R> {
    reader: R,
    line: u64,
}

impl<R> Numbered<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, line: 0 }
    }
}

impl<R: BufRead> Iterator for Numbered<R> {
    type Item = std::io::Result<Result<(u64, String), Fault>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.line += 1;
            match read_line(&mut self.reader) {
                Ok(None) => return None,
                Ok(Some(text)) if text.trim().is_empty() => {}
                Ok(Some(text)) => return Some(Ok(Ok((self.line, text)))),
                Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                    return Some(Ok(Err(Fault { line: self.line, why: error.to_string() })));
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// The next line; none at the end. A line that is no UTF-8 or too long is `InvalidData`, and is passed over.
fn read_line(reader: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    loop {
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        let end = chunk.iter().position(|b| *b == b'\n');
        let take = end.map_or(chunk.len(), |at| at + 1);
        length += take;
        if length <= LONGEST {
            bytes.extend_from_slice(&chunk[..take]);
        }
        reader.consume(take);
        if end.is_some() {
            break;
        }
    }
    let invalid = |why: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, why.to_owned());
    if length == 0 {
        Ok(None)
    } else if length > LONGEST {
        Err(invalid("is longer than 16 MiB"))
    } else {
        String::from_utf8(bytes).map(Some).map_err(|_| invalid("is not UTF-8"))
    }
}
