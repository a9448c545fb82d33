//! Generates a realistic day of webhooks for `inbox demo`. The same seed always gives the same
//! bytes.
//!
//! Besides customers' messages, the day contains the difficult cases of receiving: repeated bodies,
//! an event repeated in another batch, several messages in one body, statuses out of order and
//! before their message, replies from the phone app, history, and a customer without a phone
//! number.

mod body;
mod texts;

use body::Maker;
use texts::{COURIERS, NAMES, PLACES, THANKS, VOICE_SECONDS};

/// A business number to which customers write.
#[derive(Debug, Clone)]
pub struct Channel {
    /// The channel's `phone_number_id`.
    pub phone_number_id: String,
    /// The phone number in digits.
    pub display: String,
    /// The WhatsApp business account of the channel.
    pub waba: String,
}

/// One POST to the webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The time of sending, in Unix seconds.
    pub at: i64,
    /// The JSON body.
    pub body: String,
    /// The kind: `message`, `batch`, `echo`, `status`, `retry`, `rebatch`, `history`.
    pub kind: &'static str,
    /// The position of the customer.
    pub customer: usize,
}

/// The reason why a customer writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The parcel has not arrived.
    LateParcel,
    /// The parcel contained something else.
    WrongSize,
    /// The goods were broken or incomplete.
    Damaged,
    /// An order must be confirmed before it is sent.
    CashOnDelivery,
    /// The customer wants the money back.
    Refund,
    /// The customer asks before buying.
    Availability,
    /// The customer changes the address.
    Address,
    /// The customer cancels the order.
    Cancel,
}

/// The language of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// Urdu in Latin letters.
    Roman,
    /// Urdu.
    Urdu,
}

/// The data about a customer for the agents who work the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The display name.
    pub name: String,
    /// The phone number in digits. One customer of the day has none.
    pub phone: Option<String>,
    /// The business-scoped id, for most customers.
    pub bsuid: Option<String>,
    /// The username, for the customer without a phone number.
    pub username: Option<String>,
    /// The position in the list of channels.
    pub channel: usize,
    /// The topic.
    pub topic: Topic,
    /// The language.
    pub language: Language,
    /// The order number in digits: `1001`.
    pub order: String,
    /// The courier of the order.
    pub courier: &'static str,
    /// The courier's tracking number of the parcel.
    pub tracking: String,
    /// The third of the calendar day in which the customer first writes, 0 to 2.
    pub shift: usize,
    /// The time of the first message, in Unix seconds.
    pub first_at: i64,
    /// Whether a person answered from the phone app.
    pub answered: bool,
    /// The text of an agent's note.
    pub note: String,
    /// The steps that an agent tried. Empty for a problem that is solved at once.
    pub tried: String,
    /// The outcome.
    pub outcome: &'static str,
}

impl Customer {
    /// Returns whether the problem is worth an escalation: damage, or a missing refund.
    pub fn is_serious(&self) -> bool {
        matches!(self.topic, Topic::Damaged | Topic::Refund)
    }
}

/// A day, ready to be played.
#[derive(Debug, Clone)]
pub struct Day {
    /// The bodies in the order of sending.
    pub deliveries: Vec<Delivery>,
    /// The customers in the order of their creation.
    pub customers: Vec<Customer>,
}

/// The length of a day in seconds.
const DAY: i64 = 86_400;

/// The number of customers after which every unusual case has occurred once.
const CYCLE: usize = 24;

/// Generates 24 hours that start at a Unix second. `after_midnight` is the number of seconds
/// between midnight and that second. Few customers write at night and most in the evening, for any
/// start. All events happen and are sent within the 24 hours.
///
/// Without channels or customers there is nothing to send. All unusual cases occur among the first
/// 24 customers.
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
    // The sort is stable, so that bodies of the same second keep their order.
    play.deliveries.sort_by_key(|d| d.at);
    Day {
        deliveries: play.deliveries,
        customers: people,
    }
}

/// A small random generator (splitmix64), so that a seed always means the same day.
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

    /// Returns a number of seconds in a range, both ends included.
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

    /// Returns an id in WhatsApp's format.
    fn wamid(&mut self) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let tail: String = (0..36).filter_map(|_| self.pick(LETTERS)).map(char::from).collect();
        format!("wamid.HBgM{tail}==")
    }
}

/// The day that is being generated.
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
            // A message that is edited or deleted must be a text about an order.
            2 | 3 => LateParcel,
            _ => drawn,
        };
        let language = rng
            .pick(&[English, English, English, Roman, Roman, Roman, Roman, Urdu, Urdu])
            .unwrap_or(Roman);
        let courier = rng.pick(&COURIERS).unwrap_or("TCS");
        // Few customers write at night, and most in the evening.
        let shift = rng.pick(&[0, 1, 1, 1, 1, 2, 2, 2, 2, 2]).unwrap_or(1);
        let third = DAY / 3;
        let clock = third * shift + rng.seconds(400, third - 3000);
        let first_at = self.start + (clock - self.after_midnight).rem_euclid(DAY);
        let no_phone = n == 1;
        let network = rng.seconds(0, 49);
        // The position in the day makes the number unique.
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

    /// Generates the events of one customer over the day.
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
            // The shop's own software asks for the confirmation. The inbox receives only the status
            // of that message.
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

        // Nearly all customers get an answer from the phone app. The others wait.
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

    /// Adds special messages: pictures, voice, places, edits.
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
        // A message that was only edited or deleted cannot be quoted.
        if !matches!(special, 2 | 3) {
            *last = id;
        }
        *now += self.rng.seconds(5, 40);
    }

    /// Sends a reply from the phone app, and its statuses.
    fn answer(&mut self, special: usize, maker: &Maker, id: &str, line: &str, now: i64) {
        // A status can arrive before its message.
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
            // The same event again, together with another. The body is new, but the key is the
            // same.
            let other = self.rng.wamid();
            let mut again = messages;
            let later = at + self.rng.seconds(20, 60);
            again.push(maker.text(&other, "?", later));
            self.push(later + 2, maker.messages(again), "rebatch");
        }
        self.push(at + delay, body, kind);
    }

    /// Sends a part of the history of the days before, as happens once for a new number.
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

/// Fills the placeholders of a line. The order number is written in one of three styles, in Urdu
/// with Urdu digits.
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
