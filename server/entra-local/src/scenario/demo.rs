//! The worlds that come with the crate.

use super::Scenario;

impl Scenario {
    /// A B2C tenant with user flows, an External ID tenant and personal accounts: `scenarios/customers.toml`.
    ///
    /// # Panics
    /// Never in a build that passed its tests: the file is part of the crate.
    pub fn customers() -> Self {
        match Self::from_toml(include_str!("../../scenarios/customers.toml")) {
            Ok(scenario) => scenario,
            Err(problem) => unreachable!("scenarios/customers.toml is part of this crate: {problem}"),
        }
    }

    /// Two organisations, one account per app role and one without, and one application whose secret is made anew on
    /// each call: `scenarios/demo.toml` in this crate.
    ///
    /// # Panics
    /// Never in a build that passed its tests: the file is part of the crate.
    pub fn demo() -> Self {
        match Self::from_toml(include_str!("../../scenarios/demo.toml")) {
            Ok(scenario) => scenario,
            Err(problem) => unreachable!("scenarios/demo.toml is part of this crate: {problem}"),
        }
    }
}
