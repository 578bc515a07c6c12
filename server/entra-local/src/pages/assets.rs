//! The files that the pages load.

use http::{HeaderName, header};

type Asset = ([(HeaderName, &'static str); 2], &'static str);

const fn asset(content_type: &'static str, text: &'static str) -> Asset {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache")], text)
}

pub(crate) async fn stylesheet() -> Asset {
    asset("text/css; charset=utf-8", include_str!("../../assets/style.css"))
}

/// Posts the form of a `form_post` answer; without it the page's button does.
pub(crate) async fn script() -> Asset {
    asset("text/javascript; charset=utf-8", include_str!("../../assets/post.js"))
}

pub(crate) async fn icon() -> Asset {
    asset("image/svg+xml", include_str!("../../assets/icon.svg"))
}
