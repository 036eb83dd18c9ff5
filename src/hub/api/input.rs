//! Reading a JSON body leniently, so that every error is reported at once.

use jiff::civil::{Date, Time};
use serde_json::{Map, Value};

use crate::contract::{FieldProblem, Problem};
use crate::formats::{CompanyCode, dates};

/// The errors found so far.
pub type Errors = Vec<FieldProblem>;

/// The fields of one JSON object. A field is taken out when it is read; what is left is unknown.
pub struct Fields {
    values: Map<String, Value>,
    at: String,
}

impl Fields {
    /// The body as an object; an empty body is an empty object.
    pub fn of_body(body: &[u8]) -> Result<Self, Problem> {
        let value = if body.is_empty() {
            Value::Object(Map::new())
        } else {
            serde_json::from_slice(body).map_err(|_| broken("Innholdet er ikke gyldig JSON."))?
        };
        match value {
            Value::Object(values) => Ok(Self { values, at: String::new() }),
            _ => Err(broken("Innholdet må være et JSON-objekt.")),
        }
    }

    /// The JSON Pointer of a field.
    pub fn pointer(&self, name: &str) -> String {
        format!("{}/{name}", self.at)
    }

    /// Notes an error of a field.
    pub fn fault(&self, errors: &mut Errors, name: &str, code: &str, message: impl Into<String>) {
        errors.push(FieldProblem::new(self.pointer(name), code, message));
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.values.remove(name).filter(|value| !value.is_null())
    }

    /// Whether the field is there and not null.
    pub fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// A text of at most `most` characters, trimmed; empty counts as left out.
    pub fn text(&mut self, errors: &mut Errors, name: &str, most: usize) -> Option<String> {
        let text = match self.take(name)? {
            Value::String(text) => text.trim().to_owned(),
            _ => {
                self.fault(errors, name, "invalid", "Feltet må være tekst.");
                return None;
            }
        };
        if text.chars().count() > most {
            self.fault(errors, name, "too_long", format!("Bruk høyst {most} tegn."));
            return None;
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.fault(errors, name, "invalid", "Teksten har tegn som ikke kan brukes.");
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    /// A text that must be there.
    pub fn required(&mut self, errors: &mut Errors, name: &str, most: usize) -> String {
        let before = errors.len();
        match self.text(errors, name, most) {
            Some(text) => text,
            None => {
                if errors.len() == before {
                    self.fault(errors, name, "required", "Feltet må fylles ut.");
                }
                String::new()
            }
        }
    }

    /// A text that, left empty, means that the value is removed.
    pub fn clearable(
        &mut self,
        errors: &mut Errors,
        name: &str,
        most: usize,
    ) -> Option<Option<String>> {
        if !self.values.contains_key(name) {
            return None;
        }
        let before = errors.len();
        let text = self.text(errors, name, most);
        (errors.len() == before).then_some(text)
    }

    /// True or false.
    pub fn boolean(&mut self, errors: &mut Errors, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(value) => Some(value),
            _ => {
                self.fault(errors, name, "invalid", "Feltet må være sant eller usant.");
                None
            }
        }
    }

    /// True or false, and it must be said.
    pub fn said(&mut self, errors: &mut Errors, name: &str) -> bool {
        if !self.has(name) {
            self.values.remove(name);
            self.fault(errors, name, "required", "Feltet må fylles ut.");
            return false;
        }
        self.boolean(errors, name).unwrap_or_default()
    }

    /// A whole number.
    pub fn integer(&mut self, errors: &mut Errors, name: &str) -> Option<i64> {
        let value = self.take(name)?;
        let number = value.as_i64();
        if number.is_none() {
            self.fault(errors, name, "invalid", "Feltet må være et helt tall.");
        }
        number
    }

    /// A date: `YYYY-MM-DD`, or a time with offset, read as the date in Oslo.
    pub fn date(&mut self, errors: &mut Errors, name: &str) -> Option<Date> {
        let text = self.text(errors, name, 64)?;
        let date = dates::parse_api_date(&text).ok();
        if date.is_none() {
            self.fault(errors, name, "invalid_date", "Skriv datoen som ÅÅÅÅ-MM-DD.");
        }
        date
    }

    /// A time of day, `HH:MM`.
    pub fn time(&mut self, errors: &mut Errors, name: &str) -> Option<Time> {
        let text = self.text(errors, name, 16)?;
        let time = dates::parse_time(&text).ok();
        if time.is_none() {
            self.fault(errors, name, "invalid", "Skriv klokkeslettet som TT:MM.");
        }
        time
    }

    /// A company code.
    pub fn company(&mut self, errors: &mut Errors, name: &str) -> Option<CompanyCode> {
        let text = self.text(errors, name, 16)?;
        let code = text.parse().ok();
        if code.is_none() {
            self.fault(errors, name, "unknown_company", "Selskapet finnes ikke i Skadehub.");
        }
        code
    }

    /// An object within this one.
    pub fn object(&mut self, errors: &mut Errors, name: &str) -> Option<Self> {
        let at = self.pointer(name);
        match self.take(name)? {
            Value::Object(values) => Some(Self { values, at }),
            _ => {
                self.fault(errors, name, "invalid", "Feltet må være et objekt.");
                None
            }
        }
    }

    /// An object that must be there; an empty one when it is not, so that its own errors show too.
    #[must_use]
    pub fn must_object(&mut self, errors: &mut Errors, name: &str) -> Self {
        if !self.has(name) {
            self.values.remove(name);
            self.fault(errors, name, "required", "Feltet må fylles ut.");
            return Self { values: Map::new(), at: self.pointer(name) };
        }
        let at = self.pointer(name);
        self.object(errors, name).unwrap_or(Self { values: Map::new(), at })
    }

    /// A list of at most `most` objects.
    pub fn objects(&mut self, errors: &mut Errors, name: &str, most: usize) -> Vec<Self> {
        let Some(value) = self.take(name) else { return Vec::new() };
        let Value::Array(items) = value else {
            self.fault(errors, name, "invalid", "Feltet må være en liste.");
            return Vec::new();
        };
        if items.len() > most {
            self.fault(errors, name, "too_long", format!("Bruk høyst {most} linjer."));
            return Vec::new();
        }
        let mut objects = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let at = format!("{}/{index}", self.pointer(name));
            match item {
                Value::Object(values) => objects.push(Self { values, at }),
                _ => errors.push(FieldProblem::new(at, "invalid", "Linjen må være et objekt.")),
            }
        }
        objects
    }

    /// A list of at most `most` short texts.
    pub fn texts(&mut self, errors: &mut Errors, name: &str, most: usize) -> Vec<String> {
        let Some(value) = self.take(name) else { return Vec::new() };
        let texts = value.as_array().filter(|items| items.len() <= most).and_then(|items| {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        if texts.is_none() {
            self.fault(errors, name, "invalid", "Feltet må være en liste av tekster.");
        }
        texts.unwrap_or_default()
    }

    /// A field as it came, for what is read by its type.
    pub fn raw(&mut self, name: &str) -> Option<Value> {
        self.take(name)
    }

    /// Takes a known field out unread, and says whether it was there.
    pub fn drop_known(&mut self, name: &str) -> bool {
        self.values.remove(name).is_some()
    }

    /// Everything that was not read is unknown.
    pub fn end(self, errors: &mut Errors) {
        for name in self.values.keys() {
            let escaped = name.replace('~', "~0").replace('/', "~1");
            self.fault(errors, &escaped, "unknown_field", "Feltet finnes ikke.");
        }
    }
}

fn broken(message: &str) -> Problem {
    Problem::invalid(vec![FieldProblem::new("", "invalid", message)])
}
