//! Shift rotation between agents: distributes the work of the outgoing agents among the incoming
//! agents.

use std::collections::HashMap;

use sqlx::postgres::PgConnection;

use super::{ChangeOptions, Outcome, Selection, act};
use crate::db;
use crate::db::admin::directory::Agent;
use crate::db::operation::Operation;
use crate::domain::conversation::{Change, Conversation};
use crate::domain::ids::AgentId;
use crate::error::{Error, Result};

/// An incoming agent and the agent's present load.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The agent.
    pub agent: AgentId,
    /// The agent's teams.
    pub teams: Vec<i64>,
    /// The number of live conversations that the agent owns.
    pub load: i64,
}

/// Distributes conversations among the incoming agents. A member of the conversation's team comes
/// first, then the agent with the fewest conversations, then the first in the list.
#[derive(Debug)]
pub struct Plan {
    incoming: Vec<Incoming>,
}

impl Plan {
    /// Creates a plan. The order of `incoming` decides between equal agents.
    pub fn new(incoming: Vec<Incoming>) -> Plan {
        Plan { incoming }
    }

    /// Returns the agent who gets the next conversation of a team, and adds one to the agent's
    /// load. Returns `None` without incoming agents.
    pub fn choose(&mut self, team: i64) -> Option<&Incoming> {
        let chosen = self
            .incoming
            .iter()
            .enumerate()
            .min_by_key(|(at, i)| (!i.teams.contains(&team), i.load, *at))?
            .0;
        let chosen = self.incoming.get_mut(chosen)?;
        chosen.load += 1;
        Some(chosen)
    }
}

/// Moves the selected conversations to the incoming agents.
///
/// # Errors
/// [`crate::error::Kind::Denied`] when the actor is not a supervisor. [`crate::error::Kind::Usage`]
/// without an incoming agent.
pub async fn rotate(
    conn: &mut PgConnection,
    operation: &Operation,
    selection: &Selection,
    options: &ChangeOptions,
    to: &[Agent],
) -> Result<Outcome> {
    if to.is_empty() {
        return Err(Error::usage("no agent can receive the conversations").hint("--to ali,zoya"));
    }
    let ids: Vec<i64> = to.iter().map(|a| a.id.0).collect();
    let loads: HashMap<i64, i64> = db::conversation::loads(conn, &ids).await?.into_iter().collect();
    let mut plan = Plan::new(
        to.iter()
            .map(|a| Incoming {
                agent: a.id,
                teams: a.teams.clone(),
                load: loads.get(&a.id.0).copied().unwrap_or(0),
            })
            .collect(),
    );
    act(conn, operation, selection, options, |row: &Conversation| {
        match plan.choose(row.state.team.0) {
            Some(i) => Change::Rotate {
                to: i.agent,
                teams: i.teams.clone(),
            },
            None => Change::Note,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incoming(agent: i64, teams: &[i64], load: i64) -> Incoming {
        Incoming {
            agent: AgentId(agent),
            teams: teams.to_vec(),
            load,
        }
    }

    #[test]
    fn members_of_the_team_come_first_and_then_the_least_loaded() {
        let mut plan = Plan::new(vec![incoming(1, &[7], 5), incoming(2, &[8], 0), incoming(3, &[7], 4)]);
        let given: Vec<i64> = (0..4).map(|_| plan.choose(7).unwrap().agent.0).collect();
        assert_eq!(given, [3, 1, 3, 1]);
        assert_eq!(plan.choose(8).unwrap().agent.0, 2);
    }

    #[test]
    fn team_without_a_candidate_gets_the_least_loaded_of_all() {
        let mut plan = Plan::new(vec![incoming(1, &[7], 2), incoming(2, &[8], 1)]);
        let given: Vec<i64> = (0..3).map(|_| plan.choose(9).unwrap().agent.0).collect();
        assert_eq!(given, [2, 1, 2]);
    }
}
