//! The `inbox` binary: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    inbox::cli::main()
}
