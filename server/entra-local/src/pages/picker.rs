//! A list of accounts to press, grouped by organisation.

use std::sync::Arc;

use super::html::{escape, join};
use crate::{
    directory::Directory,
    scenario::{Account, HomeAccount},
};

/// The groups with one button per account. `signed_in` people come with a mark.
pub(super) fn groups(directory: &Directory, accounts: &[Arc<Account>], signed_in: &[HomeAccount]) -> String {
    let mut tenants = Vec::new();
    for account in accounts {
        if !tenants.contains(&account.tenant) {
            tenants.push(account.tenant);
        }
    }
    join(tenants.into_iter().map(|tenant| {
        let name = directory.tenant(tenant).map_or("", |tenant| tenant.name.as_str());
        let members = accounts.iter().filter(|account| account.tenant == tenant);
        format!(
            r#"<h2 id="t-{tenant}">{name}</h2>
<ul class="accounts" aria-labelledby="t-{tenant}">
{entries}</ul>
"#,
            name = escape(name),
            entries = join(members.map(|account| entry(account, signed_in))),
        )
    }))
}

fn entry(account: &Account, signed_in: &[HomeAccount]) -> String {
    let role = if account.roles.is_empty() { "No role".to_owned() } else { account.roles.join(", ") };
    let guest = if account.guest.is_some() { ", guest" } else { "" };
    let mark = if signed_in.contains(&account.home()) { ", signed in" } else { "" };
    format!(
        r#"<li><button name="account" value="{key}"><span class="name">{name}</span> <span class="username">{username}</span> <span class="role">{role}{guest}{mark}</span></button></li>
"#,
        key = account.key(),
        name = escape(&account.name),
        username = escape(&account.username),
        role = escape(&role),
    )
}
