//! The app registration that Muster needs, as Entra's app manifest has it (Microsoft Graph resource type `application`).

use domain::{Permission, Role};
use serde_json::{Value, json};
use url::Url;
use uuid::{Uuid, uuid};

/// Ids of roles and scopes follow from their names, so that a manifest printed later changes none of them.
const NAMESPACE: Uuid = uuid!("6f0d3a52-9be4-4c1f-8d27-51a2c47e90b3");

/// Microsoft Graph and the delegated permissions that signing in asks for ("Microsoft Graph permissions reference"), those
/// that customers' directories have first.
const GRAPH: Uuid = uuid!("00000003-0000-0000-c000-000000000000");
const DELEGATED: [(&str, Uuid); 5] = [
    ("openid", uuid!("37f7f235-527c-4136-accd-4a02d197296e")),
    ("profile", uuid!("14dad69e-099b-42c9-810b-d002981feec1")),
    ("email", uuid!("64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0")),
    ("offline_access", uuid!("7427e0e9-2fba-42fe-b0c0-848c9e6a8182")),
    ("User.Read", uuid!("e1fe6dd8-ba31-4d61-89e7-88639da4683d")),
];
/// For looking up colleagues, asked for when somebody first does.
const PEOPLE: Uuid = uuid!("b340eb25-3456-403f-be2f-af7a0d370277");
/// For roles by group, `GroupMember.Read.All`; an administrator has to consent.
const GROUPS: Uuid = uuid!("bc024368-1153-4739-b217-4326f2e966d0");

const SCOPES: [(&str, &str); 3] = [
    ("Incidents.Read", "Read incidents"),
    ("Incidents.Write", "Declare incidents and work on them"),
    ("Incidents.Delete", "Delete incidents"),
];

/// What the manifest depends on.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The address of the site.
    pub public_url: Url,
    /// Who may sign in, as the setting of the tenant has it; none if it is not set yet.
    pub tenant: Option<String>,
    /// Whether it is for user flows of Azure AD B2C.
    pub b2c: bool,
    /// Whether groups stand for roles.
    pub role_groups: bool,
    /// The application id, once there is one.
    pub client_id: Option<Uuid>,
}

impl Registration {
    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.public_url.origin().ascii_serialization());
        let identifiers: Vec<String> = self.client_id.iter().map(|id| format!("api://{id}")).collect();
        let signing_in = DELEGATED.iter().filter(|(name, _)| !(self.b2c && *name == "User.Read")).map(|(_, id)| *id);
        let later = [(!self.b2c).then_some(PEOPLE), self.role_groups.then_some(GROUPS)].into_iter().flatten();
        let permissions: Vec<Value> = signing_in.chain(later).map(|id| json!({ "id": id, "type": "Scope" })).collect();
        let scopes = SCOPES.map(scope);
        // The tokens of a user flow have no optional claims and no app roles: what is in them, the user flow says.
        let wanted: &[&str] = if self.b2c { &[] } else { &["sid", "login_hint"] };
        let claims: Vec<Value> = wanted.iter().map(|name| json!({ "name": name, "essential": false })).collect();
        let of_all = || Role::ALL.map(role).into_iter().chain(Permission::ALL.map(permission)).collect();
        let roles: Vec<Value> = if self.b2c { Vec::new() } else { of_all() };
        json!({
            "displayName": "Muster",
            "signInAudience": self.audience(),
            "identifierUris": identifiers,
            "web": {
                "homePageUrl": at("/"),
                "redirectUris": [at("/auth/callback"), at("/signed-out"), at("/auth/admin-consent/callback")],
                "logoutUrl": at("/auth/front-channel-logout"),
                "implicitGrantSettings": { "enableAccessTokenIssuance": false, "enableIdTokenIssuance": false },
            },
            "api": { "requestedAccessTokenVersion": 2, "oauth2PermissionScopes": scopes },
            "appRoles": roles,
            "groupMembershipClaims": self.role_groups.then_some("SecurityGroup"),
            "requiredResourceAccess": [{
                "resourceAppId": GRAPH,
                "resourceAccess": permissions,
            }],
            "optionalClaims": {
                "idToken": claims,
                "accessToken": [],
                "saml2Token": [],
            },
        })
    }

    fn audience(&self) -> &'static str {
        match self.tenant.as_deref() {
            // User flows refuse applications that are not for all account types.
            _ if self.b2c => "AzureADandPersonalMicrosoftAccount",
            Some("common") => "AzureADandPersonalMicrosoftAccount",
            Some("consumers") => "PersonalMicrosoftAccount",
            Some("organizations") => "AzureADMultipleOrgs",
            // Nothing wider than what somebody has asked for.
            _ => "AzureADMyOrg",
        }
    }

    /// What to do with it, for the person at the shell.
    #[must_use]
    pub fn instructions(&self) -> String {
        let mut steps = vec![
            "Register an application at https://entra.microsoft.com (App registrations, New registration).",
            "Under Manage, Manifest, take these members over; members that are not here stay as they are.",
            "Under Certificates & secrets, add a client secret, whose value becomes AZURE_CLIENT_SECRET, or upload a certificate and let AZURE_CLIENT_CERTIFICATE_PATH name the file with its key.",
            if self.b2c {
                "In the user flow, return the claim that MUSTER_B2C_ROLE_CLAIM names, with people's roles."
            } else {
                "Under Enterprise applications, give people their app roles."
            },
            "Then run `muster doctor` with the settings.",
        ];
        if self.client_id.is_none() {
            steps.insert(2, "Set identifierUris to api://APPLICATION-ID, or run this again with AZURE_CLIENT_ID set.");
        }
        let numbered = steps.iter().enumerate().map(|(n, step)| format!("{}. {step}", n + 1));
        numbered.collect::<Vec<_>>().join("\n")
    }
}

fn id(kind: &str, name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{kind} {name}").as_bytes())
}

fn role(role: Role) -> Value {
    let (name, description) = match role {
        Role::Admin => ("Administrator", "Configures the organisation and may do everything with incidents"),
        Role::IncidentManager => ("Incident manager", "May do everything with incidents: close, reopen, restrict"),
        Role::Responder => ("Responder", "Declares incidents and works on them"),
        Role::Viewer => ("Viewer", "Reads incidents"),
        Role::Auditor => ("Auditor", "Reads everything and changes nothing"),
    };
    json!({
        "id": id("app role", role.as_str()),
        "allowedMemberTypes": ["User"],
        "displayName": name,
        "description": description,
        "value": role.as_str(),
        "isEnabled": true,
    })
}

/// A role that an administrator gives to an application itself ("application permission").
fn permission(permission: Permission) -> Value {
    let (name, description) = match permission {
        Permission::Read => {
            ("Read incidents", "Reads the incidents that are open to the organisation, without a person")
        }
        Permission::ReadWrite => (
            "Read and write incidents",
            "Declares incidents and does everything with them but delete and restrict, without a person",
        ),
        Permission::Delete => ("Delete incidents", "Deletes incidents, without a person"),
    };
    json!({
        "id": id("app role", permission.as_str()),
        "allowedMemberTypes": ["Application"],
        "displayName": name,
        "description": description,
        "value": permission.as_str(),
        "isEnabled": true,
    })
}

fn scope((value, words): (&str, &str)) -> Value {
    json!({
        "id": id("scope", value),
        "type": "User",
        "value": value,
        "adminConsentDisplayName": words,
        "adminConsentDescription": format!("{words} in the name of the person who is signed in"),
        "userConsentDisplayName": words,
        "userConsentDescription": format!("{words} in your name"),
        "isEnabled": true,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use identity::{Authority, ClientCredential, EntraAuthority, EntraTenant, IdentityConfig};

    use super::*;

    #[test]
    fn the_registration_asks_for_what_signing_in_asks_for() {
        let url: Url = "https://muster.example".parse().unwrap();
        let tenant = EntraTenant::Organizations;
        let base = identity::PUBLIC_CLOUD.parse().unwrap();
        let authority = Authority::Entra(EntraAuthority { base, tenant, allowed_tenants: None });
        let secret = ClientCredential::Secret(String::new().into());
        let config = IdentityConfig::new(url, authority, String::new(), secret, "/".parse().unwrap());
        let asked = config.scopes.iter().map(String::as_str).chain(["User.Read"]);
        assert_eq!(DELEGATED.map(|(name, _)| name).to_vec(), asked.collect::<Vec<_>>());
    }

    #[test]
    fn groups_are_asked_for_only_where_they_stand_for_roles() {
        let registration = |role_groups| {
            let public_url = "https://muster.example".parse().unwrap();
            Registration { public_url, tenant: None, b2c: false, role_groups, client_id: None }.manifest()
        };
        let (without, with) = (registration(false), registration(true));
        assert!(!without.to_string().contains(&GROUPS.to_string()) && without["groupMembershipClaims"].is_null());
        assert!(with.to_string().contains(&GROUPS.to_string()));
        assert_eq!(with["groupMembershipClaims"], "SecurityGroup");
    }
}
