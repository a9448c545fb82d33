//! A made-up but realistic day of webhooks for `inbox demo`: same seed, same bytes.
//!
//! Besides what customers write, the day has what makes receiving hard: bodies sent twice, an event
//! again in another batch, several messages in one body, statuses out of order and before their
//! message, replies from the phone app, history, a customer without a phone.

mod body;
mod texts;

use body::Maker;
use texts::{COURIERS, NAMES, PLACES, THANKS, VOICE_SECONDS};

/// A business number that customers of the day write to.
#[derive(Debug, Clone)]
pub struct Channel {
    /// The channel's `phone_number_id`.
    pub phone_number_id: String,
    /// Its number, digits.
    pub display: String,
    /// Its WhatsApp business account.
    pub waba: String,
}

/// One POST to the webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// When it is sent, in Unix seconds.
    pub at: i64,
    /// The JSON body.
    pub body: String,
    /// What it is for: `message`, `batch`, `echo`, `status`, `retry`, `rebatch`, `history`.
    pub kind: &'static str,
    /// Position of the customer it is about.
    pub customer: usize,
}

/// Why a customer writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The parcel has not come.
    LateParcel,
    /// Something else came than was ordered.
    WrongSize,
    /// It came broken or incomplete.
    Damaged,
    /// An order to be confirmed before it is sent.
    CashOnDelivery,
    /// Money back.
    Refund,
    /// A question before buying.
    Availability,
    /// Another address.
    Address,
    /// No order after all.
    Cancel,
}

/// The way a customer writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// Urdu in Latin letters.
    Roman,
    /// Urdu.
    Urdu,
}

/// What the one who works the day has to know about a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Display name.
    pub name: String,
    /// Number, digits; one customer of the day has none.
    pub phone: Option<String>,
    /// Business-scoped id, for most.
    pub bsuid: Option<String>,
    /// Username, for the one without a phone.
    pub username: Option<String>,
    /// Position in the list of channels.
    pub channel: usize,
    /// Why he writes.
    pub topic: Topic,
    /// How he writes.
    pub language: Language,
    /// Order number, digits: `1001`.
    pub order: String,
    /// The courier of the order.
    pub courier: &'static str,
    /// The courier's number for the parcel.
    pub tracking: String,
    /// Which third of the calendar day he first writes in, 0 to 2.
    pub shift: usize,
    /// When he first writes, in Unix seconds.
    pub first_at: i64,
    /// Whether somebody answered from the phone app.
    pub answered: bool,
    /// What an agent would note.
    pub note: String,
    /// What an agent would have tried; empty for what is done at once.
    pub tried: String,
    /// How it ends.
    pub outcome: &'static str,
}

impl Customer {
    /// Returns whether it is worth an escalation: damage, or money that does not come.
    pub fn is_serious(&self) -> bool {
        matches!(self.topic, Topic::Damaged | Topic::Refund)
    }
}

/// A day, ready to be played.
#[derive(Debug, Clone)]
pub struct Day {
    /// The bodies in the order they are sent.
    pub deliveries: Vec<Delivery>,
    /// The customers in the order they were made up.
    pub customers: Vec<Customer>,
}

/// The length of a day in seconds.
const DAY: i64 = 86_400;

/// After so many customers everything unusual has happened once.
const CYCLE: usize = 24;

/// Generates 24 hours that start at a Unix second, this many seconds after midnight: few customers
/// write at night and most in the evening, whenever the 24 hours begin. Everything happens and is
/// sent within them.
///
/// Without channels or customers there is nothing to send. All that is special happens among the first 24 customers.
pub fn day(seed: u64, channels: &[Channel], start: i64, after_midnight: i64, customers: usize) -> Day {
    let mut play = Play {
        rng: Rng(seed),
        start,
        after_midnight: after_midnight.rem_euclid(DAY),
        customer: 0,
        deliveries: Vec::new(),
    };
    let mut people = Vec::new();
    if channels.is_empty() {
        return Day {
            deliveries: Vec::new(),
            customers: people,
        };
    }
    for n in 0..customers {
        play.customer = n;
        let mut customer = play.make_up(n, channels.len());
        play.act(n, &mut customer, channels);
        people.push(customer);
    }
    if let (Some(first), Some(channel)) = (people.first(), channels.first()) {
        play.customer = 0;
        play.history(first, channel);
    }
    // Stable: what is sent in one second stays in the order it was made.
    play.deliveries.sort_by_key(|d| d.at);
    Day {
        deliveries: play.deliveries,
        customers: people,
    }
}

/// A small generator of its own (splitmix64), so that a seed means the same day for ever.
#[derive(Debug)]
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 to one below the limit.
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// Returns a number of seconds between two, both included.
    fn seconds(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.below(u64::try_from(to - from + 1).unwrap_or(1))).unwrap_or(0)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let at = self.below(from.len() as u64);
        from.get(usize::try_from(at).unwrap_or(0)).copied()
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + (self.below(10) as u8))).collect()
    }

    /// Returns an id as WhatsApp makes them, from the outside.
    fn wamid(&mut self) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let tail: String = (0..36).filter_map(|_| self.pick(LETTERS)).map(char::from).collect();
        format!("wamid.HBgM{tail}==")
    }
}

/// The day in the making.
struct Play {
    rng: Rng,
    start: i64,
    after_midnight: i64,
    customer: usize,
    deliveries: Vec<Delivery>,
}

impl Play {
    fn make_up(&mut self, n: usize, channels: usize) -> Customer {
        use Language::{English, Roman, Urdu};
        use Topic::{Address, Availability, Cancel, CashOnDelivery, Damaged, LateParcel, Refund, WrongSize};
        let rng = &mut self.rng;
        let topics = [
            LateParcel,
            LateParcel,
            LateParcel,
            LateParcel,
            WrongSize,
            WrongSize,
            Damaged,
            Damaged,
            CashOnDelivery,
            CashOnDelivery,
            CashOnDelivery,
            Refund,
            Availability,
            Availability,
            Address,
            Cancel,
        ];
        let drawn = rng.pick(&topics).unwrap_or(LateParcel);
        let topic = match n % CYCLE {
            0 => CashOnDelivery,
            // What is edited or deleted has to be words, about an order.
            2 | 3 => LateParcel,
            _ => drawn,
        };
        let language = rng
            .pick(&[English, English, English, Roman, Roman, Roman, Roman, Urdu, Urdu])
            .unwrap_or(Roman);
        let courier = rng.pick(&COURIERS).unwrap_or("TCS");
        // Few write at night, most in the evening.
        let shift = rng.pick(&[0, 1, 1, 1, 1, 2, 2, 2, 2, 2]).unwrap_or(1);
        let third = DAY / 3;
        let clock = third * shift + rng.seconds(400, third - 3000);
        let first_at = self.start + (clock - self.after_midnight).rem_euclid(DAY);
        let no_phone = n == 1;
        let network = rng.seconds(0, 49);
        // The place in the day makes the number unique.
        let phone = format!("923{network:02}{:03}{:04}", rng.below(1000), n % 10_000);
        let bsuid = format!("PK.{}", rng.digits(16));
        let name = if no_phone {
            "Bilal A."
        } else {
            rng.pick(&NAMES).unwrap_or("Ayesha Khan")
        };
        let order = (1001 + n).to_string();
        let tracking = format!("{}{}", &courier[..1], rng.digits(10));
        let (note, tried, outcome) = texts::work(topic);
        let mut customer = Customer {
            name: name.to_owned(),
            phone: (!no_phone).then_some(phone),
            bsuid: (no_phone || rng.chance(70)).then_some(bsuid),
            username: no_phone.then(|| "@bilal.lhr".to_owned()),
            channel: usize::try_from(rng.below(channels as u64)).unwrap_or(0),
            topic,
            language,
            order,
            courier,
            tracking,
            shift: usize::try_from(shift).unwrap_or(1),
            first_at,
            answered: false,
            note: String::new(),
            tried: String::new(),
            outcome,
        };
        customer.note = fill(note, &customer, Language::English, 0);
        customer.tried = fill(tried, &customer, Language::English, 0);
        customer
    }

    /// Plays what one customer does over the day.
    fn act(&mut self, n: usize, customer: &mut Customer, channels: &[Channel]) {
        let Some(channel) = channels.get(customer.channel) else {
            return;
        };
        let maker = Maker::new(customer, channel);
        let talk = texts::talk(customer.topic, customer.language);
        let special = n % CYCLE;
        let mut now = customer.first_at;
        let mut last = String::new();

        if customer.topic == Topic::CashOnDelivery {
            // The shop's own software asks for the confirmation: all we ever see of it is its status.
            let template = self.rng.wamid();
            for (status, after) in [("sent", 0), ("delivered", 3), ("read", 40)] {
                self.push(
                    now - 300 + after,
                    maker.status(&template, status, now - 300 + after, "utility"),
                    "status",
                );
            }
            last = self.rng.wamid();
            let yes = match customer.language {
                Language::English => "Confirm order",
                Language::Roman => "Haan, bhej dein",
                Language::Urdu => "جی ہاں، بھیج دیں",
            };
            let button = maker.button(&last, &template, &format!("cod-yes-{}", customer.order), yes, now);
            self.send(now, vec![button], &maker, n);
        } else {
            let style = self.rng.below(3);
            let lines = self.rng.pick(talk.openings).unwrap_or(&[]);
            let mut burst = Vec::new();
            for line in lines {
                last = self.rng.wamid();
                burst.push((
                    now,
                    maker.text(&last, &fill(line, customer, customer.language, style), now),
                ));
                now += self.rng.seconds(4, 50);
            }
            if burst.len() > 1 && (special.is_multiple_of(3) || self.rng.chance(30)) {
                let (at, messages) = (now, burst.into_iter().map(|(_, m)| m).collect());
                self.send(at, messages, &maker, n);
            } else {
                for (at, message) in burst {
                    self.send(at, vec![message], &maker, n);
                }
            }
        }

        now += self.rng.seconds(5, 90);
        self.attach(special, customer, &maker, &mut now, &mut last, n);

        // Nearly all are answered, from the phone app; the rest wait.
        customer.answered = matches!(special, 6..=8) || self.rng.chance(92);
        if customer.answered {
            now += self.rng.seconds(180, 1500);
            let echo = self.rng.wamid();
            let line = self.rng.pick(talk.replies).unwrap_or("Ji");
            self.answer(special, &maker, &echo, &fill(line, customer, customer.language, 0), now);
            now += self.rng.seconds(60, 600);
            if special == 8 || self.rng.chance(25) {
                let id = self.rng.wamid();
                let reaction = maker.reaction(&id, &echo, if self.rng.chance(50) { "👍" } else { "🙏" }, now);
                self.send(now, vec![reaction], &maker, n);
            } else if self.rng.chance(50) {
                let lines = THANKS
                    .iter()
                    .find(|(l, _)| *l == customer.language)
                    .map_or(&[][..], |(_, lines)| lines);
                let id = self.rng.wamid();
                let thanks = maker.text(&id, self.rng.pick(lines).unwrap_or("ok"), now);
                self.send(now, vec![thanks], &maker, n);
            }
        }
        if self.rng.chance(45) {
            now += self.rng.seconds(1200, 9000);
            let id = self.rng.wamid();
            let style = self.rng.below(3);
            let line = self.rng.pick(talk.follow_ups).unwrap_or("?");
            let message = maker.reply(&id, &last, &fill(line, customer, customer.language, style), now);
            self.send(now, vec![message], &maker, n);
            if customer.answered && self.rng.chance(85) {
                now += self.rng.seconds(120, 2400);
                let echo = self.rng.wamid();
                let line = self.rng.pick(talk.replies).unwrap_or("Ji");
                self.answer(0, &maker, &echo, &fill(line, customer, customer.language, 0), now);
            }
        }
    }

    /// Adds what is more than words: pictures, voice, places, second thoughts.
    fn attach(
        &mut self,
        special: usize,
        customer: &Customer,
        maker: &Maker,
        now: &mut i64,
        last: &mut String,
        n: usize,
    ) {
        let id = self.rng.wamid();
        let any = self.rng.below(100);
        let message = match (special, customer.topic, any) {
            (2, _, _) => maker.edit(
                &id,
                last,
                &fill("sorry, order {o}", customer, customer.language, 0),
                *now,
            ),
            (3, _, _) => maker.revoke(&id, last, *now),
            (4, _, _) => maker.unsupported(&id, *now),
            (5, _, _) => maker.voice(&id, self.rng.pick(&VOICE_SECONDS).unwrap_or(9), *now),
            (9, _, _) => maker.sticker(&id, *now),
            (10, _, _) => maker.order(&id, &customer.order, *now),
            (11, _, _) => maker.contact(&id, "Chacha Rafiq", &format!("92301555{:04}", n % 10_000), *now),
            (14, _, _) => maker.document(&id, &format!("JazzCash-{}.pdf", customer.order), *now),
            (_, Topic::Damaged, 0..75) | (_, Topic::WrongSize, 0..40) => {
                maker.photo(&id, &fill("{o}", customer, Language::English, 0), *now)
            }
            (_, Topic::Address, 0..70) => {
                let (name, address, lat, long) = self.rng.pick(&PLACES).unwrap_or(("", "", 31.5, 74.3));
                maker.location(&id, name, address, lat, long, *now)
            }
            (_, Topic::Refund, 0..50) => maker.document(&id, &format!("receipt-{}.pdf", customer.order), *now),
            (_, _, 0..15) => maker.voice(&id, self.rng.pick(&VOICE_SECONDS).unwrap_or(9), *now),
            (_, _, _) => return,
        };
        self.send(*now, vec![message], maker, n);
        // What was only changed or deleted is nothing to refer to.
        if !matches!(special, 2 | 3) {
            *last = id;
        }
        *now += self.rng.seconds(5, 40);
    }

    /// Sends what somebody typed in the phone app, and what became of it.
    fn answer(&mut self, special: usize, maker: &Maker, id: &str, line: &str, now: i64) {
        // A status can overtake the message that it is about.
        let echo_at = if special == 6 { now + 9 } else { now + 1 };
        self.push(echo_at, maker.echo(id, line, now), "echo");
        let mut order = vec![("sent", 1), ("delivered", 3), ("read", 25)];
        if special == 7 || self.rng.chance(10) {
            order = vec![("sent", 1), ("read", 4), ("delivered", 6)];
        }
        if special != 7 && self.rng.chance(20) {
            order.truncate(2);
        }
        for (status, after) in order {
            self.push(
                now + after + 1,
                maker.status(id, status, now + after, "service"),
                "status",
            );
        }
    }

    /// Sends a customer's messages in one body, sometimes more than once.
    fn send(&mut self, at: i64, messages: Vec<serde_json::Value>, maker: &Maker, n: usize) {
        let special = n % CYCLE;
        let kind = if messages.len() > 1 { "batch" } else { "message" };
        let delay = if self.rng.chance(3) {
            self.rng.seconds(60, 400)
        } else {
            self.rng.seconds(1, 4)
        };
        let body = maker.messages(messages.clone());
        if special == 12 || self.rng.chance(4) {
            let again = at + delay + self.rng.seconds(5, 900);
            self.push(again, body.clone(), "retry");
        }
        if special == 13 || self.rng.chance(2) {
            // The same event again, beside another: its body is new, its key is not.
            let other = self.rng.wamid();
            let mut again = messages;
            let later = at + self.rng.seconds(20, 60);
            again.push(maker.text(&other, "?", later));
            self.push(later + 2, maker.messages(again), "rebatch");
        }
        self.push(at + delay, body, kind);
    }

    /// Shares some of the days before, as a number new to the platform does once.
    fn history(&mut self, customer: &Customer, channel: &Channel) {
        let maker = Maker::new(customer, channel);
        let before = self.start - 3 * DAY;
        let lines = [
            (true, "Your order 981 is on its way with TCS."),
            (false, "Thank you, received"),
            (true, "Glad to hear! Please rate us."),
        ];
        let mut messages = Vec::new();
        for (n, (ours, line)) in (0i64..).zip(lines) {
            let id = self.rng.wamid();
            messages.push(maker.history_message(&id, ours, line, before + n * 3600));
        }
        self.push(self.start + 60, maker.history(messages), "history");
    }

    fn push(&mut self, at: i64, body: String, kind: &'static str) {
        if (self.start..self.start + DAY).contains(&at) {
            let customer = self.customer;
            self.deliveries.push(Delivery {
                at,
                body,
                kind,
                customer,
            });
        }
    }
}

/// Fills the blanks of a line; the order is written in one of three styles, in Urdu with Urdu digits.
fn fill(line: &str, customer: &Customer, language: Language, style: u64) -> String {
    let order = match (language, style) {
        (Language::Urdu, 0 | 1) => customer.order.chars().map(urdu_digit).collect(),
        (_, 0) => format!("#{}", customer.order),
        (_, 1) => format!("ORD-{}", customer.order),
        (_, _) => customer.order.clone(),
    };
    line.replace("{o}", &order)
        .replace("{c}", customer.courier)
        .replace("{t}", &customer.tracking)
}

fn urdu_digit(c: char) -> char {
    c.to_digit(10).and_then(|d| char::from_u32(0x6F0 + d)).unwrap_or(c)
}

#[cfg(test)]
mod tests;
