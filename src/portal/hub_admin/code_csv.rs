//! A code list as CSV, out and in: `;` between, one row a code, every column always there.

use crate::contract::CodeItem;
use crate::formats::Share;

/// The columns, in order.
const COLUMNS: [&str; 11] = [
    "kode",
    "tittel",
    "beskrivelse",
    "familie",
    "andel_a",
    "andel_b",
    "tillatte_andeler",
    "begrunnelse_kreves",
    "trekkes_fra",
    "beskrivelse_kreves",
    "tekst_kreves",
];

/// The list as a file.
pub(super) fn write(items: &[CodeItem]) -> anyhow::Result<String> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for item in items {
        writer.write_record(cells(item))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// A code as the cells of its row.
fn cells(item: &CodeItem) -> [String; 11] {
    let yes = |it: bool| if it { "ja" } else { "" }.to_owned();
    let share = |it: Option<Share>| it.map(|it| it.to_string()).unwrap_or_default();
    let allowed: Vec<String> = item.allowed_shares.iter().map(ToString::to_string).collect();
    [
        item.code.clone(),
        item.title.clone(),
        item.description.clone().unwrap_or_default(),
        item.family.clone().unwrap_or_default(),
        share(item.share_a),
        share(item.share_b),
        allowed.join(" "),
        yes(item.reason_required),
        yes(item.subtract),
        yes(item.description_required),
        yes(item.text_required),
    ]
}

/// The codes of a file, or what is wrong with it, with the line.
pub(super) fn read(text: &str) -> Result<Vec<CodeItem>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let head = reader.headers().map_err(|_| "Filen kan ikke leses.".to_owned())?.clone();
    if head.iter().map(str::trim).ne(COLUMNS) {
        return Err(format!("Første linje skal være {}.", COLUMNS.join(";")));
    }
    let mut items = Vec::new();
    for (line, record) in (2..).zip(reader.records()) {
        let record =
            record.map_err(|_| format!("Linje {line} har ikke {} kolonner.", COLUMNS.len()))?;
        items.push(item(&record).map_err(|fault| format!("Linje {line}: {fault}"))?);
    }
    Ok(items)
}

fn item(record: &csv::StringRecord) -> Result<CodeItem, String> {
    let cell = |at: usize| record.get(at).unwrap_or_default().trim();
    let text = |at: usize| Some(cell(at).to_owned()).filter(|text| !text.is_empty());
    let flag = |at: usize| match cell(at) {
        "" | "nei" => Ok(false),
        "ja" => Ok(true),
        other => Err(format!("«{other}» skal være ja eller tomt.")),
    };
    let one = |at: usize| match cell(at) {
        "" => Ok(None),
        typed => share(typed).map(Some),
    };
    Ok(CodeItem {
        code: cell(0).to_owned(),
        title: cell(1).to_owned(),
        description: text(2),
        family: text(3),
        share_a: one(4)?,
        share_b: one(5)?,
        allowed_shares: cell(6).split_whitespace().map(share).collect::<Result<_, _>>()?,
        reason_required: flag(7)?,
        subtract: flag(8)?,
        description_required: flag(9)?,
        text_required: flag(10)?,
    })
}

fn share(text: &str) -> Result<Share, String> {
    text.parse().map_err(|_| format!("«{text}» er ingen brøk, for eksempel 1/4."))
}

/// How one version differs from another, as sentences.
pub(super) fn differences(before: &[CodeItem], after: &[CodeItem]) -> Vec<String> {
    let mut told = Vec::new();
    for item in after {
        match before.iter().find(|old| old.code == item.code) {
            None => told.push(format!("Ny: {} {}", item.code, item.title)),
            Some(old) if old != item => told.push(changed(old, item)),
            Some(_) => {}
        }
    }
    for old in before.iter().filter(|old| after.iter().all(|item| item.code != old.code)) {
        told.push(format!("Utgår: {} {}", old.code, old.title));
    }
    told
}

fn changed(old: &CodeItem, new: &CodeItem) -> String {
    let (before, after) = (cells(old), cells(new));
    let fields: Vec<String> = COLUMNS
        .iter()
        .zip(before.iter().zip(&after))
        .filter(|(_, (before, after))| before != after)
        .map(|(name, (before, after))| format!("{name} fra «{before}» til «{after}»"))
        .collect();
    format!("Endret: {}: {}", new.code, fields.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarter() -> CodeItem {
        CodeItem {
            code: "405".into(),
            title: "Rygging; begge".into(),
            share_a: Share::new(1, 4),
            share_b: Share::new(3, 4),
            reason_required: true,
            ..CodeItem::default()
        }
    }

    #[test]
    fn what_goes_out_comes_in_as_it_was() {
        let free = CodeItem {
            code: "999".into(),
            title: "Annet".into(),
            allowed_shares: vec![Share::new(0, 1).unwrap(), Share::new(1, 2).unwrap()],
            ..CodeItem::default()
        };
        let items = vec![quarter(), free];
        assert_eq!(read(&write(&items).unwrap()).unwrap(), items);
    }

    #[test]
    fn a_fault_names_its_line() {
        let file = write(&[quarter()]).unwrap();
        assert!(read(&file.replace("1/4", "kvart")).unwrap_err().starts_with("Linje 2: «kvart»"));
        assert!(read("kode;tittel\n1;x\n").unwrap_err().starts_with("Første linje skal være"));
    }

    #[test]
    fn the_differences_are_told_code_by_code() {
        let after = CodeItem { title: "Rygging".into(), ..quarter() };
        let new = CodeItem { code: "406".into(), title: "Ny".into(), ..CodeItem::default() };
        let told = differences(&[quarter()], &[after, new]);
        assert_eq!(told, ["Endret: 405: tittel fra «Rygging; begge» til «Rygging»", "Ny: 406 Ny"]);
        assert_eq!(differences(&[quarter()], &[]), ["Utgår: 405 Rygging; begge"]);
    }
}
