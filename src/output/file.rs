//! A file that is either written completely or does not change.

use std::ffi::OsString;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::{Format, Options, Output, Terminal};
use crate::error::{Error, Result};

/// The maximum number of symbolic links to follow, as in the kernel. A longer chain is treated as a
/// circle.
const MAX_LINKS: usize = 40;

/// The target of an export.
#[derive(Debug)]
pub struct Target {
    shown: PathBuf,
    /// The file after following symbolic links. The link stays and the file is replaced.
    file: PathBuf,
    folder: PathBuf,
}

impl Target {
    /// Checks the target before any other work.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a folder, a device, a pipe, or a path in a folder that
    /// does not exist.
    pub fn new(path: &Path) -> Result<Target> {
        let file = follow(path)?;
        match fs_err::metadata(&file) {
            Ok(meta) if meta.is_dir() => {
                return Err(Error::usage(format!("{} is a folder", path.display())).hint("give --file a file's name"));
            }
            Ok(meta) if !meta.is_file() => {
                return Err(Error::usage(format!("{} is not a regular file", path.display()))
                    .hint("without --file, rows go to standard output"));
            }
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(cannot(path, e)),
        }
        let folder = match file.parent() {
            Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
            Some(parent) => parent.to_path_buf(),
            None => return Err(Error::usage(format!("{} is not a file name", path.display()))),
        };
        if file.file_name().is_none() || path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return Err(Error::usage(format!("{} is not a file name", path.display())));
        }
        if !fs_err::metadata(&folder).is_ok_and(|meta| meta.is_dir()) {
            return Err(Error::usage(format!("there is no folder {}", folder.display()))
                .hint(format!("mkdir -p {}", folder.display())));
        }
        Ok(Target {
            shown: path.to_path_buf(),
            file,
            folder,
        })
    }

    /// Returns whether the file already exists.
    pub fn exists(&self) -> bool {
        self.file.exists()
    }

    /// Returns the format by the file's extension. `asked` is the value of `-o`.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] if extension and `-o` differ, and for an unknown extension
    /// without `-o`.
    pub fn format(&self, asked: Option<Format>) -> Result<Format> {
        match (Format::of_path(&self.shown), asked) {
            // A text file can contain both the normal and the wide table.
            (Some(Format::Table), Some(Format::Wide)) => Ok(Format::Wide),
            (Some(of_ending), Some(asked)) if of_ending != asked => Err(Error::usage(format!(
                "the file extension of {} does not match the format of -o",
                self.shown.display()
            ))
            .hint("leave -o out, or choose another extension: .csv, .tsv, .json, .jsonl, .txt")),
            (Some(format), _) | (None, Some(format)) => Ok(format),
            (None, None) => Err(Error::usage(format!(
                "the file extension of {} is not a known format",
                self.shown.display()
            ))
            .hint("set the format with -o, or use the extension .csv, .tsv, .json, .jsonl or .txt")),
        }
    }

    /// Starts a new file. It is invisible until [`Target::place`], and it is removed when it is
    /// dropped.
    ///
    /// # Errors
    /// Any error of the file system.
    pub fn start(&self, options: Options) -> Result<Draft> {
        let file = self.beside().map_err(|e| cannot(&self.shown, e))?;
        let stream = file.as_file().try_clone().map_err(|e| cannot(&self.shown, e))?;
        // The content of the file does not depend on the terminal or on -q.
        let options = Options {
            quiet: false,
            pager: false,
            color: super::ColorWhen::Never,
            ..options
        };
        Ok(Draft {
            output: Output::new(options, Terminal::default(), Box::new(stream), Box::new(io::sink())),
            file,
        })
    }

    /// Creates the draft next to the target, so that a rename is enough, with the usual rights of a
    /// new file.
    fn beside(&self) -> io::Result<NamedTempFile> {
        let mut prefix = OsString::from(".");
        prefix.push(self.file.file_name().unwrap_or_default());
        prefix.push(".");
        Builder::new()
            .prefix(&prefix)
            .suffix(".tmp")
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(&self.folder)
    }

    /// Moves a finished file to the target in one step, after it is on disk. If `replace` is false,
    /// a file that was created since is not replaced. Returns whether the new file is in place.
    ///
    /// # Errors
    /// Any error of the file system. In this case no file remains.
    pub fn place(&self, mut draft: Draft, replace: bool) -> Result<bool> {
        draft.output.finish()?;
        self.rename(draft.file, replace).map_err(|e| cannot(&self.shown, e))
    }

    fn rename(&self, file: NamedTempFile, replace: bool) -> io::Result<bool> {
        file.as_file().sync_all()?;
        if replace {
            file.persist(&self.file).map_err(|e| e.error)?;
        } else {
            match file.persist_noclobber(&self.file) {
                Ok(_) => {}
                Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
                Err(e) => return Err(e.error),
            }
        }
        fs_err::File::open(&self.folder)?.sync_all()?;
        Ok(true)
    }
}

/// A file that is not visible yet.
pub struct Draft {
    output: Output,
    file: NamedTempFile,
}

impl Draft {
    /// Returns the writer for rows.
    pub fn output(&mut self) -> &mut Output {
        &mut self.output
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.shown.display().fmt(f)
    }
}

/// Follows links step by step, because the last link may point to a file that does not exist yet.
fn follow(path: &Path) -> Result<PathBuf> {
    let mut file = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        match fs_err::symlink_metadata(&file) {
            Ok(meta) if meta.is_symlink() => {
                let to = fs_err::read_link(&file).map_err(|e| cannot(path, e))?;
                file = match file.parent() {
                    Some(folder) => folder.join(to),
                    None => to,
                };
            }
            Ok(_) | Err(_) => return Ok(file),
        }
    }
    Err(Error::usage(format!("{} is a circle of links", path.display())))
}

fn cannot(path: &Path, e: io::Error) -> Error {
    Error::failed(format!("cannot write {}: {e}", path.display())).caused_by(e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::output::{Heading, Value};

    fn put(target: &Target, text: &str, replace: bool) -> Result<bool> {
        let options = Options {
            format: Format::Csv,
            quiet: true,
            ..Options::default()
        };
        let mut draft = target.start(options)?;
        let mut rows = draft.output().rows_of(vec![Heading::new("a", "A.")])?;
        rows.push_values(None, &[Value::text(text.to_owned())])?;
        rows.finish()?;
        target.place(draft, replace)
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs_err::read_dir(dir)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn second_run_replaces_the_file_and_leaves_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kpi.csv");
        for text in ["1", "2"] {
            assert!(put(&Target::new(&path).unwrap(), text, true).unwrap());
            assert_eq!(fs_err::read_to_string(&path).unwrap(), format!("a\n{text}\n"));
        }
        assert_eq!(names(dir.path()), ["kpi.csv"]);
    }

    #[test]
    fn abandoned_draft_leaves_only_the_old_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kpi.csv");
        fs_err::write(&path, "old").unwrap();
        let target = Target::new(&path).unwrap();
        let mut draft = target.start(Options::default()).unwrap();
        draft
            .output()
            .rows_of(vec![Heading::new("a", "A.")])
            .unwrap()
            .finish()
            .unwrap();
        assert_eq!(names(dir.path()).len(), 2, "it is written beside its place");
        drop(draft);
        assert_eq!(fs_err::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(dir.path()), ["kpi.csv"]);
    }

    #[test]
    fn file_created_meanwhile_is_replaced_only_on_request() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kpi.csv");
        let target = Target::new(&path).unwrap();
        assert!(!target.exists());
        fs_err::write(&path, "other").unwrap();
        assert!(!put(&target, "1", false).unwrap());
        assert_eq!(fs_err::read_to_string(&path).unwrap(), "other");
        assert_eq!(names(dir.path()), ["kpi.csv"]);
    }

    #[test]
    fn link_stays_and_its_target_is_replaced_or_created() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::create_dir(dir.path().join("real")).unwrap();
        let link = dir.path().join("kpi.csv");
        std::os::unix::fs::symlink("real/2026.csv", &link).unwrap();
        for text in ["1", "2"] {
            put(&Target::new(&link).unwrap(), text, true).unwrap();
            assert!(fs_err::symlink_metadata(&link).unwrap().is_symlink());
            assert_eq!(
                fs_err::read_to_string(dir.path().join("real/2026.csv")).unwrap(),
                format!("a\n{text}\n")
            );
        }
        assert_eq!(names(dir.path()), ["kpi.csv", "real"]);
    }

    #[test]
    fn invalid_path_is_a_usage_error() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("b", dir.path().join("a")).unwrap();
        std::os::unix::fs::symlink("a", dir.path().join("b")).unwrap();
        for path in [
            dir.path().to_path_buf(),
            "/dev/null".into(),
            dir.path().join("none/kpi.csv"),
            dir.path().join("a"),
            "kpi/".into(),
            "".into(),
        ] {
            assert_eq!(Target::new(&path).unwrap_err().kind, Kind::Usage, "{}", path.display());
        }
    }

    #[test]
    fn extension_decides_the_format() {
        let dir = tempfile::tempdir().unwrap();
        let format = |name: &str, asked| Target::new(&dir.path().join(name)).unwrap().format(asked);
        assert_eq!(format("a.csv", None).unwrap(), Format::Csv);
        assert_eq!(format("a.JSONL", Some(Format::Jsonl)).unwrap(), Format::Jsonl);
        assert_eq!(format("a.dat", Some(Format::Tsv)).unwrap(), Format::Tsv);
        assert_eq!(format("a.txt", Some(Format::Wide)).unwrap(), Format::Wide);
        assert_eq!(format("a.csv", Some(Format::Json)).unwrap_err().kind, Kind::Usage);
        assert_eq!(format("a.dat", None).unwrap_err().kind, Kind::Usage);
    }
}
