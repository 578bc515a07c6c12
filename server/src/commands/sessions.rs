//! `muster sessions`: beside the running server, on the same sessions and records.

use domain::view::SessionView;
use domain::{TenantId, UserId};
use services::audit::Caller;
use services::sessions::SessionService;
use storage::Records;

use super::CommandError;
use super::exchange::operator;
use super::output::say;
use crate::assembly::assemble_beside;
use crate::cli::{ListSessions, RevokeSessions, Sessions};
use crate::config::{Environment, Settings};

const REVOKE: &str = "muster sessions revoke";

/// Lists sessions or ends them.
pub(super) async fn run(environment: &Environment, what: Sessions) -> Result<(), CommandError> {
    let settings = Settings::read_beside(environment)?;
    let (_, records) = super::existing_records(environment).await?;
    let sessions = assemble_beside(&settings, &records).await?.services.sessions;
    match what {
        Sessions::List(list) => show(&sessions, &records, list).await,
        Sessions::Revoke(revoke) => end(&sessions, &records, revoke).await,
    }
}

async fn show(sessions: &SessionService, records: &Records, list: ListSessions) -> Result<(), CommandError> {
    let caller = operator(records, TenantId(list.tenant), "muster sessions list").await?;
    if let Some(user) = list.user {
        let theirs = sessions.of_person(&caller, UserId(user)).await;
        return theirs.map_err(|error| nobody(&error, user))?.sessions.iter().try_for_each(|one| say(line(one)));
    }
    let mut after = None;
    loop {
        let page = sessions.of_tenant(&caller, after.as_deref()).await.map_err(CommandError::failed)?;
        page.items.iter().try_for_each(|one| say(line(one)))?;
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

async fn end(sessions: &SessionService, records: &Records, revoke: RevokeSessions) -> Result<(), CommandError> {
    let caller = async |tenant: TenantId| -> Result<Caller, CommandError> { operator(records, tenant, REVOKE).await };
    let count = if let Some(handle) = &revoke.session {
        let found = sessions.find(handle).await.map_err(CommandError::failed)?;
        let Some(session) = found else {
            let why =
                "--session: there is no such session, or it is over; `muster sessions list` shows those there are";
            return Err(CommandError::Failed(why.to_owned()));
        };
        let caller = caller(session.tenant).await?;
        sessions.end(&caller, handle).await.map_err(CommandError::failed)?.count
    } else if let Some(tenant) = revoke.tenant {
        let caller = caller(TenantId(tenant)).await?;
        match revoke.user {
            Some(user) => sessions.end_person(&caller, UserId(user)).await.map_err(|error| nobody(&error, user))?.count,
            None => sessions.end_tenant(&caller).await.map_err(CommandError::failed)?.count,
        }
    } else if revoke.all {
        sessions.end_all(REVOKE).await.map_err(CommandError::failed)?
    } else {
        return Err(CommandError::Usage("name whom to sign out: --session, --tenant or --all".to_owned()));
    };
    say(format_args!("{count} {} signed out", if count == 1 { "session was" } else { "sessions were" }))
}

/// A failure about one person: the usual one is that there is none of this id.
fn nobody(error: &services::ServiceError, user: uuid::Uuid) -> CommandError {
    match error {
        services::ServiceError::Domain(domain::DomainError::NotFound) => CommandError::Usage(format!(
            "--user {user}: nobody of this tenant has this id; `muster sessions list --tenant ID` shows ids"
        )),
        error => CommandError::failed(error),
    }
}

fn line(session: &SessionView) -> String {
    let SessionView { handle, person, device, place, signed_in_at, seen_at, ends_at, .. } = session;
    // Names and devices come from elsewhere: no tab or control character of theirs may break a line.
    let plain = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let (id, name, device) = (person.id, plain(&person.name), plain(device));
    format!("{handle}\t{id}\t{name}\t{device}\t{place}\t{seen_at}\t{signed_in_at}\t{ends_at}")
}
