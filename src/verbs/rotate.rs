//! Shift rotation between named people: the outgoing people's work is spread over the incoming ones.

use std::collections::HashMap;

use sqlx::postgres::PgConnection;

use super::{ChangeOptions, Outcome, Selection, act};
use crate::db;
use crate::db::admin::directory::Agent;
use crate::db::operation::Operation;
use crate::domain::conversation::{Change, Conversation};
use crate::domain::ids::AgentId;
use crate::error::{Error, Result};

/// Someone who takes over, and how much he has already.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Who.
    pub agent: AgentId,
    /// His teams.
    pub teams: Vec<i64>,
    /// How many live conversations he owns.
    pub load: i64,
}

/// Spreads conversations over the incoming agents: a member of the conversation's team before
/// others, then the least loaded, then the first named.
#[derive(Debug)]
pub struct Plan {
    incoming: Vec<Incoming>,
}

impl Plan {
    /// Starts a plan; the order of `incoming` breaks ties.
    pub fn new(incoming: Vec<Incoming>) -> Plan {
        Plan { incoming }
    }

    /// Chooses who gets the next conversation of a team, and counts it to him. None without anybody.
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
/// [`crate::error::Kind::Denied`] for who is no supervisor; [`crate::error::Kind::Usage`] without anybody to give to.
pub async fn rotate(
    conn: &mut PgConnection,
    operation: &Operation,
    selection: &Selection,
    options: &ChangeOptions,
    to: &[Agent],
) -> Result<Outcome> {
    if to.is_empty() {
        return Err(Error::usage("there is nobody to give the conversations to").hint("--to ali,zoya"));
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
