//! The rows of shifts and rosters.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::cli::rows::resource::state;
use crate::db::admin::shift::{EntryLine, ShiftLine};
use crate::output::{Column, Row, Tone, Value};

/// A shift as it is listed, with who works it today.
pub struct Listed {
    /// The shift.
    pub line: ShiftLine,
    /// The handles.
    pub today: Vec<String>,
}

impl Row for Listed {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("handle", "How the shift is named.", |r: &Self| {
                Value::text(r.line.handle.clone())
            }),
            Column::new("name", "What it is called.", |r: &Self| {
                Value::Customer(r.line.name.clone())
            }),
            Column::new("starts", "Its beginning, in the workspace's zone.", |r: &Self| {
                time(r.line.hours.starts)
            }),
            Column::new(
                "ends",
                "Its end; on the next day where that is not after the beginning.",
                |r: &Self| time(r.line.hours.ends),
            ),
            Column::new("today", "Who works it today, by the rosters.", |r: &Self| {
                Value::list(r.today.iter().cloned())
            }),
            Column::new("state", "active or disabled.", |r: &Self| state(r.line.disabled_at)),
            Column::new("disabled_at", "Since when it is disabled.", |r: &Self| {
                r.line.disabled_at.into()
            })
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.line.handle.clone())
    }
}

/// Who is on shift.
pub struct OnShift {
    /// The agent's handle.
    pub handle: String,
    /// The agent's name.
    pub name: String,
    /// Which shift: the handle.
    pub shift: String,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
    /// The handles of the agent's teams.
    pub teams: Vec<String>,
    /// How many live conversations the agent owns now.
    pub live: i64,
}

impl Row for OnShift {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("agent", "Who.", |r: &Self| Value::text(r.handle.clone())),
            Column::new("name", "The person's or bot's name, as it was then.", |r: &Self| {
                Value::Customer(r.name.clone())
            }),
            Column::new("shift", "Which shift.", |r: &Self| Value::text(r.shift.clone())),
            Column::new("from", "When it begins.", |r: &Self| r.from.into()).exact(),
            Column::new("to", "When it ends.", |r: &Self| r.to.into()).exact(),
            Column::new("teams", "The teams that the agent was in then.", |r: &Self| {
                Value::list(r.teams.iter().cloned())
            }),
            Column::new("live", "The live conversations that the agent owns now.", |r: &Self| {
                Value::Int(r.live)
            })
            .right(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }
}

impl Row for EntryLine {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new(
                "entry",
                "The entry; of several for a day the newest counts.",
                |r: &Self| Value::text(r.id.to_string()),
            ),
            Column::new("agent", "Whose.", |r: &Self| Value::text(r.agent.clone())),
            Column::new("shift", "Which shift; none: off, whatever the shift.", |r: &Self| {
                r.shift.clone().into()
            }),
            Column::new("says", "works or off.", |r: &Self| {
                Value::text(if r.works { "works" } else { "off" })
            }),
            Column::new("first_day", "The first day.", |r: &Self| day(r.first)),
            Column::new(
                "last_day",
                "The last day, included; none: until further notice.",
                |r: &Self| r.last.map_or(Value::Null, day),
            ),
            Column::new("days", "On these days of the week.", |r: &Self| {
                Value::text(r.days.to_string())
            }),
            Column::new("entered_at", "When it was entered.", |r: &Self| r.entered_at.into()),
            Column::new("entered_by", "By whom.", |r: &Self| Value::text(r.entered_by.clone())),
            Column::new("reason", "Why.", |r: &Self| Value::customer(r.reason.clone())).most(40),
            Column::new("state", "active or revoked.", |r: &Self| match r.revoked_at {
                None => Value::text("active"),
                Some(_) => Value::text("revoked").tone(Tone::Faint),
            }),
            Column::new("revoked_at", "When it was revoked.", |r: &Self| r.revoked_at.into()).wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

fn time(time: Time) -> Value {
    Value::text(time.strftime("%H:%M").to_string())
}

fn day(day: Date) -> Value {
    Value::text(day.to_string())
}
