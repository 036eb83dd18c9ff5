//! The key figures of the overview, and the chart of what came in and what was answered.

use jiff::ToSpan;

use super::address::Address;
use super::paging::number;
use crate::contract::{Count, Counts, WeekCount};
use crate::formats::{Ore, dates};

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// What the panel shows.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) tiles: [Figure; 4],
    pub(super) chart: Chart,
}

/// One key figure.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) name: &'static str,
    pub(super) value: String,
    /// «kr» or «dager».
    pub(super) unit: &'static str,
    pub(super) color: Option<&'static str>,
}

impl Figures {
    pub(super) fn of(counts: &Counts) -> Self {
        let work = |name, count, color| Figure {
            name,
            value: number(count),
            unit: "",
            color: Some(color),
        };
        Self {
            tiles: [
                work("Over fristen hos oss", counts.overdue, "danger"),
                work("Frist innen to dager", counts.due_soon, "warning"),
                answer_time(counts.answer_seconds),
                Figure {
                    name: "Utestående krav, sendt",
                    value: Ore(counts.outstanding_sent_ore).kr(),
                    unit: "kr",
                    color: None,
                },
            ],
            chart: Chart::of(&counts.weeks),
        }
    }
}

fn answer_time(seconds: Option<i64>) -> Figure {
    let name = "Vår svartid, siste 30 dager";
    let Some(seconds) = seconds else {
        return Figure { name, value: "Ingen svar".into(), unit: "", color: None };
    };
    let tenths = (seconds * 10 + SECONDS_A_DAY / 2) / SECONDS_A_DAY;
    let value = format!("{},{}", tenths / 10, tenths % 10);
    Figure { name, value, unit: "dager", color: None }
}

/// Two bars a week: received, and answered.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) name: String,
    /// What the bars show, in a sentence or three.
    pub(super) text: String,
    pub(super) weeks: Vec<Week>,
}

/// A week of the chart and of its table.
#[derive(Debug)]
pub(super) struct Week {
    pub(super) number: i8,
    /// Where its label is centred.
    pub(super) middle: i64,
    pub(super) received: Bar,
    pub(super) answered: Bar,
}

/// A bar and its number, which leads to the incidents it counts.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) count: String,
    pub(super) href: String,
    /// In the drawing's units, as are the others.
    pub(super) x: String,
    pub(super) y: String,
    pub(super) height: String,
}

/// The drawing: 300 wide, eight weeks; the bars stand on [`GROUND`] and reach [`HIGHEST`] up.
const WEEK: i64 = 37;
const GROUND: i64 = 58;
const HIGHEST: i64 = 44;

impl Chart {
    fn of(weeks: &[WeekCount]) -> Self {
        let number = |week: &WeekCount| dates::week(week.from);
        let (first, last) = (weeks.first().map_or(0, number), weeks.last().map_or(0, number));
        let counts = weeks.iter().flat_map(|week| [week.received.count, week.answered.count]);
        let most = i64::from(counts.max().unwrap_or(0)).max(1);
        Self {
            name: format!("Hendelser mottatt og besvart, uke {first}–{last}"),
            text: text(weeks),
            weeks: (0..).zip(weeks).map(|(place, week)| Week::of(place, week, most)).collect(),
        }
    }
}

impl Week {
    fn of(place: i64, week: &WeekCount, most: i64) -> Self {
        let left = 10 * (4 + WEEK * place);
        let sunday = week.from.saturating_add(6.days());
        let list = |from, to| {
            let mut address = Address::new("/hendelser", "");
            address.put(from, &dates::date(week.from));
            address.put(to, &dates::date(sunday));
            address.to_string()
        };
        let bar = |count: Count, x, href| {
            let height = (10 * HIGHEST * i64::from(count.count) + most / 2) / most;
            let (x, y, height) = (tenth(x), tenth(10 * GROUND - height), tenth(height));
            Bar { count: number(count), href, x, y, height }
        };
        Self {
            number: dates::week(week.from),
            middle: 4 + WEEK * place + 13,
            received: bar(week.received, left, list("mottatt-fra", "mottatt-til")),
            answered: bar(week.answered, left + 135, list("besvart-fra", "besvart-til")),
        }
    }
}

/// A length given in tenths.
fn tenth(length: i64) -> String {
    format!("{}.{}", length / 10, length % 10)
}

/// «Mellom 4 og 11 mottatt og mellom 2 og 10 besvart per uke. Flest mottatt i uke 44. Uke 48 er ikke ferdig.»
fn text(weeks: &[WeekCount]) -> String {
    let range = |count: fn(&WeekCount) -> Count| {
        let least = weeks.iter().map(count).min_by_key(|it| it.count).unwrap_or_default();
        let most = weeks.iter().map(count).max_by_key(|it| it.count).unwrap_or_default();
        if least.count == most.count {
            return number(most);
        }
        format!("mellom {} og {}", number(least), number(most))
    };
    let (received, answered) = (range(|week| week.received), range(|week| week.answered));
    let mut text = format!("{received} mottatt og {answered} besvart per uke.");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let busiest = weeks.iter().rev().max_by_key(|week| week.received.count);
    let busiest = busiest.filter(|week| week.received.count > 0);
    let most = busiest.map(|week| format!(" Flest mottatt i uke {}.", dates::week(week.from)));
    let last = weeks.last().map(|week| format!(" Uke {} er ikke ferdig.", dates::week(week.from)));
    text.extend(most.into_iter().chain(last));
    text
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn weeks(counts: &[(u32, u32)]) -> Vec<WeekCount> {
        let count = |count| Count { count, more: false };
        let first = date(2026, 10, 5);
        (0..)
            .zip(counts)
            .map(|(place, (received, answered))| WeekCount {
                from: first.saturating_add((7 * place).days()),
                received: count(*received),
                answered: count(*answered),
            })
            .collect()
    }

    #[test]
    fn the_highest_bar_reaches_the_top_and_the_others_stand_in_proportion() {
        let chart = Chart::of(&weeks(&[(7, 8), (11, 0)]));
        let tops: Vec<_> =
            chart.weeks.iter().flat_map(|it| [&*it.received.y, &*it.answered.y]).collect();
        assert_eq!(tops, ["30.0", "26.0", "14.0", "58.0"]);
        assert_eq!(chart.weeks[1].answered.height, "0.0");
        assert_eq!(chart.weeks[1].received.x, "41.0");
    }

    #[test]
    fn every_bar_leads_to_the_days_of_its_week() {
        let chart = Chart::of(&weeks(&[(7, 8)]));
        let week = &chart.weeks[0];
        assert_eq!(week.received.href, "/hendelser?mottatt-fra=05.10.2026&mottatt-til=11.10.2026");
        assert_eq!(week.answered.href, "/hendelser?besvart-fra=05.10.2026&besvart-til=11.10.2026");
    }

    #[test]
    fn the_sentence_says_what_the_bars_show() {
        let chart = Chart::of(&weeks(&[(4, 2), (11, 10)]));
        assert_eq!(chart.name, "Hendelser mottatt og besvart, uke 41–42");
        assert_eq!(
            chart.text,
            "Mellom 4 og 11 mottatt og mellom 2 og 10 besvart per uke. Flest mottatt i uke 42. \
             Uke 42 er ikke ferdig."
        );
        let nothing = Chart::of(&weeks(&[(0, 0), (0, 0)]));
        assert_eq!(nothing.text, "0 mottatt og 0 besvart per uke. Uke 42 er ikke ferdig.");
        assert_eq!(nothing.weeks[0].received.height, "0.0");
    }

    #[test]
    fn the_time_to_answer_is_in_days_with_one_decimal() {
        let shown = |seconds| answer_time(seconds).value;
        assert_eq!(shown(Some(4 * SECONDS_A_DAY + SECONDS_A_DAY / 5)), "4,2");
        assert_eq!(shown(Some(SECONDS_A_DAY - 1)), "1,0");
        assert_eq!(shown(None), "Ingen svar");
    }
}
