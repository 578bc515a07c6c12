//! Who may see an incident: everybody, or the people named. Both forms ask it the same way.

use domain::view::{Choices, PersonView};
use leptos::prelude::*;

use super::choices::{people_options, visibility_options, with_options};
use crate::AppError;
use crate::browser;
use crate::components::{Picks, SelectField, TextArea};
use crate::people::FindPeople;

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
    /// Whether there is a directory to look for others in.
    colleagues: bool,
    /// Whoever was found there. Not drawn anew with the fields.
    added: RwSignal<Vec<PersonView>>,
) -> impl IntoView + use<> {
    let named = named.into_iter().chain(added.get_untracked());
    let people = with_options(people_options(choices), named.map(|person| (person.id.to_string(), person.name)));
    let offered: Vec<_> = people.iter().map(|(id, _)| id.clone()).collect();
    let find = colleagues.then(|| view! { <Find offered=offered added=added /> });
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
        {find}
        {others}
    }
    .into_any()
}

/// The field that finds people, and a box for each who was found and is not among those above.
#[component]
fn Find(offered: Vec<String>, added: RwSignal<Vec<PersonView>>) -> impl IntoView {
    let choose = Callback::new(move |person: PersonView| {
        if !browser::tick("people", &person.id.to_string()) {
            added.update(|added| added.push(person));
        }
    });
    let more = move || {
        let mut more = added.get();
        more.retain(|person| !offered.contains(&person.id.to_string()));
        more
    };
    view! {
        <FindPeople choose=choose />
        <div class="picks found" role="group" aria-label="Found">
            <For each=more key=|person| person.id let:person>
                <label class="pick">
                    <input type="checkbox" name="people" value=person.id.to_string() checked=true />
                    <span>{person.name}</span>
                </label>
            </For>
        </div>
    }
    .into_any()
}
