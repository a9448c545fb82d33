//! The printed part of the day: each command with a short text and its output.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cast::{Crew, SUPERVISOR, ZONE};
use super::shop::{self, Case, DAY, Scene, Shop, note};
use super::simulate::{Customer, Topic};
use crate::domain::time::parse_zone;
use crate::error::{Error, Result};

/// Selects a customer for each scene. The customers write one after the other, and each has a
/// suitable topic.
pub fn scenes(customers: &[Customer], cases: &[Case], (from, to): (i64, i64)) -> Vec<(usize, Scene)> {
    use Topic::{Address, Availability, Cancel, CashOnDelivery, Damaged, LateParcel, Refund, WrongSize};
    let wanted: [(Scene, &[Topic]); 5] = [
        (Scene::Take, &[LateParcel]),
        (Scene::HandOff, &[WrongSize]),
        (Scene::Offer, &[Address, Cancel, LateParcel]),
        (Scene::Escalate, &[Damaged, Refund]),
        (Scene::Snooze, &[Availability, CashOnDelivery, Cancel]),
    ];
    let mut suited: Vec<(i64, usize, Topic)> = customers
        .iter()
        .zip(cases)
        .enumerate()
        .filter(|(_, (customer, _))| customer.phone.is_some())
        .filter_map(|(n, (customer, case))| {
            let (at, answered) = case.story()?;
            (answered && (from..to).contains(&at)).then_some((at, n, customer.topic))
        })
        .collect();
    suited.sort_unstable_by_key(|(at, n, _)| (*at, *n));
    let mut cast: Vec<(usize, Scene)> = Vec::new();
    let mut after = from;
    for (scene, topics) in wanted {
        let free = |n: usize| cast.iter().all(|(taken, _)| *taken != n);
        let later = suited.iter().filter(|(at, n, _)| *at > after && free(*n));
        let fits = later.clone().find(|(_, _, topic)| topics.contains(topic));
        let any = fits.or_else(|| suited.iter().find(|(_, n, topic)| free(*n) && topics.contains(topic)));
        if let Some((at, n, _)) = any.or_else(|| suited.iter().find(|(_, n, _)| free(*n))) {
            after = after.max(*at);
            cast.push((*n, scene));
        }
    }
    cast
}

/// Returns a time of the day by the shop's clock.
fn hour(at: i64) -> Result<String> {
    let zone: TimeZone = parse_zone(ZONE)?;
    let at = Timestamp::from_second(at).map_err(|e| Error::failed(e.to_string()))?;
    Ok(at.to_zoned(zone).strftime("%a %H:%M").to_string())
}

fn late(shop: &Shop<'_>, at: i64, title: &str) -> Result<String> {
    Ok(format!("{} · {} shift · {title}", hour(at)?, shop.crew(at).name))
}

/// Plays one scene with one customer.
///
/// # Errors
/// The error of a command that does not end as expected.
pub async fn play(shop: &mut Shop<'_>, scene: Scene, n: usize, now: i64) -> Result<()> {
    let crew = shop.crew(now);
    let (Some(customer), Some(case)) = (shop.customers.get(n).cloned(), shop.cases.get(n).cloned()) else {
        return Ok(());
    };
    let phone = case.reference.as_str();
    let printed = shop.stage.quiet(shop::words(&["list", phone, "--ids"])).await?;
    let id = String::from_utf8_lossy(&printed).trim().to_owned();
    let (one, other) = (crew.support[0], crew.support[1]);
    let owner = match scene {
        Scene::Take => {
            take(
                shop,
                &late(shop, now, "one owner for every conversation")?,
                &id,
                phone,
                (one, other),
                &customer,
            )
            .await?;
            one
        }
        Scene::HandOff => {
            shop.stage
                .quiet(shop::words(&["take", &id, "--as", other, "-q"]))
                .await?;
            hand_off(shop, &late(shop, now, "cx goes along")?, &id, crew, other, &customer).await?;
            crew.returns
        }
        Scene::Offer => {
            shop.stage.quiet(shop::words(&["take", &id, "--as", one, "-q"])).await?;
            offer(
                shop,
                &late(shop, now, "nothing falls between two people")?,
                &id,
                crew,
                one,
                &customer,
            )
            .await?;
            crew.ops
        }
        Scene::Escalate => {
            shop.stage
                .quiet(shop::words(&["take", &id, "--as", other, "-q"]))
                .await?;
            escalate(
                shop,
                &late(shop, now, "what cannot be solved at once")?,
                &id,
                crew,
                other,
                &customer,
            )
            .await?;
            other
        }
        Scene::Snooze => {
            shop.stage.quiet(shop::words(&["take", &id, "--as", one, "-q"])).await?;
            snooze(shop, &late(shop, now, "not now, but not forgotten")?, &id, one).await?;
            one
        }
    };
    if let Some(case) = shop.cases.get_mut(n) {
        case.owner = Some(owner);
    }
    Ok(())
}

fn own(words: &[&str], more: Vec<String>) -> Vec<String> {
    let mut words = shop::words(words);
    words.extend(more);
    words
}

async fn show(shop: &mut Shop<'_>, text: &str, words: &[String], exit: i32) -> Result<()> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    shop.stage.show(text, &words, exit).await
}

async fn take(
    shop: &mut Shop<'_>,
    title: &str,
    id: &str,
    phone: &str,
    (one, other): (&str, &str),
    customer: &Customer,
) -> Result<()> {
    shop.stage.heading(title)?;
    let text = format!(
        "{} writes about order {}. {one} takes the conversation, here by the\n\
         phone number; every command also accepts C-12, ranges, stdin or filters.",
        customer.name, customer.order
    );
    shop.stage.show(&text, &["take", phone, "--as", one], 0).await?;
    let text = format!("{other} has seen the message too. One wins; the other is told who, and exit code 5:");
    shop.stage.show(&text, &["take", id, "--as", other], 5).await?;
    let text =
        "What was found out is noted, with the order, the courier and what was tried.\nThe customer never sees a note.";
    let mut words = own(&["note", id, &customer.note], note(customer, "--note").split_off(2));
    words.extend(shop::words(&["--as", one]));
    show(shop, text, &words, 0).await
}

async fn hand_off(
    shop: &mut Shop<'_>,
    title: &str,
    id: &str,
    crew: &Crew,
    from: &str,
    customer: &Customer,
) -> Result<()> {
    shop.stage.heading(title)?;
    let text = "Another team handles returned goods: a handoff with the reason and the\n\
        details moves the conversation into that team's queue.";
    let mut words = own(
        &["handoff", id, "--to", "returns", "--reason", "an exchange"],
        note(customer, "--note"),
    );
    words.extend(shop::words(&["--as", from]));
    show(shop, text, &words, 0).await?;
    let text = format!("{} works there, and takes it:", crew.returns);
    shop.stage.show(&text, &["take", id, "--as", crew.returns], 0).await
}

async fn offer(shop: &mut Shop<'_>, title: &str, id: &str, crew: &Crew, from: &str, customer: &Customer) -> Result<()> {
    shop.stage.heading(title)?;
    let text = format!(
        "{from} offers a conversation to {}, who knows the couriers. Until he accepts,\n{from} stays accountable.",
        crew.ops
    );
    let reason = format!("{} has to be called", customer.courier);
    let words = [
        "handoff",
        id,
        "--to",
        crew.ops,
        "--require-accept",
        "--accept-within",
        "30m",
    ];
    let words = own(&words, shop::words(&["--reason", &reason, "--as", from]));
    show(shop, &text, &words, 0).await?;
    let text = format!("{} sees what is offered to him, and accepts:", crew.ops);
    let columns = "conversation,owner,offered_to,customer,last";
    shop.stage
        .show(
            &text,
            &["list", "--offered=me", "--columns", columns, "--as", crew.ops],
            0,
        )
        .await?;
    shop.stage.show("", &["accept", id, "--as", crew.ops], 0).await
}

async fn escalate(
    shop: &mut Shop<'_>,
    title: &str,
    id: &str,
    crew: &Crew,
    owner: &str,
    customer: &Customer,
) -> Result<()> {
    shop.stage.heading(title)?;
    let category = if customer.topic == Topic::Refund {
        "refund"
    } else {
        "damage"
    };
    let text = "A complaint becomes a ticket: follow-up with an owner, a priority and a due\n\
        time. The conversation keeps its owner.";
    let said = [
        "escalate",
        id,
        "--to",
        "returns",
        "--priority",
        "high",
        "--category",
        category,
        "--due",
        "24h",
    ];
    let mut words = own(&said, note(customer, "--note"));
    words.extend(shop::words(&["--as", owner]));
    show(shop, text, &words, 0).await?;
    let printed = shop
        .stage
        .quiet(shop::words(&["list", id, "-o", "json", "--columns", "ticket"]))
        .await?;
    let rows: serde_json::Value = serde_json::from_slice(&printed).map_err(|e| Error::failed(e.to_string()))?;
    if let Some(ticket) = rows[0]["ticket"].as_str() {
        let text = format!("{} starts on it:", crew.returns);
        let words = ["ticket", "set", ticket, "--status", "in_progress", "--as", crew.returns];
        shop.stage.show(&text, &words, 0).await?;
    }
    let text = "Labels are found again with list --label, and can be counted:";
    shop.stage
        .show(text, &["label", id, "--add", "vip,damaged", "--as", owner], 0)
        .await
}

async fn snooze(shop: &mut Shop<'_>, title: &str, id: &str, owner: &str) -> Result<()> {
    shop.stage.heading(title)?;
    let text = "Set aside until the warehouse opens. It comes back by itself, or when the\ncustomer writes.";
    let words = [
        "snooze",
        id,
        "--until",
        "2h",
        "--reason",
        "the warehouse is asked",
        "--as",
        owner,
    ];
    shop.stage.show(text, &words, 0).await
}

/// Prints a change of shifts with a pipe.
///
/// # Errors
/// The error of a command that does not end as expected.
pub async fn pipe(shop: &mut Shop<'_>, at: i64, old: &Crew, new: &Crew) -> Result<()> {
    let (from, to) = (old.support[0], new.support[0]);
    let title = format!("{} · the {} shift goes home", hour(at)?, old.name);
    shop.stage.heading(&title)?;
    let text = format!(
        "The supervisor moves all conversations of {from} to {to}, through a pipe.\n\
         --if-owner refuses those that {from} no longer owns."
    );
    let left = ["list", "--owner", from, "--ids"];
    let right = [
        "assign",
        "-",
        "--if-owner",
        from,
        "--to",
        to,
        "--reason",
        "end of shift",
        "--as",
        SUPERVISOR,
    ];
    shop.stage.show_pipe(&text, &left, &right).await
}

/// Prints a change of shifts with a rotation.
///
/// # Errors
/// The error of a command that does not end as expected.
pub async fn rotate(shop: &mut Shop<'_>, at: i64, new: &Crew, from: &str, to: &str) -> Result<()> {
    let title = format!("{} · the {} shift takes over", hour(at)?, new.name);
    shop.stage.heading(&title)?;
    let zone = parse_zone(ZONE)?;
    let day = Timestamp::from_second(at)
        .map_err(|e| Error::failed(e.to_string()))?
        .to_zoned(zone)
        .date();
    let key = format!("{}-{day}", new.name);
    let text = "A whole shift in one transaction: the same team first, then the least loaded\n\
        agents. The key makes it safe to run twice.";
    let words = ["shift", "rotate", "--from", from, "--to", to, "--idempotency-key", &key];
    let more = ["--columns", "conversation,was,owner,team,operation", "--as", SUPERVISOR];
    shop.stage.show(text, &[&words[..], &more[..]].concat(), 0).await
}

/// Prints the result of the day: the queue, one conversation, its history, the figures.
///
/// # Errors
/// The error of a command that does not end as expected.
pub async fn finale(shop: &mut Shop<'_>, start: i64) -> Result<String> {
    let title = format!("{} · now", hour(start + DAY)?);
    shop.stage.heading(&title)?;
    let printed = shop
        .stage
        .quiet(shop::words(&[
            "list",
            "--status",
            "pending",
            "-o",
            "json",
            "--columns",
            "owner",
        ]))
        .await?;
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&printed).map_err(|e| Error::failed(e.to_string()))?;
    let crew = shop.crew(start + DAY);
    let owners: Vec<&str> = rows.iter().filter_map(|row| row["owner"].as_str()).collect();
    if let Some(who) = crew
        .all()
        .into_iter()
        .max_by_key(|who| owners.iter().filter(|o| *o == who).count())
        && owners.contains(&who)
    {
        let text = format!("{who} resolves what was settled: by filter, in one transaction.");
        let words = [
            "resolve",
            "--owner",
            who,
            "--status",
            "pending",
            "--reason",
            "delivered",
            "--as",
            who,
        ];
        shop.stage.show(&text, &words, 0).await?;
    }
    shop.stage
        .show("The queue, longest waiting first:", &["list", "--limit", "10"], 0)
        .await?;
    let scene = shop.cases.iter().find(|c| c.scene == Some(Scene::Escalate));
    let phone = scene.map(|c| c.reference.clone()).unwrap_or_default();
    let printed = shop.stage.quiet(shop::words(&["list", &phone, "--ids"])).await?;
    let id = String::from_utf8_lossy(&printed).trim().to_owned();
    let text = "Everything about one conversation, on one line of time:";
    shop.stage.show(text, &["show", &id], 0).await?;
    let text = "Its history: who did what, when, in which operation. Nobody can change it\n\
        unnoticed, not even the owner of the database.";
    shop.stage.show(text, &["audit", &id], 0).await?;
    let text = "The figures of the day, by team; kpi rows shows the rows behind each.";
    shop.stage
        .show(text, &["kpi", "export", "--since", "24h", "--by", "team"], 0)
        .await?;
    Ok(id)
}
