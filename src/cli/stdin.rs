//! Standard input, which `-` selects. Only this module reads it, and a terminal is refused.

use std::io::{BufRead as _, Read as _};

use crate::error::{Error, Result};
use crate::output::Terminal;

/// Reads one reference per line if `-` is among the references.
///
/// # Errors
/// [`crate::error::Kind::Usage`] for `-` on a terminal.
pub fn lines(refs: &[String], terminal: &Terminal) -> Result<Vec<String>> {
    if !refs.iter().any(|r| r == "-") {
        return Ok(Vec::new());
    }
    refuse_terminal(terminal, "inbox list --ids | inbox take -")?;
    let lines: std::io::Result<Vec<String>> = std::io::stdin().lock().lines().collect();
    lines.map_err(unreadable)
}

/// Reads all of standard input, for `-` in place of a file.
///
/// # Errors
/// As [`lines`].
pub fn bytes(terminal: &Terminal, hint: &'static str) -> Result<Vec<u8>> {
    refuse_terminal(terminal, hint)?;
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

fn refuse_terminal(terminal: &Terminal, hint: &'static str) -> Result<()> {
    if terminal.stdin {
        return Err(Error::usage("'-' reads standard input, which is a terminal").hint(hint));
    }
    Ok(())
}

fn unreadable(cause: std::io::Error) -> Error {
    Error::usage(format!("standard input cannot be read: {cause}")).caused_by(cause)
}
