//! The CSV layout of the Cloud Uptime Archive: `start_time,end_time,status,service`, times in seconds since the first
//! outage of the trace, status a severity between 0 and 1.

use std::collections::HashSet;
use std::io::BufRead;
use std::str::FromStr;

use domain::{
    Entry, EntryId, EntryKind, Kind, Milestones, Name, SeverityKey, Source, Status, Summary, Text, Timestamp,
    TimestampError, Title, Visibility,
};
use time::macros::format_description;
use uuid::Uuid;

use super::fault::Fault;
use super::incident_line::IncidentLine;
use super::numbered::Numbered;

/// Which severity an archive's `status` becomes: the first line whose bound it reaches, after rounding to four
/// decimals (the archive writes 0.2 as 0.19999999999999996).
pub const SEVERITY_TABLE: [(f64, SeverityKey); 5] = [
    (0.8, SeverityKey::Sev1),
    (0.5, SeverityKey::Sev2),
    (0.2, SeverityKey::Sev3),
    (0.05, SeverityKey::Sev4),
    (0.0, SeverityKey::Sev5),
];

const HEADER: [&str; 4] = ["start_time", "end_time", "status", "service"];

/// The instant that second 0 of a trace is placed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor(pub Timestamp);

/// Why a date is no anchor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// Not a date.
    #[error("--anchor `{0}` is not a date such as 2022-01-31 or an RFC 3339 time")]
    Syntax(String),
    /// An outage would end later than now.
    #[error("--anchor puts an outage later than now; the latest date that works is {latest}")]
    Future {
        /// The latest date with which every row lies in the past.
        latest: String,
    },
}

impl FromStr for Anchor {
    type Err = AnchorError;

    fn from_str(text: &str) -> Result<Self, AnchorError> {
        let date = time::Date::parse(text, format_description!("[year]-[month]-[day]"));
        let at: Result<Timestamp, TimestampError> = match date {
            Ok(date) => date.midnight().assume_utc().try_into(),
            Err(_) => text.parse(),
        };
        at.map(Self).map_err(|_| AnchorError::Syntax(text.to_owned()))
    }
}

impl Anchor {
    /// The anchor under which times are seconds of the trace.
    pub(super) const ZERO: Self = Self(Timestamp::EPOCH);

    /// Refuses if anything lies later than `now`. `last` is the latest end of all traces, placed by [`Anchor::ZERO`].
    pub(super) fn check(self, last: Timestamp, now: Timestamp) -> Result<(), AnchorError> {
        let latest = now.plus_seconds(-last.seconds_since(Timestamp::EPOCH));
        if self.0 <= latest {
            return Ok(());
        }
        let date = latest.to_datetime().date();
        let format = format_description!("[year]-[month]-[day]");
        Err(AnchorError::Future { latest: date.format(format).unwrap_or_else(|_| date.to_string()) })
    }
}

/// Rows of a file as incidents.
pub(super) struct ArchiveRows<R> {
    lines: Numbered<R>,
    file: String,
    anchor: Anchor,
    now: Timestamp,
    header_read: bool,
    seen: HashSet<String>,
}

impl<R: BufRead> ArchiveRows<R> {
    pub(super) fn new(reader: R, name: &str, anchor: Anchor, now: Timestamp) -> Self {
        let file = name.rsplit('/').next().unwrap_or(name).to_owned();
        Self { lines: Numbered::new(reader), file, anchor, now, header_read: false, seen: HashSet::new() }
    }

    fn row(&mut self, row: &csv::StringRecord) -> Result<IncidentLine, String> {
        if row.len() != HEADER.len() {
            return Err(format!("has {} columns; {} are needed: {}", row.len(), HEADER.len(), HEADER.join(",")));
        }
        let start = seconds("start_time", &row[0])?;
        let end = seconds("end_time", &row[1])?;
        if end < start {
            return Err("end_time: lies before start_time".to_owned());
        }
        let severity = severity(&row[2])?;
        let service = Name::read(&row[3]).map_err(|why| format!("service: {why}"))?;
        // The number, not its spelling: 0 and 0.0 are one second.
        let origin = format!("uptime-archive:{}:{service}:{start}", self.file);
        if !self.seen.insert(origin.clone()) {
            return Err(format!("repeats start_time {start} of {service}"));
        }
        let place = |seconds: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "`seconds` bounds the number to some hundred years")]
            self.anchor.0.plus_seconds(seconds as i64)
        };
        let incident = retrospective(origin, service, severity, place(start), place(end), self.now)?;
        // Whether it lies in the future is a question to the anchor, once for all files.
        incident.well_formed()
    }
}

impl<R: BufRead> Iterator for ArchiveRows<R> {
    type Item = std::io::Result<Result<(u64, IncidentLine), Fault>>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.header_read {
            self.header_read = true;
            let header = match self.lines.next() {
                Some(Ok(line)) => line.ok().and_then(|(_, text)| columns(&text).ok()),
                Some(Err(error)) => return Some(Err(error)),
                None => None,
            };
            if header.is_none_or(|header| !header.iter().eq(HEADER)) {
                let why = format!("the header must be {}", HEADER.join(","));
                return Some(Ok(Err(Fault { line: 1, why })));
            }
        }
        Some(match self.lines.next()? {
            Ok(line) => Ok(line.and_then(|(line, text)| {
                let incident = columns(&text).and_then(|row| self.row(&row));
                incident.map(|incident| (line, incident)).map_err(|why| Fault { line, why })
            })),
            Err(error) => Err(error),
        })
    }
}

/// The columns of one line. No column of this layout has line breaks, so that a quotation mark too many spoils one line
/// and not all that follow.
fn columns(line: &str) -> Result<csv::StringRecord, String> {
    if !line.matches('"').count().is_multiple_of(2) {
        return Err("has a quotation mark that is not closed".to_owned());
    }
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes()).into_records();
    match rows.next() {
        Some(Ok(row)) => Ok(row),
        Some(Err(_)) | None => Err("is no CSV".to_owned()),
    }
}

fn seconds(field: &str, text: &str) -> Result<f64, String> {
    const CENTURIES: f64 = 10_000_000_000.0;
    let wrong =
        || format!("{field}: `{}` is not a number of seconds from 0 on", text.chars().take(40).collect::<String>());
    // Adding 0 makes -0 the same as 0.
    let seconds = text.trim().parse().ok().filter(|s: &f64| (0.0..CENTURIES).contains(s));
    seconds.map(|s| s + 0.0).ok_or_else(wrong)
}

fn severity(text: &str) -> Result<SeverityKey, String> {
    let wrong = || format!("status: `{}` is not a number between 0 and 1", text.chars().take(40).collect::<String>());
    let status: f64 = text.trim().parse().ok().filter(|s| (0.0..=1.0).contains(s)).ok_or_else(wrong)?;
    let rounded = (status * 10_000.0).round() / 10_000.0;
    let found = SEVERITY_TABLE.into_iter().find(|(bound, _)| rounded >= *bound);
    Ok(found.map_or(SeverityKey::Sev5, |(_, key)| key))
}

fn retrospective(
    origin: String,
    service: Name,
    severity: SeverityKey,
    start: Timestamp,
    end: Timestamp,
    now: Timestamp,
) -> Result<IncidentLine, String> {
    let title: String = format!("Outage of {service}").chars().take(Title::LIMIT).collect();
    let mut times = Milestones::declared(start);
    times.impact_started_at = Some(start);
    times.resolved_at = Some(end);
    times.impact_ended_at = Some(end);
    Ok(IncidentLine {
        format: "muster.incident/1".to_owned(),
        number: None,
        title: Title::read(&title).map_err(|why| format!("service: {why}"))?,
        summary: Summary::default(),
        kind: Kind::Retrospective,
        status: Status::Resolved,
        severity: Some(severity),
        visibility: Visibility::Tenant,
        people: Vec::new(),
        services: vec![service],
        source: Source::Import,
        times,
        reopen_count: 0,
        declared_by: None,
        created_at: now,
        updated_at: end,
        timeline: vec![Entry {
            id: EntryId(Uuid::nil()),
            what: EntryKind::Import { origin: "Cloud Uptime Archive".to_owned() },
            occurred_at: start,
            recorded_at: now,
            actor: None,
            actor_name: "muster import".to_owned(),
            body: String::new(),
            version: 1,
        }],
        origin,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn read(text: &str) -> Vec<Result<(u64, IncidentLine), Fault>> {
        let anchor = "2022-03-01".parse().unwrap();
        ArchiveRows::new(text.as_bytes(), "dir/trace.csv", anchor, now()).map(Result::unwrap).collect()
    }

    #[test]
    fn a_row_becomes_a_resolved_retrospective_with_its_true_times() {
        let rows = read("start_time,end_time,status,service\n86400.0,90000.5,0.19999999999999996,chat\n");
        let (line, incident) = rows[0].clone().unwrap();
        assert_eq!((line, incident.kind, incident.status), (2, Kind::Retrospective, Status::Resolved));
        assert_eq!(incident.severity, Some(SeverityKey::Sev3));
        assert_eq!(incident.times.impact_started_at.unwrap().to_string(), "2022-03-02T00:00:00Z");
        assert_eq!(incident.times.resolved_at.unwrap().to_string(), "2022-03-02T01:00:00Z");
        assert_eq!(incident.origin, "uptime-archive:trace.csv:chat:86400");
    }

    #[test]
    fn each_fault_names_its_line_and_field() {
        let rows = read(
            "start_time,end_time,status,service\n0,1,0.5\nx,1,0.5,a\n0,-1,0.5,a\n5,1,0.5,a\n0,1,1.5,a\n0,1,NaN,a\n0,1,0.5,\n\
             0,1,0.5,a\n0,2,0.1,a\n",
        );
        let faults: Vec<String> = rows.into_iter().filter_map(Result::err).map(|f| f.to_string()).collect();
        assert_eq!(
            faults,
            [
                "line 2: has 3 columns; 4 are needed: start_time,end_time,status,service",
                "line 3: start_time: `x` is not a number of seconds from 0 on",
                "line 4: end_time: `-1` is not a number of seconds from 0 on",
                "line 5: end_time: lies before start_time",
                "line 6: status: `1.5` is not a number between 0 and 1",
                "line 7: status: `NaN` is not a number between 0 and 1",
                "line 8: service: must not be empty",
                "line 10: repeats start_time 0 of a",
            ]
        );
    }

    #[test]
    fn another_header_is_refused() {
        let rows = read("service,start_time\na,0\n");
        assert_eq!(
            rows[0].clone().unwrap_err().to_string(),
            "line 1: the header must be start_time,end_time,status,service"
        );
    }

    #[test]
    fn the_severity_table_is_read_from_the_top() {
        for (status, key) in [
            ("0", SeverityKey::Sev5),
            ("0.04999", SeverityKey::Sev4),
            ("0.04", SeverityKey::Sev5),
            ("0.050000000000000044", SeverityKey::Sev4),
            ("0.30000000000000004", SeverityKey::Sev3),
            ("0.5", SeverityKey::Sev2),
            ("1.0", SeverityKey::Sev1),
        ] {
            assert_eq!(severity(status), Ok(key), "{status}");
        }
    }

    #[test]
    fn lines_are_counted_whatever_ends_them_and_blank_ones_too() {
        let unix = "start_time,end_time,status,service\n\n0,1,0.5,a\nx,1,0.5,a\n\n0,1,2,a\n0,1,0.5,\"b\n0,1,0.5,c\n";
        for text in [unix.to_owned(), unix.replace('\n', "\r\n")] {
            let rows = read(&text);
            let right: Vec<u64> = rows.iter().filter_map(|row| row.as_ref().ok().map(|(line, _)| *line)).collect();
            let wrong: Vec<u64> = rows.iter().filter_map(|row| row.as_ref().err().map(|fault| fault.line)).collect();
            assert_eq!((right, wrong), (vec![3, 8], vec![4, 6, 7]), "{text:?}");
        }
    }

    #[test]
    fn one_start_is_one_start_however_it_is_written() {
        let rows = read(
            "start_time,end_time,status,service\n0,1,0.5,a\n0.0,1,0.5,a\n-0,1,0.5,a\n1e2,200,0.5,a\n100.00,200,0.5,a\n",
        );
        let faults: Vec<u64> = rows.into_iter().filter_map(Result::err).map(|fault| fault.line).collect();
        assert_eq!(faults, [3, 4, 6]);
    }

    /// What an archive's row says can be exported and taken in again like any other incident.
    #[test]
    fn a_row_keeps_the_limits_of_the_format() {
        let text = format!("start_time,end_time,status,service\n0,1,0.5,{}\n", "通".repeat(120));
        let name = format!("{}.csv", "n".repeat(40));
        let mut rows = ArchiveRows::new(text.as_bytes(), &name, Anchor::ZERO, now());
        let fault = rows.next().unwrap().unwrap().unwrap_err();
        assert_eq!(fault.to_string(), "line 2: origin: must be 1 to 400 bytes");
    }

    #[test]
    fn an_anchor_that_reaches_into_the_future_names_the_latest_that_works() {
        let check = |anchor: &str, seconds: i64| {
            anchor.parse::<Anchor>().unwrap().check(Timestamp::EPOCH.plus_seconds(seconds), now())
        };
        let latest = |date: &str| Err(AnchorError::Future { latest: date.to_owned() });
        let ten_days = 10 * 86_400;
        assert_eq!(check("2025-12-30", ten_days), latest("2025-12-22"), "to end just now is early enough");
        assert_eq!(check("2025-12-22", ten_days), Ok(()));
        assert_eq!(check("2025-12-23", ten_days), latest("2025-12-22"));
        assert_eq!(check("2025-12-30", ten_days + 1), latest("2025-12-21"));
        assert_eq!(check("9999-12-31", ten_days), latest("2025-12-22"), "even where it cannot be placed");
    }

    #[test]
    fn an_anchor_is_a_time_that_can_be_written_down() {
        for text in ["9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00", "-0001-01-01", "soon"] {
            assert_eq!(text.parse::<Anchor>(), Err(AnchorError::Syntax(text.to_owned())));
        }
    }
}
