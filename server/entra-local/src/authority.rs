//! The first path segment of every Entra URL: which directory, or which kinds of directory, a request is about.

use uuid::Uuid;

use crate::{
    directory::Directory,
    scenario::{AppRegistration, Audience, TenantKind},
};

/// The tenant of personal accounts, behind `/consumers`.
pub(crate) const CONSUMERS: Uuid = Uuid::from_u128(0x9188_040d_6c67_4c5b_b112_36a3_04b6_6dad);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authority {
    Tenant(Uuid),
    Organizations,
    Common,
}

impl Authority {
    /// Reads the path segment: a tenant id, a verified domain, `organizations`, `common` or `consumers`.
    pub(crate) fn parse(segment: &str, directory: &Directory) -> Option<Self> {
        match segment.to_ascii_lowercase().as_str() {
            "organizations" => Some(Self::Organizations),
            "common" => Some(Self::Common),
            "consumers" => Some(Self::Tenant(CONSUMERS)),
            other => {
                let tenant = directory.tenant_named(other).filter(|tenant| tenant.kind != TenantKind::B2c);
                tenant.map(|tenant| Self::Tenant(tenant.id))
            }
        }
    }

    /// The tenant in issuer and endpoint URLs; Entra publishes the literal `{tenantid}` where it is not known yet.
    pub(crate) fn issuer_segment(self) -> String {
        match self {
            Self::Tenant(id) => id.to_string(),
            Self::Organizations | Self::Common => "{tenantid}".to_owned(),
        }
    }

    /// Whether accounts of `tenant` may sign in here, before any application has its say.
    pub(crate) fn admits(self, tenant: Uuid) -> bool {
        match self {
            Self::Tenant(id) => id == tenant,
            Self::Organizations => tenant != CONSUMERS,
            Self::Common => true,
        }
    }
}

/// How an application's audience and the authority it was called at fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Fits,
    /// A single-tenant application at a multi-tenant authority.
    NotMultiTenant,
    /// An application that does not exist in that directory.
    NotThere,
}

pub(crate) fn fit(app: &AppRegistration, authority: Authority) -> Fit {
    match (app.audience, authority) {
        (Audience::Single(own), Authority::Tenant(asked)) if own == asked => Fit::Fits,
        (Audience::Single(_), Authority::Organizations | Authority::Common) => Fit::NotMultiTenant,
        (Audience::Consumers, Authority::Tenant(CONSUMERS) | Authority::Common) => Fit::Fits,
        (Audience::Organizations, Authority::Tenant(CONSUMERS))
        | (Audience::Single(_), Authority::Tenant(_))
        | (Audience::Consumers, _) => Fit::NotThere,
        (Audience::Organizations | Audience::Common, _) => Fit::Fits,
    }
}

/// Whether an application takes accounts of `tenant` at all.
pub(crate) fn audience_admits(app: &AppRegistration, tenant: Uuid) -> bool {
    match app.audience {
        Audience::Single(own) => own == tenant,
        Audience::Organizations => tenant != CONSUMERS,
        Audience::Common => true,
        Audience::Consumers => tenant == CONSUMERS,
    }
}
