//! `inbox team`.

super::place::place!("team", "Administer teams, the queues of conversations", resource::teams);
