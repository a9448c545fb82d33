//! The rows of shifts and rosters.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::cli::rows::resource::state;
use crate::db::admin::shift::{EntryLine, ShiftLine};
use crate::output::{Column, Row, Tone, Value};

/// A listed shift, with the agents who work it today.
pub struct Listed {
    /// The shift.
    pub line: ShiftLine,
    /// The handles.
    pub today: Vec<String>,
}

impl Row for Listed {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("handle", "The handle of the shift.", |r: &Self| {
                Value::text(r.line.handle.clone())
            }),
            Column::new("name", "The name of the shift.", |r: &Self| {
                Value::Customer(r.line.name.clone())
            }),
            Column::new(
                "starts",
                "The start of the shift, in the workspace's time zone.",
                |r: &Self| time(r.line.hours.starts),
            ),
            Column::new(
                "ends",
                "The end of the shift; on the next day if it is not later than the start.",
                |r: &Self| time(r.line.hours.ends),
            ),
            Column::new(
                "today",
                "The agents who work the shift today, according to the rosters.",
                |r: &Self| Value::list(r.today.iter().cloned()),
            ),
            Column::new("state", "active or disabled.", |r: &Self| state(r.line.disabled_at)),
            Column::new(
                "disabled_at",
                "The time at which the shift was disabled.",
                |r: &Self| r.line.disabled_at.into(),
            )
            .wide(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.line.handle.clone())
    }
}

/// An agent who is on shift.
pub struct OnShift {
    /// The agent's handle.
    pub handle: String,
    /// The agent's name.
    pub name: String,
    /// The handle of the shift.
    pub shift: String,
    /// The start of the shift.
    pub from: Timestamp,
    /// The end of the shift.
    pub to: Timestamp,
    /// The handles of the agent's teams.
    pub teams: Vec<String>,
    /// The number of live conversations that the agent owns now.
    pub live: i64,
}

impl Row for OnShift {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("agent", "The handle of the agent.", |r: &Self| {
                Value::text(r.handle.clone())
            }),
            Column::new("name", "The name of the agent at that time.", |r: &Self| {
                Value::Customer(r.name.clone())
            }),
            Column::new("shift", "The handle of the shift.", |r: &Self| {
                Value::text(r.shift.clone())
            }),
            Column::new("from", "The start of the shift.", |r: &Self| r.from.into()).exact(),
            Column::new("to", "The end of the shift.", |r: &Self| r.to.into()).exact(),
            Column::new("teams", "The teams of the agent at that time.", |r: &Self| {
                Value::list(r.teams.iter().cloned())
            }),
            Column::new(
                "live",
                "The number of live conversations that the agent owns now.",
                |r: &Self| Value::Int(r.live),
            )
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
                "The roster entry; the newest entry for a day applies.",
                |r: &Self| Value::text(r.id.to_string()),
            ),
            Column::new("agent", "The agent of the entry.", |r: &Self| {
                Value::text(r.agent.clone())
            }),
            Column::new(
                "shift",
                "The shift; empty if the entry is for every shift.",
                |r: &Self| r.shift.clone().into(),
            ),
            Column::new("says", "works or off.", |r: &Self| {
                Value::text(if r.works { "works" } else { "off" })
            }),
            Column::new("first_day", "The first day.", |r: &Self| day(r.first)),
            Column::new(
                "last_day",
                "The last day, included; empty if the entry has no end.",
                |r: &Self| r.last.map_or(Value::Null, day),
            ),
            Column::new("days", "The days of the week.", |r: &Self| {
                Value::text(r.days.to_string())
            }),
            Column::new("entered_at", "The time at which the entry was recorded.", |r: &Self| {
                r.entered_at.into()
            }),
            Column::new("entered_by", "The agent who recorded the entry.", |r: &Self| {
                Value::text(r.entered_by.clone())
            }),
            Column::new("reason", "The reason of the entry.", |r: &Self| {
                Value::customer(r.reason.clone())
            })
            .most(40),
            Column::new("state", "active or revoked.", |r: &Self| match r.revoked_at {
                None => Value::text("active"),
                Some(_) => Value::text("revoked").tone(Tone::Faint),
            }),
            Column::new("revoked_at", "The time at which the entry was revoked.", |r: &Self| {
                r.revoked_at.into()
            })
            .wide(),
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
