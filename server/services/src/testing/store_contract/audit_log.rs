//! The audit log.

use domain::TenantId;
use futures::future::join_all;
use serde_json::json;
use uuid::Uuid;

use super::Stores;
use super::world::{World, at};
use crate::audit::{AuditRecord, AuditResult, RequestFacts};

/// Newest first, at most as many as asked for, each as it was written; also where no tenant is known.
pub async fn audit_lines_come_back_as_they_were(stores: &Stores) {
    let world = World::new(stores).await;
    let full = AuditRecord {
        request: RequestFacts {
            request_id: Some("req-1".to_owned()),
            ip: Some("2001:db8::1".to_owned()),
            user_agent: Some("Mozilla/5.0 \"quoted\" \u{1f600}".to_owned()),
            ..RequestFacts::default()
        },
        target: "incident:INC-1".to_owned(),
        detail: json!({ "z": 1.5, "a": ["x", null], "nested": { "é": "\u{0}" } }),
        result: AuditResult::Deny,
        ..world.line("incident.close", at(0))
    };
    let bare = AuditRecord {
        actor: None,
        actor_name: String::new(),
        result: AuditResult::Allow,
        ..world.line("session.sign_in", at(-5))
    };
    for line in [&full, &bare] {
        stores.audit.append(line).await.unwrap();
    }
    assert_eq!(stores.audit.recent(world.tenant, 2).await.unwrap(), [bare.clone(), full]);
    assert_eq!(stores.audit.recent(world.tenant, 1).await.unwrap(), [bare]);

    let nobody = TenantId(Uuid::nil());
    let refused = AuditRecord { tenant: nobody, ..world.line("session.sign_in", at(1)) };
    stores.audit.append(&refused).await.unwrap();
    assert_eq!(stores.audit.recent(nobody, 10).await.unwrap(), [refused]);
    assert_eq!(stores.chain.verify(nobody).await.unwrap(), None);
    assert_eq!(world.lines().await, 2);
}

/// Lines written at once form one chain; tenants have chains of their own.
pub async fn the_audit_chain_holds_under_concurrent_writes(stores: &Stores) {
    let (one, other) = (World::new(stores).await, World::new(stores).await);
    assert_eq!(stores.chain.verify(one.tenant).await.unwrap(), None);
    let lines: Vec<_> = (0..12).flat_map(|i| [&one, &other].map(|world| world.line("incident.note", at(i)))).collect();
    let written = join_all(lines.iter().map(|line| stores.audit.append(line))).await;
    assert!(written.iter().all(Result::is_ok), "{written:?}");
    for world in [&one, &other] {
        assert_eq!(world.lines().await, 12);
        assert_eq!(stores.chain.verify(world.tenant).await.unwrap(), None);
    }
}
