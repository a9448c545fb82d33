//! The file for `agent import`: CSV with a header, one agent per line.

use std::collections::HashMap;
use std::str::FromStr;

use super::ids::Handle;
use super::vocabulary::{Role, name, quoted};
use crate::error::{Error, Result};

/// The columns that a file may have, in any order.
pub const COLUMNS: &[&str] = &["handle", "name", "role", "teams", "capacity", "login"];

/// One agent of a file. A field is `None` if its column is missing, or if its cell is empty and the
/// value cannot be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffLine {
    /// The line number in the file. The header has number 1.
    pub line: u64,
    /// The handle.
    pub handle: Handle,
    /// The name. An empty cell does not change the name.
    pub name: Option<String>,
    /// The role. An empty cell does not change the role.
    pub role: Option<Role>,
    /// The teams. An empty cell means no teams.
    pub teams: Option<Vec<Handle>>,
    /// The capacity. An empty cell means no capacity.
    pub capacity: Option<Option<i32>>,
    /// The login. An empty cell means no login.
    pub login: Option<Option<String>>,
}

/// A problem of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line number in the file.
    pub line: u64,
    /// The description.
    pub what: String,
}

/// Reads a file. Reports every invalid line, not only the first.
///
/// # Errors
/// [`crate::error::Kind::Usage`] for a header that is missing or has an unknown column.
pub fn read(text: &str) -> Result<(Vec<StaffLine>, Vec<Problem>)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|e| Error::usage(format!("the header cannot be read: {e}")))?
        .clone();
    let known = || format!("columns: {}; handle is required", COLUMNS.join(", "));
    let mut at: HashMap<&str, usize> = HashMap::new();
    for (n, name) in header.iter().enumerate() {
        let name = name.to_ascii_lowercase();
        let Some(column) = COLUMNS.iter().find(|c| **c == name) else {
            return Err(Error::usage(format!("unknown column {}", quoted(&name))).hint(known()));
        };
        if at.insert(column, n).is_some() {
            return Err(Error::usage(format!("the column {column} is there twice")).hint(known()));
        }
    }
    if !at.contains_key("handle") {
        return Err(Error::usage("the first line must name the columns").hint(known()));
    }
    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut last = 1;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                let line = e.position().map_or(last + 1, |p| line_at(text, p));
                problems.push(Problem {
                    line,
                    what: "this is not CSV".to_owned(),
                });
                continue;
            }
        };
        let line = record.position().map_or(last + 1, |p| line_at(text, p));
        last = line;
        let read = if record.len() == header.len() {
            read_line(line, &record, &at)
        } else {
            Err(Error::usage(format!(
                "{} fields where the header has {}",
                record.len(),
                header.len()
            )))
        };
        match read {
            Ok(agent) => match seen.insert(agent.handle.to_string(), line) {
                Some(first) => problems.push(Problem {
                    line,
                    what: format!("{} is already in line {first}", agent.handle),
                }),
                None => lines.push(agent),
            },
            Err(e) => problems.push(Problem {
                line,
                what: match e.hint {
                    Some(hint) => format!("{} ({hint})", e.message),
                    None => e.message.into_owned(),
                },
            }),
        }
    }
    Ok((lines, problems))
}

/// Returns the line on which a record begins. The record's position may be that of line ends and
/// empty lines before it.
fn line_at(text: &str, position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX).min(text.len());
    let bytes = text.as_bytes();
    let begins = (start..bytes.len())
        .find(|&i| bytes[i] != b'\r' && bytes[i] != b'\n')
        .unwrap_or(bytes.len());
    let ends = bytes[start..begins].iter().filter(|b| **b == b'\n').count();
    // The reader has already included the lines before the position.
    position.line() + u64::try_from(ends).unwrap_or(0)
}

fn read_line(line: u64, record: &csv::StringRecord, at: &HashMap<&str, usize>) -> Result<StaffLine> {
    let cell = |name: &str| at.get(name).and_then(|n| record.get(*n));
    let filled = |name: &str| cell(name).filter(|c| !c.is_empty());
    let teams = |text: &str| -> Result<Vec<Handle>> {
        let mut teams = text
            .split([';', ' '])
            .filter(|t| !t.is_empty())
            .map(Handle::from_str)
            .collect::<Result<Vec<_>>>()?;
        teams.sort();
        teams.dedup();
        Ok(teams)
    };
    let capacity = |text: &str| -> Result<Option<i32>> {
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse() {
            Ok(n) if n >= 0 => Ok(Some(n)),
            Ok(_) | Err(_) => Err(Error::usage(format!("{} is not a capacity", quoted(text)))),
        }
    };
    Ok(StaffLine {
        line,
        handle: cell("handle").unwrap_or_default().parse()?,
        name: filled("name").map(name).transpose()?,
        role: filled("role").map(str::parse).transpose()?,
        teams: cell("teams").map(teams).transpose()?,
        capacity: cell("capacity").map(capacity).transpose()?,
        login: cell("login").map(|l| Some(l.to_owned()).filter(|l| !l.is_empty())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_read_with_columns_in_any_order() {
        let (lines, problems) = read(
            "\u{feff}Role,handle,teams,name,capacity,login\r\n\
             agent,sara,ops; support,\"Khan, Sara\",30,sara\n\
             ,ali,,,,\n",
        )
        .unwrap();
        assert_eq!(problems, []);
        assert_eq!(lines.len(), 2);
        let sara = &lines[0];
        assert_eq!((sara.line, sara.handle.as_str()), (2, "sara"));
        assert_eq!(sara.name.as_deref(), Some("Khan, Sara"));
        assert_eq!(sara.role, Some(Role::Agent));
        let teams: Vec<_> = sara.teams.as_ref().unwrap().iter().map(Handle::as_str).collect();
        assert_eq!(teams, ["ops", "support"]);
        assert_eq!(sara.capacity, Some(Some(30)));
        let ali = &lines[1];
        assert_eq!((ali.role, ali.name.as_deref()), (None, None));
        assert_eq!(
            (ali.teams.as_deref(), ali.capacity, ali.login.clone()),
            (Some(&[][..]), Some(None), Some(None))
        );
    }

    #[test]
    fn missing_column_changes_nothing() {
        let (lines, _) = read("handle\nsara\n").unwrap();
        assert_eq!(
            (&lines[0].teams, lines[0].capacity, &lines[0].login),
            (&None, None, &None)
        );
    }

    #[test]
    fn every_invalid_line_is_reported_with_its_number() {
        let (lines, problems) = read(
            "handle,role,capacity\nSara,agent,1\n\nali,boss,1\nomar,agent,-1\nzoya,agent\n\
                 bilal,agent,2\nbilal,agent,3\n",
        )
        .unwrap();
        assert_eq!(lines.len(), 1);
        let told: Vec<(u64, &str)> = problems.iter().map(|p| (p.line, p.what.as_str())).collect();
        assert_eq!(told.len(), 5, "{told:?}");
        assert_eq!(told[0].0, 2);
        assert!(told[0].1.contains("sara"), "{told:?}");
        assert_eq!(told[1].0, 4);
        assert!(told[1].1.contains("'boss' is not a role"));
        assert_eq!(told[2], (5, "'-1' is not a capacity"));
        assert_eq!(told[3], (6, "2 fields where the header has 3"));
        assert_eq!(told[4], (8, "bilal is already in line 7"));
    }

    #[test]
    fn header_is_required_and_an_unknown_column_is_named() {
        let e = read("handle,email\nsara,s@example.com\n").unwrap_err();
        assert_eq!(e.message, "unknown column 'email'");
        assert!(read("sara,agent\n").is_err());
        assert_eq!(read("").unwrap_err().message, "the first line must name the columns");
        assert_eq!(
            read("handle,handle\n").unwrap_err().message,
            "the column handle is there twice"
        );
    }
}
