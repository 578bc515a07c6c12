//! Microsoft Graph: where it is, and which groups of an organisation stand for which role.

use identity::{Authority, GroupRoles};
use url::Url;
use uuid::Uuid;

use super::access::is_https_or_local;
use super::reader::Reader;
use super::sign_in::SignIn;
use crate::actor::role_named;

const URL: &str = "MUSTER_GRAPH_URL";
const GROUPS: &str = "MUSTER_ROLE_GROUPS";

/// What the settings say about it.
#[derive(Clone, Debug, Default)]
pub struct GraphSettings {
    /// Where it is, if not where the cloud has it.
    pub url: Option<Url>,
    /// Groups whose members have a role.
    pub role_groups: Option<GroupRoles>,
}

/// `MUSTER_GRAPH_URL` and `MUSTER_ROLE_GROUPS`, for Entra ID only.
pub(super) fn read(reader: &mut Reader<'_>, sign_in: Option<&SignIn>) -> GraphSettings {
    if let Some(SignIn::Provider { authority, .. }) = sign_in
        && !matches!(authority, Authority::Entra(_))
    {
        for name in [URL, GROUPS] {
            if let Some(read) = reader.text(name) {
                reader.problem(name, Some(read), "is for Entra ID, and people sign in elsewhere; take it out");
            }
        }
        return GraphSettings::default();
    }
    GraphSettings { url: url(reader), role_groups: role_groups(reader) }
}

fn url(reader: &mut Reader<'_>) -> Option<Url> {
    let text = reader.text(URL)?;
    let bare = |url: &Url| url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let url = text.parse().ok().filter(|url| is_https_or_local(url) && bare(url));
    if url.is_none() {
        let fix = "must be an https address with its version, such as https://graph.microsoft.com/v1.0";
        reader.problem(URL, Some(text), fix);
    }
    url
}

/// `Admin=<group id>,Responder=<group id>`; a role and a group may stand there more than once.
fn role_groups(reader: &mut Reader<'_>) -> Option<GroupRoles> {
    let text = reader.text(GROUPS)?;
    let mut roles = GroupRoles::default();
    for entry in text.split([',', ' ']).filter(|entry| !entry.is_empty()) {
        let read = entry.split_once('=').map(|(role, group)| (role_named(role), Uuid::try_parse(group)));
        let fix = match read {
            Some((Some(role), Ok(group))) => {
                roles = roles.with(role, group);
                continue;
            }
            Some((None, _)) => {
                "must name a role of Muster before the `=`: Admin, IncidentManager, Responder, Viewer or Auditor"
            }
            Some((_, Err(_))) => "must have a group's object id, a GUID, after the `=`",
            None => "must be pairs such as Admin=<object id of a group> with commas between them",
        };
        reader.problem(GROUPS, Some(entry.to_owned()), fix);
        return None;
    }
    Some(roles).filter(|roles| !roles.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    /// The roles by group, or what is complained about.
    fn read_groups(text: &str) -> Result<Option<GroupRoles>, Vec<String>> {
        let environment = Environment::from([(GROUPS.to_owned(), text.to_owned())]);
        let mut reader = Reader::new(&environment);
        let settings = read(&mut reader, None);
        reader.finish().map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        Ok(settings.role_groups)
    }

    #[test]
    fn groups_are_named_by_role() {
        let [a, b] = [1, 2].map(Uuid::from_u128);
        let roles = GroupRoles::default().with("Admin", a).with("Responder", b).with("Viewer", a);
        assert_eq!(read_groups(&format!("Admin={a}, Responder={b},Viewer={a}")), Ok(Some(roles)));
    }

    #[test]
    fn what_is_wrong_is_named_with_the_way_to_put_it_right() {
        let id = Uuid::from_u128(1);
        for (text, part) in [
            (format!("Boss={id}"), "MUSTER_ROLE_GROUPS is `Boss="),
            (format!("Boss={id}"), "a role of Muster"),
            ("Admin=staff".to_owned(), "a group's object id"),
            (id.to_string(), "pairs such as"),
        ] {
            let problems = read_groups(&text).err().unwrap_or_default();
            assert!(problems.len() == 1 && problems[0].contains(part), "{text}: {problems:?}");
        }
    }
}
