//! What the palette offers for what was typed. Nothing here knows a browser.

use domain::IncidentNumber;

use crate::routes;

/// Where an entry belongs, in the order shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Go,
    Here,
    Incidents,
}

impl Group {
    pub const ALL: [Self; 3] = [Self::Go, Self::Here, Self::Incidents];

    pub fn label(self) -> &'static str {
        match self {
            Self::Go => "Go to",
            Self::Here => "On this page",
            Self::Incidents => "Incidents",
        }
    }
}

/// What happens to an entry that is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A control of the page under this mark.
    Control(u32),
    /// A page.
    Path(String),
    /// The sheet of shortcuts.
    Help,
}

/// An entry of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub group: Group,
    pub label: String,
    pub target: Target,
}

/// So many incidents of the page are offered before anything was typed.
const UNASKED: usize = 5;

/// The entries that have every word, by group; within one, those first whose name begins with what was typed. The number
/// of an incident leads there, whether or not it is on the page.
pub(super) fn matching(entries: &[Entry], typed: &str) -> Vec<Entry> {
    let typed = typed.trim().to_lowercase();
    let words: Vec<_> = typed.split_whitespace().collect();
    let fits = |entry: &&Entry| {
        let label = entry.label.to_lowercase();
        words.iter().all(|word| label.contains(word))
    };
    let mut found: Vec<_> = entries.iter().filter(fits).cloned().collect();
    found.sort_by_key(|entry| (entry.group, rank(&entry.label, &typed)));
    if let Ok(number) = typed.parse::<IncidentNumber>() {
        jump(&mut found, number);
    }
    if typed.is_empty() {
        let own = found.iter().take_while(|entry| entry.group != Group::Incidents).count();
        found.truncate(own + UNASKED);
    }
    found
}

/// Puts the incident of this number before those that have the digits in their title only.
fn jump(found: &mut Vec<Entry>, number: IncidentNumber) {
    let first = found.partition_point(|entry| entry.group < Group::Incidents);
    let beginning = format!("{number} ");
    if let Some(at) = found[first..].iter().position(|entry| entry.label.starts_with(&beginning)) {
        found[first..=first + at].rotate_right(1);
    } else {
        let target = Target::Path(routes::incident(number));
        found.insert(first, Entry { group: Group::Incidents, label: number.to_string(), target });
    }
}

fn rank(label: &str, typed: &str) -> u8 {
    let label = label.to_lowercase();
    if label.starts_with(typed) {
        0
    } else if label.split_whitespace().any(|word| word.starts_with(typed)) {
        1
    } else {
        2
    }
}

/// How many there are, in words.
pub(super) fn count_words(count: usize) -> String {
    match count {
        0 => "Nothing matches.".to_owned(),
        1 => "1 match.".to_owned(),
        _ => format!("{count} matches."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        let entry = |mark, group, label: &str| Entry { group, label: label.to_owned(), target: Target::Control(mark) };
        vec![
            entry(0, Group::Go, "Sessions of everyone"),
            entry(1, Group::Go, "Your sessions"),
            entry(2, Group::Go, "Incidents"),
            entry(3, Group::Here, "Write a note"),
            entry(4, Group::Incidents, "INC-120 Queue of 12 is stuck"),
            entry(5, Group::Incidents, "INC-12 Checkout is slow"),
            entry(6, Group::Incidents, "INC-7 Mail bounces"),
            entry(7, Group::Incidents, "INC-8 Disk full"),
            entry(8, Group::Incidents, "INC-9 DNS"),
            entry(9, Group::Incidents, "INC-10 Certificates"),
        ]
    }

    fn found(typed: &str) -> Vec<String> {
        matching(&entries(), typed).into_iter().map(|entry| entry.label).collect()
    }

    #[test]
    fn every_word_has_to_be_there_in_any_order_and_letter_case() {
        assert_eq!(found("SLOW checkout"), ["INC-12 Checkout is slow"]);
        assert_eq!(found("sess"), ["Sessions of everyone", "Your sessions"]);
        assert_eq!(found("your sess"), ["Your sessions"]);
        assert!(found("nowhere").is_empty());
    }

    #[test]
    fn names_that_begin_with_it_come_first_and_groups_stay_together() {
        assert_eq!(found("is"), ["INC-120 Queue of 12 is stuck", "INC-12 Checkout is slow", "INC-8 Disk full"]);
        let groups: Vec<_> = matching(&entries(), "i").iter().map(|entry| entry.group).collect();
        assert!(groups.is_sorted(), "{groups:?}");
        assert_eq!(found("i")[0], "Incidents");
    }

    #[test]
    fn a_number_leads_to_the_incident() {
        let target = |typed: &str| matching(&entries(), typed).into_iter().next().map(|entry| entry.target);
        let far = Some(Target::Path("/incidents/INC-404".to_owned()));
        assert_eq!(target("404"), far);
        assert_eq!(target(" inc-404 "), far);
        assert_eq!(target("12"), Some(Target::Control(5)), "it is on the page");
        assert_eq!(target("INC-12"), Some(Target::Control(5)));
        assert_eq!(found("12").len(), 2, "the other one has it in its title");
    }

    #[test]
    fn unasked_only_some_incidents_are_offered() {
        assert_eq!(found("").len(), 4 + UNASKED);
        assert_eq!(found("inc").len(), 1 + 6);
    }
}
