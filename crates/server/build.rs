//! Compresses the built console, and writes the list of its files for `src/assets.rs`. Reads nothing from the network.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

fn main() -> Result<(), Box<dyn Error>> {
    let built = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../console/dist");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", built.display());
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    find(&built, &built, &mut files)?;
    files.sort();
    let mut list = String::from("&[\n");
    for (number, name) in files.iter().enumerate() {
        let packed = out.join(format!("asset-{number}.gz"));
        let mut encoder = GzEncoder::new(std::fs::File::create(&packed)?, Compression::best());
        encoder.write_all(&std::fs::read(built.join(name))?)?;
        encoder.finish()?;
        writeln!(list, "    ({name:?}, include_bytes!({:?})),", packed.display().to_string())?;
    }
    list.push(']');
    std::fs::write(out.join("assets.rs"), list)?;
    Ok(())
}

/// The files below a folder, as paths with `/`.
fn find(root: &Path, folder: &Path, files: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(root, &path, files)?;
        } else {
            let parts: Vec<String> = path
                .strip_prefix(root)?
                .components()
                .map(|part| part.as_os_str().to_string_lossy().into_owned())
                .collect();
            files.push(parts.join("/"));
        }
    }
    Ok(())
}
