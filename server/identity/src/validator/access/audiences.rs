//! Whom an access token may be for: a list of our names, never anybody.

/// The names of an API. One that is a URI is the same with and without a slash at its end: registrations have it either way,
/// and Entra's tokens of version 1.0 repeat what the client asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Audiences(Vec<String>);

impl Audiences {
    pub(crate) fn new(names: Vec<String>) -> Self {
        Self(names.into_iter().map(|name| canonical(&name).to_owned()).collect())
    }

    /// Whether one of the names that a token is for is one of ours.
    pub(super) fn contain_any_of(&self, named: &[&str]) -> bool {
        named.iter().any(|name| self.0.iter().any(|own| own == canonical(name)))
    }
}

fn canonical(name: &str) -> &str {
    match name.strip_suffix('/') {
        Some(bare) if bare.contains("://") => bare,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_whole_and_a_uri_has_a_slash_or_not() {
        let audiences = Audiences::new(["id", "api://id", "https://api.example/"].map(str::to_owned).to_vec());
        for (name, ours) in [
            ("id", true),
            ("id/", false),
            ("ID", false),
            ("i", false),
            ("api://id", true),
            ("api://id/", true),
            ("api://id//", false),
            ("api://id/x", false),
            ("https://api.example", true),
            ("https://api.example/", true),
            ("https://api.example.evil.example", false),
            ("", false),
        ] {
            assert_eq!(audiences.contain_any_of(&[name]), ours, "{name}");
        }
        assert!(audiences.contain_any_of(&["other", "id"]));
        assert!(!audiences.contain_any_of(&[]));
        assert!(!Audiences::new(Vec::new()).contain_any_of(&["id"]), "no name is nobody's");
    }
}
