//! The open connections: their maximum number, the memory for their bodies, and the choice of the
//! connection to drop when one of these limits is reached.
//!
//! Stalled clients do not block other requests. When memory is short, the server drops the body
//! that has used the most memory for the longest time. When connections are short, the server drops
//! the connection that has waited longest for its client. Both choices first select the address
//! with the largest use, so that one address cannot displace another. Behind a proxy all clients
//! have one address, and the choice is among its connections.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::throttle::Throttle;

/// All open connections of a process.
#[derive(Debug)]
pub struct Clients {
    slots: Arc<Semaphore>,
    memory: usize,
    state: Mutex<State>,
    short: Throttle,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    /// The number of bytes granted to bodies, including bodies that wait to be stored.
    used: usize,
    open: HashMap<u64, Open>,
}

#[derive(Debug)]
struct Open {
    origin: IpAddr,
    /// The time since which the client has had to send data. `None` while the program works on a
    /// complete request.
    waiting: Option<Instant>,
    /// The number of bytes granted to the arriving body.
    held: usize,
    /// The memory cost of the body until `counted`, in byte seconds.
    cost: f64,
    counted: Instant,
    expelled: bool,
    expel: Arc<Notify>,
}

impl Open {
    fn cost(&self, now: Instant) -> f64 {
        self.cost + bytes(self.held) * now.duration_since(self.counted).as_secs_f64()
    }

    fn hold(&mut self, held: usize, now: Instant) {
        self.cost = if held == 0 { 0.0 } else { self.cost(now) };
        self.counted = now;
        self.held = held;
    }
}

#[expect(clippy::cast_precision_loss, reason = "bytes in memory are far below 2^52")]
fn bytes(count: usize) -> f64 {
    count as f64
}

impl State {
    /// Ends a connection. Its memory is free at once, because the task releases it as soon as it is
    /// scheduled.
    fn expel(&mut self, id: u64) {
        if let Some(open) = self.open.get_mut(&id) {
            self.used = self.used.saturating_sub(open.held);
            open.hold(0, Instant::now());
            open.waiting = None;
            open.expelled = true;
            open.expel.notify_one();
        }
    }

    /// Returns the body with the highest cost, at the address whose bodies have the highest total
    /// cost.
    fn costliest(&self) -> Option<u64> {
        let now = Instant::now();
        let mut sums: HashMap<IpAddr, f64> = HashMap::new();
        let arriving = || self.open.iter().filter(|(_, open)| open.held > 0);
        for (_, open) in arriving() {
            *sums.entry(open.origin).or_default() += open.cost(now);
        }
        let rank = |open: &Open| (sums[&open.origin], open.cost(now));
        let (id, _) = arriving().max_by(|(_, a), (_, b)| {
            let (a, b) = (rank(a), rank(b));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        })?;
        Some(*id)
    }

    /// Returns the connection that has waited longest, at the address with the most waiting
    /// connections.
    fn longest_waiting(&self) -> Option<u64> {
        let waiting = || {
            self.open
                .iter()
                .filter_map(|(id, open)| Some((*id, open.origin, open.waiting?)))
        };
        let mut counts: HashMap<IpAddr, usize> = HashMap::new();
        for (_, origin, _) in waiting() {
            *counts.entry(origin).or_default() += 1;
        }
        let (id, _, _) = waiting().max_by_key(|(_, origin, since)| (counts[origin], std::cmp::Reverse(*since)))?;
        Some(id)
    }
}

impl Clients {
    /// Creates the registry for a maximum number of connections and bytes.
    pub fn new(connections: usize, memory: usize) -> Arc<Clients> {
        Arc::new(Clients {
            slots: Arc::new(Semaphore::new(connections)),
            memory,
            state: Mutex::default(),
            short: Throttle::new(Duration::from_secs(10)),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is consistent between any two statements that could panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Admits a connection. Drops another connection when there are too many. Returns `None` only
    /// when the process ends.
    pub async fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Client> {
        let slot = match Arc::clone(&self.slots).try_acquire_owned() {
            Ok(slot) => slot,
            Err(_) => loop {
                self.make_room();
                // The dropped connection ends in a moment. If no connection could be dropped, one
                // may be waiting by then.
                let slot = Arc::clone(&self.slots).acquire_owned();
                match tokio::time::timeout(Duration::from_millis(100), slot).await {
                    Ok(slot) => break slot.ok()?,
                    Err(_) => continue,
                }
            },
        };
        let (now, expel) = (Instant::now(), Arc::new(Notify::new()));
        let mut state = self.lock();
        let id = state.next;
        state.next += 1;
        state.open.insert(
            id,
            Open {
                origin: origin(address),
                waiting: Some(now),
                held: 0,
                cost: 0.0,
                counted: now,
                expelled: false,
                expel: Arc::clone(&expel),
            },
        );
        drop(state);
        Some(Client {
            clients: Arc::clone(self),
            id,
            address: address.to_canonical(),
            expel,
            _slot: slot,
        })
    }

    fn make_room(&self) {
        let mut state = self.lock();
        if let Some(id) = state.longest_waiting() {
            state.expel(id);
            self.tell("too many connections: the one that waited the longest was dropped");
        }
    }

    /// Drops every connection with an incomplete request, when the process ends.
    pub fn expel_waiting(&self) {
        let mut state = self.lock();
        let waiting = |(id, open): (&u64, &Open)| open.waiting.map(|_| *id);
        let ids: Vec<u64> = state.open.iter().filter_map(waiting).collect();
        for id in ids {
            state.expel(id);
        }
    }

    fn tell(&self, what: &'static str) {
        if let Some(times) = self.short.pass() {
            tracing::warn!(times, "{what}");
        }
    }
}

/// Returns the part of an address that one client usually has: an IPv4 address, or the first half
/// of an IPv6 address.
fn origin(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// One open connection.
#[derive(Debug)]
pub struct Client {
    clients: Arc<Clients>,
    id: u64,
    address: IpAddr,
    expel: Arc<Notify>,
    _slot: OwnedSemaphorePermit,
}

impl Client {
    /// Returns the client's address.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// Waits until the server drops the connection.
    pub async fn expelled(&self) {
        self.expel.notified().await;
    }

    /// Records that the client has to send data from now on, and releases the memory of its last
    /// body.
    pub fn waits(&self) {
        self.with(|state, open| {
            let now = Instant::now();
            state.used = state.used.saturating_sub(open.held);
            open.hold(0, now);
            if !open.expelled {
                open.waiting = Some(now);
            }
        });
    }

    /// Grants memory to the arriving body. Returns whether the body may continue.
    pub fn grant(&self, more: usize) -> bool {
        let mut state = self.clients.lock();
        while state.used.saturating_add(more) > self.clients.memory {
            match state.costliest() {
                Some(id) if id != self.id => {
                    state.expel(id);
                    self.clients
                        .tell("memory for bodies is short: the slowest delivery was dropped");
                }
                Some(_) | None => {
                    self.clients.tell("memory for bodies is short: answering 503");
                    return false;
                }
            }
        }
        let Some(open) = state.open.get_mut(&self.id).filter(|open| !open.expelled) else {
            return false;
        };
        open.hold(open.held + more, Instant::now());
        state.used += more;
        true
    }

    /// Takes the memory of a complete body, which cannot be dropped any more. Returns `None` for a
    /// connection that is being dropped.
    pub fn complete(&self) -> Option<Held> {
        let mut taken = None;
        self.with(|_, open| {
            if !open.expelled {
                taken = Some(open.held);
                open.hold(0, Instant::now());
                open.waiting = None;
            }
        });
        taken.map(|bytes| Held {
            clients: Arc::clone(&self.clients),
            bytes,
        })
    }

    fn with(&self, change: impl FnOnce(&mut State, &mut Open)) {
        let mut state = self.clients.lock();
        if let Some(mut open) = state.open.remove(&self.id) {
            change(&mut state, &mut open);
            state.open.insert(self.id, open);
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let mut state = self.clients.lock();
        if let Some(open) = state.open.remove(&self.id) {
            state.used = state.used.saturating_sub(open.held);
        }
    }
}

/// The memory of a complete body. It is released on drop.
#[derive(Debug)]
pub struct Held {
    clients: Arc<Clients>,
    bytes: usize,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut state = self.clients.lock();
        state.used = state.used.saturating_sub(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    async fn is_expelled(client: &Client) -> bool {
        tokio::time::timeout(Duration::from_millis(20), client.expelled())
            .await
            .is_ok()
    }

    #[tokio::test]
    async fn most_expensive_body_is_dropped_first() {
        let clients = Clients::new(10, 1_000);
        let stalled = clients.admit(ip("127.0.0.1")).await.unwrap();
        let fast = clients.admit(ip("127.0.0.1")).await.unwrap();
        assert!(stalled.grant(600));
        std::thread::sleep(Duration::from_millis(5));
        assert!(fast.grant(500));
        assert!(is_expelled(&stalled).await && !is_expelled(&fast).await);
        assert!(!stalled.grant(1) && stalled.complete().is_none());
        // A complete body is not dropped any more, and its memory is released after the body is
        // stored.
        let held = fast.complete().unwrap();
        let third = clients.admit(ip("127.0.0.1")).await.unwrap();
        assert!(!third.grant(600));
        drop(held);
        assert!(third.grant(1_000));
        drop((stalled, fast, third));
        assert_eq!(clients.lock().used, 0);
    }

    #[tokio::test]
    async fn busy_address_does_not_displace_others() {
        let clients = Clients::new(100, 1_000);
        let mut many = Vec::new();
        for _ in 0..9 {
            let client = clients.admit(ip("2001:db8::1")).await.unwrap();
            assert!(client.grant(100));
            many.push(client);
        }
        let slow = clients.admit(ip("192.0.2.1")).await.unwrap();
        assert!(slow.grant(100));
        std::thread::sleep(Duration::from_millis(5));
        // Addresses with the same half of an IPv6 address are one client.
        let next = clients.admit(ip("2001:db8::2")).await.unwrap();
        assert!(next.grant(500));
        assert!(!is_expelled(&slow).await);
        let mut expelled = 0;
        for client in &many {
            expelled += usize::from(is_expelled(client).await);
        }
        assert_eq!(expelled, 5);
    }

    #[tokio::test]
    async fn longest_waiting_connection_is_dropped_first() {
        let clients = Clients::new(2, 1_000);
        let working = clients.admit(ip("127.0.0.1")).await.unwrap();
        let idle = clients.admit(ip("127.0.0.1")).await.unwrap();
        drop(working.complete());
        let admitted = tokio::spawn({
            let clients = Arc::clone(&clients);
            async move { clients.admit(ip("127.0.0.1")).await }
        });
        assert!(is_expelled(&idle).await && !is_expelled(&working).await);
        drop(idle);
        assert!(admitted.await.unwrap().is_some());
    }
}
