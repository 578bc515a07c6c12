//! Choices of the catalogue as options of a form.

use domain::view::{Choices, SeverityView};

/// Severities, worst first, under a word for none.
pub(crate) fn severity_options(severities: &[SeverityView], none: &str) -> Vec<(String, String)> {
    let none = (String::new(), none.to_owned());
    let each =
        severities.iter().map(|severity| (severity.key.to_string(), format!("{} {}", severity.key, severity.name)));
    std::iter::once(none).chain(each).collect()
}

/// Services by name.
pub(crate) fn service_options(choices: &Choices) -> Vec<(String, String)> {
    let services = choices.services.iter();
    services.map(|service| (service.id.to_string(), service.name.clone())).collect()
}

/// People by name.
pub(crate) fn people_options(choices: &Choices) -> Vec<(String, String)> {
    let people = choices.people.iter();
    people.map(|person| (person.id.to_string(), person.name.clone())).collect()
}

/// The options, and those that an incident has without their being among them.
pub(crate) fn with_options(
    mut offered: Vec<(String, String)>,
    more: impl IntoIterator<Item = (String, String)>,
) -> Vec<(String, String)> {
    for (id, words) in more {
        if offered.iter().all(|(key, _)| *key != id) {
            offered.push((id, words));
        }
    }
    offered
}

/// Who may see an incident.
pub(crate) fn visibility_options() -> Vec<(String, String)> {
    vec![
        ("tenant".to_owned(), "Everybody in the organisation with a role in Muster".to_owned()),
        ("restricted".to_owned(), "Only the people named below".to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::with_options;

    #[test]
    fn whoever_is_named_is_offered_once() {
        let option = |id: &str, name: &str| (id.to_owned(), name.to_owned());
        let offered = with_options(vec![option("1", "Ada")], [option("1", "Ada"), option("2", "Zoë")]);
        assert_eq!(offered, [option("1", "Ada"), option("2", "Zoë")]);
    }
}
