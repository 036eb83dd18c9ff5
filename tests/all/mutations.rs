//! Stored history changed at random by somebody with the whole machine: each change is found, and
//! located, in the shared history and in the company log alike.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use skadehub::contract::{Accept, Terms};
use skadehub::hub::audit::{self, Chain};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::company_log::with_logs;
use crate::support::cases::repair;
use crate::support::portal::Portal;

/// How many changes are made; `bin/chaos mutations` makes 10 000.
fn mutations() -> usize {
    std::env::var("SKADEHUB_MUTATIONS").ok().and_then(|it| it.parse().ok()).unwrap_or(300)
}

/// A stored chain.
struct Stored {
    chain: Chain,
    /// Its links, and its head.
    tables: [&'static str; 2],
    /// Which rows of the tables are its own.
    own: String,
    /// Number and hash of the last link, as the head has them.
    head: [&'static str; 2],
    length: i64,
    /// Assignments that change one field.
    fields: &'static [&'static str],
    /// Columns of bytes.
    bytes: &'static [&'static str],
}

const OF_AN_EVENT: &[&str] = &[
    "kind = kind || '$'",
    "by_company = coalesce(by_company, '') || '$'",
    "channel = case channel when 'system' then 'api' else 'system' end",
    "at = at + interval '1 microsecond' * ('x' || left('$', 7))::bit(28)::int + interval '1 microsecond'",
    "event_id = md5('$')::uuid",
    "counterpart = counterpart || '$'",
    "sender = sender || '$'",
    "payload = null",
    "salt = null",
];

const OF_AN_ENTRY: &[&str] = &[
    "kind = kind || '$'",
    "channel = case channel when 'system' then 'api' else 'system' end",
    "at = at + interval '1 microsecond' * ('x' || left('$', 7))::bit(28)::int + interval '1 microsecond'",
    "person = coalesce(person, '') || '$'",
    "reference = coalesce(reference, '') || '$'",
    "incident_id = md5('$')::uuid",
    "entry_id = md5('$')::uuid",
    "data = null",
    "person = null, reference = null, incident_id = null, data = null, salt = null",
];

impl Stored {
    fn log(company: &str, length: i64) -> Self {
        Self {
            chain: Chain::Log(company.parse().unwrap()),
            tables: ["log.entry", "log.head"],
            own: format!("company = '{company}'"),
            head: ["seq", "hash"],
            length,
            fields: OF_AN_ENTRY,
            bytes: &["data", "salt", "payload_hash", "previous_hash", "hash"],
        }
    }

    /// A change at random, and the number of the link at which it must be found.
    fn change(&self, random: &mut StdRng) -> (String, i64) {
        let ([links, heads], own) = (self.tables, &self.own);
        let (seq, last) = (random.random_range(1..=self.length), self.length);
        let text = format!("{:016x}", random.random::<u64>());
        let row = format!("{own} and seq = {seq}");
        match random.random_range(0..10) {
            0..=2 => {
                let change = self.fields.choose(random).unwrap().replace('$', &text);
                (format!("update {links} set {change} where {row}"), seq)
            }
            3..=5 => {
                let flipped = flipped(self.bytes.choose(random).unwrap(), random);
                (format!("update {links} set {flipped} where {row}"), seq)
            }
            6 => (format!("delete from {links} where {row}"), seq),
            7 => {
                let other = 1 + (seq + random.random_range(0..last - 1)) % last;
                let swap = format!(
                    "update {links} set seq = -seq where {own} and seq in ({seq}, {other});
                     update {links} set seq = case seq when -{seq} then {other} else {seq} end
                     where {own} and seq < 0"
                );
                (swap, seq.min(other))
            }
            8 => {
                let head = if random.random_bool(0.5) {
                    flipped(self.head[1], random)
                } else {
                    format!("{0} = {0} - {1}", self.head[0], random.random_range(1..last))
                };
                (format!("update {heads} set {head} where {own}"), last)
            }
            _ => {
                let more = random.random_range(1..9);
                let head = self.head[0];
                (format!("update {heads} set {head} = {head} + {more} where {own}"), last + 1)
            }
        }
    }
}

/// One bit of `column` turned round.
fn flipped(column: &str, random: &mut StdRng) -> String {
    let at = format!("({}::bigint % (8 * octet_length({column})))", random.random::<u32>());
    format!("{column} = set_bit({column}, {at}, 1 - get_bit({column}, {at}))")
}

/// Two logs, and the history of one incident.
async fn stored(house: &Portal) -> Vec<Stored> {
    let (fjt, nls) = (house.acting("FJT"), house.acting("NLS"));
    let incident = fjt.send_incident(&house.collision("M-1"), "m-1").await.unwrap().id;
    let accept = Accept { reference: "N-1".into(), accept_proposal: Some(1), ..Accept::default() };
    nls.accept(incident, &accept, Terms::default()).await.unwrap();
    fjt.send_claim(incident, &repair("M-1"), "m-2").await.unwrap();
    fjt.send_message(incident, "Har dere bilder?".into(), Terms::default()).await.unwrap();
    let length = sqlx::query_scalar("select event_seq from hub.incident")
        .fetch_one(&mut superuser(house).await)
        .await
        .unwrap();
    let history = Stored {
        chain: Chain::Incident(incident),
        tables: ["hub.event", "hub.incident"],
        own: format!("incident_id = '{incident}'"),
        head: ["event_seq", "event_hash"],
        length,
        fields: OF_AN_EVENT,
        bytes: &["payload", "salt", "payload_hash", "previous_hash", "hash"],
    };
    vec![Stored::log("FJT", 4), Stored::log("NLS", 4), history]
}

async fn superuser(house: &Portal) -> PgConnection {
    PgConnection::connect(&house.database.url("postgres")).await.unwrap()
}

#[tokio::test]
async fn every_random_change_of_what_is_stored_is_found_and_located() {
    const TABLES: [&str; 4] = ["log.entry", "log.head", "hub.event", "hub.incident"];
    let house = with_logs().await;
    let stored = stored(&house).await;
    let hub = house.database.hub();
    let sound = audit::verify(&hub, house.now()).await.unwrap();
    assert_eq!((sound.entries, sound.broken), (8, vec![]));
    let mut superuser = superuser(&house).await;
    superuser.execute("set session_replication_role = replica").await.unwrap();
    let each = |sql: &str| TABLES.map(|table| sql.replace('$', table)).join(";");
    let keep = each("create temp table \"kept $\" as table $");
    let restore = each("delete from $; insert into $ table \"kept $\"");
    superuser.execute(AssertSqlSafe(keep)).await.unwrap();
    let mut random = StdRng::seed_from_u64(0x5ca1e);
    let mut of_events = 0;
    for turn in 0..mutations() {
        let chain = stored.choose(&mut random).unwrap();
        let (change, seq) = chain.change(&mut random);
        superuser.execute(AssertSqlSafe(change.clone())).await.unwrap();
        let broken = audit::verify(&hub, house.now()).await.unwrap().broken;
        let found: Vec<_> = broken.iter().map(|it| (&it.chain, it.seq)).collect();
        assert_eq!(found, [(&chain.chain, seq)], "turn {turn}: {change}");
        superuser.execute(AssertSqlSafe(restore.clone())).await.unwrap();
        of_events += usize::from(matches!(chain.chain, Chain::Incident(_)));
    }
    assert_eq!(audit::verify(&hub, house.now()).await.unwrap().broken, []);
    let of_entries = mutations() - of_events;
    println!(
        "{of_events} changes of shared events and {of_entries} of log entries, each found where it was made"
    );
}
