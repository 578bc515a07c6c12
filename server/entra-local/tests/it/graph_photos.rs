//! Photos at the Graph slice.

use reqwest::StatusCode;

use crate::support::{AMARA, GRAPH_SCOPES, Graph, ISHAAN, demo};

#[tokio::test]
async fn those_who_have_a_photo_show_it() {
    let (_running, app) = demo().await;
    let graph = Graph::of(&app, AMARA, GRAPH_SCOPES).await;
    let photo = async |path: &str| {
        let response = graph.send(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(response.headers()["content-type"], "image/png");
        response.bytes().await.unwrap()
    };
    let mine = photo("/me/photo/$value").await;
    assert_eq!((&mine[..8], &mine[12..16]), (&b"\x89PNG\r\n\x1a\n"[..], &b"IHDR"[..]));
    assert_eq!(mine[16..24], [0, 0, 0, 240, 0, 0, 0, 240]);
    let small = photo("/me/photos/48x48/$value").await;
    assert_eq!((small[19], small.len() < 1000), (48, true));
    assert_eq!(photo(&format!("/users/{AMARA}/photos/48x48/$value")).await, small);
    assert_ne!(photo(&format!("/users/{ISHAAN}/photos/48x48/$value")).await, small);
}

#[tokio::test]
async fn there_are_people_and_sizes_without() {
    let (_running, app) = demo().await;
    let graph = Graph::of(&app, AMARA, GRAPH_SCOPES).await;
    for path in ["/users/mirela@contoso.example/photo/$value", "/me/photos/49x49/$value"] {
        graph.assert_refused(path, StatusCode::NOT_FOUND, "ImageNotFound").await;
    }
    graph.assert_refused("/users/nobody/photo/$value", StatusCode::NOT_FOUND, "Request_ResourceNotFound").await;
    let own = Graph::of(&app, AMARA, "openid User.Read").await;
    let others = format!("/users/{ISHAAN}/photo/$value");
    own.assert_refused(&others, StatusCode::FORBIDDEN, "Authorization_RequestDenied").await;
}
