//! Which tokens the JSON API takes, and how much of it one caller.

use super::reader::Reader;

/// What the JSON API has to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiSettings {
    /// The names of this API in tokens; empty for those that a registration gets by default.
    pub audiences: Vec<String>,
    /// The authentication context that deleting, and reopening what was closed, ask people for; none if they ask for none.
    pub step_up: Option<String>,
    /// Requests a minute of one person or application; 0 is no limit.
    pub rate: u32,
}

/// Ten a second for a minute: more than a person's scripts need, less than one that has run wild takes.
const USUAL: u32 = 600;

/// All of it; `None` if something was complained about.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<ApiSettings> {
    let rate = reader.parsed("MUSTER_RATE_API", "a number of requests a minute from one caller, or 0 for no limit");
    let (audiences, step_up) = (audiences(reader), step_up(reader));
    Some(ApiSettings { audiences: audiences?, step_up, rate: rate.unwrap_or(USUAL) })
}

/// `MUSTER_API_AUDIENCES`: application ids and whole application ID URIs.
fn audiences(reader: &mut Reader<'_>) -> Option<Vec<String>> {
    const NAME: &str = "MUSTER_API_AUDIENCES";
    let Some(text) = reader.text(NAME) else { return Some(Vec::new()) };
    let all: Vec<String> = text.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if all.is_empty() || all.iter().any(|word| word.contains('*')) {
        let fix = "must be application ids or application ID URIs such as api://muster.example, with commas between them \
                   and no patterns";
        reader.problem(NAME, Some(text), fix);
        return None;
    }
    Some(all)
}

/// `MUSTER_STEP_UP_CONTEXT`, the id of an authentication context of the tenant (Conditional Access).
fn step_up(reader: &mut Reader<'_>) -> Option<String> {
    const NAME: &str = "MUSTER_STEP_UP_CONTEXT";
    let text = reader.text(NAME)?;
    let number =
        text.strip_prefix('c').filter(|digits| !digits.starts_with(['0', '+'])).and_then(|n| n.parse::<u8>().ok());
    if !number.is_some_and(|number| (1..=99).contains(&number)) {
        reader.problem(
            NAME,
            Some(text),
            "must be the id of an authentication context, c1 to c99; unset, nobody is asked for one",
        );
        return None;
    }
    Some(text)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn with(name: &str, value: &str) -> Result<ApiSettings, String> {
        let environment = Environment::from([(name.to_owned(), value.to_owned())]);
        let mut reader = Reader::new(&environment);
        let settings = read(&mut reader);
        match reader.finish() {
            Ok(()) => Ok(settings.unwrap()),
            Err(problems) => Err(problems.into_iter().map(|problem| problem.to_string()).collect()),
        }
    }

    #[test]
    fn without_settings_nobody_is_asked_for_more() {
        assert_eq!(
            with("MUSTER_LOG", "info").unwrap(),
            ApiSettings { audiences: Vec::new(), step_up: None, rate: 600 }
        );
    }

    #[test]
    fn a_context_is_one_of_those_that_a_tenant_can_have() {
        for good in ["c1", "c25", "c99"] {
            assert_eq!(with("MUSTER_STEP_UP_CONTEXT", good).unwrap().step_up.as_deref(), Some(good));
        }
        for wrong in ["c0", "c100", "c01", "C1", "1", "mfa", "c1,c2", "c+1"] {
            let why = with("MUSTER_STEP_UP_CONTEXT", wrong).unwrap_err();
            assert!(why.contains("c1 to c99"), "{wrong}: {why}");
        }
    }

    #[test]
    fn audiences_are_whole_names() {
        let two = with("MUSTER_API_AUDIENCES", "api://muster.example, e1d3a7b6-58f0-4c9e-a2b4-6f7d90c81e35").unwrap();
        assert_eq!(two.audiences, ["api://muster.example", "e1d3a7b6-58f0-4c9e-a2b4-6f7d90c81e35"]);
        for wrong in ["api://*", ",", "*"] {
            assert!(with("MUSTER_API_AUDIENCES", wrong).is_err(), "{wrong}");
        }
        assert_eq!(with("MUSTER_RATE_API", "0").unwrap().rate, 0);
        assert!(with("MUSTER_RATE_API", "many").is_err());
    }
}
