//! The port to an organisation's directory, as one person sees it.

use async_trait::async_trait;
use domain::Interaction;

/// Somebody of the same organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// What the directory knows them by, and their sign-ins too: the Entra object id.
    pub subject: String,
    /// Name.
    pub name: String,
    /// What they do, where whoever asks may know.
    pub job_title: Option<String>,
    /// Where they do it.
    pub department: Option<String>,
}

/// Why the directory said nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// There is none to ask: people come from a provider that has none.
    NoDirectory,
    /// Whoever asks has to do something first, such as allowing it, at this address of the site.
    AskPerson {
        /// What.
        step: Interaction,
        /// Leads through what is missing, and back.
        way: String,
    },
    /// It is away, or refuses.
    Unavailable,
}

/// The directory of the organisation of whoever sends a request, in their name.
#[async_trait]
pub trait Colleagues: Send + Sync {
    /// Whoever asks.
    async fn me(&self) -> Result<Colleague, Unanswered>;

    /// At most `most` people whose names begin with what was typed. `back` is the page to come back to.
    async fn search(&self, text: &str, most: u8, back: &str) -> Result<Vec<Colleague>, Unanswered>;

    /// The one with this subject, if there is one.
    async fn find(&self, subject: &str) -> Result<Option<Colleague>, Unanswered>;
}

/// Where there is no directory.
#[derive(Clone, Copy, Debug)]
pub struct Nobody;

#[async_trait]
impl Colleagues for Nobody {
    async fn me(&self) -> Result<Colleague, Unanswered> {
        Err(Unanswered::NoDirectory)
    }

    async fn search(&self, _: &str, _: u8, _: &str) -> Result<Vec<Colleague>, Unanswered> {
        Err(Unanswered::NoDirectory)
    }

    async fn find(&self, _: &str) -> Result<Option<Colleague>, Unanswered> {
        Err(Unanswered::NoDirectory)
    }
}
