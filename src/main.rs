//! The `inbox` binary.
fn main() {}
