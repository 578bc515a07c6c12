//! Who may see an incident: everybody, or the people named. Both forms ask it the same way.

use domain::view::{Choices, PersonView};
use leptos::prelude::*;

use super::choices::{people_options, visibility_options, with_options};
use crate::AppError;
use crate::components::{Picks, SelectField, TextArea};

/// The answer as it was typed.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    /// `tenant` or `restricted`.
    pub visibility: String,
    /// Ids of the people ticked.
    pub people: Vec<String>,
    /// Names of more, one a line.
    pub others: String,
}

/// The fields. `named` are people who are on the incident already: a form that does not show somebody takes them off it
/// when it is saved.
#[component]
pub(super) fn Audience<'a>(
    typed: Typed,
    choices: &'a Choices,
    hint: &'static str,
    error: Signal<Option<AppError>>,
    #[prop(optional)] named: Vec<PersonView>,
) -> impl IntoView + use<> {
    let named = named.into_iter().map(|person| (person.id.to_string(), person.name));
    let people = with_options(people_options(choices), named);
    let others = choices.more_people.then(|| {
        view! {
            <TextArea
                name="others"
                label="Others"
                hint="There are more people than these. Write the names of others as they stand in Muster, one a line."
                rows=3
                value=typed.others
                error=error
            />
        }
    });
    view! {
        <SelectField
            name="visibility"
            label="Who may see it"
            value=typed.visibility
            options=visibility_options()
            error=error
        />
        <Picks
            name="people"
            label="People"
            hint=hint
            picked=typed.people
            options=people
            error=error
        />
        {others}
    }
    .into_any()
}
