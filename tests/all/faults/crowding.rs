//! More than it can do: the pool used up, three times as many clients as it can serve, clients
//! that send a byte at a time.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::campaign::Campaign;
use super::journal::id;
use super::writers::new_incident;
use crate::support::api::{Answer, Api};
use crate::support::database::Database;
use crate::support::machine::{Machine, Store};

/// What the process may need at most, in bytes.
const MEMORY: u64 = 512 << 20;

async fn machine(changes: Value) -> Machine {
    Machine::with(Store::Shared(Database::new()), changes).await
}

async fn incident(api: &Api) -> Uuid {
    id(&api.post("/incidents", new_incident("FJT", "NLS", Value::Null).body).await.ok(201))
}

async fn send_message(api: Api, incident: Uuid, key: String) -> Answer {
    let path = format!("/incidents/{incident}/messages");
    let body = Some(json!({"text": format!("Melding {key}")}));
    api.call(Method::POST, &path, body, &[("idempotency-key", &key)]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_every_connection_in_use_it_says_when_to_try_again() {
    let campaign = Campaign::begin("pool").await;
    let machine = machine(json!({"pool_size": 3})).await;
    let api = machine.api("fagsystem-fjt").await;
    let incident = incident(&api).await;
    let Store::Shared(database) = &machine.store else { unreachable!("it is shared") };
    let mut holder = PgConnection::connect(&database.url("postgres")).await.unwrap();
    holder.execute("begin; lock table hub.incident in exclusive mode").await.unwrap();
    let mut waiting = JoinSet::new();
    for number in 0..8 {
        waiting.spawn(send_message(api.clone(), incident, format!("k{number}")));
    }
    // At most three have a connection and wait for the table; the others are told.
    for _ in 0..5 {
        let shed = waiting.join_next().await.unwrap().unwrap();
        assert_eq!(shed.refused(503), "unavailable");
        assert_eq!(shed.headers["retry-after"], "5");
    }
    let shed = api.get("/incidents").await;
    assert_eq!(shed.refused(503), "unavailable");
    holder.execute("rollback").await.unwrap();
    let told: Vec<_> = waiting.join_all().await.iter().map(|it| it.status.as_u16()).collect();
    assert!(told.contains(&201) && told.iter().all(|it| [201, 503].contains(it)), "{told:?}");
    for number in 0..8 {
        send_message(api.clone(), incident, format!("k{number}")).await.ok(201);
    }
    let messages = api.get(&format!("/incidents/{incident}/messages")).await.ok(200);
    assert_eq!(messages["items"].as_array().unwrap().len(), 8, "each once");
    campaign.tell(&format!(
        "8 writes while 3 connections were held: 5 were told to try again, the others {told:?}"
    ));
}

/// Clients that ask as fast as they are answered, and what they were told.
struct Crowd {
    served: usize,
    shed: usize,
    seconds: f64,
}

async fn crowd(api: &Api, clients: usize, lasting: Duration) -> Crowd {
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let api = api.clone();
        tasks.spawn(async move {
            let (mut served, mut shed) = (0, 0);
            while began.elapsed() < lasting {
                let answer = api.get("/incidents").await;
                if answer.status == 200 {
                    served += 1;
                } else {
                    assert_eq!(answer.refused(503), "unavailable");
                    assert!(answer.headers.contains_key("retry-after"));
                    shed += 1;
                }
            }
            (served, shed)
        });
    }
    let told = tasks.join_all().await;
    let (served, shed) = told.iter().fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    Crowd { served, shed, seconds: began.elapsed().as_secs_f64() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_is_served_or_told_when_to_try_again_and_costs_no_memory() {
    let mut campaign = Campaign::begin("overload").await;
    let machine = machine(json!({"pool_size": 4})).await;
    let api = machine.api("fagsystem-fjt").await;
    for _ in 0..20 {
        incident(&api).await;
    }
    let crowded = if campaign.is_long() { 300 } else { 100 };
    let idle = machine.memory() >> 20;
    let seconds = Duration::from_secs(if campaign.is_long() { 20 } else { 2 });
    while campaign.round().is_some() {
        let few = crowd(&api, 8, seconds).await;
        let many = crowd(&api, crowded, seconds).await;
        let memory = machine.memory();
        let began = Instant::now();
        api.get("/incidents").await.ok(200);
        let recovered = began.elapsed();
        assert!(memory < MEMORY, "{memory} bytes");
        assert!(many.served > 0);
        let rate = |crowd: &Crowd| f64::from(u32::try_from(crowd.served).unwrap()) / crowd.seconds;
        campaign.tell(&format!(
            "{:.0}/s for 8 clients; {:.0}/s for {crowded}, {} told to try again; {idle} MB before, {} MB after; then {recovered:.2?}",
            rate(&few),
            rate(&many),
            many.shed,
            memory >> 20
        ));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_never_finish_a_request_keep_nobody_waiting() {
    let campaign = Campaign::begin("slow-clients").await;
    let machine = machine(json!({})).await;
    let api = machine.api("fagsystem-fjt").await;
    let address = machine.base.strip_prefix("http://").unwrap();
    let mut slow = Vec::new();
    for number in 0..400 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let begun: &[u8] = match number % 3 {
            0 => b"GET / HT",
            1 => b"POST /logg-inn HTTP/1.1\r\nhost: localhost\r\nx-slow: ",
            _ => b"POST /api/v1/incidents HTTP/1.1\r\nhost: localhost\r\ncontent-length: 900\r\n\r\n{",
        };
        connection.write_all(begun).await.unwrap();
        slow.push(connection);
    }
    for _ in 0..20 {
        api.get("/incidents").await.ok(200);
    }
    let mut answer = [0; 12];
    slow[2].read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401", "it is refused before its body is read");
    campaign.tell("400 clients that never finish; 20 requests of others were answered");
}
