//! The API against its own document: schemathesis asks the program, as it is built for tests, whatever the OpenAPI document allows and much
//! that it does not, and looks whether every answer is one that the document promises, and none a failure of the server.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::{Mode, cargo, packages};

/// The tool, as PyPI calls it.
const TOOL: &str = "schemathesis==4.32.5";
/// What the server believes of whoever asks.
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const ROLES: &str = "roles: [{role: administrator, users: [tester]}]\n";
/// What is looked at. That a proxy's headers let somebody in is no mistake, so that what is about them is left out.
const CHECKS: &str = "not_a_server_error,response_schema_conformance,status_code_conformance,\
                      content_type_conformance,response_headers_conformance";
/// How many requests for each operation, besides those for every bound of its schema.
const EXAMPLES: &str = "60";

/// A server that ends with this.
struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Asks every operation but the stream of events, which has no end.
pub(crate) fn run(_: Mode) -> Result<()> {
    cargo::run("cargo", &["build", "--package", "bulkhead", "--locked"])?;
    let tool = tool()?;
    let folder = cargo::cache().join("api");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let server = serve(&cargo::target().join("debug/bulkhead"), &folder)?;
    let document = cargo::root().join("docs/openapi.json");
    let headers = [format!("X-Bulkhead-Proxy-Secret: {SECRET}"), "X-Forwarded-User: tester".to_owned()];
    let mut command = Command::new(tool);
    command.arg("run").arg(document).args(["--url", &server.address, "--seed", "1", "--max-examples", EXAMPLES]);
    command.args(["--header", "X-Bulkhead-Csrf: 1", "--phases", "coverage,fuzzing", "--checks", CHECKS]);
    command.args(["--exclude-path-regex", "/events$", "--no-color"]);
    command.args(headers.iter().flat_map(|header| ["--header", header])).current_dir(&folder);
    let status = command.status().context("schemathesis does not start")?;
    ensure!(status.success(), "the API does not answer as docs/openapi.json says");
    Ok(())
}

/// The tool, in a place of its own.
fn tool() -> Result<PathBuf> {
    let folder = cargo::cache().join(TOOL.replace("==", "-"));
    let program = folder.join("bin/schemathesis");
    if !program.is_file() {
        packages::install_python()?;
        let path = folder.to_string_lossy().into_owned();
        cargo::run("python3", &["-m", "venv", "--clear", &path])?;
        let pip = folder.join("bin/pip").to_string_lossy().into_owned();
        cargo::run(&pip, &["install", "--quiet", "--disable-pip-version-check", TOOL])?;
    }
    Ok(program)
}

/// Serves the example cluster from a store, so that changes can be asked for.
fn serve(program: &Path, folder: &Path) -> Result<Server> {
    std::fs::write(folder.join("secret"), SECRET)?;
    std::fs::write(folder.join("roles.yaml"), ROLES)?;
    let import = ["local", "import", "-f", "example:shop", "--store", "shop.db"];
    let imported = Command::new(program).args(import).current_dir(folder).status()?;
    ensure!(imported.success(), "the example cannot be imported");
    let mut process = Command::new(program)
        .args(["serve", "--store", "shop.db", "--listen", "127.0.0.1:0", "--no-browser", "--lang", "en"])
        .args(["--auth", "proxy", "--proxy-secret-file", "secret", "--roles", "roles.yaml"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(process.stdout.take().context("no output")?).read_line(&mut line)?;
    let port = line.split("127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next()).map(ToOwned::to_owned);
    let mut server = Server { process, address: String::new() };
    server.address = format!("http://127.0.0.1:{}", port.with_context(|| format!("it does not serve: {line}"))?);
    Ok(server)
}
