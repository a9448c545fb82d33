//! Rebuilds when a migration is added: they are part of the binary.
#![expect(clippy::print_stdout, reason = "it is how a build script speaks to cargo")]

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
