//! `inbox man`: the pages come from the definition of the command line, so they always agree with it.

use std::path::PathBuf;

use clap_mangen::roff::{Roff, roman};

use super::completions::print;
use crate::cli::Exit;
use crate::cli::help::{PAGES, TOPICS};
use crate::error::{Error, Result};

/// Write all man pages to a folder, or print inbox(1)
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write all pages to this folder
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Args {
    /// Runs it. Needs neither settings nor a database.
    ///
    /// # Errors
    /// The error of writing to the folder.
    pub fn run(&self) -> Result<Exit> {
        let mut command = crate::cli::command();
        command.build();
        let Some(dir) = &self.dir else {
            return print(&page(&command, ""));
        };
        fs_err::create_dir_all(dir)?;
        let mut files = Vec::new();
        pages(&command, "", &mut files);
        files.extend(TOPICS.iter().map(|t| (format!("inbox-{}.7", t.name), t.man_page())));
        for (name, bytes) in files {
            let file = dir.join(name);
            fs_err::write(&file, bytes)
                .map_err(|e| Error::failed(format!("{} cannot be written: {e}", file.display())).caused_by(e))?;
        }
        Ok(0)
    }
}

/// Adds the pages of a command and its subcommands.
fn pages(command: &clap::Command, path: &str, files: &mut Vec<(String, Vec<u8>)>) {
    let name = if path.is_empty() {
        "inbox".to_owned()
    } else {
        format!("inbox-{}", path.replace(' ', "-"))
    };
    files.push((format!("{name}.1"), page(command, path)));
    for below in command
        .get_subcommands()
        .filter(|c| !c.is_hide_set() && c.get_name() != "help")
    {
        let path = if path.is_empty() {
            below.get_name().to_owned()
        } else {
            format!("{path} {}", below.get_name())
        };
        pages(below, &path, files);
    }
    // Only the root has a command `help`; a subcommand has the flag `--help`.
    if path.is_empty()
        && let Some(help) = command.find_subcommand("help")
    {
        files.push(("inbox-help.1".to_owned(), page(help, "help")));
    }
}

/// Returns one page, with the examples after the description.
fn page(command: &clap::Command, path: &str) -> Vec<u8> {
    let title = if path.is_empty() {
        "inbox".to_owned()
    } else {
        format!("inbox-{}", path.replace(' ', "-"))
    };
    let man = clap_mangen::Man::new(command.clone())
        .title(title)
        .source(concat!("inbox ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    let mut part = |render: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
        // Writing to a vector cannot fail.
        drop(render(&mut text));
    };
    part(&|w| man.render_title(w));
    part(&|w| man.render_name_section(w));
    part(&|w| man.render_synopsis_section(w));
    part(&|w| man.render_description_section(w));
    if let Some(page) = PAGES.iter().find(|p| p.path == path) {
        part(&|w| verbatim("EXAMPLES", page.examples).to_writer(w));
        if !page.notes.is_empty() {
            part(&|w| verbatim("NOTES", page.notes).to_writer(w));
        }
    }
    part(&|w| man.render_options_section(w));
    if command.has_subcommands() {
        part(&|w| man.render_subcommands_section(w));
    }
    if path.is_empty() {
        let list: String = TOPICS
            .iter()
            .map(|t| format!("inbox-{}(7)  {}\n", t.name, t.about()))
            .collect();
        part(&|w| verbatim("TOPICS", &list).to_writer(w));
    }
    text
}

/// Returns a section whose lines are not wrapped.
fn verbatim(heading: &str, lines: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [heading]);
    roff.control("nf", []);
    for line in lines.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    roff
}
