//! The ledger against people with psql: each role tries what it would try, the table's owner and
//! the superuser included, and is refused.

mod attacks;
mod bounds;
mod code;
mod elsewhere;
mod functions;
mod rules;
mod staff;
