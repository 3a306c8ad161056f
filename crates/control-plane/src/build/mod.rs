//! Where the programs come from: a folder of the user's, the cache, or `go build`.

mod module;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Error, Program, Result};
use module::Module;

impl Program {
    /// The executable file; built first where it is not there yet. That takes minutes, so it says on stderr what it does. Several
    /// callers at once build once: the others wait.
    pub fn path(self) -> Result<PathBuf> {
        if let Some(path) = self.of_the_user() {
            return Ok(path);
        }
        let module = Module::of(self);
        let folder = cache().join(format!("{}-{:016x}", self.name(), module.key()));
        let path = folder.join(self.name());
        if path.is_file() {
            return Ok(path);
        }
        std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        let _lock = lock(&cache().join("lock"))?;
        if !path.is_file() {
            build(self, &module, &path)?;
        }
        Ok(path)
    }

    /// The file in `$KUBEBUILDER_ASSETS`, where there is one.
    fn of_the_user(self) -> Option<PathBuf> {
        let path = PathBuf::from(std::env::var_os("KUBEBUILDER_ASSETS")?).join(self.name());
        path.is_file().then_some(path)
    }
}

/// The folder of built programs: in `$BULKHEAD_CACHE`, else in `.cache` of the checkout, which git ignores.
fn cache() -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = std::env::var_os("BULKHEAD_CACHE").map_or_else(|| checkout.join(".cache"), PathBuf::from);
    root.join("control-plane")
}

/// Waits until nobody else builds. The lock ends with the value, and with the process.
fn lock(path: &Path) -> Result<File> {
    let file = File::create(path).map_err(Error::io(path))?;
    file.lock().map_err(Error::io(path))?;
    Ok(file)
}

/// Builds next to the target and moves into place, so that nobody ever sees half a file.
fn build(program: Program, module: &Module, target: &Path) -> Result<()> {
    eprintln!("building {} with Go; this is done once and takes up to a few minutes", program.name());
    let begun = std::time::Instant::now();
    let unfinished = target.with_extension("unfinished");
    let output = Command::new("go")
        .arg("build")
        .arg("-o")
        .arg(&unfinished)
        .args(["-mod=readonly", "-ldflags", &module.linker_flags(), module.package])
        .current_dir(module.folder())
        .env("CGO_ENABLED", "0")
        .output()
        .map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => Error::NoGo { program, source },
            _ => Error::Io { path: PathBuf::from("go"), source },
        })?;
    if !output.status.success() {
        return Err(Error::Build { program, output: String::from_utf8_lossy(&output.stderr).into_owned() });
    }
    std::fs::rename(&unfinished, target).map_err(Error::io(target))?;
    eprintln!("built {} in {} s", program.name(), begun.elapsed().as_secs());
    Ok(())
}
