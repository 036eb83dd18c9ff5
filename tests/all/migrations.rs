//! The migrations: onto nothing, and onto themselves.

use skadehub::db;
use sqlx::{PgPool, Row};

use crate::support::database::Database;

/// Every table, column, constraint, index, policy, grant and function of ours, as text.
async fn schema(owner: &PgPool) -> Vec<String> {
    let rows = sqlx::query(
        "select format('%s.%s %s %s %s', table_schema, table_name, column_name, data_type, is_nullable)
           from information_schema.columns where table_schema in ('hub', 'log', 'portal')
         union all
         select format('%s %s', conname, pg_get_constraintdef(oid))
           from pg_constraint where connamespace in ('hub'::regnamespace, 'log'::regnamespace, 'portal'::regnamespace)
         union all
         select indexdef from pg_indexes where schemaname in ('hub', 'log', 'portal')
         union all
         select format('%s.%s %s %s %s', schemaname, tablename, policyname, qual, with_check)
           from pg_policies where schemaname in ('hub', 'log', 'portal')
         union all
         select format('%s %s', oid::regclass, relacl)
           from pg_class where relnamespace in ('hub'::regnamespace, 'log'::regnamespace, 'portal'::regnamespace)
         union all
         select pg_get_functiondef(oid)
           from pg_proc where pronamespace in ('hub'::regnamespace, 'log'::regnamespace, 'portal'::regnamespace)
         order by 1",
    );
    rows.fetch_all(owner).await.unwrap().iter().map(|row| row.get(0)).collect()
}

async fn applied(owner: &PgPool) -> Vec<(i64, bool)> {
    let rows = sqlx::query(
        "select version, success from _hub_migration union all select version, success from _portal_migration order by 1",
    );
    let rows = rows.fetch_all(owner).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn files(folder: &str) -> Vec<String> {
    let folder = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
    let names = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn both_sets_apply_to_an_empty_database_as_the_owner_and_again_change_nothing() {
    let database = Database::empty();
    let owner = database.owner();
    db::migrate(&owner).await.unwrap();
    let (first, schema_first) = (applied(&owner).await, schema(&owner).await);
    assert_eq!(first.len(), files("hub").len() + files("portal").len());
    assert!(first.iter().all(|(_, success)| *success));
    assert!(schema_first.len() > 100, "the look at the schema sees something");

    db::migrate(&owner).await.unwrap();
    assert_eq!(applied(&owner).await, first);
    assert_eq!(schema(&owner).await, schema_first);
}

#[test]
fn every_migration_has_a_time_of_its_own_and_goes_one_way() {
    let mut times = std::collections::BTreeSet::new();
    for name in files("hub").into_iter().chain(files("portal")) {
        let (time, what) = name.split_once('_').unwrap();
        assert!(time.len() == 14 && time.bytes().all(|b| b.is_ascii_digit()), "{name}");
        let one_way = what.strip_suffix(".sql").is_some_and(|stem| !stem.contains('.'));
        assert!(one_way, "{name}");
        assert!(times.insert(time.to_owned()), "{name} has the time of another");
    }
}
