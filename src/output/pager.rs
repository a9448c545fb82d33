//! Long human output goes through the user's pager, only on a terminal.

use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

static RUNNING: AtomicBool = AtomicBool::new(false);

/// Returns whether a pager of this process is open.
pub fn is_paging() -> bool {
    RUNNING.load(Ordering::Relaxed)
}

/// A running pager. The output is written to its input.
pub(super) struct Pager {
    child: Child,
    input: Option<ChildStdin>,
}

impl Pager {
    /// Starts the given pager through the shell, or `less`. Returns `None` if there is no pager, or
    /// if it is disabled with an empty name or `cat`.
    pub fn start(name: Option<&str>) -> Option<Pager> {
        let mut command = match name.map(str::trim) {
            Some("" | "cat") => return None,
            Some(name) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", name]);
                shell
            }
            None => Command::new("less"),
        };
        for (name, value) in [("LESS", "FRX"), ("LESSCHARSET", "utf-8"), ("LV", "-c")] {
            if std::env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        let mut child = command.stdin(Stdio::piped()).spawn().ok()?;
        let input = child.stdin.take();
        RUNNING.store(true, Ordering::Relaxed);
        Some(Pager { child, input })
    }

    /// Closes the input and waits until the user has closed the pager.
    pub fn wait(mut self) -> io::Result<()> {
        drop(self.input.take());
        let left = self.child.wait();
        RUNNING.store(false, Ordering::Relaxed);
        left.map(|_| ())
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.input {
            Some(input) => input.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.input.as_mut().map_or(Ok(()), Write::flush)
    }
}
