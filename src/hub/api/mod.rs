//! `/api/v1`: the hub's only door. JSON in, JSON out; the contract is `docs/api.md`.
//!
//! [`router`] is the API itself, which the portal reaches in process. [`network`]
//! puts the door around it that core systems come through: bearer token, rate,
//! time limit, compression.

pub mod acts;
pub mod admin;
pub mod answer;
pub mod bearer;
pub mod claims;
pub mod company;
pub mod extract;
pub mod feed;
pub mod handler_rules;
pub mod incidents;
pub mod input;
pub mod log;
pub mod messages;
pub mod parse;
pub mod query;
pub mod reference;

use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Json, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::Hub;
use crate::error::Error;
use bearer::Door;

/// Longer than the longest `wait` of the feed.
const TIME_LIMIT: Duration = Duration::from_secs(40);

#[derive(OpenApi)]
#[openapi(
    info(title = "Skadehub", version = "1", description = "Exchange of motor claims between insurers. Errors are application/problem+json with a stable code; see docs/api.md."),
    components(schemas(crate::contract::Problem, crate::contract::FieldProblem)),
    servers((url = "/api/v1"))
)]
struct Document;

fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(reference::companies))
        .routes(routes!(reference::code_lists))
        .routes(routes!(reference::code_list))
        .routes(routes!(reference::insurer))
        .routes(routes!(incidents::list, incidents::create))
        .routes(routes!(incidents::duplicates))
        .routes(routes!(incidents::counts))
        .routes(routes!(incidents::show, incidents::change))
        .routes(routes!(incidents::seen))
        .routes(routes!(incidents::events))
        .routes(routes!(acts::accept))
        .routes(routes!(acts::reject))
        .routes(routes!(acts::redirect))
        .routes(routes!(acts::withdraw))
        .routes(routes!(acts::close))
        .routes(routes!(acts::decline_close))
        .routes(routes!(acts::reopen))
        .routes(routes!(acts::reopen_liability))
        .routes(routes!(acts::decline_reopen_liability))
        .routes(routes!(acts::proposals, acts::propose))
        .routes(routes!(acts::accept_proposal))
        .routes(routes!(claims::of_incident, claims::create))
        .routes(routes!(claims::list))
        .routes(routes!(claims::show))
        .routes(routes!(claims::register))
        .routes(routes!(claims::accept))
        .routes(routes!(claims::dispute))
        .routes(routes!(claims::report_payment))
        .routes(routes!(claims::credit))
        .routes(routes!(messages::list, messages::send))
        .routes(routes!(messages::read))
        .routes(routes!(feed::events))
        .routes(routes!(company::show, company::change))
        .routes(routes!(company::clients))
        .routes(routes!(company::workload))
        .routes(routes!(company::hand_over))
        .routes(routes!(handler_rules::show, handler_rules::change))
        .routes(routes!(handler_rules::trial))
        .routes(routes!(admin::companies, admin::add_company))
        .routes(routes!(admin::change_company))
        .routes(routes!(admin::usage))
        .routes(routes!(admin::clients, admin::add_client))
        .routes(routes!(admin::change_client))
        .routes(routes!(admin::code_lists::list))
        .routes(routes!(admin::code_lists::publish))
        .routes(routes!(log::entries))
        .routes(routes!(log::events))
        .routes(routes!(log::verification))
}

/// The API itself. Whoever calls it must put a [`crate::contract::Caller`] into the request.
pub fn router(hub: Hub) -> Router {
    let (router, _) = routes().split_for_parts();
    router
        .fallback(|| async { Error::NotFound })
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(DefaultBodyLimit::max(extract::BODY_LIMIT))
        .layer(from_fn_with_state(hub.clone(), log::refusals))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            axum::response::IntoResponse::into_response(Error::Internal(anyhow::anyhow!(
                "a handler panicked"
            )))
        }))
        .layer(from_fn(answer::unchanged))
        .layer(from_fn(answer::problems))
        .with_state(hub)
}

/// The API as the network sees it, with its document.
pub fn network(hub: Hub, door: Door) -> Router {
    let document = document();
    let open = document.clone();
    router(hub)
        .layer(from_fn(answer::written))
        .layer(from_fn_with_state(door, bearer::layer))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIME_LIMIT))
        .layer(from_fn(answer::problems))
        .route("/openapi.json", axum::routing::get(move || async move { Json(open) }))
        .layer(CompressionLayer::new())
}

/// The document as a page for people. Its addresses begin at the root, for it sends browsers on.
///
/// Without the bar on top, whose logo brings a style of its own that the pages' policy refuses.
pub fn reader() -> Router {
    let config = Config::from("/api/v1/openapi.json").use_base_layout();
    Router::from(SwaggerUi::new("/api/v1/docs").config(config)).layer(CompressionLayer::new())
}

/// The `OpenAPI` document, made from the code.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, mut document) = routes().split_for_parts();
    let scopes = Scopes::from_iter([
        ("skadehub.read", "Read the own company's cases"),
        ("skadehub.write", "Act for the own company"),
        ("skadehub.admin", "Keep companies, API clients and code lists"),
    ]);
    let flow =
        Flow::ClientCredentials(ClientCredentials::new("/protocol/openid-connect/token", scopes));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("oauth2", SecurityScheme::OAuth2(OAuth2::new([flow])));
    let needed = utoipa::openapi::security::SecurityRequirement::new(
        "oauth2",
        ["skadehub.read", "skadehub.write"],
    );
    document.security = Some(vec![needed]);
    document
}
