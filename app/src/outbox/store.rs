//! The queue as the browser keeps it: one store of `IndexedDB`, each note as JSON under a number that counts up. A
//! connection lives for one transaction, so that no tab stands in the way when the database is to be removed.

use js_sys::futures::JsFuture;
use js_sys::{Array, Promise};
use leptos::prelude::window;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{
    EventTarget, IdbDatabase, IdbFactory, IdbObjectStore, IdbObjectStoreParameters, IdbOpenDbRequest,
    IdbTransactionMode,
};

use super::queue::{Note, Waiting};

const DATABASE: &str = "muster";
const STORE: &str = "notes";

/// What the browser said when it did not do it. There is nothing in it for a person.
pub(super) type Failure = JsValue;

/// Everything in the queue, whoever wrote it; none for a note that cannot be read.
pub(super) async fn all() -> Result<Vec<(u32, Option<Note>)>, Failure> {
    let ask = |store: &IdbObjectStore| Ok((store.get_all_keys()?, store.get_all()?));
    let (keys, notes) = transaction(IdbTransactionMode::Readonly, ask).await?;
    let (keys, notes): (Array, Array) = (keys.result()?.dyn_into()?, notes.result()?.dyn_into()?);
    let read = |note: JsValue| serde_json::from_str(&note.as_string()?).ok();
    Ok(keys.iter().filter_map(|key| id(&key)).zip(notes.iter().map(read)).collect())
}

/// Puts a note at the end of the queue.
pub(super) async fn add(note: &Note) -> Result<(), Failure> {
    let note = text(note)?;
    transaction(IdbTransactionMode::Readwrite, move |store| store.add(&note)).await.map(drop)
}

/// Writes a note anew, in its place.
pub(super) async fn put(waiting: &Waiting) -> Result<(), Failure> {
    let (id, note) = (JsValue::from(waiting.id), text(&waiting.note)?);
    transaction(IdbTransactionMode::Readwrite, move |store| store.put_with_key(&note, &id)).await.map(drop)
}

/// Takes notes out of the queue.
pub(super) async fn remove(ids: &[u32]) -> Result<(), Failure> {
    let ask = |store: &IdbObjectStore| {
        for id in ids {
            store.delete(&JsValue::from(*id))?;
        }
        Ok(())
    };
    transaction(IdbTransactionMode::Readwrite, ask).await
}

/// Removes the queue, of everybody.
pub(super) fn wipe() -> Result<(), Failure> {
    factory()?.delete_database(DATABASE).map(drop)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "IndexedDB counts up from 1")]
fn id(key: &JsValue) -> Option<u32> {
    key.as_f64().map(|key| key as u32)
}

fn text(note: &Note) -> Result<JsValue, Failure> {
    serde_json::to_string(note).map(JsValue::from).map_err(|_| JsValue::UNDEFINED)
}

fn factory() -> Result<IdbFactory, Failure> {
    window().indexed_db()?.ok_or(JsValue::UNDEFINED)
}

/// Asks within a transaction of its own, and comes back when that is on the disk.
async fn transaction<T>(
    mode: IdbTransactionMode,
    ask: impl FnOnce(&IdbObjectStore) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let database = open().await?;
    let done = async {
        let transaction = database.transaction_with_str_and_mode(STORE, mode)?;
        let complete = settled(&transaction, "complete", "abort");
        let answer = ask(&transaction.object_store(STORE)?)?;
        JsFuture::from(complete).await?;
        Ok(answer)
    };
    let answer = done.await;
    database.close();
    answer
}

async fn open() -> Result<IdbDatabase, Failure> {
    let request = factory()?.open(DATABASE)?;
    let made = Closure::once_into_js({
        let request = request.clone();
        move || make(&request)
    });
    request.set_onupgradeneeded(Some(made.unchecked_ref()));
    JsFuture::from(settled(&request, "success", "error")).await?;
    request.result()?.dyn_into()
}

/// The first time on this browser.
fn make(request: &IdbOpenDbRequest) {
    let options = IdbObjectStoreParameters::new();
    options.set_auto_increment(true);
    let database = request.result().ok().and_then(|result| result.dyn_into::<IdbDatabase>().ok());
    if let Some(database) = database {
        // Without the store, the transaction after this fails, and that is told.
        let _ = database.create_object_store_with_optional_parameters(STORE, &options);
    }
}

/// Kept when the one event comes, broken when the other does.
fn settled(target: &EventTarget, good: &str, bad: &str) -> Promise {
    Promise::new(&mut |keep, break_off| {
        // Listening for an event cannot fail.
        let _ = target.add_event_listener_with_callback(good, &keep);
        let _ = target.add_event_listener_with_callback(bad, &break_off);
    })
}
