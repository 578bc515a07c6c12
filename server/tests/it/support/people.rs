//! The people of the demonstration organisations, by what they may do.

use domain::TenantId;
use uuid::{Uuid, uuid};

/// The first organisation.
pub const CONTOSO: TenantId = TenantId(uuid!("7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4"));
/// The other one.
pub const FABRIKAM: TenantId = TenantId(uuid!("b80a4f1d-92c7-4e3b-8f16-5d7e3a20c6f1"));

/// Somebody who can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    Admin,
    Manager,
    Responder,
    Viewer,
    Auditor,
    /// Of the same organisation, without a role.
    Nobody,
    /// Of the other organisation, with the manager's role there.
    Stranger,
}

impl Person {
    pub fn username(self) -> &'static str {
        match self {
            Self::Admin => "amara@contoso.example",
            Self::Manager => "ishaan@contoso.example",
            Self::Responder => "mirela@contoso.example",
            Self::Viewer => "lev@contoso.example",
            Self::Auditor => "joana@contoso.example",
            Self::Nobody => "nuri@contoso.example",
            Self::Stranger => "dario@fabrikam.example",
        }
    }

    /// As the directory and the audit log know them.
    pub fn id(self) -> domain::UserId {
        let oid: Uuid = match self {
            Self::Admin => uuid!("0a6d2b91-4c1e-4f87-b3a5-91e7c05d4821"),
            Self::Manager => uuid!("1d94e7c0-82ab-4b35-9c60-3fa8b12e7d56"),
            Self::Responder => uuid!("2e07b5f3-61d8-4a29-8e7b-c4d90a36f182"),
            Self::Viewer => uuid!("3f81c6a4-0e5d-4c72-a918-7b60d3f2e945"),
            Self::Auditor => uuid!("4b2a9d07-f36c-4e18-b5d4-08e17c6a9f23"),
            Self::Nobody => uuid!("5c73e1b8-a94f-4d06-8c21-e6f5037bd814"),
            Self::Stranger => uuid!("6d5f08c2-17be-4a93-9d3e-b2c41e7085fa"),
        };
        let tenant = if self == Self::Stranger { FABRIKAM } else { CONTOSO };
        services::user_id(tenant, &oid.to_string())
    }
}
