//! The key that signs every token.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An RSA key pair; its id is the thumbprint of its public half.
pub(super) struct Keys {
    private: EncodingKey,
    public: DecodingKey,
    jwk: Jwk,
    id: String,
}

impl Keys {
    /// The key in `file`, made there first when there is none, so that tokens outlive a restart.
    pub(super) fn load_or_make(file: Option<&Path>) -> Result<Self> {
        match file {
            Some(file) if file.exists() => {
                let pem = fs::read_to_string(file)
                    .with_context(|| format!("can't read {}", file.display()))?;
                Self::from_pem(&pem)
            }
            Some(file) => {
                let pem = make_pem()?;
                write_private(file, &pem)
                    .with_context(|| format!("can't write {}", file.display()))?;
                Self::from_pem(&pem)
            }
            None => Self::from_pem(&make_pem()?),
        }
    }

    fn from_pem(pem: &str) -> Result<Self> {
        let private = EncodingKey::from_rsa_pem(pem.as_bytes())?;
        let mut jwk = Jwk::from_encoding_key(&private, Algorithm::RS256)?;
        let id = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.key_id = Some(id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { public: DecodingKey::from_jwk(&jwk)?, private, jwk, id })
    }

    /// The public half, as the JWKS shows it.
    pub(super) fn public(&self) -> &Jwk {
        &self.jwk
    }

    /// `claims` as a signed token of the media type `typ` (`JWT`, `logout+jwt`).
    pub(super) fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String> {
        let header = Header {
            typ: Some(typ.into()),
            kid: Some(self.id.clone()),
            ..Header::new(Algorithm::RS256)
        };
        Ok(jsonwebtoken::encode(&header, claims, &self.private)?)
    }

    /// The claims of a token that this key signed. Its times are the caller's to judge.
    pub(super) fn read<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let mut rules = Validation::new(Algorithm::RS256);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        jsonwebtoken::decode(token, &self.public, &rules).ok().map(|token| token.claims)
    }
}

fn make_pem() -> Result<String> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("can't make an RSA key"))?;
    let der = pair.as_der().map_err(|_| anyhow!("can't encode an RSA key"))?;
    let body = STANDARD.encode(der.as_ref());
    Ok(format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"))
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(file)?.write_all(text.as_bytes())
}
