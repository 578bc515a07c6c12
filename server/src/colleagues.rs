//! Microsoft Graph as the product's use cases ask for colleagues: in the name of whoever sends the request.

use async_trait::async_trait;
use identity::{ActiveSession, DownstreamError, Graph, Identity, Profile, ReturnTo};
use services::people::{Colleague, Colleagues, Unanswered};
use uuid::Uuid;

use crate::actor::interaction;

/// The port over the Graph of one session.
pub struct GraphColleagues {
    identity: Identity,
    session: ActiveSession,
    graph: Graph,
}

impl GraphColleagues {
    /// None where the identity provider has no Graph.
    pub fn of(identity: &Identity, session: &ActiveSession) -> Option<Self> {
        let graph = identity.graph(session)?;
        Some(Self { identity: identity.clone(), session: session.clone(), graph })
    }

    async fn unanswered(&self, error: DownstreamError, back: &str) -> Unanswered {
        let DownstreamError::InteractionRequired(required) = error else {
            tracing::warn!(%error, "the organisation's directory did not answer");
            return Unanswered::Unavailable;
        };
        // What is no page of ours leads to the start.
        let back: ReturnTo = back.parse().unwrap_or_else(|_| ReturnTo::home());
        match self.identity.interaction_url(&self.session, &required, &back).await {
            Ok(way) => Unanswered::AskPerson { step: interaction(required.step()), way },
            Err(error) => {
                tracing::error!(%error, "a person could not be led to give a permission");
                Unanswered::Unavailable
            }
        }
    }
}

#[async_trait]
impl Colleagues for GraphColleagues {
    async fn me(&self) -> Result<Colleague, Unanswered> {
        match self.graph.my_profile().await {
            Ok(me) => Ok(colleague(me)),
            // Nobody is led away for a line in a menu.
            Err(error) => {
                tracing::info!(%error, "a profile could not be read");
                Err(Unanswered::Unavailable)
            }
        }
    }

    async fn search(&self, text: &str, most: u8, back: &str) -> Result<Vec<Colleague>, Unanswered> {
        match self.graph.search_people(text, most).await {
            Ok(found) => Ok(found.into_iter().map(colleague).collect()),
            Err(error) => Err(self.unanswered(error, back).await),
        }
    }

    async fn find(&self, subject: &str) -> Result<Option<Colleague>, Unanswered> {
        let Ok(id) = Uuid::try_parse(subject) else { return Ok(None) };
        match self.graph.person(id).await {
            Ok(found) => Ok(found.map(colleague)),
            Err(error) => Err(self.unanswered(error, app::routes::INCIDENTS).await),
        }
    }
}

fn colleague(profile: Profile) -> Colleague {
    Colleague {
        subject: profile.id.to_string(),
        name: profile.display_name.unwrap_or_default(),
        job_title: profile.job_title,
        department: profile.department,
    }
}
