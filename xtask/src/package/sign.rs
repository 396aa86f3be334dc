//! Signing with a test certificate, by osslsigncode.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::process::output;

/// A certificate and its key; nothing is signed without.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Certificate {
    /// Sign drivers, programs and cabinets with this certificate (PEM)
    #[arg(long, requires = "key")]
    certificate: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, requires = "certificate")]
    key: Option<PathBuf>,
}

impl Certificate {
    /// Signs a file in place, if there is a certificate. `seconds` since 1970 are said to be the
    /// time of signing, so that the same input gives the same bytes.
    pub(crate) fn sign(&self, file: &Path, seconds: u64) -> Result<()> {
        let (Some(certificate), Some(key)) = (&self.certificate, &self.key) else {
            return Ok(());
        };
        let mut signed = file.to_owned().into_os_string();
        signed.push(".signed");
        let signed = PathBuf::from(signed);
        output(
            Command::new("osslsigncode")
                .args(["sign", "-h", "sha256", "-n", "plug61883", "-st"])
                .arg(seconds.to_string())
                .arg("-certs")
                .arg(certificate)
                .arg("-key")
                .arg(key)
                .arg("-in")
                .arg(file)
                .arg("-out")
                .arg(&signed),
        )
        .with_context(|| format!("signing {}", file.display()))?;
        std::fs::rename(&signed, file).with_context(|| file.display().to_string())?;
        Ok(())
    }
}

/// Makes a certificate for signing code, signed by itself; only tests have a use for it.
pub(crate) fn test_certificate(folder: &Path) -> Result<Certificate> {
    let (certificate, key) = (folder.join("test.pem"), folder.join("test.key"));
    output(
        Command::new("openssl")
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            ])
            .args([
                "-subj",
                "/CN=plug61883 test",
                "-addext",
                "keyUsage=digitalSignature",
            ])
            .args(["-addext", "extendedKeyUsage=codeSigning", "-keyout"])
            .arg(&key)
            .arg("-out")
            .arg(&certificate),
    )?;
    Ok(Certificate {
        certificate: Some(certificate),
        key: Some(key),
    })
}

/// An error unless a file bears a good signature of a certificate that [`test_certificate`] made.
pub(crate) fn verify(file: &Path, certificate: &Certificate) -> Result<()> {
    let authority = certificate.certificate.as_ref().context("no certificate")?;
    let text = output(
        Command::new("osslsigncode")
            .args(["verify", "-CAfile"])
            .arg(authority)
            .arg("-in")
            .arg(file),
    )?;
    ensure!(text.contains("Succeeded"), "{}: {text}", file.display());
    Ok(())
}
