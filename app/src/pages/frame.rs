//! What the frame of every page shows.

use domain::view::Viewer;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AppError;
use crate::json::Json;

/// Who is looking, and from where accounts come.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and none follows from another")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// None for somebody who is not signed in.
    pub viewer: Option<Viewer>,
    /// Accounts come from a stand-in.
    pub development_sign_in: bool,
    /// People of several organisations can sign in here.
    pub many_organisations: bool,
    /// The viewer can change their profile where accounts are kept.
    pub edit_profile: bool,
    /// The viewer's organisation has a directory that can be asked.
    pub colleagues: bool,
    /// The viewer runs the site.
    pub operator: bool,
    /// The viewer's given name, where it is known.
    pub given_name: Option<String>,
    /// A sentence to be shown once.
    pub notice: Option<String>,
}

/// What the frame shows to whoever asks. There for everybody, and there while the records are out of reach: a person can
/// always see who they are and sign out.
#[server(endpoint = "frame", input = Json, output = Json)]
pub async fn read_frame() -> Result<Frame, AppError> {
    let facts = crate::ssr::facts();
    let request = crate::ssr::signed_in();
    let operator = request.as_ref().is_some_and(|request| request.services.operators.is_operator(&request.caller));
    let viewer = match request {
        Some(request) => Some(request.viewer().await),
        None => None,
    };
    Ok(Frame {
        edit_profile: facts.edit_profile && viewer.is_some(),
        colleagues: facts.colleagues && viewer.is_some(),
        operator,
        viewer,
        development_sign_in: facts.development_sign_in,
        many_organisations: facts.many_organisations,
        given_name: facts.given_name,
        notice: facts.notice.map(ToOwned::to_owned),
    })
}
