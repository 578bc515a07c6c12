//! Cache documents that go between us and Microsoft's own clients, which are judges here: MSAL Node in two major versions, and
//! MSAL for Python. entra-local counts what each of them asks for.

mod clients;
mod site;

use entra_local::Scenario;
use identity::{MsalImport, Principal, TokenRequest, TokenSource};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use clients::Client;
use site::{AMARA, CALLBACK, Site};

const SCOPES: &str = "User.Read";

fn scopes() -> TokenRequest {
    TokenRequest::new(SCOPES.parse().unwrap())
}

/// The token requests since the last time, by their grants.
fn asked(site: &Site) -> Vec<String> {
    let control = site.control();
    let asked = control.token_requests().into_iter().filter_map(|request| request.grant_type).collect();
    control.forget_token_requests();
    asked
}

async fn imported(site: &Site, document: &Value) -> MsalImport {
    site.identity.import_msal_cache(document.to_string().as_bytes()).await.unwrap()
}

async fn exported(site: &Site, principal: &Principal) -> Value {
    let document = site.identity.export_msal_cache(principal).await.unwrap().unwrap();
    document.expose_secret().parse().unwrap()
}

/// Somebody signs in here; MSAL goes on with what we wrote.
async fn leaves(site: &Site, client: &Client) {
    let principal = site.sign_in(AMARA).await;
    let ours = site.identity.acquire_token_in_background(&principal, &scopes()).await.unwrap();
    let document = exported(site, &principal).await;
    asked(site);

    let order = json!({ "document": document, "scopes": [SCOPES] });
    let answer = client.ask(site, &order).await;
    assert_eq!((&answer["fromCache"], asked(site)), (&json!(true), vec![]), "{client:?}: nobody is asked");
    assert_eq!(answer["token"], ours.secret().expose_secret(), "{client:?}");
    assert_eq!(answer["account"]["username"], AMARA);
    assert_eq!(answer["account"]["homeAccountId"], principal.account.home);

    let order = json!({ "document": document, "scopes": [SCOPES], "force": true });
    let answer = client.ask(site, &order).await;
    assert_eq!(asked(site), ["refresh_token"], "{client:?}: with our refresh token");
    assert_ne!(answer["token"], ours.secret().expose_secret());
    assert_eq!(answer["fromCache"], false);
}

/// Somebody signed in with MSAL; we go on with what it wrote. Gives both.
async fn comes(site: &Site, client: &Client) -> (Value, Principal) {
    site.next_person(AMARA);
    let order = json!({ "signIn": CALLBACK, "scopes": [SCOPES] });
    let answer = client.ask(site, &order).await;
    assert_eq!(asked(site), ["authorization_code"]);

    let mut report = imported(site, &answer["document"]).await;
    assert_eq!((report.refresh_tokens, report.access_tokens), (1, 1), "{client:?}: {report:?}");
    assert!(report.left.is_empty(), "{client:?}: {report:?}");
    let principal = report.people.remove(0);
    assert!(report.people.is_empty());

    let token = site.identity.acquire_token_in_background(&principal, &scopes()).await.unwrap();
    assert_eq!((token.source(), asked(site)), (TokenSource::Store, vec![]), "{client:?}: nobody is asked");
    assert_eq!(token.secret().expose_secret(), answer["token"], "{client:?}");
    (answer["document"].clone(), principal)
}

/// What MSAL wrote and cannot be known to us comes back to it, and it takes what comes back.
async fn goes_back(site: &Site, client: &Client, mut document: Value, principal: &Principal) {
    for member in ["Account", "IdToken", "AccessToken", "RefreshToken"] {
        for entry in document[member].as_object_mut().unwrap().values_mut() {
            entry["field_of_the_future"] = json!({ "in": member });
        }
    }
    let environment = document["RefreshToken"].as_object().unwrap().values().next().unwrap()["environment"].clone();
    let home = &principal.account.home;
    let ticket =
        json!({ "home_account_id": home, "client_id": client_id(), "environment": environment, "secret": "s" });
    document["Ticket"] = json!({ "t": ticket });
    document["Revision"] = json!(7);
    // Nothing is as new, so what it says about tokens is all that is taken.
    imported(site, &document).await;
    let mut back = exported(site, principal).await;
    // MSAL Node writes none.
    let metadata = back["AppMetadata"].take();
    assert_eq!(metadata.as_object().unwrap().len(), 1);
    document["AppMetadata"] = Value::Null;
    assert_eq!(back, document, "{client:?}");

    back["AppMetadata"] = metadata;
    let answer = client.ask(site, &json!({ "document": back, "scopes": [SCOPES] })).await;
    assert_eq!((&answer["fromCache"], asked(site)), (&json!(true), vec![]), "{client:?}");
    let rewritten = &answer["document"];
    if client.keeps_what_it_does_not_know() {
        assert_eq!((&rewritten["Revision"], &rewritten["Ticket"]), (&document["Revision"], &document["Ticket"]));
    }
}

fn client_id() -> String {
    Scenario::demo().apps[0].client_id.to_string()
}

/// After a refresh here the document has our tokens, and MSAL uses them.
async fn goes_back_refreshed(site: &Site, client: &Client, principal: &Principal) {
    let force = scopes().force_refresh();
    let token = site.identity.acquire_token_in_background(principal, &force).await.unwrap();
    assert_eq!((token.source(), asked(site)), (TokenSource::Authority, vec!["refresh_token".to_owned()]));
    let known = site.identity.account_as_last_seen(principal).await.unwrap().unwrap();
    assert_eq!(known.account, principal.account, "the authority says the same about whose they are");
    let back = exported(site, principal).await;
    assert!(back["IdToken"].as_object().unwrap().is_empty(), "the one from before has been overtaken");
    let answer = client.ask(site, &json!({ "document": back, "scopes": [SCOPES] })).await;
    assert_eq!((&answer["fromCache"], asked(site)), (&json!(true), vec![]), "{client:?}");
    assert_eq!(answer["token"], token.secret().expose_secret());
}

async fn both_ways(client: Client) {
    if let Some(missing) = client.missing() {
        eprintln!("not judged by {client:?}: {missing} (bash .ci/setup.sh judges)");
        return;
    }
    if client.knows_ports() {
        leaves(&Site::start().await, &client).await;
    }
    let site = Site::start().await;
    let (document, principal) = comes(&site, &client).await;
    goes_back(&site, &client, document, &principal).await;
    goes_back_refreshed(&site, &client, &principal).await;
}

#[tokio::test]
async fn msal_node_7_reads_what_we_write_and_writes_what_we_read() {
    both_ways(Client::Node(7)).await;
}

#[tokio::test]
async fn msal_node_3_reads_what_we_write_and_writes_what_we_read() {
    both_ways(Client::Node(3)).await;
}

#[tokio::test]
async fn msal_for_python_reads_what_we_write_and_writes_what_we_read() {
    both_ways(Client::Python).await;
}

/// Whoever signs in here after the move has their own record, whatever was brought: one record for one person.
#[tokio::test]
async fn a_sign_in_after_the_move_goes_on_with_the_same_record() {
    let site = Site::start().await;
    let principal = site.sign_in(AMARA).await;
    site.identity.acquire_token_in_background(&principal, &scopes()).await.unwrap();
    let document = exported(&site, &principal).await;
    let other = Site::over(&site).await;
    let report = imported(&other, &document).await;
    assert_eq!(report.people[0].account, principal.account);
    asked(&site);
    let signed_in = other.sign_in(AMARA).await;
    let token = other.identity.acquire_token_in_background(&signed_in, &scopes()).await.unwrap();
    assert_eq!((token.source(), asked(&site)), (TokenSource::Store, vec!["authorization_code".to_owned()]));
    // The document is older than the sign-in now.
    let late = imported(&other, &document).await;
    assert_eq!(late.refresh_tokens, 0, "{late:?}");
}
