//! Pages for when no page can be drawn: a failed sign-in, a session that ended under a form, records out of reach.
//! Whole documents without a script, so that they do not depend on what may just have failed.

use leptos::config::LeptosOptions;
use leptos::prelude::*;

use super::Assets;
use crate::AppError;
use crate::components::top_bar::{Brand, DevelopmentBanner};
use crate::forms::Typed;
use crate::routes;

/// Where a node ends that a browser takes over. What people typed has no such thing: it is escaped.
const MARK: &str = "<!>";

/// What an error page says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorPage {
    /// The heading.
    pub title: String,
    /// What happened and what to do, in plain words.
    pub sentence: String,
    /// Finds the log lines.
    pub reference: Option<String>,
    /// Something to be done here: the words of the button and where it posts to.
    pub form: Option<(String, String)>,
    /// The way out: the words of the link and where it leads.
    pub action: Option<(String, String)>,
    /// Another way out, for those whom the first does not help.
    pub second: Option<(String, String)>,
    /// One more.
    pub third: Option<(String, String)>,
    /// What somebody had typed, given back to be copied.
    pub typed: Vec<Typed>,
}

impl ErrorPage {
    /// A form came after the session had ended; nothing of it was saved.
    pub fn session_ended(return_to: &str, typed: Vec<Typed>) -> Self {
        let kept = if typed.is_empty() {
            "Nothing was saved. Sign in to go on."
        } else {
            "Nothing was saved. Your text is below: copy it, sign in, and send it again."
        };
        Self {
            title: "Your session ended".to_owned(),
            sentence: kept.to_owned(),
            action: Some(("Sign in".to_owned(), routes::sign_in(return_to))),
            typed,
            ..Self::default()
        }
    }

    /// A form whose page the person may not see, or not any more.
    pub fn not_done(error: &AppError, typed: Vec<Typed>) -> Self {
        let title = if *error == AppError::NotFound { "Nothing here" } else { "Not allowed" };
        let kept =
            if typed.is_empty() { "" } else { " Nothing was saved. Your text is below: copy it if you need it." };
        Self {
            title: title.to_owned(),
            sentence: format!("{error}{kept}"),
            action: Some(("Go to the start page".to_owned(), routes::START.to_owned())),
            typed,
            ..Self::default()
        }
    }

    /// A form that is larger than Muster takes.
    pub fn too_large(typed: Vec<Typed>) -> Self {
        let kept = if typed.is_empty() {
            "Your browser still has it one step back. Shorten the text and try again."
        } else {
            "Your text is below: copy it and go back. Shorten the text and try again."
        };
        Self { typed, ..Self::refused(&format!("It was larger than Muster takes, so nothing was saved. {kept}")) }
    }

    /// Nothing came of the request in time; what became of it is not known.
    pub fn timed_out(again: &str) -> Self {
        Self {
            title: "That took too long".to_owned(),
            sentence: AppError::TimedOut.to_string(),
            action: Some(("Open the page again".to_owned(), again.to_owned())),
            ..Self::default()
        }
    }

    /// The records cannot be reached just now.
    pub fn unavailable(again: &str, typed: Vec<Typed>) -> Self {
        Self {
            title: "Muster is not available just now".to_owned(),
            sentence: "Its records cannot be reached or written. Nothing was saved; try again in a moment.".to_owned(),
            action: Some(("Try again".to_owned(), again.to_owned())),
            typed,
            ..Self::default()
        }
    }

    /// Our own fault.
    pub fn internal(reference: &str, typed: Vec<Typed>) -> Self {
        Self {
            title: "Something went wrong on our side".to_owned(),
            sentence:
                "Nothing was saved. Trying again may help; if it does not, tell your administrator the reference."
                    .to_owned(),
            reference: Some(reference.to_owned()),
            action: Some(("Go to the start page".to_owned(), routes::START.to_owned())),
            typed,
            ..Self::default()
        }
    }

    /// A request Muster does not take: no form of ours, from another site, under another name.
    pub fn refused(sentence: &str) -> Self {
        Self {
            title: "Muster did not take this request".to_owned(),
            sentence: sentence.to_owned(),
            action: Some(("Go to the start page".to_owned(), routes::START.to_owned())),
            ..Self::default()
        }
    }

    /// The whole document.
    pub fn render(self, options: &LeptosOptions, development_sign_in: bool) -> String {
        let css = Assets::of(options).css.clone();
        let html = Owner::new().with(|| document(self, css, development_sign_in).to_html());
        // No browser takes this document over, and in a title the marks for that would be text.
        html.replace(MARK, "")
    }
}

fn document(page: ErrorPage, css: String, development_sign_in: bool) -> impl IntoView {
    let title = format!("{} · Muster", page.title);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=css />
            </head>
            <body>
                <header class="top">
                    <Brand stranger=true />
                </header>
                {development_sign_in.then(|| view! { <DevelopmentBanner /> })}
                <main id="main" class="page narrow">
                    <section class="message">
                        <h1>{page.title}</h1>
                        <p>{page.sentence}</p>
                        {page.reference.map(|reference| {
                            view! {
                                <p class="reference">"Reference " <code>{reference}</code></p>
                            }
                        })}
                        <div class="buttons">
                            {page.form.map(button)}
                            {page.action.map(|way| way_out("button primary", way))}
                            {page.second.map(|way| way_out("button", way))}
                            {page.third.map(|way| way_out("button", way))}
                        </div>
                    </section>
                    {page.typed.into_iter().map(given_back).collect_view()}
                </main>
            </body>
        </html>
    }
}

fn button((words, action): (String, String)) -> impl IntoView {
    view! {
        <form method="post" action=action>
            <button class="button primary">{words}</button>
        </form>
    }
}

fn way_out(class: &'static str, (words, href): (String, String)) -> impl IntoView {
    view! {
        <a class=class href=href>
            {words}
        </a>
    }
}

fn given_back(typed: Typed) -> impl IntoView {
    view! {
        <section class="given-back">
            <h2>{typed.label}</h2>
            <pre tabindex="0">{typed.text}</pre>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_given_back_as_text() {
        let typed = vec![Typed { label: "Note", text: "<script>a</script>".to_owned() }];
        let options = LeptosOptions::builder().output_name("muster").build();
        let html = ErrorPage::session_ended("/incidents/INC-7", typed).render(&options, true);
        assert!(html.contains("&lt;script&gt;a&lt;/script&gt;"), "{html}");
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("return_to=%2Fincidents%2FINC-7"), "{html}");
        assert!(html.contains("Development sign-in"), "{html}");
        assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
        assert!(html.contains("<title>Your session ended · Muster</title>"), "{html}");
    }

    #[test]
    fn there_may_be_two_ways_out() {
        let way = |words: &str| Some((words.to_owned(), format!("/{words}")));
        let page = ErrorPage { action: way("first"), second: way("second"), ..ErrorPage::default() };
        let html = page.render(&LeptosOptions::builder().output_name("muster").build(), false);
        for part in ["href=\"/first\" class=\"button primary\"", "href=\"/second\" class=\"button\""] {
            assert!(html.contains(part), "{html}");
        }
    }
}
