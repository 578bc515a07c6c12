//! Reading files of incidents, one at a time.

use std::collections::HashSet;
use std::io::BufRead;

use domain::Timestamp;

use super::archive::{Anchor, ArchiveRows};
use super::fault::{Fault, ImportError};
use super::import::{Format, ImportFile};
use super::incident_line::IncidentLine;

/// The longest line that is read. A timeline of a long incident has some hundred kilobytes.
const LONGEST: usize = 16 * 1024 * 1024;

/// The incidents of a file with their line numbers; a fault takes the place of what could not be read.
pub(super) type Incidents<'a> =
    Box<dyn Iterator<Item = std::io::Result<Result<(u64, IncidentLine), Fault>>> + Send + 'a>;

/// Opens a file for one reading.
pub(super) fn open<'a>(file: &ImportFile<'a>, now: Timestamp) -> Result<Incidents<'a>, ImportError> {
    let reader = (file.open)().map_err(|source| ImportError::Read { name: file.name.clone(), source })?;
    Ok(match file.format {
        Format::JsonLines => Box::new(JsonLines { reader, line: 0, now, seen: HashSet::new() }),
        Format::UptimeArchive(anchor) => Box::new(ArchiveRows::new(reader, &file.name, anchor, now)),
    })
}

/// The anchor of a file that has one.
pub(super) fn anchor(format: Format) -> Option<Anchor> {
    match format {
        Format::JsonLines => None,
        Format::UptimeArchive(anchor) => Some(anchor),
    }
}

struct JsonLines<R> {
    reader: R,
    line: u64,
    now: Timestamp,
    seen: HashSet<String>,
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = std::io::Result<Result<(u64, IncidentLine), Fault>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.line += 1;
            let text = match read_line(&mut self.reader) {
                Ok(None) => return None,
                Ok(Some(text)) => text,
                Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                    return Some(Ok(Err(Fault { line: self.line, why: error.to_string() })));
                }
                Err(error) => return Some(Err(error)),
            };
            if text.trim().is_empty() {
                continue;
            }
            return Some(Ok(self.parse(&text)));
        }
    }
}

impl<R> JsonLines<R> {
    fn parse(&mut self, text: &str) -> Result<(u64, IncidentLine), Fault> {
        let fault = |why: String| Fault { line: self.line, why };
        let line: IncidentLine = serde_json::from_str(text).map_err(|error| fault(plain(&error)))?;
        line.check(self.now).map_err(fault)?;
        if !self.seen.insert(line.origin.clone()) {
            return Err(fault(format!("origin: {} stands in this file before", line.origin)));
        }
        Ok((self.line, line))
    }
}

/// The parser's words without its own line number, which is always 1 here.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => format!("{} (column {})", &text[..end], error.column()),
        None => text,
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const LINE: &str = r#"{"format":"muster.incident/1","origin":"o-1","number":null,"title":"Mail is late","kind":"incident","status":"resolved","severity":"SEV3","visibility":"tenant","source":"api","times":{"impact_started_at":null,"detected_at":null,"declared_at":"2025-01-01T00:00:00Z","acknowledged_at":null,"mitigated_at":null,"resolved_at":"2025-01-01T01:00:00Z","impact_ended_at":null,"closed_at":null,"cancelled_at":null},"created_at":"2025-01-01T00:00:00Z","updated_at":"2025-01-01T01:00:00Z","timeline":[]}"#;

    fn read(bytes: &[u8]) -> Vec<Result<(u64, IncidentLine), Fault>> {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        JsonLines { reader: bytes, line: 0, now, seen: HashSet::new() }.map(Result::unwrap).collect()
    }

    #[test]
    fn a_line_is_an_incident_and_blank_lines_are_passed_over() {
        let rows = read(format!("\n{LINE}\n\n").as_bytes());
        let (line, incident) = rows[0].clone().unwrap();
        assert_eq!((rows.len(), line, incident.title.as_str()), (1, 2, "Mail is late"));
        assert_eq!(serde_json::from_str::<IncidentLine>(&serde_json::to_string(&incident).unwrap()).unwrap(), incident);
    }

    #[test]
    fn each_fault_names_its_line_and_what_is_wrong() {
        let mut file = Vec::new();
        for bad in [
            "{".to_owned(),
            LINE.replace("resolved\",\"sev", "gone\",\"sev"),
            LINE.replace("Mail is late", ""),
            LINE.replace("\"SEV3\"", "null"),
            LINE.replace("incident/1", "incident/9"),
            LINE.replace("2025-01-01T01:00:00Z\",\"impact", "2027-01-01T01:00:00Z\",\"impact"),
            LINE.replace("\"source\"", "\"sauce\""),
            LINE.to_owned(),
            LINE.to_owned(),
        ] {
            file.extend(bad.as_bytes());
            file.push(b'\n');
        }
        file.extend(b"\xff\n");
        let faults: Vec<_> = read(&file).into_iter().filter_map(Result::err).collect();
        let lines: Vec<_> = faults.iter().map(|f| f.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7, 9, 10]);
        for (fault, word) in faults.iter().zip([
            "EOF",
            "gone",
            "must not be empty",
            "severity",
            "format",
            "future",
            "sauce",
            "before",
            "UTF-8",
        ]) {
            assert!(fault.why.contains(word), "{fault} should say {word}");
        }
    }

    #[test]
    fn entries_of_a_timeline_have_limits_too() {
        let entry = r#"{"id":"00000000-0000-0000-0000-000000000001","what":{"kind":"note"},"occurred_at":"2025-01-01T00:00:00Z","recorded_at":"2025-01-01T00:00:00Z","actor":null,"actor_name":"Robin","body":"x","version":1}"#;
        let line = |entry: &str| LINE.replace("\"timeline\":[]", &format!("\"timeline\":[{entry}]"));
        let long = format!("\"body\":\"{}\"", "y".repeat(20_001));
        assert!(read(line(entry).as_bytes())[0].is_ok());
        for (from, to, fault) in [
            ("\"version\":1", "\"version\":0", "timeline[0].version"),
            ("\"body\":\"x\"", long.as_str(), "timeline[0].body"),
            ("\"body\":\"x\"", "\"body\":\"\\u0000\"", "timeline[0].body"),
            ("Robin", "Ro\\u0000bin", "timeline[0].actor_name"),
            ("\"recorded_at\":\"2025", "\"recorded_at\":\"2035", "timeline[0].recorded_at"),
        ] {
            let refused = read(line(&entry.replace(from, to)).as_bytes())[0].clone().unwrap_err();
            assert!(refused.why.starts_with(fault), "{refused} should name {fault}");
        }
    }

    #[test]
    fn a_line_without_end_is_not_kept_in_memory() {
        let mut file = vec![b'x'; LONGEST + 1];
        file.extend(b"\n{");
        let faults: Vec<_> = read(&file).into_iter().filter_map(Result::err).map(|f| (f.line, f.why)).collect();
        assert_eq!(faults[0], (1, "is longer than 16 MiB".to_owned()));
        assert_eq!(faults[1].0, 2);
    }
}
