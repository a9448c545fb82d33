//! All changes of data, one file per subject. The command line, `serve` and timers call these
//! functions. The caller begins and commits the transaction.

mod absence;
pub mod administer;
pub mod agent;
pub mod batch;
pub mod conversation;
pub mod escalate;
pub mod forget;
pub mod ingest;
pub mod note;
pub mod presence;
pub mod retain;
pub mod rotate;
pub mod shift;
pub mod ticket;
pub mod undo;

pub use batch::{ChangeOptions, Changed, Failure, IfOwner, Outcome, Selection};
pub use conversation::act;
pub use note::NewNote;
