//! What becomes of the sessions of an organisation that is not let in any more.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};

use super::World;
use crate::support::{CONTOSO, Person, Seen, Watched, run};

async fn sessions(world: &World) -> usize {
    world.identity.sessions_of_tenant(CONTOSO.0, None, 10).await.unwrap().items.len()
}

#[test]
fn a_blocked_organisation_is_cleared_up_once_and_no_request_waits_for_it() {
    run(async {
        let world = World::new(&[]).await;
        let id = CONTOSO.to_string();
        world.tenants(&["allow", &id]).await;
        let browsers = [(); 3].map(|()| world.browser());
        for browser in &browsers {
            assert_eq!(world.sign_in(browser, Person::Manager).await.status, 303);
        }
        world.tenants(&["block", &id]).await;
        let (sender, mut seen) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(0));
        let replica = || {
            let (seen, gate) = (sender.clone(), gate.clone());
            world.replica_through(|inner| Arc::new(Watched { inner, seen, gate }))
        };
        // The third browser asks for nothing.
        let [here, there, _asleep] = browsers;
        let (here, there) = (here.moved_to(&replica().await), there.moved_to(&replica().await));
        let (one, other) = tokio::join!(here.get("/incidents"), there.get("/incidents"));
        assert_eq!([one.status, other.status].map(|status| status.as_u16()), [302, 302], "{one:?} {other:?}");
        assert_eq!(sessions(&world).await, 1, "whoever asked has no session any more");
        let mut all = [seen.recv().await, seen.recv().await, seen.recv().await];
        all.sort();
        assert_eq!(all, [Seen::Leased, Seen::Refused, Seen::Pass].map(Some), "two replicas, and one of them clears up");

        gate.close();
        let cleared = async {
            while sessions(&world).await > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), cleared).await.expect("the third session stays");
    });
}
