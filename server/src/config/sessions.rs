//! How long people stay signed in, and whether the authority is asked meanwhile.

use time::Duration;

use super::reader::Reader;

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub struct Sessions {
    /// Without any use.
    pub idle: Duration,
    /// At the most.
    pub absolute: Duration,
    /// Whether browsers ask the authority, in a hidden frame, if the person is still signed in there.
    pub silent_check: bool,
}

/// `MUSTER_SESSION_IDLE` and `MUSTER_SESSION_ABSOLUTE`, and that the two go together; `MUSTER_SILENT_CHECK`, `on` or `off`.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<Sessions> {
    const IDLE: &str = "MUSTER_SESSION_IDLE";
    const ABSOLUTE: &str = "MUSTER_SESSION_ABSOLUTE";
    let silent_check = silent_check(reader);
    let idle = reader.duration(IDLE, Duration::hours(24));
    let absolute = reader.duration(ABSOLUTE, Duration::days(7));
    let (idle, absolute) = (idle?, absolute?);
    let (idle_text, absolute_text) = (reader.text(IDLE), reader.text(ABSOLUTE));
    if idle < Duration::MINUTE {
        reader.problem(IDLE, idle_text, "must be a minute or more");
    } else if absolute < idle {
        match (idle_text, absolute_text) {
            (idle, Some(absolute)) => {
                let idle = idle.as_deref().unwrap_or("24h");
                reader.problem(ABSOLUTE, Some(absolute), format!("must not be shorter than {IDLE}, which is {idle}"));
            }
            (idle, None) => reader.problem(IDLE, idle, format!("must not be longer than {ABSOLUTE}, which is 7d")),
        }
    }
    Some(Sessions { idle, absolute, silent_check })
}

fn silent_check(reader: &mut Reader<'_>) -> bool {
    const NAME: &str = "MUSTER_SILENT_CHECK";
    match reader.text(NAME).as_deref() {
        None | Some("off") => false,
        Some("on") => true,
        Some(other) => {
            reader.problem(NAME, Some(other.to_owned()), "must be `on` or `off`");
            false
        }
    }
}
