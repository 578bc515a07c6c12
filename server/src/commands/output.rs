//! What a command prints, and files that it writes: under their name once they are whole, and never over another.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::CommandError;

/// Prints a line. Whoever closes the other end has read enough (`muster doctor | head -1`): that is no failure, and what the
/// command is there for goes on.
pub(crate) fn say(line: impl Display) -> Result<(), CommandError> {
    // Not `println!`, which panics where nobody reads.
    let mut out = io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CommandError::Failed(format!("standard output: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A file on its way. Until it is finished it lies beside its place as `NAME.….partial`, which is removed unless the
/// program is killed. Nobody but its owner can read it.
pub(super) struct Output {
    partial: NamedTempFile,
    path: PathBuf,
}

impl Output {
    /// Begins a file that will be at `path`, where none must be.
    pub(super) fn begin(path: &Path) -> Result<Self, CommandError> {
        if path.symlink_metadata().is_ok() {
            return Err(taken(path));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let partial = tempfile::Builder::new().prefix(&format!("{name}.")).suffix(".partial").tempfile_in(folder);
        let partial = partial.map_err(|error| failed(path, &error))?;
        Ok(Self { partial, path: path.to_owned() })
    }

    /// Brings the file to the disk and gives it its name.
    pub(super) fn finish(self) -> Result<(), CommandError> {
        let Self { partial, path } = self;
        partial.as_file().sync_all().map_err(|error| failed(&path, &error))?;
        partial.persist_noclobber(&path).map_err(|refused| match refused.error.kind() {
            io::ErrorKind::AlreadyExists => taken(&path),
            _ => failed(&path, &refused.error),
        })?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| failed(&path, &error))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.partial.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.partial.flush()
    }
}

fn taken(path: &Path) -> CommandError {
    CommandError::Failed(format!("{}: is there already; name a file that does not exist yet", path.display()))
}

pub(super) fn failed(path: &Path, error: &io::Error) -> CommandError {
    CommandError::Failed(format!("{}: {error}", path.display()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_has_its_name_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let mut output = Output::begin(&path).unwrap();
        output.write_all(b"half").unwrap();
        assert!(!path.exists());
        drop(output);
        assert_eq!(names(folder.path()), [""; 0], "what is given up is removed");

        let mut output = Output::begin(&path).unwrap();
        output.write_all(b"whole").unwrap();
        output.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(folder.path()), ["out.jsonl"]);
    }

    #[test]
    fn another_file_of_that_name_stays_whenever_it_came() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let output = Output::begin(&path).unwrap();
        std::fs::write(&path, "mine").unwrap();
        for refused in [output.finish(), Output::begin(&path).map(drop)] {
            let Err(CommandError::Failed(why)) = refused else { panic!("a file must not be overwritten") };
            assert!(why.ends_with("name a file that does not exist yet"), "{why}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), b"mine");
        assert_eq!(names(folder.path()), ["out.jsonl"]);
    }
}
