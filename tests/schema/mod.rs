//! The ledger against people with psql: each role tries its attacks and is refused, including the
//! owner of the tables and the superuser.

mod attacks;
mod bounds;
mod code;
mod elsewhere;
mod functions;
mod rules;
mod staff;
