//! Measurements that take turns. A ratio is what counts, and a virtual machine is a third slower from one second to the next:
//! so what is compared has turns of a few milliseconds each.

use std::{collections::BTreeMap, fs, time::Duration};

/// Nanoseconds by what was measured, one number for each run, for `.ci/bench.mjs`.
pub struct InTurns {
    group: &'static str,
    runs: BTreeMap<String, Vec<f64>>,
}

impl InTurns {
    pub fn new(group: &'static str) -> Self {
        Self { group, runs: BTreeMap::new() }
    }

    /// So long did `count` of it take in a run.
    pub fn note(&mut self, what: &str, took: Duration, count: u32) {
        let each = took.as_secs_f64() * 1e9 / f64::from(count);
        self.runs.entry(what.to_owned()).or_default().push(each);
    }

    /// Beside what criterion has written, if it is told where.
    pub fn write(&self) {
        if let Ok(folder) = std::env::var("CRITERION_HOME") {
            fs::create_dir_all(&folder).unwrap();
            fs::write(format!("{folder}/{}.json", self.group), serde_json::to_vec(&self.runs).unwrap()).unwrap();
        }
    }
}
