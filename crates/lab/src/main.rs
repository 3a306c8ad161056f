//! `cargo xtask lab`: random worlds, or one of them again.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use clap::Parser as _;
    let settings = bulkhead_lab::Settings::parse();
    match bulkhead_lab::run(&settings) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("lab: {error:#}");
            ExitCode::from(3)
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("lab: only Linux has the network namespaces that the lab is made of");
    ExitCode::from(3)
}
