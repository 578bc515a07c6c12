//! What the doctor found, and how it is said: as text for a person, as JSON for a program.

use serde_json::{Value, json};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, and somebody should look at it.
    Warning,
    /// It does not work, or must not stay.
    Problem,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at; the names stay, programs go by them.
    pub check: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What was found, in one or two sentences.
    pub finding: String,
    /// What to do about it; none where all is well.
    pub fix: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn ok(check: &'static str, finding: String) -> Self {
        Self { check, level: Level::Ok, finding, fix: None }
    }

    /// Somebody should look at it.
    pub fn warning(check: &'static str, finding: String, fix: String) -> Self {
        Self { check, level: Level::Warning, finding, fix: Some(fix) }
    }

    /// It does not work.
    pub fn problem(check: &'static str, finding: String, fix: String) -> Self {
        Self { check, level: Level::Problem, finding, fix: Some(fix) }
    }
}

/// `{"findings":[{"check","level","finding","fix"},…]}`; `fix` is null where there is none.
pub fn as_json(findings: &[Finding]) -> Value {
    let one = |found: &Finding| json!({ "check": found.check, "level": found.level.word(), "finding": found.finding, "fix": found.fix });
    json!({ "findings": findings.iter().map(one).collect::<Vec<_>>() })
}

/// One or two lines for each, and one that sums up.
pub fn as_text(findings: &[Finding]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for found in findings {
        lines.push(format!("{:<8} {}: {}", found.level.word(), found.check, found.finding));
        lines.extend(found.fix.iter().map(|fix| format!("         -> {fix}")));
    }
    let count = |level: Level| {
        let n = findings.iter().filter(|found| found.level == level).count();
        format!("{n} {}{}", level.word(), if n == 1 { "" } else { "s" })
    };
    lines.push(format!("\n{}, {}", count(Level::Problem), count(Level::Warning)));
    lines.join("\n")
}

/// 0 where there is no problem, 1 where there is one.
pub fn exit_code(findings: &[Finding]) -> u8 {
    u8::from(findings.iter().any(|found| found.level == Level::Problem))
}
