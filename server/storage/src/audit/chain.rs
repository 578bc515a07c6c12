//! How a line is hashed and added. The hash of a line is SHA-256 over the hash of the line before (32 zero bytes for the
//! first) and the line's canonical form: a JSON array of its columns, written without white space, in the order of
//! [`canonical`]. An auditor can recompute it from a dump of the table with any tool.

use aws_lc_rs::digest::{Context, SHA256};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use services::audit::AuditRecord;

use crate::failure::Failure;
use crate::stored::ROWS_PER_STATEMENT;
use crate::table::{audit_log, tenant_head};

/// Stands before the first line.
pub(crate) const FIRST_HASH: [u8; 32] = [0; 32];

/// Adds lines after the one whose hash `head` holds. The last of them has the number that `head` holds already.
pub(crate) async fn append(
    tx: &DatabaseTransaction,
    head: &tenant_head::Model,
    lines: &[&AuditRecord],
) -> Result<(), Failure> {
    let first = head.audit_lines - i64::try_from(lines.len()).unwrap_or(i64::MAX) + 1;
    let (mut before, mut rows) = (head.audit_hash.clone(), Vec::with_capacity(lines.len()));
    for (seq, line) in (first..).zip(lines) {
        let row = row(line, seq, &before);
        before.clone_from(&row.hash);
        rows.push(row.into_active_model());
    }
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        audit_log::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    let mut head = head.clone().into_active_model();
    head.audit_hash = Set(before);
    head.update(tx).await?;
    Ok(())
}

fn row(line: &AuditRecord, seq: i64, prev_hash: &[u8]) -> audit_log::Model {
    let mut row = audit_log::Model {
        tenant: line.tenant.0,
        seq,
        id: line.id,
        at: line.at.micros(),
        actor: line.actor.map(|actor| actor.0),
        actor_name: line.actor_name.clone(),
        request_id: line.request.request_id.clone(),
        ip: line.request.ip.clone(),
        user_agent: line.request.user_agent.clone(),
        action: line.action.clone(),
        target: line.target.clone(),
        detail: line.detail.to_string(),
        result: line.result.as_str().to_owned(),
        prev_hash: prev_hash.to_vec(),
        hash: Vec::new(),
    };
    row.hash = hash(&row);
    row
}

/// The hash a line must have, given the hash before it that it names.
pub(crate) fn hash(row: &audit_log::Model) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    context.update(&row.prev_hash);
    context.update(canonical(row).to_string().as_bytes());
    context.finish().as_ref().to_vec()
}

fn canonical(row: &audit_log::Model) -> Value {
    json!([
        row.tenant,
        row.seq,
        row.id,
        row.at,
        row.actor,
        row.actor_name,
        row.request_id,
        row.ip,
        row.user_agent,
        row.action,
        row.target,
        row.detail,
        row.result,
    ])
}

#[cfg(test)]
mod tests {
    use sea_orm::prelude::Uuid;

    use super::*;

    fn row() -> audit_log::Model {
        audit_log::Model {
            tenant: Uuid::from_u128(1),
            seq: 1,
            id: Uuid::from_u128(2),
            at: 3,
            actor: None,
            actor_name: "\"Ada\"".to_owned(),
            request_id: None,
            ip: None,
            user_agent: Some(String::new()),
            action: "incident.note".to_owned(),
            target: "incident:INC-1".to_owned(),
            detail: "null".to_owned(),
            result: "allow".to_owned(),
            prev_hash: FIRST_HASH.to_vec(),
            hash: Vec::new(),
        }
    }

    /// Pins the format: logs that were written once must verify for ever.
    #[test]
    fn the_canonical_form_stays_as_it_is() {
        assert_eq!(
            canonical(&row()).to_string(),
            "[\"00000000-0000-0000-0000-000000000001\",1,\"00000000-0000-0000-0000-000000000002\",3,null,\
             \"\\\"Ada\\\"\",null,null,\"\",\"incident.note\",\"incident:INC-1\",\"null\",\"allow\"]"
        );
    }

    #[test]
    fn the_hash_covers_the_line_before() {
        let mut other = row();
        other.prev_hash[31] = 1;
        assert_ne!(hash(&row()), hash(&other));
    }
}
