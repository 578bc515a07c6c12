//! The `muster` command as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::scratch;

/// A command that is being put together. It sees no setting but those given here.
pub struct Muster(Command);

/// What a command that came to its end left behind.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// `muster serve`, ready for requests. Killed when it is dropped.
pub struct Serving {
    child: Child,
    /// What it said before it was ready.
    pub greeting: String,
}

impl Muster {
    pub fn new(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
        command.args(arguments).env_clear().env("HOME", "/nonexistent").env("MUSTER_LOG", "warn");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command)
    }

    /// On this data folder.
    pub fn on(folder: &Path, arguments: &[&str]) -> Self {
        let folder = folder.display().to_string();
        Self::new(arguments).set("MUSTER_DATA_DIR", &folder)
    }

    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    pub fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.0.arg(argument);
        self
    }

    /// Starts it; [`Finished::of`] waits for its end.
    pub fn spawn(mut self) -> Child {
        self.0.spawn().unwrap()
    }

    /// Runs it to its end.
    pub fn finish(self) -> Finished {
        Finished::of(self.spawn())
    }

    /// Runs it to its end while nobody reads what it prints, as before `| head` that has seen enough.
    pub fn unheard(self) -> Finished {
        let (reader, output) = std::io::pipe().unwrap();
        drop(reader);
        self.printing_to(output).finish()
    }

    /// With its standard output there.
    pub fn printing_to(mut self, output: impl Into<Stdio>) -> Self {
        self.0.stdout(output);
        self
    }

    /// Runs `serve` until it says that it listens.
    pub fn serve(self) -> Serving {
        self.serve_logging_to(Stdio::inherit())
    }

    /// The same, with its log in a file.
    pub fn serve_logging_to(mut self, log: impl Into<Stdio>) -> Serving {
        self.0.stderr(log).env("MUSTER_SITE_ROOT", scratch::site_root());
        Serving::of(self.0.spawn().unwrap())
    }
}

impl Serving {
    /// Waits until it says that it listens.
    pub fn of(mut child: Child) -> Self {
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("Stop with Ctrl-C") {
            assert_ne!(lines.read_line(&mut greeting).unwrap(), 0, "it ended: {:?} {greeting}", child.wait());
        }
        Self { child, greeting }
    }
}

impl Finished {
    pub fn of(child: Child) -> Self {
        let output = child.wait_with_output().unwrap();
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What it printed, if all went well.
    pub fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{} {}", self.stdout, self.stderr);
        self.stdout
    }
}

impl Serving {
    /// SIGKILL: no chance to clear up.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and the exit code it ends with.
    pub fn terminate(mut self) -> Option<i32> {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
