//! The keys of one control plane: an authority, a certificate for the API server, a key for service accounts.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use crate::{Error, Result};

/// Files in the data folder.
#[derive(Clone, Debug)]
pub(crate) struct Certificates {
    /// The authority's certificate, as PEM text.
    pub(crate) authority: String,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    /// Signs the tokens of service accounts.
    pub(crate) service_account_key: PathBuf,
    /// Checks them: the API server takes no public key out of a private one.
    pub(crate) service_account_public_key: PathBuf,
}

impl Certificates {
    /// Makes them, for an API server at this address.
    pub(crate) fn create(folder: &Path, address: IpAddr) -> Result<Self> {
        let mut of_authority = CertificateParams::default();
        of_authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        of_authority.distinguished_name.push(DnType::CommonName, "bulkhead test authority");
        let authority_key = KeyPair::generate()?;
        let authority = of_authority.self_signed(&authority_key)?.pem();
        let issuer = Issuer::new(of_authority, authority_key);

        let key = KeyPair::generate()?;
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), address.to_string()];
        let certificate = CertificateParams::new(names)?.signed_by(&key, &issuer)?;
        let service_account = KeyPair::generate()?;
        Ok(Self {
            authority,
            certificate: write(folder, "apiserver.crt", &certificate.pem())?,
            key: write(folder, "apiserver.key", &key.serialize_pem())?,
            service_account_key: write(folder, "service-account.key", &service_account.serialize_pem())?,
            service_account_public_key: write(folder, "service-account.pub", &service_account.public_key_pem())?,
        })
    }
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, text).map_err(Error::io(&path))?;
    Ok(path)
}
