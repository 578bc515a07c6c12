//! Reading files of incidents, one at a time.

use std::collections::HashSet;
use std::io::BufRead;

use domain::Timestamp;

use super::archive::ArchiveRows;
use super::fault::{Fault, ImportError};
use super::import::{Format, ImportFile};
use super::incident_line::IncidentLine;
use super::numbered::Numbered;

/// The incidents of a file with their line numbers; a fault takes the place of what could not be read.
pub(super) type Incidents<'a> =
    Box<dyn Iterator<Item = std::io::Result<Result<(u64, IncidentLine), Fault>>> + Send + 'a>;

/// Opens a file for one reading, as if it were laid out like this: the first reading places an archive elsewhere.
pub(super) fn open<'a>(file: &ImportFile<'a>, format: Format, now: Timestamp) -> Result<Incidents<'a>, ImportError> {
    let reader = (file.open)().map_err(|source| ImportError::Read { name: file.name.clone(), source })?;
    Ok(match format {
        Format::JsonLines => Box::new(JsonLines::new(reader, now)),
        Format::UptimeArchive(anchor) => Box::new(ArchiveRows::new(reader, &file.name, anchor, now)),
    })
}

struct JsonLines<R> {
    lines: Numbered<R>,
    now: Timestamp,
    seen: HashSet<String>,
}

impl<R: BufRead> JsonLines<R> {
    fn new(reader: R, now: Timestamp) -> Self {
        Self { lines: Numbered::new(reader), now, seen: HashSet::new() }
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = std::io::Result<Result<(u64, IncidentLine), Fault>>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = match self.lines.next()? {
            Ok(line) => line,
            Err(error) => return Some(Err(error)),
        };
        Some(Ok(line.and_then(|(line, text)| self.parse(line, &text))))
    }
}

impl<R> JsonLines<R> {
    fn parse(&mut self, line: u64, text: &str) -> Result<(u64, IncidentLine), Fault> {
        let fault = |why: String| Fault { line, why };
        let mut json = serde_json::Deserializer::from_str(text);
        let incident: IncidentLine =
            serde_path_to_error::deserialize(&mut json).map_err(|error| fault(plain(&error)))?;
        json.end().map_err(|error| fault(words(&error)))?;
        let incident = incident.checked(self.now).map_err(fault)?;
        if !self.seen.insert(incident.origin.clone()) {
            return Err(fault(format!("origin: {} stands in this file before", incident.origin)));
        }
        Ok((line, incident))
    }
}

/// Which field it is about, and the parser's words.
fn plain(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    match error.path().to_string().as_str() {
        // Not about any field, but about the line.
        "." => words(error.inner()),
        path => format!("{path}: {}", words(error.inner())),
    }
}

/// The parser's words without its own line number, which is always 1 here.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => format!("{} (column {})", &text[..end], error.column()),
        None => text,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::super::numbered::LONGEST;
    use super::*;

    const LINE: &str = r#"{"format":"muster.incident/1","origin":"o-1","number":null,"title":"Mail is late","kind":"incident","status":"resolved","severity":"SEV3","visibility":"tenant","source":"api","times":{"impact_started_at":null,"detected_at":null,"declared_at":"2025-01-01T00:00:00Z","acknowledged_at":null,"mitigated_at":null,"resolved_at":"2025-01-01T01:00:00Z","impact_ended_at":null,"closed_at":null,"cancelled_at":null},"created_at":"2025-01-01T00:00:00Z","updated_at":"2025-01-01T01:00:00Z","timeline":[]}"#;

    fn read(bytes: &[u8]) -> Vec<Result<(u64, IncidentLine), Fault>> {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        JsonLines::new(bytes, now).map(Result::unwrap).collect()
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
            LINE.replace("\"detected_at\"", "\"noticed_at\":null,\"detected_at\""),
            LINE.to_owned(),
            LINE.to_owned(),
        ] {
            file.extend(bad.as_bytes());
            file.push(b'\n');
        }
        file.extend(b"\xff\n");
        let faults: Vec<_> = read(&file).into_iter().filter_map(Result::err).collect();
        let lines: Vec<_> = faults.iter().map(|f| f.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7, 8, 10, 11]);
        for (fault, word) in faults.iter().zip([
            "EOF",
            "status: ",
            "title: must not be empty",
            "severity",
            "format",
            "future",
            "sauce",
            "noticed_at",
            "before",
            "UTF-8",
        ]) {
            assert!(fault.why.contains(word), "{fault} should say {word}");
        }
    }

    fn refused(line: &str) -> String {
        read(line.as_bytes())[0].clone().unwrap_err().why
    }

    /// What no Muster would store, or could not take in again once it was exported.
    #[test]
    fn a_state_that_cannot_be_is_refused_by_field() {
        let without_end = LINE.replace("\"resolved_at\":\"2025-01-01T01:00:00Z\"", "\"resolved_at\":null");
        for (line, fault) in [
            (LINE.replace("status\":\"resolved", "status\":\"merged"), "status: "),
            (LINE.replace("status\":\"resolved", "status\":\"closed"), "times.closed_at: "),
            (LINE.replace("status\":\"resolved", "status\":\"investigating"), "times.resolved_at: "),
            (without_end, "times.resolved_at: "),
            (LINE.replace("\"closed_at\":null", "\"closed_at\":\"2025-01-02T00:00:00Z\""), "times.closed_at: "),
            (
                LINE.replace("\"cancelled_at\":null", "\"cancelled_at\":\"2025-01-02T00:00:00Z\""),
                "times.cancelled_at: ",
            ),
            (LINE.replace("\"created_at\":\"2025", "\"created_at\":\"2027"), "created_at: "),
            (LINE.replace("\"updated_at\":\"2025", "\"updated_at\":\"2027"), "updated_at: "),
            (LINE.replace("\"declared_at\":\"2025", "\"declared_at\":\"2027"), "times.declared_at: "),
            (LINE.replace("\"kind\"", "\"reopen_count\":4294967295,\"kind\""), "reopen_count: "),
            (LINE.replace("o-1", "o\\u00001"), "origin: "),
            (LINE.replace("o-1", ""), "origin: "),
        ] {
            let why = refused(&line);
            assert!(why.starts_with(fault), "{why} should name {fault}");
        }
    }

    const ENTRY: &str = r#"{"id":"00000000-0000-0000-0000-000000000001","what":{"kind":"note"},"occurred_at":"2025-01-01T00:00:00Z","recorded_at":"2025-01-01T00:00:00Z","actor":null,"actor_name":"Robin","body":"x","version":1}"#;

    fn line(entry: &str) -> String {
        LINE.replace("\"timeline\":[]", &format!("\"timeline\":[{entry}]"))
    }

    #[test]
    fn entries_of_a_timeline_have_limits_too() {
        let long = format!("\"body\":\"{}\"", "y".repeat(20_001));
        let edited = r#"{"kind":"field_changed","field":"title","before":"a","after":"b","why":"c"}"#;
        assert!(read(line(ENTRY).as_bytes())[0].is_ok());
        for (from, to, fault) in [
            ("\"version\":1", "\"version\":0", "timeline[0].version"),
            ("\"version\":1", "\"version\":4294967295", "timeline[0].version"),
            ("\"body\":\"x\"", long.as_str(), "timeline[0].body"),
            ("\"body\":\"x\"", "\"body\":\"\\u0000\"", "timeline[0].body"),
            ("Robin", "Ro\\u0000bin", "timeline[0].actor_name"),
            ("\"recorded_at\":\"2025", "\"recorded_at\":\"2035", "timeline[0].recorded_at"),
            ("\"actor\":null", "\"actor\":null,\"mood\":1", "timeline[0].mood: unknown field `mood`"),
            (r#"{"kind":"note"}"#, edited, "timeline[0].what: unknown field `why`"),
            (r#"{"kind":"note"}"#, r#"{"kind":"note","why":"c"}"#, "timeline[0].what: unknown field `why`"),
        ] {
            let why = refused(&line(&ENTRY.replace(from, to)));
            assert!(why.starts_with(fault), "{why} should name {fault}");
        }
    }

    /// The limit counts after normalising, so the normalised text is what has to be kept.
    #[test]
    fn texts_of_entries_are_kept_as_they_were_measured() {
        let decomposed = "e\u{301}".repeat(20_000);
        let body = format!("\"body\":\"  {decomposed} \"");
        let (_, incident) = read(line(&ENTRY.replace("\"body\":\"x\"", &body)).as_bytes())[0].clone().unwrap();
        assert_eq!(incident.timeline[0].body, "\u{e9}".repeat(20_000));
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
