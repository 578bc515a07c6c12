//! Photos (Microsoft Learn, "Get profilePhoto").

use axum::{
    extract::Path,
    response::{IntoResponse as _, Response},
};
use http::header;

use super::{call::Call, error::GraphError, png, users::BASIC};
use crate::scenario::Account;

const SELF: [&str; 5] = ["User.Read", "User.ReadWrite", "User.ReadBasic.All", "User.Read.All", "ProfilePhoto.Read.All"];
/// The sizes that Graph keeps, in pixels.
const SIZES: [u32; 9] = [48, 64, 96, 120, 240, 360, 432, 504, 648];
const USUAL: &str = "240x240";

pub(super) async fn mine(call: Call) -> Response {
    call.send(read_mine(&call, USUAL))
}

pub(super) async fn mine_sized(call: Call, Path(size): Path<String>) -> Response {
    call.send(read_mine(&call, &size))
}

pub(super) async fn theirs(call: Call, Path(id): Path<String>) -> Response {
    call.send(read_theirs(&call, &id, USUAL))
}

pub(super) async fn theirs_sized(call: Call, Path((id, size)): Path<(String, String)>) -> Response {
    call.send(read_theirs(&call, &id, &size))
}

fn read_mine(call: &Call, size: &str) -> Result<Response, GraphError> {
    let me = call.me()?;
    call.needs(&SELF)?;
    image(me, size)
}

fn read_theirs(call: &Call, id: &str, size: &str) -> Result<Response, GraphError> {
    let found = call.user(id);
    let own = found.as_ref().is_ok_and(|account| call.is_me(account));
    if !own && !call.has(&["ProfilePhoto.Read.All"]) {
        call.needs(&BASIC)?;
    }
    call.needs(&SELF)?;
    let account = found?;
    image(&account, size)
}

fn image(account: &Account, size: &str) -> Result<Response, GraphError> {
    let pixels = SIZES.into_iter().find(|pixels| format!("{pixels}x{pixels}") == size);
    match pixels.filter(|_| account.photo) {
        Some(pixels) => Ok(([(header::CONTENT_TYPE, "image/png")], png::portrait(account.oid, pixels)).into_response()),
        None => Err(GraphError::NoPhoto),
    }
}
