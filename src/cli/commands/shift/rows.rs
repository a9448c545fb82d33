//! The rows of shifts and rosters.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::cli::rows::resource::state;
use crate::db::shift::{EntryLine, ShiftLine};
use crate::output::{Column, Row, Tone, Value};

/// A shift as it is listed, with who works it today.
pub struct Listed {
    /// The shift.
    pub line: ShiftLine,
    /// The handles.
    pub today: Vec<String>,
}

impl Row for Listed {
    const COLUMNS: &'static [Column] = &[
        Column::new("handle", "How the shift is named."),
        Column::new("name", "What it is called."),
        Column::new("starts", "Its beginning, in the workspace's zone."),
        Column::new(
            "ends",
            "Its end; on the next day where that is not after the beginning.",
        ),
        Column::new("today", "Who works it today, by the rosters."),
        Column::new("state", "active or disabled."),
        Column::new("disabled_at", "Since when it is disabled.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.line.handle.clone())
    }

    fn values(&self) -> Vec<Value> {
        let time = |t: Time| Value::text(t.strftime("%H:%M").to_string());
        vec![
            Value::text(self.line.handle.clone()),
            Value::Customer(self.line.name.clone()),
            time(self.line.hours.starts),
            time(self.line.hours.ends),
            Value::list(self.today.iter().cloned()),
            state(self.line.disabled_at),
            self.line.disabled_at.into(),
        ]
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
    const COLUMNS: &'static [Column] = &[
        Column::new("agent", "Who."),
        Column::new("name", "The person's or bot's name, as it was then."),
        Column::new("shift", "Which shift."),
        Column::new("from", "When it begins.").exact(),
        Column::new("to", "When it ends.").exact(),
        Column::new("teams", "The teams that the agent was in then."),
        Column::new("live", "The live conversations that the agent owns now.").right(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.handle.clone())
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::text(self.handle.clone()),
            Value::Customer(self.name.clone()),
            Value::text(self.shift.clone()),
            self.from.into(),
            self.to.into(),
            Value::list(self.teams.iter().cloned()),
            Value::Int(self.live),
        ]
    }
}

impl Row for EntryLine {
    const COLUMNS: &'static [Column] = &[
        Column::new("entry", "The entry; of several for a day the newest counts."),
        Column::new("agent", "Whose."),
        Column::new("shift", "Which shift; none: off, whatever the shift."),
        Column::new("says", "works or off."),
        Column::new("first_day", "The first day."),
        Column::new("last_day", "The last day, included; none: until further notice."),
        Column::new("days", "On these days of the week."),
        Column::new("entered_at", "When it was entered."),
        Column::new("entered_by", "By whom."),
        Column::new("reason", "Why.").most(40),
        Column::new("state", "active or revoked."),
        Column::new("revoked_at", "When it was revoked.").wide(),
    ];

    fn reference(&self) -> Option<String> {
        Some(self.id.to_string())
    }

    fn values(&self) -> Vec<Value> {
        let day = |d: Date| Value::text(d.to_string());
        vec![
            Value::text(self.id.to_string()),
            Value::text(self.agent.clone()),
            self.shift.clone().into(),
            Value::text(if self.works { "works" } else { "off" }),
            day(self.first),
            self.last.map_or(Value::Null, day),
            Value::text(self.days.to_string()),
            self.entered_at.into(),
            Value::text(self.entered_by.clone()),
            Value::customer(self.reason.clone()),
            match self.revoked_at {
                None => Value::text("active"),
                Some(_) => Value::text("revoked").tone(Tone::Faint),
            },
            self.revoked_at.into(),
        ]
    }
}
