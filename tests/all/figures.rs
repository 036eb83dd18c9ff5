//! The key figures of the overview: every number stands on what the history tells.

use jiff::SignedDuration;
use skadehub::contract::{
    Accept, Acting, Actor, Incident, NewIncident, NewOtherParty, NewOwnParty, NewVehicle, Redirect,
    Reject, Terms,
};
use sqlx::{Connection, PgConnection};

use crate::support::browser::Page;
use crate::support::portal::Portal;

fn acting(portal: &Portal, company: &str) -> Acting {
    let user = format!("saksbehandler.{}", company.to_lowercase());
    portal.app.hub.acting(Actor { company: company.parse().unwrap(), user, injury: false })
}

/// Sends an incident to Fjordtrygd.
async fn send(portal: &Portal, from: &str, plate: &str, reference: &str) -> Incident {
    let vehicle = |number: &str| NewVehicle {
        registration_number: Some(number.into()),
        ..NewVehicle::default()
    };
    let new = NewIncident {
        reference: reference.into(),
        loss_date: portal.days_ago(3),
        own: NewOwnParty {
            vehicle: vehicle(plate),
            coverage: "kasko".into(),
            ..NewOwnParty::default()
        },
        other: NewOtherParty { vehicle: vehicle("EK12345"), insurer_override: None },
        ..NewIncident::default()
    };
    acting(portal, from).send_incident(&new, reference).await.unwrap()
}

async fn accept(portal: &Portal, incident: &Incident, reference: &str) {
    let accept =
        Accept { reference: reference.into(), coverage: Some("kasko".into()), ..Accept::default() };
    acting(portal, "FJT").accept(incident.id, &accept, Terms::default()).await.unwrap();
}

async fn send_back_and_on(portal: &Portal, incident: &Incident) {
    let reject = Reject { reason: "not_our_vehicle".into(), ..Reject::default() };
    acting(portal, "FJT").reject(incident.id, &reject, Terms::default()).await.unwrap();
    let redirect = Redirect { company: "TND".into(), reason: "Avvist.".into() };
    acting(portal, "NLS").redirect(incident.id, &redirect, Terms::default()).await.unwrap();
}

/// Received and answered by the company, week by week, counted in the history.
async fn history(portal: &Portal, company: &str) -> Vec<(i64, i64)> {
    let mut superuser = PgConnection::connect(&portal.database.url("postgres")).await.unwrap();
    sqlx::query_as(
        "with week as (
             select (date_trunc('week', $2::timestamptz at time zone 'Europe/Oslo') - n * interval '7 days')
                    at time zone 'Europe/Oslo' as a from generate_series(0, 7) n)
         select (select count(*) from hub.event e where e.counterpart = $1
                 and e.kind in ('incident_sent', 'incident_redirected')
                 and e.at >= a and e.at < a + interval '7 days'),
                (select count(*) from hub.event e where e.by_company = $1
                 and e.kind in ('incident_accepted', 'incident_rejected')
                 and e.at >= a and e.at < a + interval '7 days')
         from week order by a",
    )
    .bind(company)
    .bind(jiff_sqlx::ToSqlx::to_sqlx(portal.now()))
    .fetch_all(&mut superuser)
    .await
    .unwrap()
}

fn numbers(page: &Page) -> Vec<(i64, i64)> {
    let cells = page.texts(".sh-chart td");
    let number = |cell: &String| cell.split(' ').next().unwrap().parse::<i64>().unwrap();
    cells.chunks(2).map(|week| (number(&week[0]), number(&week[1]))).collect()
}

#[tokio::test]
async fn every_number_of_the_chart_is_that_of_its_list_and_of_the_history() {
    let portal = Portal::start_whole().await;
    let day = SignedDuration::from_hours(24);
    let first = send(&portal, "NLS", "EL54321", "N-1").await;
    let second = send(&portal, "TND", "DN54321", "T-1").await;
    portal.advance(day * 2);
    accept(&portal, &first, "F-1").await;
    portal.advance(day * 6);
    let third = send(&portal, "NLS", "EL54321", "N-2").await;
    send_back_and_on(&portal, &third).await;
    portal.advance(day * 6);
    accept(&portal, &second, "F-2").await;
    portal.advance(day);
    send(&portal, "TND", "DN54321", "T-2").await;

    for (user, company) in [("saksbehandler.fjt", "FJT"), ("saksbehandler.tnd", "TND")] {
        let mut browser = portal.browser();
        portal.sign_in(&mut browser, user, "/").await;
        let overview = browser.get("/").await;
        let shown = numbers(&overview);
        assert_eq!(shown, history(&portal, company).await, "{company}");
        assert_eq!(overview.texts(".sh-bars a title"), overview.texts(".sh-chart td"));
        let hrefs = overview.attributes(".sh-chart td a", "href");
        assert_eq!(overview.attributes(".sh-bars a", "href"), hrefs);
        for (href, number) in hrefs.iter().zip(shown.iter().flat_map(|week| [week.0, week.1])) {
            let list = browser.get(href).await;
            let rows = list.texts("table.sh-work tbody tr").len();
            assert_eq!(i64::try_from(rows).unwrap(), number, "{company}: {href}");
        }
        let sum = shown.iter().fold((0, 0), |sum, week| (sum.0 + week.0, sum.1 + week.1));
        assert_eq!(sum, if company == "FJT" { (4, 3) } else { (1, 0) });
        // Two days, none and fourteen.
        let expected = if company == "FJT" { "5,3 dager" } else { "Ingen svar" };
        assert_eq!(overview.texts(".sh-figures dd")[2], expected);
    }
}
