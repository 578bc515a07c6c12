//! The world of `make run`.

use super::Scenario;

impl Scenario {
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
