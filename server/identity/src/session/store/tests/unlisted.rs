//! Sessions that were stored before there was metadata, when account, tenant and `sid` were the only indexes.

use super::*;

impl Bench {
    /// Such a session, as the program of that time wrote it.
    pub(super) async fn unlisted(&self) -> Id {
        let (store, session) = (self.store(), self.session());
        let id = Id(i128::from_le_bytes(crate::random::bytes().unwrap()));
        let name = handle(&id);
        let end = session.absolute_end(store.policy);
        let account = index::of_account(&session.principal.account);
        for set in [account, index::of_tenant(Uuid::nil()), index::of_sid("https://login.example", "sid")] {
            self.state.add_member(&set, &name, end).await.unwrap();
        }
        let mut json = serde_json::to_value(&session).unwrap();
        json.as_object_mut().unwrap().remove("listed").unwrap();
        let sealed = store.ring.seal(PURPOSE, &id.0.to_le_bytes(), json.to_string().as_bytes()).unwrap();
        let _ = self.state.put(&key(&name), &sealed, end, Expected::Absent).await.unwrap();
        id
    }

    async fn seen(&self) -> Vec<String> {
        let page = self.sessions(Arc::clone(&self.state)).page(&index::of_tenant(Uuid::nil()), None, 10).await;
        page.unwrap().items.into_iter().map(|info| info.handle).collect()
    }

    async fn use_it(&self, id: &Id) {
        let facts = RequestFacts { ip: Some([198, 51, 100, 7].into()), ..RequestFacts::default() };
        self.store().touch(id, &facts).await.unwrap();
    }
}

#[tokio::test]
async fn looking_at_pages_ends_none_and_the_next_use_lists_it() {
    let bench = Bench::new().await;
    let id = bench.unlisted().await;
    assert_eq!(bench.seen().await, [] as [String; 0]);
    assert_eq!(name_of(&bench.store(), &id).await, Some("Amara".into()), "nobody was signed out");
    assert_eq!(bench.index_sizes().await, [1, 1, 1]);

    let record = bench.store().load(&id).await.unwrap().unwrap();
    let record: SessionRecord = session_of(&record).unwrap();
    assert!(record.wants_touch(SessionPolicy::default(), bench.clock.now()), "not only after some minutes");
    bench.use_it(&id).await;
    assert_eq!(bench.seen().await, [handle(&id)]);
    let tenants = bench.state.members(index::TENANTS, None, 10).await.unwrap();
    assert_eq!(tenants.len(), 1, "so that ending all sessions finds it");

    bench.clock.advance(Duration::HOUR);
    bench.use_it(&id).await;
    let Found::Live(info) = bench.store().look_up(&handle(&id)).await.unwrap() else { panic!("it is in use") };
    assert_eq!((info.seen_at, info.ip), (bench.clock.now(), Some([198, 51, 100, 7].into())));
}

#[tokio::test]
async fn after_a_use_it_is_ended_like_any_other() {
    let bench = Bench::new().await;
    let principal = bench.session().principal;
    let id = bench.unlisted().await;
    bench.use_it(&id).await;
    let sessions = bench.sessions(Arc::clone(&bench.state));
    let facts = RequestFacts::default();
    assert_eq!(sessions.close_account(&principal.account, None, EndReason::Revoked, &facts).await, Ok(1));
    assert_eq!(name_of(&bench.store(), &id).await, None);
    assert_eq!(bench.index_sizes().await, [0, 0, 0]);
    assert!(bench.store().was_ended(&handle(&id)).await.unwrap());
}

#[tokio::test]
async fn it_is_ended_by_its_handle_before_any_use() {
    let bench = Bench::new().await;
    let id = bench.unlisted().await;
    bench.store().end(&handle(&id)).await.unwrap();
    assert_eq!(name_of(&bench.store(), &id).await, None);
}

#[tokio::test]
async fn a_change_lists_it_too() {
    let bench = Bench::new().await;
    let id = bench.unlisted().await;
    let loaded = bench.store().load(&id).await.unwrap().unwrap();
    bench.store().save(&renamed(&loaded, "Amara N.")).await.unwrap();
    assert_eq!(bench.seen().await, [handle(&id)]);
}

#[tokio::test]
async fn a_listed_session_without_metadata_was_ended() {
    let bench = Bench::new().await;
    let id = bench.created().await.id;
    bench.state.delete(&format!("sess-info:{}", handle(&id))).await.unwrap();
    bench.clock.advance(SessionPolicy::default().touch_after);
    bench.use_it(&id).await;
    assert_eq!(name_of(&bench.store(), &id).await, None);
    assert_eq!(bench.index_sizes().await, [0, 0, 0]);
}

#[tokio::test]
async fn a_tenant_is_known_for_as_long_as_any_session_of_it() {
    let bench = Bench::new().await;
    let old = bench.unlisted().await;
    bench.clock.advance(Duration::hours(20));
    bench.created().await;
    // Its first use writes the old one's end down, which comes before that of the young one.
    bench.use_it(&old).await;
    bench.clock.advance(SessionPolicy::default().absolute - Duration::hours(20));
    assert_eq!(bench.state.members(index::TENANTS, None, 10).await.unwrap().len(), 1);
}
