//! An API that answers as it is told, and remembers which tokens it was sent.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Body, extract::State, response::Response};
use http::{HeaderMap, Method, StatusCode};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use crate::support::watch;

type Order = (StatusCode, Vec<(String, String)>, usize);

#[derive(Default)]
struct Told {
    next: Option<Order>,
    seen: Vec<String>,
}

pub struct Api {
    pub url: Url,
    told: Arc<Mutex<Told>>,
    task: JoinHandle<()>,
}

impl Api {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let told = Arc::new(Mutex::new(Told::default()));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&told));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, told, task }
    }

    /// The next `times` answers; afterwards all is well again.
    pub fn answer(&self, status: StatusCode, headers: &[(&str, &str)], times: usize) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.told.lock().unwrap().next = Some((status, headers, times));
    }

    /// The `Authorization` of each request.
    pub fn seen(&self) -> Vec<String> {
        self.told.lock().unwrap().seen.clone()
    }

    /// Where it was.
    pub async fn stop(self) -> Url {
        self.task.abort();
        let _ = self.task.await;
        self.url
    }
}

async fn answer(State(told): State<Arc<Mutex<Told>>>, method: Method, headers: HeaderMap, body: String) -> Response {
    let mut told = told.lock().unwrap();
    let authorization = headers["authorization"].to_str().unwrap().to_owned();
    watch::never(&authorization);
    told.seen.push(authorization);
    let Some((status, orders, times)) = told.next.take() else {
        let mine = headers.get("x-mine").map_or("", |value| value.to_str().unwrap());
        return Response::new(Body::from(format!("{method} {mine} {body}")));
    };
    let size = orders.iter().find(|(name, _)| name == "x-size").map_or(0, |(_, size)| size.parse().unwrap());
    let mut response = Response::builder().status(status);
    for (name, value) in &orders {
        response = response.header(name, value);
    }
    told.next = (times > 1).then(|| (status, orders, times - 1));
    response.body(Body::from("x".repeat(size))).unwrap()
}
