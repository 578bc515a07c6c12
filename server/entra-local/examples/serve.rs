//! Serves a scenario until standard input ends, for tests in other processes.
//!
//! usage: `serve SCENARIO.toml [--tls] [--certificate FILE]`
//!
//! Prints one line of JSON when it listens: `{"base_url": "http://127.0.0.1:…/"}`. With `--tls` the certificate to trust
//! goes to FILE. The control endpoint is there if the scenario has `control_endpoint = true`.

use std::{error::Error, io::Read as _, path::PathBuf};

use entra_local::{EntraLocal, Scenario, Tls};

const USAGE: &str = "usage: serve SCENARIO.toml [--tls] [--certificate FILE]";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let scenario = arguments.next().ok_or(USAGE)?;
    let (mut tls, mut certificate) = (Tls::Off, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--tls" => tls = Tls::Generated,
            "--certificate" => certificate = Some(PathBuf::from(arguments.next().ok_or(USAGE)?)),
            _ => return Err(USAGE.into()),
        }
    }
    let scenario = Scenario::from_toml(&std::fs::read_to_string(scenario)?)?;
    let running = EntraLocal::serve(scenario, "127.0.0.1:0".parse()?, tls).await?;
    if let (Some(file), Some(pem)) = (certificate, &running.certificate_pem) {
        std::fs::write(file, pem)?;
    }
    println!("{}", serde_json::json!({ "base_url": running.base_url }));
    // Whoever started this holds the other end: it ends with them.
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    running.shutdown().await;
    Ok(())
}
