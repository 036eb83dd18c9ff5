//! The database: what the application's roles may and may not do.

use sqlx::Row;

use crate::support::database::Database;

#[tokio::test]
async fn the_application_connects_as_roles_that_row_level_security_binds() {
    let database = Database::new();
    for (pool, role) in [(database.hub(), "skadehub_hub"), (database.portal(), "skadehub_portal")] {
        let row = sqlx::query(
            "select current_user::text, rolsuper or rolbypassrls, pg_get_userbyid(datdba)::text
             from pg_roles join pg_database on datname = current_database() where rolname = current_user",
        );
        let row = row.fetch_one(&pool).await.unwrap();
        assert_eq!(row.get::<String, _>(0), role);
        assert!(!row.get::<bool, _>(1), "{role} passes row-level security");
        assert_ne!(row.get::<String, _>(2), role);
    }
}

#[tokio::test]
async fn every_test_has_a_database_of_its_own() {
    let (one, other) = (Database::new(), Database::new());
    sqlx::query("create table mine ()").execute(&one.owner()).await.unwrap();
    let missing =
        sqlx::query("select to_regclass('mine') is null").fetch_one(&other.owner()).await.unwrap();
    assert!(missing.get::<bool, _>(0));
}
