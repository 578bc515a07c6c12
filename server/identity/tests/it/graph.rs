//! The calls to Graph, on the stand-in's slice of it.

use entra_local::{Endpoint, Failure, Times};
use http::StatusCode;
use identity::{DownstreamError, ErrorClass, Graph};

use crate::support::{AMARA, Browser, Customers, Entra, LOCAL, NURI, Site, TILDA};

/// Graph as somebody sees it who has just signed in.
async fn graph_of(entra: &Entra, username: &str) -> (Site, Graph) {
    let site = Site::start(entra.config_with_graph(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(username);
    browser.sign_in("/auth/sign-in").await;
    let session = site.session(&browser.cookies()).await;
    let graph = site.identity.graph(&session).unwrap();
    (site, graph)
}

#[tokio::test]
async fn profile_and_photo_are_ones_own() {
    let entra = Entra::start().await;
    let (_site, graph) = graph_of(&entra, AMARA).await;
    let me = graph.my_profile().await.unwrap();
    assert_eq!(me.display_name.as_deref(), Some("Amara Lindqvist"));
    assert_eq!(me.job_title.as_deref(), Some("Head of Operations"));
    assert!(!format!("{me:?}").contains("Amara"));
    let photo = graph.my_photo().await.unwrap().unwrap();
    assert_eq!(photo.content_type, "image/png");
    assert!(photo.bytes.starts_with(b"\x89PNG"));
    assert_eq!(graph.my_photo().await.unwrap().unwrap().etag, photo.etag);
}

#[tokio::test]
async fn somebody_without_a_photo_has_none_and_what_is_no_picture_is_none() {
    let entra = Entra::start().await;
    let (_site, graph) = graph_of(&entra, TILDA).await;
    assert_eq!(graph.my_photo().await.unwrap(), None);
    for content_type in ["image/svg+xml", "text/html"] {
        let drawing = Failure::raw(StatusCode::OK, content_type, "<svg onload='alert(1)'/>");
        entra.control().fail(Endpoint::Graph, drawing, Times::Next(1));
        assert_eq!(graph.my_photo().await.unwrap(), None, "{content_type}");
    }
}

#[tokio::test]
async fn colleagues_are_found_by_the_beginnings_of_their_names() {
    let entra = Entra::start().await;
    let (_site, graph) = graph_of(&entra, AMARA).await;
    let names = async |text: &str| {
        let found = graph.search_people(text, 8).await.unwrap();
        found.into_iter().filter_map(|person| person.display_name).collect::<Vec<_>>()
    };
    assert_eq!(names("nov").await, ["Amina Novakova"]);
    assert_eq!(names("tove@con").await, ["Tove Adeyemi"]);
    assert!(names("dario").await.iter().all(|name| name.contains("Dario")), "a guest is in the directory too");
    assert!(names("linnea").await.is_empty(), "of another organisation");
    assert!(names("a\" OR \"displayName:nov").await.is_empty(), "what is typed is a text");
    let asked = entra.control().requests(Endpoint::Graph);
    assert!(names("  \" ").await.is_empty());
    assert_eq!(entra.control().requests(Endpoint::Graph), asked, "nobody is looked for");
    assert_eq!(graph.search_people("a", 2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn somebody_is_found_by_id_in_ones_own_organisation_only() {
    let entra = Entra::start().await;
    let (_site, graph) = graph_of(&entra, AMARA).await;
    let amina = graph.search_people("amina", 1).await.unwrap().remove(0);
    assert_eq!(graph.person(amina.id).await.unwrap().unwrap().display_name.as_deref(), Some("Amina Novakova"));
    let dario = "6d5f08c2-17be-4a93-9d3e-b2c41e7085fa".parse().unwrap();
    assert_eq!(graph.person(dario).await.unwrap(), None, "of another organisation");
}

#[tokio::test]
async fn what_nobody_has_consented_to_is_asked_of_the_person() {
    let entra = Entra::start().await;
    let (_site, graph) = graph_of(&entra, AMARA).await;
    entra.control().fail_grant("refresh_token", Failure::aadsts(65_001), Times::Next(1));
    let Err(DownstreamError::InteractionRequired(required)) = graph.search_people("nov", 8).await else {
        panic!("nothing was asked of the person");
    };
    assert_eq!((required.class, required.scopes.to_string()), (ErrorClass::Consent, "User.ReadBasic.All".to_owned()));
}

#[tokio::test]
async fn all_groups_are_read_page_by_page() {
    let entra = Entra::start().await;
    let (_site, graph) = graph_of(&entra, TILDA).await;
    let asked = entra.control().requests(Endpoint::Graph);
    assert_eq!(graph.my_groups().await.unwrap().len(), 1200);
    assert_eq!(entra.control().requests(Endpoint::Graph) - asked, 2);
    entra.control().fail(
        Endpoint::Graph,
        Failure::graph(StatusCode::TOO_MANY_REQUESTS, "x").with_retry_after(3),
        Times::Next(1),
    );
    assert_eq!(graph.my_groups().await, Err(DownstreamError::Unavailable { retry_after: 3 }));
}

#[tokio::test]
async fn an_authority_without_graph_offers_none() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let entra = Entra::start().await;
    let other = Site::start(entra.config_with_graph(LOCAL)).await;
    let browser = Browser::new(&other);
    entra.next_person(NURI);
    browser.sign_in("/auth/sign-in").await;
    let session = other.session(&browser.cookies()).await;
    assert!(other.identity.graph(&session).is_some() && site.identity.graph(&session).is_none());
}
