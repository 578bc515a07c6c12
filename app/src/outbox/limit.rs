//! How long an answer is waited for. A network that swallows everything breaks nothing off by itself for minutes.

use std::pin::pin;

use futures::future::{Either, select};
use js_sys::Promise;
use js_sys::futures::JsFuture;
use leptos::prelude::window;

use crate::AppError;

/// In milliseconds. The server gives up on a request sooner and says so.
const LIMIT: i32 = 40_000;

/// The answer, or unreachable if none comes in time. The request is broken off then; it may be done all the same.
pub(super) async fn limited(answer: impl Future<Output = Result<(), AppError>>) -> Result<(), AppError> {
    let late = Promise::new(&mut |done, _| {
        // Without a timer the browser's own limit is the only one.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, LIMIT);
    });
    match select(pin!(answer), JsFuture::from(late)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(AppError::Unreachable),
    }
}
