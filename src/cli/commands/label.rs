//! `inbox label`.

use serde_json::json;

use crate::cli::args::word;
use crate::cli::verb::{Common, Verb};
use crate::cli::{Context, Exit};
use crate::domain::conversation::Change;
use crate::domain::vocabulary::Priority;
use crate::error::{Error, Result};

const VERB: Verb = Verb::new("label");

/// Add labels, remove labels, or set the priority
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Label to add; separate several with commas
    #[arg(long, value_name = "LABEL", value_delimiter = ',', value_parser = label)]
    add: Vec<String>,
    /// Label to remove; separate several with commas
    #[arg(long, value_name = "LABEL", value_delimiter = ',', value_parser = label)]
    remove: Vec<String>,
    /// Priority to set; with references, --priority does the same
    #[arg(long, value_name = "PRIORITY", value_parser = word::<Priority>())]
    set_priority: Option<Priority>,
    #[command(flatten)]
    common: Common,
}

/// Reads a label: lower-case letters, digits and `_ . : -`, at most 40.
fn label(text: &str) -> Result<String> {
    let text = text.trim().to_lowercase();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | ':' | '-');
    if text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.chars().all(plain)
    {
        return Ok(text);
    }
    Err(Error::usage(
        "a label has 1 to 40 letters a-z, digits and _ . : -, and begins with a letter or digit",
    ))
}

impl Args {
    /// Runs it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] if no label and no priority are given.
    pub async fn run(mut self, context: &mut Context) -> Result<Exit> {
        if !self.common.refs.is_empty() {
            self.set_priority = self.set_priority.or(self.common.filter.take_priority());
        }
        if self.add.is_empty() && self.remove.is_empty() && self.set_priority.is_none() {
            return Err(Error::usage("no label was given").hint("add --add vip, --remove spam or --set-priority high"));
        }
        let change = Change::Label {
            add: self.add,
            remove: self.remove,
            priority: self.set_priority,
        };
        let Change::Label { add, remove, priority } = &change else {
            return Ok(0);
        };
        let more = json!({"add": add, "remove": remove, "priority": priority});
        self.common
            .run(context, VERB, None, more, async |_| {
                let change = change.clone();
                Ok(move |_: &_| change.clone())
            })
            .await
    }
}
