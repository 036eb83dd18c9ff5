//! Style sheet, script and icon: compiled in, named by their content.

use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http::StatusCode};

struct Asset {
    name: &'static str,
    url: &'static str,
    content_type: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The address of an asset, hash included; `/static/` itself for an unknown name.
pub fn url(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/static/", |asset| asset.url)
}

/// `GET /static/{file}`
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/static/{file}", get(serve))
}

async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let found = ASSETS.iter().find(|asset| asset.url.strip_prefix("/static/") == Some(&file));
    let Some(asset) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let common = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::VARY, "accept-encoding"),
    ];
    if accepts_brotli(&headers) {
        (common, [(header::CONTENT_ENCODING, "br")], asset.brotli).into_response()
    } else {
        (common, asset.plain).into_response()
    }
}

/// Whether `br` is among the encodings offered, and not refused with `q=0`.
fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offer| {
            let (coding, quality) = offer.split_once(';').unwrap_or((offer, ""));
            let refused = quality
                .trim()
                .strip_prefix("q=")
                .and_then(|q| q.parse::<f32>().ok())
                .is_some_and(|q| q <= 0.0);
            coding.trim().eq_ignore_ascii_case("br") && !refused
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    async fn fetch(url: &str, encodings: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        let request = Request::get(url)
            .header(header::ACCEPT_ENCODING, encodings)
            .body(Body::empty())
            .unwrap();
        let response = router::<()>().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        (parts.status, parts.headers, body)
    }

    #[tokio::test]
    async fn a_browser_gets_the_style_sheet_compressed_and_for_ever() {
        let (status, headers, body) = fetch(url("app.css"), "gzip, br").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers[header::CONTENT_ENCODING], "br");
        assert_eq!(headers[header::CACHE_CONTROL], FOR_EVER);
        assert_eq!(headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert!(!body.is_empty());
    }

    #[tokio::test]
    async fn brotli_is_not_forced_on_a_client_that_refuses_it() {
        let (_, headers, body) = fetch(url("app.css"), "gzip, br;q=0").await;
        assert!(!headers.contains_key(header::CONTENT_ENCODING));
        assert!(String::from_utf8(body).unwrap().contains(".sh-panel"));
    }

    #[tokio::test]
    async fn an_old_or_made_up_hash_is_not_found() {
        let (status, ..) = fetch("/static/app.0000000000000000.css", "br").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }

    #[test]
    fn the_first_view_stays_below_sixty_kilobytes_compressed() {
        let total: usize = ASSETS.iter().map(|asset| asset.brotli.len()).sum();
        assert!(total < 50_000, "{total} bytes of assets leave no room for the page");
    }
}
