//! Which group stands for which role.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

/// Groups, by object id, and the roles that their members have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupRoles(BTreeMap<Uuid, BTreeSet<String>>);

impl GroupRoles {
    /// Adds that members of `group` have `role`.
    #[must_use]
    pub fn with(mut self, role: impl Into<String>, group: Uuid) -> Self {
        self.0.entry(group).or_default().insert(role.into());
        self
    }

    /// Whether nobody gets a role by it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Of these groups those that stand for a role. The others are nobody's business here.
    pub(super) fn among(&self, groups: &BTreeSet<Uuid>) -> BTreeSet<Uuid> {
        groups.iter().filter(|group| self.0.contains_key(group)).copied().collect()
    }

    /// `own` and the roles of these groups, sorted, without repetition.
    pub(super) fn added_to(&self, own: &[String], groups: &BTreeSet<Uuid>) -> Vec<String> {
        let by_group = groups.iter().filter_map(|group| self.0.get(group)).flatten();
        own.iter().chain(by_group).cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_may_stand_for_several_roles_and_several_for_one() {
        let [a, b, other] = [1, 2, 3].map(Uuid::from_u128);
        let roles = GroupRoles::default().with("Viewer", a).with("Admin", a).with("Admin", b);
        let groups = roles.among(&[a, b, other].into());
        assert_eq!(groups, [a, b].into());
        assert_eq!(roles.added_to(&["Viewer".to_owned(), "Own".to_owned()], &groups), ["Admin", "Own", "Viewer"]);
        assert!(roles.added_to(&[], &[other].into()).is_empty());
    }
}
