//! The routes a router holds, read from its `Debug` text, since axum gives no list of them.

use std::collections::BTreeMap;

use axum::Router;

/// `GET /hendelser/{id}` and so on, sorted. Left out is `HEAD`, which every `GET` answers too.
pub(crate) fn of(router: &Router) -> Vec<String> {
    let text = format!("{router:?}");
    let own = text.split("fallback_router").next().unwrap();
    let (endpoints, paths) = own.rsplit_once("Node {").expect("axum tells its paths");
    let endpoints: BTreeMap<_, _> = by_id(endpoints).collect();
    let mut found = Vec::new();
    for (id, path) in by_id(paths) {
        let path = path.split('"').nth(1).expect("a path stands in quotes");
        let allowed = endpoints[id].split_once("allow_header: Bytes(b\"");
        let methods = allowed.map_or("ANY", |(_, rest)| rest.split('"').next().unwrap());
        let methods = methods.split(',').filter(|method| *method != "HEAD");
        found.extend(methods.map(|method| format!("{method} {path}")));
    }
    found.sort();
    found
}

/// What stands behind each `RouteId(…)`.
fn by_id(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("RouteId(").skip(1).filter_map(|part| part.split_once("): "))
}
