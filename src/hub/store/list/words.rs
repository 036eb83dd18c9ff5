//! The words of a search.

use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use super::Asked;
use crate::error::Result;

/// A search that finds no more than this is narrowed to what it found.
const FEW: i32 = 1_000;

/// Narrows to the incidents with every word: by their ids when they are few, otherwise by
/// looking for the words in the incidents in the order they are shown.
pub(super) async fn filter(
    db: &mut PgConnection,
    query: &mut QueryBuilder<Postgres>,
    asked: &Asked,
) -> Result<()> {
    if asked.words.is_empty() {
        return Ok(());
    }
    let words: Vec<String> = asked.words.iter().map(|word| word.to_lowercase()).collect();
    let patterns: Vec<String> = words.iter().map(|word| format!("%{}%", escaped(word))).collect();
    let found = sqlx::query_scalar!(r#"select hub.incidents_with($1, $2) as id"#, &patterns, FEW)
        .fetch_all(db)
        .await?;
    let few = i32::try_from(found.len()).is_ok_and(|count| count <= FEW);
    if let Some(ids) = found.into_iter().collect::<Option<Vec<Uuid>>>().filter(|_| few) {
        query.push(" and p.incident_id = any(").push_bind(ids).push(")");
        return Ok(());
    }
    for word in words {
        // Not `like`: the planner takes that for rare, and would read everything and sort it.
        query.push(" and strpos(p.search_text, ").push_bind(word).push(") > 0");
    }
    Ok(())
}

/// `%`, `_` and `\` typed by a person are searched for, not patterns.
fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
