//! The shops, the teams, and the agents of three shifts.

use serde_json::{Value, json};
use sqlx::postgres::PgConnection;

use super::simulate::Channel;
use crate::db::operation::{Invocation, Opened};
use crate::db::server::connect::Mode;
use crate::db::{self, Workspace};
use crate::domain::event::EventKind;
use crate::domain::shift::Days;
use crate::domain::time::parse_zone;
use crate::error::{Error, Result};

/// The zone of the shops.
pub const ZONE: &str = "Asia/Karachi";
/// The agent who moves work between shifts.
pub const SUPERVISOR: &str = "nadia";
/// The agent who runs the demo.
pub const ADMIN: &str = "admin";

const STORES: [(&str, &str); 3] = [
    ("gul", "Gul Lawn"),
    ("bazaar", "Bazaar Electronics"),
    ("kids", "Kids Corner"),
];
const TEAMS: [(&str, &str); 4] = [
    ("support", "Customer support"),
    ("ops", "Orders and couriers"),
    ("returns", "Returns and refunds"),
    ("supervisors", "Shift supervisors"),
];

/// The agents of one shift.
#[derive(Debug, Clone, Copy)]
pub struct Crew {
    /// The name of the shift.
    pub name: &'static str,
    /// The start and end of the shift, by the shop's clock.
    pub hours: [&'static str; 2],
    /// The agents who answer any customer.
    pub support: [&'static str; 2],
    /// The agent who is responsible for the couriers and helps with other work.
    pub ops: &'static str,
    /// The agent who handles returned goods.
    pub returns: &'static str,
}

impl Crew {
    /// Lists all four agents.
    pub fn all(&self) -> [&'static str; 4] {
        [self.support[0], self.support[1], self.ops, self.returns]
    }
}

/// The shifts, one for each third of the calendar day.
pub const CREWS: [Crew; 3] = [
    Crew {
        name: "night",
        hours: ["00:00", "08:00"],
        support: ["usman", "hina"],
        ops: "danish",
        returns: "sana",
    },
    Crew {
        name: "day",
        hours: ["08:00", "16:00"],
        support: ["sara", "bilal"],
        ops: "hamza",
        returns: "rabia",
    },
    Crew {
        name: "evening",
        hours: ["16:00", "00:00"],
        support: ["ali", "zoya"],
        ops: "fahad",
        returns: "mehak",
    },
];

/// Returns the numbers of the shops, one for each shop.
pub fn channels() -> Vec<Channel> {
    (0..STORES.len())
        .map(|n| Channel {
            phone_number_id: format!("33190044271885{n}"),
            display: format!("92423211155{n}"),
            waba: format!("20451883347091{n}"),
        })
        .collect()
}

fn title(handle: &str) -> String {
    let mut letters = handle.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Creates the first admin, the settings, and all other resources for the day, one operation each.
///
/// # Errors
/// Any database error.
pub async fn assemble(conn: &mut PgConnection, workspace: &Workspace) -> Result<()> {
    let mut tx = db::begin(conn, workspace, Mode::Write).await?;
    db::admin::directory::bootstrap(&mut tx, ADMIN, "Whoever runs the demo", true).await?;
    db::commit(tx, None).await?;

    let mut tx = db::begin(conn, workspace, Mode::Write).await?;
    let call = Invocation {
        acting: Some(ADMIN),
        verb: "demo",
        args: &json!({}),
        args_hash: &[],
        key: None,
        undoes: None,
    };
    let Opened::Fresh(operation) = db::operation::open(&mut tx, &call).await? else {
        return Err(Error::failed("an operation without a key was repeated"));
    };
    let mut count = 0;
    let mut add = async |resource: &str, row: Value| {
        count += 1;
        db::admin::directory::put(&mut tx, operation.id, resource, None, &row, EventKind::Added, None).await
    };
    add("setting", json!({"name": "time_zone", "value": ZONE})).await?;
    add("setting", json!({"name": "phone_prefix", "value": "92"})).await?;
    let mut teams = Vec::new();
    for (handle, name) in TEAMS {
        teams.push((handle, add("team", json!({"handle": handle, "name": name})).await?));
    }
    let of = |wanted: &[&str]| -> Vec<i64> {
        let wanted = |handle: &&str| wanted.contains(handle);
        teams.iter().filter(|(h, _)| wanted(h)).map(|(_, id)| *id).collect()
    };
    for (n, ((handle, name), channel)) in STORES.into_iter().zip(channels()).enumerate() {
        let store = add("store", json!({"handle": handle, "name": name})).await?;
        let row = json!({
            "handle": format!("wa{}", n + 1),
            "phone_number_id": channel.phone_number_id,
            "display_phone": channel.display,
            "store_id": store,
            "team_id": of(&["support"])[0],
        });
        add("channel", row).await?;
    }
    let agent = |handle: &str, role: &str, teams: &[&str], capacity: Option<i32>| {
        json!({
            "handle": handle, "name": title(handle), "role": role, "teams": of(teams), "capacity": capacity,
        })
    };
    let mut crews = Vec::new();
    for crew in CREWS {
        let mut people = Vec::new();
        for handle in crew.support {
            people.push(add("agent", agent(handle, "agent", &["support"], Some(25))).await?);
        }
        people.push(add("agent", agent(crew.ops, "agent", &["ops", "support"], Some(20))).await?);
        people.push(add("agent", agent(crew.returns, "agent", &["returns"], Some(15))).await?);
        crews.push((crew, people));
    }
    let first_day = operation.at.to_zoned(parse_zone(ZONE)?).date().first_of_month();
    for (crew, people) in crews {
        let row = json!({
            "handle": crew.name, "name": format!("{} shift", title(crew.name)), "starts": crew.hours[0],
            "ends": crew.hours[1],
        });
        let shift = add("shift", row).await?;
        for person in people {
            let row = json!({
                "agent_id": person, "shift_id": shift, "works": true, "first_day": first_day,
                "days": Days::ALL.numbers(),
            });
            add("roster", row).await?;
        }
    }
    let everywhere = TEAMS.map(|(handle, _)| handle);
    add("agent", agent(SUPERVISOR, "supervisor", &everywhere, None)).await?;
    db::operation::finish(&mut tx, operation.id, count, count, None, 0).await?;
    db::commit(tx, Some(operation.id.0)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::Handle;
    use std::collections::HashSet;

    #[test]
    fn twelve_people_work_three_shifts_under_distinct_handles() {
        let mut handles: HashSet<&str> = CREWS.iter().flat_map(Crew::all).collect();
        assert_eq!(handles.len(), 12);
        handles.extend([SUPERVISOR, ADMIN]);
        handles.extend(TEAMS.map(|(handle, _)| handle));
        assert_eq!(handles.len(), 18);
        assert!(handles.iter().all(|h| h.parse::<Handle>().is_ok()));
    }
}
