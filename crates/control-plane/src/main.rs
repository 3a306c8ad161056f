//! `cargo xtask control-plane`: builds the programs, or runs a control plane until it is interrupted.

use std::process::ExitCode;

use bulkhead_control_plane::{ControlPlane, Options, Program, User};

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("control-plane: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> anyhow::Result<()> {
    match arguments.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        Some(("build", names)) => build(names),
        Some(("run", [])) => stay(),
        _ => anyhow::bail!("usage: cargo xtask control-plane build [PROGRAM…] | run"),
    }
}

/// Builds the named programs, or all, and prints where they are.
fn build(names: &[String]) -> anyhow::Result<()> {
    let program = |name: &String| {
        let known = || Program::ALL.map(Program::name).join(", ");
        Program::from_name(name).ok_or_else(|| anyhow::anyhow!("no program `{name}`; there are {}", known()))
    };
    let mut programs = names.iter().map(program).collect::<anyhow::Result<Vec<Program>>>()?;
    if programs.is_empty() {
        programs.extend(Program::ALL);
    }
    for program in programs {
        println!("{}", program.path()?.display());
    }
    Ok(())
}

/// Runs one with all servers, prints how to use it, and stays until standard input ends or somebody presses Enter.
fn stay() -> anyhow::Result<()> {
    let tenant = User::new("tenant", &["tenants"]);
    let plane = ControlPlane::start(&Options::with_controllers().user(tenant))?;
    for user in plane.users() {
        println!("# {} ({})", user.name, user.groups.join(", "));
        println!("export KUBECONFIG={}", plane.kubeconfig(&user.name)?.display());
    }
    eprintln!("ready at {}; Enter ends it and removes its data", plane.url());
    std::io::stdin().read_line(&mut String::new())?;
    Ok(())
}
