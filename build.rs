//! Joins, hashes and compresses the files of `static/`.
//!
//! Writes `assets.rs` into `OUT_DIR`: one `Asset` per bundle, with its plain and
//! its brotli bytes. The hash is part of the file name, so browsers may keep a
//! file for ever and still see a new one at once.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

struct Bundle {
    name: &'static str,
    content_type: &'static str,
    /// In the order the browser must read them: the design system declares the
    /// cascade layers ours build on.
    sources: &'static [&'static str],
}

const BUNDLES: &[Bundle] = &[
    Bundle {
        name: "app.css",
        content_type: "text/css; charset=utf-8",
        sources: &[
            "static/vendor/designsystemet-theme.css",
            "static/vendor/designsystemet.css",
            "static/app.css",
        ],
    },
    Bundle {
        name: "app.js",
        content_type: "text/javascript; charset=utf-8",
        sources: &["static/vendor/htmx.min.js", "static/app.js", "static/session.js"],
    },
    Bundle { name: "favicon.svg", content_type: "image/svg+xml", sources: &["static/favicon.svg"] },
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=static");
    println!("cargo::rerun-if-changed=migrations");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    for bundle in BUNDLES {
        table.push_str(&write(bundle, &out)?);
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)
}

/// Writes the bytes of one bundle and returns its row in the table.
fn write(bundle: &Bundle, out: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    for source in bundle.sources {
        bytes.extend(fs::read(source)?);
        bytes.push(b'\n');
    }
    let (stem, extension) = bundle.name.rsplit_once('.').unwrap_or((bundle.name, ""));
    let file = format!("{stem}.{}.{extension}", fingerprint(&bytes));
    fs::write(out.join(bundle.name), &bytes)?;
    fs::write(out.join(format!("{}.br", bundle.name)), compress(&bytes)?)?;
    Ok(format!(
        "Asset {{ name: {name:?}, url: \"/static/{file}\", content_type: {kind:?}, \
         plain: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\")), \
         brotli: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.br\")) }},\n",
        name = bundle.name,
        kind = bundle.content_type,
    ))
}

/// The first eight bytes of SHA-256, in hex.
fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn compress(mut bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    brotli::BrotliCompress(&mut bytes, &mut packed, &params)?;
    Ok(packed)
}
