//! Loads the demonstration world. What is there already is left as it is.

use anyhow::{Context, Result};
use sqlx::PgPool;

use crate::auth::members;
use crate::clock::Clock;
use crate::sandbox::demo_world::DemoWorld;

/// Invites the people.
pub(super) async fn load(world: &DemoWorld, portal: &PgPool, clock: &Clock) -> Result<()> {
    let mut tx = portal.begin().await?;
    for user in &world.users {
        let company = user.company.as_ref();
        let name = company.and_then(|code| world.company_name(code));
        members::invite(&mut tx, &user.username, company, name, &user.roles, clock.now())
            .await
            .with_context(|| format!("inviting {}", user.username))?;
    }
    tx.commit().await?;
    Ok(())
}
