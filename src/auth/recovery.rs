//! Recovery codes: ten, shown once, each good once, kept only as argon2id hashes.

use argon2::Argon2;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::error::{Error, Result};

/// How many codes a set has.
pub const CODES: usize = 10;

/// No I, L, O, U, 0 or 1: nothing to misread.
const ALPHABET: &[u8; 30] = b"ABCDEFGHJKMNPQRSTVWXYZ23456789";

/// Characters of a code: 58 bits.
const LENGTH: usize = 12;

/// Replaces the member's recovery codes and returns the new ones, in groups of four.
pub async fn renew(db: &PgPool, member: Uuid) -> Result<Vec<String>> {
    let codes: Vec<String> = (0..CODES).map(|_| generate()).collect();
    let salt: [u8; 16] = rand::random();
    let hashes = hash_all(codes.clone(), salt).await?;
    let mut tx = crate::db::begin_plain(db).await?;
    sqlx::query!("select member from portal.member where member = $1 for no key update", member)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::SignedOut)?;
    sqlx::query!("delete from portal.recovery_code where member = $1", member)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "insert into portal.recovery_code (member, hash, salt)
         select $1, hash, $3 from unnest($2::bytea[]) as hash",
        member,
        &hashes,
        &salt
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(codes.iter().map(|code| grouped(code)).collect())
}

/// How many of the member's codes are left.
pub async fn left(db: &mut PgConnection, member: Uuid) -> Result<i64> {
    let left = sqlx::query_scalar!(
        r#"select count(*) as "left!" from portal.recovery_code where member = $1 and used_at is null"#,
        member
    )
    .fetch_one(db)
    .await?;
    Ok(left)
}

/// The hash `code` would have among the member's; `None` when there are none or it is no code.
pub(super) async fn hash_for(db: &PgPool, member: Uuid, code: &str) -> Result<Option<Vec<u8>>> {
    let Some(code) = normalised(code) else { return Ok(None) };
    let salt = sqlx::query_scalar!(
        "select salt from portal.recovery_code where member = $1 limit 1",
        member
    )
    .fetch_optional(db)
    .await?;
    let Some(salt) = salt.and_then(|salt| salt.try_into().ok()) else { return Ok(None) };
    Ok(hash_all(vec![code], salt).await?.pop())
}

/// Uses the code up; false when it is not the member's or was used before.
pub(super) async fn use_up(
    db: &mut PgConnection,
    member: Uuid,
    hash: &[u8],
    now: Timestamp,
) -> Result<bool> {
    let used = sqlx::query!(
        "update portal.recovery_code set used_at = $3
         where member = $1 and hash = $2 and used_at is null",
        member,
        hash,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() == 1)
}

fn generate() -> String {
    (0..LENGTH).map(|_| char::from(ALPHABET[rand::random_range(0..ALPHABET.len())])).collect()
}

fn grouped(code: &str) -> String {
    let groups: Vec<_> = code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join("-")
}

/// The code without spaces and hyphens, upper case; `None` when it can be no code.
fn normalised(typed: &str) -> Option<String> {
    let code: String =
        typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let proper = code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
    proper.then_some(code)
}

/// Hashing takes tens of milliseconds each, so it happens off the async threads.
async fn hash_all(codes: Vec<String>, salt: [u8; 16]) -> Result<Vec<Vec<u8>>> {
    tokio::task::spawn_blocking(move || codes.iter().map(|code| hash(code, salt)).collect())
        .await
        .map_err(|error| Error::Internal(error.into()))?
}

fn hash(code: &str, salt: [u8; 16]) -> Result<Vec<u8>> {
    let mut hash = vec![0; 32];
    Argon2::default()
        .hash_password_into(code.as_bytes(), &salt, &mut hash)
        .map_err(|error| Error::Internal(anyhow::anyhow!("argon2: {error}")))?;
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_spaced() {
        let code = generate();
        let typed = format!(" {} ", grouped(&code).replace('-', " ").to_lowercase());
        assert_eq!(normalised(&typed), Some(code));
    }

    #[test]
    fn what_cannot_be_a_code_costs_no_hash() {
        for typed in ["", "ABCD-EFGH", "ABCD-EFGH-JKMN-P", "ABCD-EFGH-JKM0"] {
            assert_eq!(normalised(typed), None, "{typed}");
        }
    }

    #[test]
    fn codes_hold_more_than_fifty_bits() {
        let bits = f64::from(u32::try_from(ALPHABET.len()).unwrap()).log2() * 12.0;
        assert!(bits > 50.0);
        assert_eq!(generate().len(), LENGTH);
    }
}
