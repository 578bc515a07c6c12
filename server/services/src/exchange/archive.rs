//! The CSV layout of the Cloud Uptime Archive: `start_time,end_time,status,service`, times in seconds since the first
//! outage of the trace, status a severity between 0 and 1.

use std::collections::HashSet;
use std::io::Read;
use std::str::FromStr;

use domain::{
    Entry, EntryId, EntryKind, Kind, Milestones, Name, SeverityKey, Source, Status, Summary, Text, Timestamp, Title,
    Visibility,
};
use time::macros::format_description;
use uuid::Uuid;

use super::fault::Fault;
use super::incident_line::IncidentLine;

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
        match date {
            Ok(date) => Ok(Self(date.midnight().assume_utc().into())),
            Err(_) => text.parse().map(Self).map_err(|_| AnchorError::Syntax(text.to_owned())),
        }
    }
}

impl Anchor {
    /// Refuses if anything lies later than `now`. `last` is the latest end, placed by this anchor.
    pub(super) fn check(self, last: Timestamp, now: Timestamp) -> Result<(), AnchorError> {
        if last <= now {
            return Ok(());
        }
        let latest = self.0.plus_seconds(-last.seconds_since(now) - 1).to_datetime().date();
        let format = format_description!("[year]-[month]-[day]");
        Err(AnchorError::Future { latest: latest.format(format).unwrap_or_else(|_| latest.to_string()) })
    }
}

/// Rows of a file as incidents.
pub(super) struct ArchiveRows<R> {
    rows: csv::StringRecordsIntoIter<R>,
    file: String,
    anchor: Anchor,
    now: Timestamp,
    header_read: bool,
    seen: HashSet<String>,
}

impl<R: Read> ArchiveRows<R> {
    pub(super) fn new(reader: R, name: &str, anchor: Anchor, now: Timestamp) -> Self {
        let rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(reader).into_records();
        let file = name.rsplit('/').next().unwrap_or(name).to_owned();
        Self { rows, file, anchor, now, header_read: false, seen: HashSet::new() }
    }

    fn row(&mut self, line: u64, row: &csv::StringRecord) -> Result<(u64, IncidentLine), Fault> {
        let fault = |why: String| Fault { line, why };
        if row.len() != HEADER.len() {
            return Err(fault(format!("has {} columns; {} are needed: {}", row.len(), HEADER.len(), HEADER.join(","))));
        }
        let start = seconds("start_time", &row[0]).map_err(fault)?;
        let end = seconds("end_time", &row[1]).map_err(fault)?;
        if end < start {
            return Err(fault("end_time: lies before start_time".to_owned()));
        }
        let severity = severity(&row[2]).map_err(fault)?;
        let service = Name::read(&row[3]).map_err(|why| fault(format!("service: {why}")))?;
        let origin = format!("uptime-archive:{}:{service}:{}", self.file, row[0].trim());
        if !self.seen.insert(origin.clone()) {
            return Err(fault(format!("repeats start_time {} of {service}", row[0].trim())));
        }
        let place = |seconds: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "`seconds` bounds the number to some hundred years")]
            self.anchor.0.plus_seconds(seconds as i64)
        };
        let incident = retrospective(origin, service, severity, place(start), place(end), self.now).map_err(fault)?;
        Ok((line, incident))
    }
}

impl<R: Read> Iterator for ArchiveRows<R> {
    type Item = std::io::Result<Result<(u64, IncidentLine), Fault>>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.header_read {
            self.header_read = true;
            match self.rows.next() {
                Some(Ok(header)) if header.iter().eq(HEADER) => {}
                Some(Err(error)) if error.is_io_error() => return Some(Err(error.into())),
                _ => {
                    let why = format!("the header must be {}", HEADER.join(","));
                    return Some(Ok(Err(Fault { line: 1, why })));
                }
            }
        }
        match self.rows.next()? {
            Ok(row) => {
                let line = row.position().map_or(0, csv::Position::line);
                Some(Ok(self.row(line, &row)))
            }
            Err(error) if error.is_io_error() => Some(Err(error.into())),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                Some(Ok(Err(Fault { line, why: "is not UTF-8 or not CSV".to_owned() })))
            }
        }
    }
}

fn seconds(field: &str, text: &str) -> Result<f64, String> {
    const CENTURIES: f64 = 10_000_000_000.0;
    let wrong =
        || format!("{field}: `{}` is not a number of seconds from 0 on", text.chars().take(40).collect::<String>());
    text.trim().parse().ok().filter(|s: &f64| (0.0..CENTURIES).contains(s)).ok_or_else(wrong)
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
        assert_eq!(incident.origin, "uptime-archive:trace.csv:chat:86400.0");
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
    fn an_anchor_that_reaches_into_the_future_names_the_latest_that_works() {
        let day = 86_400;
        let anchor: Anchor = "2025-12-30".parse().unwrap();
        let error = anchor.check(anchor.0.plus_seconds(10 * day), now()).unwrap_err();
        assert_eq!(error, AnchorError::Future { latest: "2025-12-21".to_owned() });
        let latest: Anchor = "2025-12-21".parse().unwrap();
        assert_eq!(latest.check(latest.0.plus_seconds(10 * day), now()), Ok(()));
        let next: Anchor = "2025-12-23".parse().unwrap();
        assert!(next.check(next.0.plus_seconds(10 * day), now()).is_err());
    }
}
