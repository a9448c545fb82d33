//! The part of WhatsApp in tests: made-up bodies, signed posts, a real `inbox serve`, and the laws
//! that must always hold.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::support::{self, Db, seed};

/// The secret of [`Serve`].
pub const SECRET: &str = "test-app-secret";

/// Returns WhatsApp's signature of a body.
pub fn sign(body: &[u8], secret: &str) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// Returns a body with one change of a field.
pub fn change(field: &str, mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": "15550783881", "phone_number_id": "111"});
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": field, "value": value}]}],
    })
}

/// Returns a text message of a customer.
pub fn text(wamid: &str, from: &str, at: i64, body: &str) -> Value {
    json!({"id": wamid, "from": from, "timestamp": at.to_string(), "type": "text", "text": {"body": body}})
}

/// Returns a body with messages.
pub fn messages(list: Vec<Value>) -> Value {
    change("messages", json!({"messages": list}))
}

/// Returns a body with one message.
pub fn one(wamid: &str, from: &str, at: i64) -> Value {
    messages(vec![text(wamid, from, at, &format!("text of {wamid}"))])
}

/// Returns a body with one status.
pub fn status(wamid: &str, to: &str, at: i64, word: &str) -> Value {
    change(
        "messages",
        json!({"statuses": [{"id": wamid, "status": word, "timestamp": at.to_string(), "recipient_id": to}]}),
    )
}

/// Returns a body with one message typed in the phone app.
pub fn echo(wamid: &str, to: &str, at: i64) -> Value {
    change(
        "smb_message_echoes",
        json!({
            "message_echoes": [
                {
                    "id": wamid, "from": "15550783881", "to": to, "timestamp": at.to_string(), "type": "text",
                    "text": {"body": "from the app"},
                },
            ],
        }),
    )
}

/// A running `inbox serve`, killed when it is dropped.
pub struct Serve {
    child: Child,
    /// The address it listens on.
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
}

impl Serve {
    /// Starts one on a free port.
    pub fn start(db: &Db) -> Serve {
        Serve::start_at(db, &db.program_url())
    }

    /// Starts one with another database URL.
    pub fn start_at(db: &Db, url: &str) -> Serve {
        let mut child = command(db, url)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("INBOX_APP_SECRET", format!("an-older-secret,{SECRET}"))
            .env("INBOX_VERIFY_TOKEN", "token")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut seen = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(log.read_line(&mut line).unwrap() > 0, "serve ended: {seen}");
            if let Some((_, address)) = line.split_once("address=") {
                break address.trim().parse().unwrap();
            }
            seen.push_str(&line);
        };
        let kept = Arc::new(Mutex::new(seen));
        let to = Arc::clone(&kept);
        // A full pipe would stop it.
        std::thread::spawn(move || {
            let mut line = Vec::new();
            while log.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
                to.lock().unwrap().push_str(&String::from_utf8_lossy(&line));
                line.clear();
            }
        });
        Serve {
            child,
            address,
            log: kept,
        }
    }

    /// Returns its log so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Returns its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end and returns its exit status.
    pub fn stop(mut self) -> ExitStatus {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let late = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < late, "serve does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Opens a connection to it.
    pub fn client(&self) -> Client {
        Client::to(self.address, Duration::from_secs(20))
    }

    /// Posts a signed body and returns the status.
    pub fn post(&self, body: &Value) -> u16 {
        self.client().post(body.to_string().as_bytes()).unwrap()
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        // The process may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Returns a command of the real binary for `std::process`.
pub fn command(db: &Db, url: &str) -> Command {
    let mut command = Command::new(support::binary());
    command
        .env_clear()
        .envs(support::environment(db.home()))
        .env("DATABASE_URL", url)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// A persistent connection.
pub struct Client {
    address: SocketAddr,
    patience: Duration,
    stream: Option<BufReader<TcpStream>>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, lower-cased.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Client {
    /// Creates a client with a timeout for answers.
    pub fn to(address: SocketAddr, patience: Duration) -> Client {
        Client {
            address,
            patience,
            stream: None,
        }
    }

    /// Posts a body with a valid signature and returns the status.
    pub fn post(&mut self, body: &[u8]) -> std::io::Result<u16> {
        let signature = format!(
            "X-Hub-Signature-256: {}\r\nContent-Type: application/json\r\n",
            sign(body, SECRET)
        );
        Ok(self.send("POST", "/webhooks/whatsapp", &signature, body)?.status)
    }

    /// Sends any request.
    pub fn send(&mut self, method: &str, target: &str, head: &str, body: &[u8]) -> std::io::Result<Answer> {
        let answer = self.exchange(method, target, head, body);
        if answer.is_err() {
            self.stream = None;
        }
        answer
    }

    fn exchange(&mut self, method: &str, target: &str, head: &str, body: &[u8]) -> std::io::Result<Answer> {
        let stream = match &mut self.stream {
            Some(s) => s,
            None => {
                let stream = TcpStream::connect_timeout(&self.address, self.patience)?;
                stream.set_read_timeout(Some(self.patience))?;
                stream.set_write_timeout(Some(self.patience))?;
                stream.set_nodelay(true)?;
                self.stream.insert(BufReader::new(stream))
            }
        };
        let mut request = format!(
            "{method} {target} HTTP/1.1\r\nHost: test\r\n{head}Content-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        stream.get_mut().write_all(&request)?;
        let mut lines = String::new();
        while !lines.ends_with("\r\n\r\n") {
            if stream.read_line(&mut lines)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        let head = lines.to_lowercase();
        let length = head
            .lines()
            .find_map(|l| l.strip_prefix("content-length: ")?.parse().ok())
            .unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        if head.contains("connection: close") {
            self.stream = None;
        }
        Ok(Answer {
            status: lines[9..12].parse().unwrap(),
            head,
            body: String::from_utf8(body).unwrap(),
        })
    }
}

/// Posts bodies on eight connections at once until each was answered with 200.
pub fn post_all(serve: &Serve, bodies: &[Vec<u8>]) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut client = serve.client();
                while let Some(body) = bodies.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    assert_eq!(client.post(body).unwrap(), 200);
                }
            });
        }
    });
}

/// Waits until every delivery is applied.
pub async fn applied(conn: &mut PgConnection) {
    eventually(conn, "not exists (select from delivery where state = 'new')").await;
}

/// Waits until a condition holds.
pub async fn eventually(conn: &mut PgConnection, condition: &str) {
    let late = Instant::now() + Duration::from_secs(60);
    while seed::text(conn, condition).await != "true" {
        assert!(Instant::now() < late, "never: {condition}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Checks that runs and times equal the folded messages, and that every row equals its history.
/// Returns the number of conversations.
pub async fn laws(conn: &mut PgConnection) -> usize {
    use inbox::domain::run::{End, fold};
    let ids: Vec<i64> = sqlx::query_scalar("select id from conversation order by id")
        .fetch_all(&mut *conn)
        .await
        .unwrap();
    let facts = inbox::db::conversation::run::facts(conn, &ids, None).await.unwrap();
    let stored: BTreeMap<i64, _> = inbox::db::conversation::run::tails(conn, &ids)
        .await
        .unwrap()
        .into_iter()
        .map(|(times, tail)| (times.id, (times, tail)))
        .collect();
    for id in &ids {
        let (f, (times, tail)) = (&facts[id], &stored[id]);
        let folded = fold(&f.said, &f.resolves, tail.by_us);
        let runs: Vec<String> = sqlx::query_scalar(
            "select concat_ws(' ', seq, (extract(epoch from started_at) * 1000000)::bigint,
                (extract(epoch from last_at) * 1000000)::bigint, messages, outcome,
                (extract(epoch from ended_at) * 1000000)::bigint, answered_by, first)
            from run
            where conversation_id = $1
            order by seq",
        )
        .bind(id)
        .fetch_all(&mut *conn)
        .await
        .unwrap();
        let expected: Vec<String> = folded
            .runs
            .iter()
            .enumerate()
            .map(|(i, r)| {
                let (outcome, at, by) = match r.end {
                    Some(End::Answered(at, by)) => (" answered", Some(at), by.map(|a| a.0)),
                    Some(End::Resolved(at)) => (" resolved", Some(at), None),
                    None => ("", None, None),
                };
                let at = at.map(|at| format!(" {}", at.as_microsecond())).unwrap_or_default();
                let by = by.map(|by| format!(" {by}")).unwrap_or_default();
                let first = if r.first { "t" } else { "f" };
                format!(
                    "{} {} {} {}{outcome}{at}{by} {first}",
                    i + 1,
                    r.started_at.as_microsecond(),
                    r.last_at.as_microsecond(),
                    r.messages
                )
            })
            .collect();
        assert_eq!(runs, expected, "runs of C-{id}");
        assert_eq!(
            times.waiting_since,
            folded.runs.iter().find(|r| r.end.is_none()).map(|r| r.started_at),
            "C-{id}"
        );
        assert_eq!(times.first_customer_at, folded.first_customer_at, "C-{id}");
        assert_eq!(times.first_reply_at, folded.first_reply.map(|r| r.0), "C-{id}");
        assert_eq!(times.last_customer_at, f.last_customer_at, "C-{id}");
        assert_eq!(times.last_message_at, f.last_message_at, "C-{id}");
    }
    let broken = seed::text(
        conn,
        "select count(*)
        from conversation c left join event e on e.subject = 'conversation' and e.subject_id = c.id and e.seq = c.seq
        where e.hash is distinct from c.head",
    )
    .await;
    assert_eq!(broken, "0");
    ids.len()
}

/// Returns the present in Unix seconds.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
