//! Fields of forms: a label, a hint, what is wrong, and the browser's own control.

use leptos::prelude::*;

use crate::AppError;

/// What is wrong with one field, if anything.
fn fault(error: Signal<Option<AppError>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        error.with(|error| {
            let why = error.as_ref().and_then(|error| error.fault(field));
            why.map(str::to_owned)
        })
    })
}

/// The label, the hint and the fault around a control.
#[component]
fn Labelled(
    id: String,
    label: &'static str,
    hint: &'static str,
    fault: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let fault_id = format!("{id}-fault");
    let hint = (!hint.is_empty()).then(|| {
        view! {
            <p class="hint" id=hint_id>
                {hint}
            </p>
        }
    });
    view! {
        <div class="field" class:wrong=move || fault.with(Option::is_some)>
            <label for=id>{label}</label>
            {hint}
            {children()}
            {move || {
                fault
                    .get()
                    .map(|why| {
                        view! {
                            <p class="fault" id=fault_id.clone()>
                                {label}
                                " "
                                {why}
                            </p>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

/// The ids a control refers to for its hint and its fault.
fn described(id: &str, hint: &str, fault: Signal<Option<String>>) -> impl Fn() -> Option<String> + use<> {
    let hint = (!hint.is_empty()).then(|| format!("{id}-hint"));
    let wrong = format!("{id}-fault");
    move || {
        let wrong = fault.with(Option::is_some).then(|| wrong.clone());
        let ids: Vec<String> = hint.clone().into_iter().chain(wrong).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

fn invalid(fault: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> {
    move || fault.with(Option::is_some).then_some("true")
}

/// One line.
#[component]
pub(crate) fn TextField(
    name: &'static str,
    label: &'static str,
    value: String,
    error: Signal<Option<AppError>>,
    #[prop(optional)] hint: &'static str,
) -> impl IntoView {
    let fault = fault(error, name);
    view! {
        <Labelled id=name.to_owned() label=label hint=hint fault=fault>
            <input
                type="text"
                id=name
                name=name
                value=value
                autocomplete="off"
                aria-required="true"
                aria-invalid=invalid(fault)
                aria-describedby=described(name, hint, fault)
            />
        </Labelled>
    }
    .into_any()
}

/// Several lines. The value goes in as markup of our own: text nodes of a text area are not escaped by the renderer.
#[component]
pub(crate) fn TextArea(
    name: &'static str,
    label: &'static str,
    value: String,
    error: Signal<Option<AppError>>,
    rows: u8,
    #[prop(optional)] hint: &'static str,
    /// Where several forms of a page have this field.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let fault = fault(error, name);
    let id = id.unwrap_or_else(|| name.to_owned());
    let described = described(&id, hint, fault);
    view! {
        <Labelled id=id.clone() label=label hint=hint fault=fault>
            <textarea
                id=id
                name=name
                rows=rows.to_string()
                aria-required=required.then_some("true")
                aria-invalid=invalid(fault)
                aria-describedby=described
                inner_html=escape(&value)
            ></textarea>
        </Labelled>
    }
    .into_any()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A choice of one. Each option is a value and its words.
#[component]
pub(crate) fn SelectField(
    name: &'static str,
    label: &'static str,
    value: String,
    options: Vec<(String, String)>,
    error: Signal<Option<AppError>>,
    #[prop(optional)] hint: &'static str,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    let fault = fault(error, name);
    let id = id.unwrap_or_else(|| name.to_owned());
    let described = described(&id, hint, fault);
    let option = move |(key, words): (String, String)| {
        let selected = key == value;
        view! {
            <option value=key selected=selected>
                {words}
            </option>
        }
    };
    view! {
        <Labelled id=id.clone() label=label hint=hint fault=fault>
            <select id=id name=name aria-invalid=invalid(fault) aria-describedby=described>
                {options.into_iter().map(option).collect_view()}
            </select>
        </Labelled>
    }
    .into_any()
}

/// One box to tick.
#[component]
pub(crate) fn Tick(name: &'static str, label: &'static str, hint: &'static str, ticked: bool) -> impl IntoView {
    let hint_id = format!("{name}-hint");
    view! {
        <div class="tick">
            <input
                type="checkbox"
                id=name
                name=name
                value="yes"
                checked=ticked
                aria-describedby=hint_id.clone()
            />
            <label for=name>{label}</label>
            <p class="hint" id=hint_id>
                {hint}
            </p>
        </div>
    }
    .into_any()
}

/// Boxes of which any number may be ticked. Each option is a value and its words.
#[component]
pub(crate) fn Picks(
    name: &'static str,
    label: &'static str,
    picked: Vec<String>,
    options: Vec<(String, String)>,
    error: Signal<Option<AppError>>,
    #[prop(optional)] hint: &'static str,
) -> impl IntoView {
    let fault = fault(error, name);
    let option = move |(key, words): (String, String)| {
        let checked = picked.contains(&key);
        view! {
            <label class="pick">
                <input type="checkbox" name=name value=key checked=checked />
                <span>{words}</span>
            </label>
        }
    };
    view! {
        <fieldset
            class="field"
            id=name
            tabindex="-1"
            class:wrong=move || fault.with(Option::is_some)
            aria-describedby=described(name, hint, fault)
        >
            <legend>{label}</legend>
            {(!hint.is_empty())
                .then(|| {
                    view! {
                        <p class="hint" id=format!("{name}-hint")>
                            {hint}
                        </p>
                    }
                })}
            <div class="picks">{options.into_iter().map(option).collect_view()}</div>
            {move || {
                fault
                    .get()
                    .map(|why| {
                        view! {
                            <p class="fault" id=format!("{name}-fault")>
                                {label}
                                " "
                                {why}
                            </p>
                        }
                    })
            }}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_markup_stays_inside_its_text_area() {
        assert_eq!(escape("</textarea><b>&amp;"), "&lt;/textarea>&lt;b>&amp;amp;");
    }
}
