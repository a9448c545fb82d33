//! The schema of a workspace: its migrations, its code, its guards, its rights.

pub mod code;
pub mod demo;
pub mod guards;
pub mod migrate;
pub mod roles;
pub mod workspace;
