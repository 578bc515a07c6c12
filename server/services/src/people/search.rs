//! Looking for somebody: among those whom Muster knows, and in the organisation's directory.

use domain::TenantId;
use domain::view::{Beyond, Candidate, CandidatesView, PersonView};

use super::{Colleague, Colleagues, PeopleService, SEARCH, Unanswered};
use crate::audit::Caller;
use crate::directory::shown;
use crate::{ServiceError, user_id};

/// With fewer letters there would be too many to choose from.
const LETTERS: usize = 2;
/// So many are offered.
const MOST: u8 = 8;
/// So many of those whom Muster knows are looked at; a larger organisation has a directory.
const KNOWN: u32 = 500;

impl PeopleService {
    /// People whose names have words that begin with those of `text`: first those whom Muster knows, then the others. What
    /// came of asking the directory is a part of the answer; `back` is the page to come back to from there.
    ///
    /// # Errors
    /// Forbidden for those who may not restrict an incident; unavailable or internal if the store fails.
    pub async fn search(
        &self,
        caller: &Caller,
        colleagues: &dyn Colleagues,
        text: &str,
        back: &str,
    ) -> Result<CandidatesView, ServiceError> {
        self.allow(caller, SEARCH).await?;
        let text = text.trim();
        if text.chars().filter(|c| c.is_alphanumeric()).count() < LETTERS {
            return Ok(CandidatesView { people: Vec::new(), beyond: Beyond::Searched });
        }
        let tenant = caller.actor.tenant;
        let known = self.directory.people(tenant, KNOWN).await?;
        let known = known.into_iter().filter(|person| fits(&person.name, text));
        let (found, beyond) = match colleagues.search(text, MOST, back).await {
            Ok(found) => (found, Beyond::Searched),
            Err(Unanswered::NoDirectory) => (Vec::new(), Beyond::NoDirectory),
            Err(Unanswered::AskPerson { step, way }) => (Vec::new(), Beyond::Asked { step, way }),
            Err(Unanswered::Unavailable) => (Vec::new(), Beyond::Unavailable),
        };
        let found_ids: Vec<_> = found.iter().map(|colleague| user_id(tenant, &colleague.subject)).collect();
        let named = self.directory.names(tenant, &found_ids).await?;
        Ok(CandidatesView { people: merged(tenant, known, found, &named), beyond })
    }
}

fn merged(
    tenant: TenantId,
    known: impl Iterator<Item = PersonView>,
    found: Vec<Colleague>,
    named: &[PersonView],
) -> Vec<Candidate> {
    let candidate = |colleague: Colleague| {
        let id = user_id(tenant, &colleague.subject);
        let unknown = named.iter().all(|person| person.id != id);
        Candidate {
            id,
            name: shown(&colleague.name),
            job_title: colleague.job_title,
            subject: unknown.then_some(colleague.subject),
        }
    };
    let mut people: Vec<Candidate> = found.into_iter().map(candidate).collect();
    for person in known {
        if people.iter().all(|found| found.id != person.id) {
            people.push(Candidate { id: person.id, name: person.name, job_title: None, subject: None });
        }
    }
    // Stable: within either kind they stay in order.
    people.sort_by_key(|person| person.subject.is_some());
    people.truncate(MOST.into());
    people
}

/// Whether each word of the text begins a word of the name.
fn fits(name: &str, text: &str) -> bool {
    let words = |text: &str| text.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let name = words(name);
    words(text).iter().all(|typed| name.iter().any(|word| word.starts_with(typed)))
}

#[cfg(test)]
mod tests {
    use domain::UserId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_name_fits_by_the_beginnings_of_its_words() {
        for text in ["no", "amina no", "NO am", "  am  "] {
            assert!(fits("Amina Novakova", text), "{text}");
        }
        for text in ["ova", "amina x", "novakovas"] {
            assert!(!fits("Amina Novakova", text), "{text}");
        }
    }

    #[test]
    fn whoever_is_in_both_lists_is_offered_once_and_those_who_are_known_come_first() {
        let tenant = TenantId(Uuid::from_u128(7));
        let colleague = |subject: &str, name: &str| Colleague {
            subject: subject.to_owned(),
            name: name.to_owned(),
            job_title: Some("Engineer".to_owned()),
            department: None,
        };
        let person = |id, name: &str| PersonView { id, name: name.to_owned() };
        let both = user_id(tenant, "b");
        let known = [person(both, "Bea"), person(UserId(Uuid::from_u128(1)), "Zoë")];
        let found = vec![colleague("a", "Ada"), colleague("b", "Bea")];
        let people = merged(tenant, known.clone().into_iter(), found, &known[..1]);
        let shown: Vec<_> = people.iter().map(|p| (p.name.as_str(), p.subject.as_deref())).collect();
        assert_eq!(shown, [("Bea", None), ("Zoë", None), ("Ada", Some("a"))]);
        assert_eq!(people[0].job_title.as_deref(), Some("Engineer"), "the directory knows more");
        let many = (0..20).map(|n| colleague(&n.to_string(), "Ada")).collect();
        assert_eq!(merged(tenant, [].into_iter(), many, &[]).len(), usize::from(MOST));
    }
}
