//! The log and the history as files: CSV row by row as it is read, XLSX by way of a file on disk.

use std::io::{Read, Seek, SeekFrom};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::cells::{self, Cell};
use super::{filter, words};
use crate::app::App;
use crate::contract::{Acting, LogFilter, Problem};
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::portal::acting::Audit;
use crate::portal::incident::history::Teller;
use crate::portal::incident::names::Names;
use crate::portal::lists::address::Address;

/// Rows of a worksheet besides its head.
const MOST_ROWS: u32 = 1_048_575;

/// How much of a finished file is sent at a time.
const CHUNK: usize = 64 * 1024;

/// A list to be written row by row.
struct Source {
    hub: Acting,
    filter: LogFilter,
    /// For the history; the log needs none.
    names: Option<Names>,
    done: bool,
}

/// `GET /revisor/historikk/fil`
pub(super) async fn history(
    State(app): State<App>,
    Audit(hub): Audit,
    mut address: Address,
) -> Result<Response> {
    let (filter, errors) = filter::read(&mut address, &words::history_kinds());
    let names = Some(Names::of(&hub).await?);
    let source = Source { hub, filter, names, done: false };
    file(&app, source, errors.is_empty(), address.get("filtype"), "historikk").await
}

/// `GET /revisor/logg/fil`
pub(super) async fn log(
    State(app): State<App>,
    Audit(hub): Audit,
    mut address: Address,
) -> Result<Response> {
    let (filter, errors) = filter::read(&mut address, &words::log_kinds());
    let source = Source { hub, filter, names: None, done: false };
    file(&app, source, errors.is_empty(), address.get("filtype"), "logg").await
}

async fn file(
    app: &App,
    mut source: Source,
    understood: bool,
    kind: &str,
    name: &str,
) -> Result<Response> {
    if !understood || !["csv", "xlsx"].contains(&kind) {
        let told = "Filteret ble ikke forstått. Gå tilbake til listen, og hent filen derfra.";
        return Err(Problem::new(422, "invalid", told).into());
    }
    source.filter = LogFilter {
        export: Some(kind.to_owned()),
        limit: Some("200".to_owned()),
        after: None,
        ..source.filter
    };
    let first = source.rows().await?;
    let (body, media) = if kind == "csv" {
        (csv(source, first), "text/csv; charset=utf-8")
    } else {
        let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        (xlsx(source, first).await?, media)
    };
    let day = dates::oslo_date(app.clock.now());
    let name = format!("attachment; filename=\"skadehub-{name}-{day}.{kind}\"");
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name.as_str())], body)
        .into_response())
}

impl Source {
    fn columns(&self) -> &'static [&'static str] {
        if self.names.is_some() { &cells::HISTORY } else { &cells::LOG }
    }

    /// The next rows; none at the end.
    async fn rows(&mut self) -> Result<Vec<Vec<Cell>>> {
        if self.done {
            return Ok(Vec::new());
        }
        let (rows, next) = match &self.names {
            Some(names) => {
                let page = self.hub.history(&self.filter).await?;
                let teller = Teller { own: self.hub.actor().company.as_str(), names };
                (page.items.iter().map(|it| cells::of_history(it, teller)).collect(), page.next)
            }
            None => {
                let page = self.hub.log(&self.filter).await?;
                (page.items.iter().map(cells::of_log).collect(), page.next)
            }
        };
        self.done = next.is_none();
        self.filter.after = next;
        Ok(rows)
    }
}

fn csv(source: Source, first: Vec<Vec<Cell>>) -> Body {
    let head = source.columns().iter().map(|name| Cell::Text((*name).to_owned())).collect();
    let rows = [vec![head], first].concat();
    let start = (source, Some(("\u{feff}", rows)));
    Body::from_stream(stream::try_unfold(start, |(mut source, waiting)| async move {
        let (mark, rows) = match waiting {
            Some(first) => first,
            None => ("", source.rows().await?),
        };
        if rows.is_empty() {
            return Ok::<_, Error>(None);
        }
        Ok(Some((lines(mark, &rows)?, (source, None))))
    }))
}

fn lines(mark: &str, rows: &[Vec<Cell>]) -> Result<Bytes> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(mark.as_bytes().to_vec());
    for row in rows {
        writer.write_record(row.iter().map(Cell::plain)).map_err(anyhow::Error::from)?;
    }
    let bytes = writer.into_inner().map_err(|error| anyhow::anyhow!("csv: {error}"))?;
    Ok(bytes.into())
}

/// A workbook that keeps no more than a row in memory, written to a file without a name.
async fn xlsx(mut source: Source, first: Vec<Vec<Cell>>) -> Result<Body> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(anyhow::Error::from)?;
    head(sheet, source.columns()).map_err(anyhow::Error::from)?;
    let moments = Format::new().set_num_format("dd.mm.yyyy hh:mm:ss");
    let (mut at, mut rows) = (1, first);
    while !rows.is_empty() {
        for row in rows {
            if at > MOST_ROWS {
                let told = "Det er flere oppføringer enn Excel tar imot. Velg en kortere periode, eller hent CSV.";
                return Err(Problem::new(422, "invalid", told).into());
            }
            write(sheet, at, &row, &moments).map_err(anyhow::Error::from)?;
            at += 1;
        }
        rows = source.rows().await?;
    }
    let saved = tokio::task::spawn_blocking(move || {
        let mut file = tempfile::tempfile()?;
        workbook.save_to_writer(&mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok::<_, anyhow::Error>(file)
    });
    let file = saved.await.map_err(anyhow::Error::from)??;
    Ok(Body::from_stream(stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk)?;
        chunk.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), file)))
    })))
}

fn head(sheet: &mut Worksheet, columns: &[&str]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_freeze_panes(1, 0)?;
    for (at, name) in (0..).zip(columns) {
        let width = if *name == "Beskrivelse" { 60 } else { 20 };
        sheet.set_column_width(at, width)?;
        sheet.write_string_with_format(0, at, *name, &bold)?;
    }
    Ok(())
}

fn write(sheet: &mut Worksheet, at: u32, row: &[Cell], moments: &Format) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(row) {
        match cell {
            Cell::Text(text) => {
                sheet.write_string(at, column, text)?;
            }
            Cell::Moment(moment) => {
                let local = moment.to_zoned(dates::oslo());
                let day = (local.year(), local.month(), local.day());
                let year = u16::try_from(day.0).unwrap_or_default();
                let day =
                    ExcelDateTime::from_ymd(year, day.1.unsigned_abs(), day.2.unsigned_abs())?;
                let time = day.and_hms(
                    u16::from(local.hour().unsigned_abs()),
                    local.minute().unsigned_abs(),
                    f64::from(local.second()),
                )?;
                sheet.write_datetime_with_format(at, column, &time, moments)?;
            }
            Cell::Number(number) => match u32::try_from(*number) {
                Ok(number) => _ = sheet.write_number(at, column, number)?,
                Err(_) => _ = sheet.write_string(at, column, number.to_string())?,
            },
            Cell::Empty => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_begins_with_the_mark_that_tells_a_spreadsheet_it_is_utf_8() {
        let row = vec![Cell::Text("Blåbær; 1".to_owned()), Cell::Number(7), Cell::Empty];
        let bytes = lines("\u{feff}", &[row]).unwrap();
        assert_eq!(&bytes[..3], [0xef, 0xbb, 0xbf]);
        assert_eq!(&bytes[3..], "\"Blåbær; 1\";7;\r\n".as_bytes());
    }
}
