//! `inbox completions`.

use clap_complete::env::{EnvCompleter, Shells};

use crate::cli::Exit;
use crate::error::{Error, Result};
use crate::output::{Options, Output, Terminal};

/// The environment variable that makes the program answer a shell's request for completions.
pub const VARIABLE: &str = "INBOX_COMPLETE";

/// Print the completion script of a shell
///
/// The script asks inbox for the possible words: commands, flags, handles, references, columns and
/// others. If inbox needs more than 100 ms, it offers no words. INBOX_COMPLETE_TIMEOUT sets another
/// limit in milliseconds.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Shell
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(["bash", "zsh", "fish"]))]
    shell: String,
}

/// Prints bytes unchanged. This needs no settings.
pub(super) fn print(bytes: &[u8]) -> Result<Exit> {
    let mut out = Output::stdio(Options::default(), Terminal::detect());
    out.raw(bytes)?;
    out.finish()?;
    Ok(0)
}

impl Args {
    /// Runs it. Needs neither settings nor a database.
    ///
    /// # Errors
    /// The error of writing to stdout.
    pub fn run(&self) -> Result<Exit> {
        print(&script(&self.shell)?)
    }
}

/// Returns the script with which a shell asks this program for completions.
///
/// # Errors
/// [`crate::error::Kind::Usage`] for an unknown shell.
fn script(shell: &str) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    completer(shell)
        .ok_or_else(|| Error::usage(format!("no completions for {shell}")))?
        .write_registration(VARIABLE, "inbox", "inbox", "inbox", &mut text)?;
    if shell == "bash" {
        text.extend_from_slice(WHOLE_WORDS_OF_BASH.as_bytes());
    }
    if shell == "zsh" {
        // zsh calls a file on the fpath as the function when it is used first.
        text.extend_from_slice(
            b"if [[ \"$funcstack[1]\" == \"_inbox\" ]]; then\n    _clap_dynamic_completer_inbox \"$@\"\nfi\n",
        );
    }
    Ok(text)
}

/// Bash treats `=` and `:` as separate words, and completes the text after them. This joins the
/// words again, asks the program, and returns the text after the separator.
const WHOLE_WORDS_OF_BASH: &str = r#"
_inbox() {
    local whole=() count=0 glue='' index=0 i word
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $count -gt 0 && ( -n $glue || $word == [=:] ) ]]; then
            whole[count - 1]+=$word
        else
            whole[count]=$word
            count=$((count + 1))
        fi
        if [[ $word == [=:] ]]; then glue=1; else glue=''; fi
        if [[ $i -eq $COMP_CWORD ]]; then index=$((count - 1)); fi
    done
    local COMP_WORDS=("${whole[@]}") COMP_CWORD=$index
    local typed=${whole[index]}
    local before=${typed%"${typed##*[=:]}"}
    _clap_complete_inbox "$1" "$typed" "$3"
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
}
if [[ ${BASH_VERSINFO[0]} -gt 4 || ${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -ge 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _inbox inbox
else
    complete -o nospace -o bashdefault -F _inbox inbox
fi
"#;

/// Returns the generator of a shell's script and answers.
pub fn completer(shell: &str) -> Option<&'static dyn EnvCompleter> {
    const SHELLS: Shells<'static> = Shells::builtins();
    SHELLS.0.iter().copied().find(|s| s.is(shell))
}
