//! The configuration file. It is read strictly, and written completely or not at all.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use toml_edit::{Document, DocumentMut, Item, Table, TableLike, value};

use super::Key;
use crate::domain::vocabulary::quoted;
use crate::error::{Error, Result};

/// The contents of the configuration file.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    pub default_profile: Option<String>,
    pub profiles: BTreeMap<String, BTreeMap<Key, String>>,
    pub warnings: Vec<String>,
}

/// Reads the file. A file that does not exist is treated as empty, unless a setting (`named`)
/// refers to it.
pub(super) fn read(path: &Path, named: Option<&str>) -> Result<ConfigFile> {
    let text = match fs_err::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            return match named {
                None => Ok(ConfigFile::default()),
                Some(by) => Err(Error::usage(format!("{by}: there is no file {}", path.display())).caused_by(e)),
            };
        }
        // The home folder is not a folder, as for service accounts. Nobody has a configuration
        // there.
        Err(e) if named.is_none() && e.kind() == ErrorKind::NotADirectory => return Ok(ConfigFile::default()),
        // The home folder belongs to another user, as when sudo keeps HOME.
        Err(e) if named.is_none() && !matches!(e.kind(), ErrorKind::InvalidData | ErrorKind::IsADirectory) => {
            return Ok(ConfigFile {
                warnings: vec![format!("the configuration is ignored: {e}")],
                ..ConfigFile::default()
            });
        }
        Err(e) => return Err(Error::usage(format!("the configuration cannot be read: {e}")).caused_by(e)),
    };
    let mut file = parse(&text, path)?;
    let holds_password = file
        .profiles
        .values()
        .flat_map(|p| p.values())
        .any(|v| super::url_without_password(v).is_err() && v.contains("://"));
    if holds_password {
        let mode = fs_err::metadata(path)?.permissions().mode();
        if mode & 0o077 != 0 {
            file.warnings.push(format!(
                "{0} contains a password and other users can read it: chmod 600 {0}",
                path.display()
            ));
        }
    }
    Ok(file)
}

fn parse(text: &str, path: &Path) -> Result<ConfigFile> {
    let line_of = |at: Option<std::ops::Range<usize>>| {
        let before = at.and_then(|at| text.get(..at.start)).unwrap_or("");
        before.matches('\n').count() + 1
    };
    let wrong = |at: Option<std::ops::Range<usize>>, what: String| {
        Error::usage(format!("{}, line {}: {what}", path.display(), line_of(at)))
    };
    // The cause is left out, because it quotes the line, which can contain a password.
    let document = Document::parse(text).map_err(|e| {
        wrong(
            e.span(),
            format!("this is not TOML: {}", e.message().replace('\n', " ")),
        )
    })?;
    let mut file = ConfigFile::default();
    let root = document.as_table();
    for (name, item) in root {
        let at = || root.key(name).and_then(toml_edit::Key::span);
        match (name, item.as_str(), item.as_table_like()) {
            ("default_profile", Some(profile), _) => file.default_profile = Some(profile.to_owned()),
            ("default_profile", None, _) => return Err(wrong(item.span(), "default_profile is not a text".to_owned())),
            ("profiles", _, Some(profiles)) => {
                for (profile, item) in profiles.iter() {
                    let at = || profiles.key(profile).and_then(toml_edit::Key::span);
                    let keys = item
                        .as_table_like()
                        .ok_or_else(|| wrong(at(), format!("profiles.{profile} is not a table")))?;
                    let keys = parse_profile(keys, &wrong)?;
                    file.profiles.insert(profile.to_owned(), keys);
                }
            }
            _ => {
                let e = wrong(at(), format!("unknown key {}", quoted(name)));
                return Err(match Key::find(name) {
                    Some(_) => e.hint("settings belong to a profile: move this one below [profiles.default]"),
                    None => e.hint("known here: default_profile, [profiles.NAME]"),
                });
            }
        }
    }
    Ok(file)
}

fn parse_profile(
    table: &dyn TableLike,
    wrong: &dyn Fn(Option<std::ops::Range<usize>>, String) -> Error,
) -> Result<BTreeMap<Key, String>> {
    let mut keys = BTreeMap::new();
    for (name, item) in table.iter() {
        let at = || table.key(name).and_then(toml_edit::Key::span);
        let Some(key) = Key::find(name) else {
            let known: Vec<_> = Key::ALL.iter().map(|k| k.name()).collect();
            return Err(
                wrong(at(), format!("unknown key {}", quoted(name))).hint(format!("known keys: {}", known.join(", ")))
            );
        };
        let text = match (item.as_str(), item.as_bool(), item.as_integer()) {
            (_, Some(on), _) if key.is_bool() => Some(on.to_string()),
            (_, _, Some(seconds)) if key == Key::Timeout => Some(format!("{seconds}s")),
            (Some(text), _, _) if !key.is_bool() => Some(text.to_owned()),
            _ => None,
        };
        let text = text.ok_or_else(|| {
            wrong(
                at(),
                format!("the value of {key} has the wrong type ({})", item.type_name()),
            )
        })?;
        key.check(&text).map_err(|e| {
            let hint = e.hint.clone();
            let e = wrong(at(), format!("{key}: {}", e.message));
            match hint {
                Some(hint) => e.hint(hint),
                None => e,
            }
        })?;
        keys.insert(key, text);
    }
    Ok(keys)
}

/// Returns the settings of a profile in the file, or `None` without such a profile or file.
///
/// # Errors
/// [`crate::error::Kind::Usage`] for an invalid file.
pub fn read_profile(path: &Path, profile: &str) -> Result<Option<BTreeMap<Key, String>>> {
    Ok(read(path, None)?.profiles.remove(profile))
}

/// Writes settings into a profile and keeps the rest of the file with its comments. A value of
/// `None` removes a key. The profile becomes the default if there is none yet. The whole file is
/// replaced, with mode 0600.
///
/// # Errors
/// [`crate::error::Kind::Usage`] for a profile name other than letters, digits, `-` and `_`, an
/// invalid value, and an invalid file. [`crate::error::Kind::Failed`] if the file cannot be
/// written.
pub fn write_profile(path: &Path, profile: &str, values: &[(Key, Option<&str>)]) -> Result<()> {
    put(path, profile, values, true)
}

/// Writes settings as [`write_profile`] does, but never makes the profile the default. It is for a
/// profile that is used only by its name.
///
/// # Errors
/// The errors of [`write_profile`].
pub fn write_side_profile(path: &Path, profile: &str, values: &[(Key, Option<&str>)]) -> Result<()> {
    put(path, profile, values, false)
}

fn put(path: &Path, profile: &str, values: &[(Key, Option<&str>)], default: bool) -> Result<()> {
    let plain = !profile.is_empty()
        && profile
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !plain {
        return Err(
            Error::usage(format!("{} is not a profile name", quoted(profile))).hint("letters, digits, '-' and '_'")
        );
    }
    edit(path, |root| {
        if default && root.get("default_profile").is_none() {
            root.insert("default_profile", value(profile));
        }
        let profiles = table_in(root, "profiles", true)?;
        let table = table_in(profiles, profile, false)?;
        for (key, text) in values {
            match text {
                None => {
                    table.remove(key.name());
                }
                Some(text) => {
                    let text = key.check(text).map_err(|mut e| {
                        e.message = format!("{key}: {}", e.message).into();
                        e
                    })?;
                    let new = if key.is_bool() {
                        (text == "true").into()
                    } else {
                        text.into()
                    };
                    set(table, key.name(), new);
                }
            }
        }
        Ok(())
    })
}

/// Makes a profile of the file the default, and keeps the rest of the file.
///
/// # Errors
/// [`crate::error::Kind::NotFound`] if there is no such profile. The errors of [`write_profile`].
pub fn use_profile(path: &Path, profile: &str) -> Result<()> {
    edit(path, |root| {
        let profiles = table_in(root, "profiles", true)?;
        if profiles.get(profile).is_none() {
            let names: Vec<&str> = profiles.iter().map(|(name, _)| name).collect();
            let missing = Error::not_found(format!("there is no profile {} in {}", quoted(profile), path.display()));
            return Err(match names.as_slice() {
                [] => missing.hint(format!("inbox config set database_url URL --profile {profile}")),
                names => missing.hint(format!("profiles: {}", names.join(", "))),
            });
        }
        root.insert("default_profile", value(profile));
        Ok(())
    })
}

/// Sets a value and keeps the comment after the old value.
fn set(table: &mut dyn TableLike, name: &str, mut new: toml_edit::Value) {
    if let Some(old) = table.get(name).and_then(Item::as_value) {
        *new.decor_mut() = old.decor().clone();
    }
    table.insert(name, Item::Value(new));
}

fn table_in<'a>(parent: &'a mut dyn TableLike, name: &str, implicit: bool) -> Result<&'a mut dyn TableLike> {
    let item = parent.entry(name).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(implicit);
        Item::Table(table)
    });
    item.as_table_like_mut()
        .ok_or_else(|| Error::usage(format!("{} in the configuration is not a table", quoted(name))))
}

fn edit(path: &Path, change: impl FnOnce(&mut dyn TableLike) -> Result<()>) -> Result<()> {
    let text = match fs_err::read_to_string(path) {
        Ok(text) => text,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => String::new(),
        Err(e) => return Err(e.into()),
    };
    // The new contents are parsed before they are written, so that the file stays readable.
    parse(&text, path)?;
    let not_toml = || Error::usage(format!("{} is not TOML", path.display()));
    let mut document: DocumentMut = text.parse().map_err(|_: toml_edit::TomlError| not_toml())?;
    change(document.as_table_mut())?;
    let text = document.to_string();
    parse(&text, path)?;
    replace(path, text.as_bytes())
}

/// Replaces a file in one step. For a symbolic link, replaces its target.
fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let real = match fs_err::canonicalize(path) {
        Ok(real) => real,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => path.to_owned(),
        Err(e) => return Err(e.into()),
    };
    let dir = real
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|e| Error::failed(format!("the folder {} cannot be created: {e}", dir.display())).caused_by(e))?;
    let failed = |e: std::io::Error| Error::failed(format!("{} cannot be written: {e}", real.display())).caused_by(e);
    let mut temporary = tempfile::Builder::new()
        .prefix(".config")
        .permissions(std::fs::Permissions::from_mode(0o600))
        .tempfile_in(dir)
        .map_err(failed)?;
    temporary.write_all(bytes).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(&real).map_err(|e| failed(e.error))?;
    Ok(())
}
