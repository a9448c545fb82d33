//! The sender: posts bodies at a rate, repeats each until it is answered with 200, and keeps a log of its own.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use crate::serving::{Client, now, one};

/// The addresses for deliveries, in turn. They change when a process is replaced.
pub type Addresses = Arc<RwLock<Vec<SocketAddr>>>;

/// How long the sender waits for an answer, as WhatsApp does.
const PATIENCE: Duration = Duration::from_secs(10);
/// The delay before the first repeat of a delivery. It doubles each time, up to eight times as
/// long.
const PAUSE: Duration = Duration::from_millis(300);
const THREADS: usize = 32;
/// The maximum load of any row.
const MAX_BODIES: u64 = 50_000;

/// The load.
#[derive(Debug, Clone)]
pub struct Load {
    /// The prefix of every message's id.
    pub prefix: String,
    /// Bodies per second.
    pub rate: f64,
    /// The customers, in turn.
    pub customers: Vec<String>,
}

/// A message that was acknowledged.
#[derive(Debug, Clone)]
pub struct Acknowledged {
    /// Its id.
    pub wamid: String,
    /// The time when the acknowledged delivery was sent, in microseconds since 1970.
    pub sent: u64,
}

/// The sender's account at the end.
#[derive(Debug, Default)]
pub struct Sent {
    /// The messages answered with 200.
    pub acknowledged: Vec<Acknowledged>,
    /// Deliveries with another answer or none.
    pub refused: u64,
    /// Messages never acknowledged.
    pub given_up: u64,
}

/// A sender at work.
pub struct Sender {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    load: Load,
    addresses: Addresses,
    begun: Instant,
    next: AtomicU64,
    open: AtomicU64,
    refused: AtomicU64,
    /// Whether to send no new messages.
    full: AtomicBool,
    /// Whether to send no repeats either.
    over: AtomicBool,
    /// Deliveries to send, by due time, with the number of the attempt.
    again: Mutex<BTreeMap<(Instant, u64), Message>>,
    acknowledged: Mutex<Vec<Acknowledged>>,
    log: Mutex<std::fs::File>,
}

struct Message {
    wamid: String,
    body: Vec<u8>,
    repeated: u32,
}

impl Sender {
    /// Starts sending. Each attempt becomes a line of the log: id, time sent, status (0 for none),
    /// time of the answer.
    pub fn start(addresses: &Addresses, log: &Path, load: Load) -> Sender {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        let shared = Arc::new(Shared {
            load,
            addresses: Arc::clone(addresses),
            begun: Instant::now(),
            next: AtomicU64::new(0),
            open: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            full: AtomicBool::new(false),
            over: AtomicBool::new(false),
            again: Mutex::default(),
            acknowledged: Mutex::default(),
            log: Mutex::new(file),
        });
        let threads = (0..THREADS)
            .map(|n| {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || shared.work(n))
            })
            .collect();
        Sender { shared, threads }
    }

    /// Returns the number of acknowledged messages so far.
    pub fn acknowledged(&self) -> usize {
        self.shared.acknowledged.lock().unwrap().len()
    }

    /// Sends nothing new, and repeats refused deliveries for up to `patience`.
    pub fn stop(mut self, patience: Duration) -> Sent {
        self.shared.full.store(true, Ordering::SeqCst);
        let late = Instant::now() + patience;
        while self.shared.open.load(Ordering::SeqCst) > 0 && Instant::now() < late {
            std::thread::sleep(Duration::from_millis(10));
        }
        self.end();
        Sent {
            acknowledged: std::mem::take(&mut *self.shared.acknowledged.lock().unwrap()),
            refused: self.shared.refused.load(Ordering::SeqCst),
            given_up: self.shared.open.load(Ordering::SeqCst),
        }
    }

    fn end(&mut self) {
        self.shared.full.store(true, Ordering::SeqCst);
        self.shared.over.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            drop(thread.join());
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    fn work(&self, thread: usize) {
        let mut clients: Vec<(SocketAddr, Client)> = Vec::new();
        let mut turn = thread;
        while !self.over.load(Ordering::SeqCst) {
            turn += 1;
            let address = {
                let all = self.addresses.read().unwrap();
                all.get(turn % all.len().max(1)).copied()
            };
            // There may be no address while a process is replaced.
            let Some((address, message)) = address.and_then(|a| Some((a, self.message()?))) else {
                std::thread::sleep(Duration::from_millis(5));
                continue;
            };
            if !clients.iter().any(|(a, _)| *a == address) {
                clients.push((address, Client::to(address, PATIENCE)));
            }
            let (_, client) = clients.iter_mut().find(|(a, _)| *a == address).unwrap();
            let sent = micros();
            let status = client.post(&message.body).unwrap_or(0);
            writeln!(
                self.log.lock().unwrap(),
                "{} {sent} {status} {}",
                message.wamid,
                micros()
            )
            .unwrap();
            if status == 200 {
                self.acknowledged.lock().unwrap().push(Acknowledged {
                    wamid: message.wamid,
                    sent,
                });
                self.open.fetch_sub(1, Ordering::SeqCst);
            } else {
                let number = self.refused.fetch_add(1, Ordering::Relaxed);
                let due = Instant::now() + PAUSE * (1 << message.repeated.min(3));
                let message = Message {
                    repeated: message.repeated + 1,
                    ..message
                };
                self.again.lock().unwrap().insert((due, number), message);
            }
        }
    }

    /// Returns the next message that is due.
    fn message(&self) -> Option<Message> {
        let mut again = self.again.lock().unwrap();
        if again.keys().next().is_some_and(|(due, _)| *due <= Instant::now()) {
            return again.pop_first().map(|(_, message)| message);
        }
        drop(again);
        if self.full.load(Ordering::SeqCst) {
            return None;
        }
        let due = self.begun.elapsed().as_secs_f64() * self.load.rate;
        // The same thread counts it as open, so that the end does not miss it.
        self.open.fetch_add(1, Ordering::SeqCst);
        let claimed = self.next.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| {
            (n as f64 <= due && n < MAX_BODIES).then_some(n + 1)
        });
        let Ok(n) = claimed else {
            self.open.fetch_sub(1, Ordering::SeqCst);
            return None;
        };
        let customers = &self.load.customers;
        let customer = &customers[usize::try_from(n).unwrap() % customers.len()];
        let wamid = format!("{}.{n}", self.load.prefix);
        let body = one(&wamid, customer, now()).to_string().into_bytes();
        Some(Message {
            wamid,
            body,
            repeated: 0,
        })
    }
}

/// Returns the present in microseconds since 1970.
pub fn micros() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    u64::try_from(since.as_micros()).unwrap()
}
