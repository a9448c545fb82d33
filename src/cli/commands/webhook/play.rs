//! `inbox webhook play`.

use std::path::PathBuf;

use bytes::Bytes;

use crate::cli::args::OutputArgs;
use crate::cli::commands::serve::{app_secrets, listen_address};
use crate::cli::{Context, Exit, stdin};
use crate::client::WebhookSender;
use crate::config::Env;
use crate::error::{Error, Kind, Result};
use crate::output::{Column, Row, Tone, Value};

/// Sign webhook bodies and send them to a running inbox serve
///
/// A file contains one body. A file whose name ends in .jsonl contains one body per line. The bodies
/// are sent unchanged, one after the other. If an answer is not 200, the exit code is 6.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files with bodies, or - for standard input with one body per line
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
    /// Address of serve [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// File with the app secret to sign with
    #[arg(long, value_name = "PATH")]
    app_secret_file: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

/// One body that was sent.
pub struct Played {
    file: String,
    line: Option<usize>,
    bytes: usize,
    status: u16,
}

impl Args {
    pub(super) async fn run(self, context: &mut Context) -> Result<Exit> {
        context.with_output(&self.output)?;
        context.output(None)?.check_columns::<Played>()?;
        let files: Vec<PathBuf> = self.app_secret_file.into_iter().collect();
        let secret = app_secrets(context, &Env::of_process()?, &files)?.into_iter().next();
        let secret = secret.ok_or_else(crate::serve::no_secret)?;
        let mut sender = WebhookSender::new(listen_address(context, self.listen.as_deref())?, secret);
        let mut played = Vec::new();
        let mut ended = Ok(());
        for file in &self.files {
            ended = play(context, file, &mut sender, &mut played).await;
            if ended.is_err() {
                break;
            }
        }
        let is_refused = played.iter().any(|p| p.status != 200);
        let mut out = context.output(None)?;
        out.print_rows(played)?;
        out.finish()?;
        ended.map(|()| if is_refused { Kind::Partial.exit_code() } else { 0 })
    }
}

/// Sends the bodies of a file.
async fn play(context: &Context, file: &str, sender: &mut WebhookSender, played: &mut Vec<Played>) -> Result<()> {
    let text = match file {
        "-" => stdin::bytes(&context.terminal, "inbox webhook play - < bodies.jsonl")?,
        path => fs_err::read(path).map_err(|e| Error::usage(format!("{path} cannot be read: {e}")).caused_by(e))?,
    };
    let text = Bytes::from(text);
    let has_lines = file == "-" || file.ends_with(".jsonl");
    let bodies: Vec<(Option<usize>, Bytes)> = match has_lines {
        true => {
            let lines = text.split(|byte| *byte == b'\n').enumerate();
            lines
                .map(|(n, line)| (Some(n + 1), text.slice_ref(line.trim_ascii())))
                .collect()
        }
        false => vec![(None, text)],
    };
    for (line, body) in bodies.into_iter().filter(|(_, body)| !body.is_empty()) {
        let bytes = body.len();
        let status = sender.post(body).await?;
        let file = file.to_owned();
        played.push(Played {
            file,
            line,
            bytes,
            status,
        });
    }
    Ok(())
}

impl Row for Played {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("file", "The name of the file.", |r: &Self| Value::text(r.file.clone())),
            Column::new("line", "The line of the body in a .jsonl file.", |r: &Self| {
                r.line.and_then(|n| i64::try_from(n).ok()).into()
            })
            .right(),
            Column::new("bytes", "The length of the body.", |r: &Self| {
                Value::Int(i64::try_from(r.bytes).unwrap_or(i64::MAX))
            })
            .right(),
            Column::new(
                "status",
                "The HTTP status of the answer; 200 means that the body is stored.",
                |r: &Self| {
                    let tone = if r.status == 200 { Tone::Plain } else { Tone::Bad };
                    Value::Int(i64::from(r.status)).tone(tone)
                },
            )
            .right(),
        ]
    }

    fn reference(&self) -> Option<String> {
        Some(self.file.clone())
    }
}
