//! Long human output goes through the user's pager, on a terminal only.

use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

static RUNNING: AtomicBool = AtomicBool::new(false);

/// Returns whether the user is in a pager that this process started.
pub fn is_paging() -> bool {
    RUNNING.load(Ordering::Relaxed)
}

/// Holds a running pager; what is written goes to its input.
pub(super) struct Pager {
    child: Child,
    input: Option<ChildStdin>,
}

impl Pager {
    /// Starts the named pager through the shell, or `less`; nothing where there is none or it is turned off with
    /// an empty name or `cat`.
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

    /// Ends the input and waits until the user has left the pager.
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
