//! Microsoft Entra External ID.

use identity::{Authority, ExternalIdAuthority};
use uuid::Uuid;

use super::{SignIn, client, not_beside, trust::Trust, vouching};
use crate::config::reader::Reader;

pub(super) const AUTHORITY: &str = "MUSTER_CIAM_AUTHORITY";
const TENANT: &str = "AZURE_TENANT_ID";

pub(super) fn read(reader: &mut Reader<'_>, trust: &Trust) -> Option<SignIn> {
    let base = reader.parsed(AUTHORITY, "a URL such as https://contoso.ciamlogin.com, or that of a custom domain");
    let base = base.and_then(|base| vouching(reader, AUTHORITY, base));
    let what = "the directory (tenant) id of the external tenant, a GUID";
    let tenant_id = reader.required(TENANT, what).and_then(|text| {
        let id = Uuid::try_parse(&text).ok();
        if id.is_none() {
            reader.problem(TENANT, Some(text), format!("must be {what}"));
        }
        id
    });
    let client = client(reader);
    not_beside(reader, AUTHORITY, &["AZURE_AUTHORITY_HOST", "MUSTER_ALLOWED_TENANTS"]);
    let authority = Authority::ExternalId(ExternalIdAuthority { base: base?, tenant_id: tenant_id? });
    let known = trust.admits(reader, AUTHORITY, &authority);
    client.filter(|_| known).map(|client| client.of(authority))
}
