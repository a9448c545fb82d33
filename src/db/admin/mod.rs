//! The administered resources: agents, teams, stores, channels, grants to act, settings, shifts and
//! rosters.

pub mod directory;
pub mod presence;
pub mod resource;
pub mod shift;
